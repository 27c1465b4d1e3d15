// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wyvern {

// Hex digests, lower case.
std::string md5_hex(std::span<const std::byte> bytes);
std::string sha256_hex(std::span<const std::byte> bytes);
// Of a file's bytes; InputError when it cannot be read.
std::string md5_of_file(const std::string& path);

// The whole file; InputError when it cannot be read.
std::string read_text_file(const std::string& path);
// Writes under a temporary name in the same folder, syncs, renames, syncs the folder: a reader sees
// the old file or the new one. OutputError when that fails, and nothing is left behind.
void write_file_atomically(const std::string& path, std::string_view content);
// The same with the bytes of another file; InputError when that cannot be read.
void copy_file_atomically(const std::string& from, const std::string& to);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace wyvern::fits {

// Compression of a file as a whole (tile compression of an image is CFITSIO's affair).
enum class Compression { none, gzip, bzip2 };

// Told from the first bytes of a file.
Compression compression_of(std::string_view first_bytes);
// The compression that a name to be written asks for: ".gz", ".bz2", else none.
Compression compression_wanted(std::string_view path);

// All streams of a compressed file, one after the other; what follows the last stream and is none
// is ignored. InputError naming `path` when a stream is damaged or cut short.
std::string expand(std::string_view bytes, Compression compression, const std::string& path);
// The beginning alone: ends when `enough` is true of what has been expanded, which is asked after
// each piece (of some 256 KB in gzip, a block of up to 900 KB in bzip2), or with the last stream.
// Damage behind that goes unnoticed.
using Enough = std::function<bool(std::string_view)>;
std::string expand_start(std::string_view bytes, Compression compression, const std::string& path,
                         const Enough& enough);
// One stream; without time or name, so that equal contents give equal files.
std::string compress(std::string_view bytes, Compression compression);

}  // namespace wyvern::fits

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace wyvern {

// Whether the error number tells that the machine has run out of something (descriptors, memory):
// whatever was tried, the fault is not the file's, and the next file would have it too.
bool is_shortage(int error);

// The text of an error number, with the remedy where there is one.
std::string system_reason(int error);

// Throws what fits an error number that came from reading a file: OutputError for a shortage, else
// InputError. `message` names the file and the reason.
[[noreturn]] void throw_unreadable(int error, const std::string& message);

}  // namespace wyvern

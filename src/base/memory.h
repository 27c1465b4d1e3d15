// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace wyvern {

// Bytes of memory that this process could still take: what the machine has free, or its control
// group has left, whichever is less. Linux; 4 GiB where that cannot be found out.
std::size_t free_memory();

// "512M", "2G", "800k" (powers of 1024, upper or lower case, "MB" and "MiB" too) or a number of
// bytes; nothing when it is none of these.
std::optional<std::size_t> parse_bytes(std::string_view text);

}  // namespace wyvern

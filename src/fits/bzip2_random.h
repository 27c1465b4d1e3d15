// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>

namespace wyvern::fits::bzip2 {

// Turns the bits back that bzip2 before 0.9.5 turned in blocks that were hard to sort.
void derandomise(std::span<std::uint8_t> text);

}  // namespace wyvern::fits::bzip2

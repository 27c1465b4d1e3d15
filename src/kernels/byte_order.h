// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace wyvern::kernels {

// Turns the bytes of `count` words round, in place: big-endian words of a FITS file become native
// on little-endian machines, and back. Any alignment.
struct ByteOrderFunctions {
  void (*swap16)(std::byte* words, std::size_t count);
  void (*swap32)(std::byte* words, std::size_t count);
  void (*swap64)(std::byte* words, std::size_t count);
};

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace wyvern::kernels {

// Calls compare(i, j) for the comparisons of the network that sorts `count` values, in their order
// (rows::sorting_network). Static: each instruction set has a copy of its own.
template <class Compare>
static constexpr void for_each_comparison(std::size_t count, Compare&& compare) {
  std::size_t top = 1;
  while (2 * top < count) top *= 2;
  for (std::size_t p = top; p > 0; p /= 2) {
    std::size_t q = top, r = 0, d = p;
    for (;;) {
      for (std::size_t i = 0; i + d < count; ++i) {
        if ((i & p) == r) compare(i, i + d);
      }
      if (q == p) break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

}  // namespace wyvern::kernels

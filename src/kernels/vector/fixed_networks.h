// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include "kernels/sorting_network.h"
#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {
namespace {

inline void order(Floats& a, Floats& b) {
  const Floats low = smaller(a, b);
  b = larger(a, b);
  a = low;
}

// The network of N values as a constant, for which the compiler keeps the values in registers.
template <std::size_t N>
struct FixedNetwork {
  static constexpr std::size_t count_comparisons() {
    std::size_t count = 0;
    for_each_comparison(N, [&count](std::size_t, std::size_t) { ++count; });
    return count;
  }
  static constexpr std::size_t kComparisons = count_comparisons();

  std::size_t low[kComparisons + 1] = {}, high[kComparisons + 1] = {};

  constexpr FixedNetwork() {
    std::size_t k = 0;
    for_each_comparison(N, [&](std::size_t i, std::size_t j) {
      low[k] = i;
      high[k++] = j;
    });
  }
};

template <std::size_t N, std::size_t... K>
inline void order_all([[maybe_unused]] Floats* v, std::index_sequence<K...>) {
  constexpr FixedNetwork<N> network;
  (order(v[network.low[K]], v[network.high[K]]), ...);
}

// Sorts N vectors, lane by lane.
template <std::size_t N>
inline void order_all(Floats* v) {
  order_all<N>(v, std::make_index_sequence<FixedNetwork<N>::kComparisons>());
}

}  // namespace
}  // namespace wyvern::kernels::WYVERN_TARGET

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/sorting_network.h"

#include "kernels/stack_rows.h"

namespace wyvern::kernels::rows {

Network sorting_network(std::size_t count) {
  Network network;
  for_each_comparison(count, [&](std::size_t i, std::size_t j) {
    network.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j)});
  });
  return network;
}

}  // namespace wyvern::kernels::rows

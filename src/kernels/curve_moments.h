// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace wyvern::kernels {

// Sums over the values x_0 .. x_n-1 of a short interval, with t = (x - centre) / half and u the
// place of a value counted from the middle, i - (n - 1) / 2. Value i is added in lane i % kLanes:
// the same roundings whatever the width of a register.
struct CurveMoments {
  static constexpr std::size_t kLanes = 8, kPlaces = 13, kPowers = 2 * kPlaces - 1;
  double power[kPowers][kLanes] = {};  // of t^j
  double place[kPlaces][kLanes] = {};  // of t^j u
  double square[kLanes] = {};          // of u^2
};

struct CurveFunctions {
  // The sums over n values.
  void (*add_moments)(const float* x, std::size_t n, double centre, double half,
                      CurveMoments& sums);
};

}  // namespace wyvern::kernels

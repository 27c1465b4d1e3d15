// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <vector>

#include "base/plane.h"

namespace wyvern::testing {

// The standard normal quantiles at (i + 0.5) / 1000, i = 0 ... 999.
inline const std::vector<double>& normal_quantiles() {
  static const std::vector<double> quantiles = [] {
    std::vector<double> all;
    for (int i = 0; i < 1000; ++i) {
      double low = -5.0, high = 5.0;
      for (int step = 0; step < 60; ++step) {
        const double middle = 0.5 * (low + high);
        (0.5 * std::erfc(-middle / std::sqrt(2.0)) < (i + 0.5) / 1000.0 ? low : high) = middle;
      }
      all.push_back(0.5 * (low + high));
    }
    return all;
  }();
  return quantiles;
}

// An image of 25 x 40 pixels with normally distributed values of which each quantile occurs once:
// at raster position p the one with number (stride * p) mod 1000. With 7 and 11 as strides these
// are the images of the reference's worked examples.
inline Plane sky_image(double level, double scatter, std::int64_t stride) {
  Plane plane(PixelType::f32, {25, 40});
  std::int64_t p = 0;
  for (float& pixel : plane.pixels<float>()) {
    const auto k = static_cast<std::size_t>(stride * p++ % 1000);
    pixel = static_cast<float>(level + scatter * normal_quantiles()[k]);
  }
  return plane;
}

// 300 more in row 5, columns 5 to 24.
inline void add_bright_row(Plane& plane) {
  for (std::size_t x = 5; x < 25; ++x) plane.pixels<float>()[5 * 40 + x] += 300.0F;
}

}  // namespace wyvern::testing

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/scaling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace wyvern::kernels {
namespace {

// Worked examples of the reference's calculate_scaling.
TEST(ScalingFactor, AgreesWithTheReference) {
  std::vector<double> x{100, 200, 400}, y{210, 395, 805}, sx{5, 6, 8}, sy{7, 9, 12};
  EXPECT_NEAR(scaling_factor(x, y, sx, sy), 2.0112633, 5e-7);
  x.push_back(50);
  y.push_back(160);
  sx.push_back(4);
  sy.push_back(6);
  EXPECT_NEAR(scaling_factor(x, y, sx, sy), 2.0556035, 5e-7);
}

TEST(ScalingFactor, IsExactForExactData) {
  const std::vector<double> x{3, 8, 20}, y{1.5, 4, 10}, s{1, 1, 2};
  EXPECT_NEAR(scaling_factor(x, y, s, s), 0.5, 1e-9);
}

TEST(ScalingFactor, IsUnknownWithoutData) {
  EXPECT_TRUE(std::isnan(scaling_factor({}, {}, {}, {})));
}

}  // namespace
}  // namespace wyvern::kernels

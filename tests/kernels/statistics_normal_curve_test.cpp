// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/normal_curve_fit.h"
#include "kernels/statistics.h"

namespace wyvern::kernels {
namespace {

std::vector<float> sorted_noise(std::size_t n, double mean, double sigma, double step) {
  std::mt19937 random(static_cast<unsigned>(n));
  std::normal_distribution<> noise(mean, sigma);
  std::vector<float> values(n);
  for (float& value : values) {
    value =
        static_cast<float>(step > 0.0 ? step * std::round(noise(random) / step) : noise(random));
  }
  std::ranges::sort(values);
  return values;
}

TEST(NormalCurve, ErrorFunctionOfSortedValues) {
  const std::vector<float> x = sorted_noise(5000, 3.0, 20.0, 0.0);
  std::vector<double> got(x.size());
  for (const double width : {2.0, 15.0, 400.0, -15.0}) {
    erf_of_sorted(x, 2.5, width, got);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(got[i], std::erf((static_cast<double>(x[i]) - 2.5) / width), 4e-16) << x[i];
    }
  }
  erf_of_sorted(x, 2.5, 0.0, got);
  EXPECT_TRUE(std::isnan(got[0]) && std::isnan(got.back()));
}

struct Case {
  double mean, sigma, step, start_sigma;
};

// Condensed residuals against one residual per value: the same fit.
TEST(NormalCurve, CondensedFitsAreThePlainOnes) {
  for (const Case& c :
       {Case{1000.0, 15.0, 0.0, 14.0}, Case{5.0, 40.0, 0.0, 47.0}, Case{-300.0, 8.0, 1.0, 8.0},
        Case{1e-3, 1e-4, 0.0, 1e-4}, Case{20000.0, 30.0, 10.0, 30.0}, Case{0.0, 1.0, 0.0, 9.0}}) {
    const std::vector<float> x = sorted_noise(20000, c.mean, c.sigma, c.step);
    NormalCurveFits fits(x, c.start_sigma);
    for (const std::size_t first : {0, 37, 511}) {
      const std::size_t last = 16800 + first;
      const NormalCurve start{c.mean + 0.2 * c.sigma, c.start_sigma};
      const auto got = fits.fit(first, last, start);
      const auto plain =
          fit_normal_curve(std::span<const float>(x).subspan(first, last - first), start);
      ASSERT_TRUE(got.has_value() && plain.has_value());
      EXPECT_NEAR(got->mean, plain->mean, 1e-11 * c.sigma) << c.mean;
      EXPECT_NEAR(got->sigma, plain->sigma, 1e-11 * c.sigma) << c.mean;
    }
  }
}

TEST(NormalCurve, FindsTheCurveOfTheValues) {
  const std::vector<float> x = sorted_noise(40000, 250.0, 12.0, 0.0);
  const auto first = std::ranges::upper_bound(x, 250.0F - 36.0F) - x.begin();
  const auto last = std::ranges::lower_bound(x, 250.0F + 12.0F) - x.begin();
  NormalCurveFits fits(x, 12.0);
  const auto curve =
      fits.fit(static_cast<std::size_t>(first), static_cast<std::size_t>(last), {245.0, 14.0});
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(curve->mean, 250.0, 0.3);
  EXPECT_NEAR(curve->sigma, 12.0, 0.3);
}

TEST(NormalCurve, NeedsTwoValues) {
  const std::vector<float> x = {1.0F};
  EXPECT_FALSE(fit_normal_curve(x, {1.0, 1.0}).has_value());
}

TEST(Statistics, SortsValues) {
  for (const std::size_t n : {0, 1, 100, 5000}) {
    std::vector<float> values = sorted_noise(n, -1.0, 100.0, 0.0);
    if (n > 1) values[1] = -INFINITY, values[0] = INFINITY;
    std::ranges::shuffle(values, std::mt19937(5));
    std::vector<float> expected = values;
    std::ranges::sort(expected);
    sort_values(values);
    EXPECT_EQ(values, expected) << n;
  }
}

}  // namespace
}  // namespace wyvern::kernels

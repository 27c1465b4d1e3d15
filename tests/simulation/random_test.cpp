// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

namespace wyvern::simulation {
namespace {

// Mean, variance, third and fourth central moment of `count` deviates about `mean`.
template <class F>
std::array<double, 4> moments(int count, double mean, F&& deviate) {
  std::array<double, 4> sums{};
  for (int i = 0; i < count; ++i) {
    const double d = deviate() - mean;
    double power = 1.0;
    for (double& sum : sums) sum += power *= d;
  }
  for (double& sum : sums) sum /= count;
  return sums;
}

TEST(Random, StreamsDependOnSeedLabelAndIndexOnly) {
  std::set<std::uint64_t> first;
  for (const std::uint64_t seed : {1U, 2U}) {
    for (const char* label : {"dark", "science"}) {
      for (const std::uint64_t index : {0U, 1U, 2U}) {
        Random a(seed, label, index), b(seed, label, index);
        const std::uint64_t word = a.bits();
        EXPECT_EQ(word, b.bits());
        first.insert(word);
        for (int i = 0; i < 1000; ++i) ASSERT_EQ(a.bits(), b.bits());
      }
    }
  }
  EXPECT_EQ(first.size(), 12U);
}

TEST(Random, UniformFillsTheInterval) {
  Random random(1, "uniform");
  const auto m = moments(400000, 0.5, [&] { return random.uniform(); });
  EXPECT_NEAR(m[0], 0.0, 0.002);
  EXPECT_NEAR(m[1], 1.0 / 12.0, 5e-4);
  for (int i = 0; i < 10000; ++i) {
    const int n = random.below(7);
    ASSERT_TRUE(n >= 0 && n < 7);
  }
}

TEST(Random, NormalHasTheMomentsAndTailsOfANormal) {
  constexpr int count = 1000000;
  Random random(2, "normal");
  int beyond2 = 0, beyond4 = 0;
  const auto m = moments(count, 0.0, [&] {
    const double z = random.normal();
    beyond2 += std::abs(z) > 2.0 ? 1 : 0;
    beyond4 += std::abs(z) > 4.0 ? 1 : 0;
    return z;
  });
  EXPECT_NEAR(m[0], 0.0, 0.004);
  EXPECT_NEAR(m[1], 1.0, 0.006);
  EXPECT_NEAR(m[2], 0.0, 0.01);
  EXPECT_NEAR(m[3], 3.0, 0.04);
  EXPECT_NEAR(beyond2, 0.0455 * count, 4 * 210);
  EXPECT_NEAR(beyond4, 6.33e-5 * count, 4 * 8);
}

class PoissonMean : public ::testing::TestWithParam<double> {};

TEST_P(PoissonMean, HasTheMomentsOfACount) {
  constexpr int count = 400000;
  const double mean = GetParam();
  Random random(3, "poisson");
  const auto m = moments(count, mean, [&] {
    const double k = random.poisson(mean);
    EXPECT_EQ(k, std::floor(k));
    EXPECT_GE(k, 0.0);
    return k;
  });
  EXPECT_NEAR(m[0], 0.0, 4.5 * std::sqrt(mean / count));
  EXPECT_NEAR(m[1] / mean, 1.0, 4.5 * std::sqrt((2.0 + 1.0 / mean) / count));
  EXPECT_NEAR(m[2] / std::pow(mean, 1.5), 1.0 / std::sqrt(mean), 0.03 + 0.03 / mean);
}

INSTANTIATE_TEST_SUITE_P(Means, PoissonMean,
                         ::testing::Values(0.2, 3.0, 7.9, 8.0, 12.0, 40.0, 900.0, 20000.0));

TEST(Random, PoissonOfNothingIsNothing) {
  Random random(4, "poisson");
  EXPECT_EQ(random.poisson(0.0), 0.0);
  EXPECT_EQ(random.poisson(-1.0), 0.0);
}

}  // namespace
}  // namespace wyvern::simulation

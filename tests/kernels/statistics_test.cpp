// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace wyvern::kernels {
namespace {

template <class T>
std::vector<T> sawtooth(std::size_t n) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = static_cast<T>(static_cast<double>(i * 7919 % 10007) / 97.0 - 30.0);
  }
  return values;
}

// What numpy 1.24 gives for the sawtooth.
struct Sums {
  std::size_t n;
  float sum, mean;
  double sum64, mean64;
};
constexpr Sums kSums[] = {{1, -30.F, -30.F, -30.0, -30.0},
                          {5, 47.402065F, 9.480413F, 47.40206185567011, 9.480412371134022},
                          {7, 163.27837F, 23.325481F, 163.27835051546393, 23.325478645066276},
                          {8, 188.92784F, 23.61598F, 188.9278350515464, 23.6159793814433},
                          {9, 193.05156F, 21.450172F, 193.0515463917526, 21.450171821305844},
                          {100, 2175.062F, 21.75062F, 2175.0618556701033, 21.750618556701035},
                          {128, 2768.8247F, 21.631443F, 2768.8247422680415, 21.631443298969074},
                          {129, 2768.9795F, 21.464958F, 2768.9793814432987, 21.464956445296888},
                          {1000, 21619.186F, 21.619186F, 21619.185567010307, 21.619185567010305},
                          {4099, 88582.99F, 21.610878F, 88582.98969072163, 21.610878187538823},
                          {100003, 2157815.8F, 21.57751F, 2157815.5670103095, 21.57750834485275}};

TEST(Statistics, SumsAndMeansAreThoseOfNumpy) {
  for (const Sums& expected : kSums) {
    const auto narrow = sawtooth<float>(expected.n);
    const auto wide = sawtooth<double>(expected.n);
    EXPECT_EQ(numpy_sum(narrow), expected.sum) << expected.n;
    EXPECT_EQ(numpy_mean(narrow), expected.mean) << expected.n;
    EXPECT_EQ(numpy_sum(wide), expected.sum64) << expected.n;
    EXPECT_EQ(numpy_mean(wide), expected.mean64) << expected.n;
  }
}

template <class T>
T sorted_median(std::vector<T> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / T{2};
}

template <class T>
void expect_medians(const std::vector<std::size_t>& sizes) {
  std::mt19937 random(11);
  for (const std::size_t n : sizes) {
    for (const double sigma : {0.0, 1e-3, 30.0, 1e12}) {
      for (const double level : {0.0, 1000.0}) {
        std::vector<T> values(n);
        std::normal_distribution<> noise(level, sigma == 0.0 ? 1.0 : sigma);
        for (T& value : values) {
          value = static_cast<T>(sigma == 0.0 ? std::round(noise(random)) : noise(random));
        }
        const T expected = sorted_median(values);
        EXPECT_EQ(median_in_place(values), expected) << n << " " << sigma << " " << level;
      }
    }
  }
}

TEST(Statistics, MedianIsTheMiddleOfTheSortedValues) {
  const std::vector<std::size_t> sizes = {1, 2, 3, 10, 101, 16384, 16385, 70000, 100001};
  expect_medians<float>(sizes);
  expect_medians<double>(sizes);
}

TEST(Statistics, MedianOfTwoPeaksLiesBetweenThem) {
  // The two middle values differ in their first digit.
  std::vector<float> values(40000, -5.0F);
  std::fill(values.begin() + 20000, values.end(), 1000.0F);
  EXPECT_EQ(median_in_place(values), 497.5F);
}

TEST(Statistics, MedianOfNothingOrOfNanIsNan) {
  EXPECT_TRUE(std::isnan(median_in_place(std::span<float>{})));
  EXPECT_TRUE(std::isnan(median_in_place(std::span<double>{})));
  for (const std::size_t n : {5, 50000}) {
    std::vector<float> values(n, 1.0F);
    values[n - 2] = NAN;
    EXPECT_TRUE(std::isnan(median_in_place(values)));
    values[n - 2] = INFINITY;
    EXPECT_EQ(median_in_place(values), 1.0F);
  }
}

// The quantile of the normal distribution, by bisection.
double normal_quantile(double p) {
  double low = -10.0, high = 10.0;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

constexpr std::size_t kColumns = 40, kPixels = 1000;

// An image whose values are the normal distribution's quantiles, scattered.
std::vector<float> normal_image(double level, double sigma, std::size_t stride) {
  std::vector<float> image(kPixels);
  for (std::size_t p = 0; p < kPixels; ++p) {
    const double rank = static_cast<double>(stride * p % kPixels) + 0.5;
    image[p] = static_cast<float>(level + sigma * normal_quantile(rank / kPixels));
  }
  return image;
}

std::vector<float> with_bright_row() {
  std::vector<float> image = normal_image(100.0, 10.0, 7);
  for (std::size_t x = 5; x < 25; ++x) image[5 * kColumns + x] += 300.0F;
  return image;
}

void expect_level(const std::optional<Level>& got, double level, double sigma, std::size_t count,
                  double tolerance) {
  ASSERT_TRUE(got.has_value());
  EXPECT_NEAR(got->level, level, tolerance * std::abs(level));
  EXPECT_NEAR(got->sigma, sigma, tolerance * sigma);
  EXPECT_EQ(got->count, count);
}

TEST(BackgroundLevel, OfTheWorkedExample) {
  const std::vector<float> image = normal_image(100.0, 10.0, 7);
  expect_level(background_level(image, 1, true), 99.97528528691652, 10.005416349964923, 1000,
               1e-12);
  expect_level(background_level(image, 1, false), 100.0, 8.229628F, 922, 1e-7);
}

TEST(BackgroundLevel, WithABrightRow) {
  const std::vector<float> image = with_bright_row();
  expect_level(background_level(image, 1, true), 100.13817207809002, 10.369670013612934, 1000,
               1e-12);
  expect_level(background_level(image, 1, false), 100.0, 8.917752F, 936, 1e-7);
}

TEST(BackgroundLevel, OfThePixelsOutsideAMask) {
  const std::vector<float> image = normal_image(100.0, 10.0, 7);
  std::vector<float> good;
  for (std::size_t p = 0; p < kPixels; ++p) {
    if (p % kColumns >= 4) good.push_back(image[p]);
  }
  expect_level(background_level(good, 1, true), 99.9925331513304, 10.019668847144622, 900, 1e-12);
}

TEST(BackgroundLevel, NeedsTwoPixels) {
  const std::vector<float> image(15, 3.0F);
  EXPECT_FALSE(background_level({image.data(), 1}, 1, true).has_value());
  EXPECT_FALSE(background_level({image.data(), 10}, 10, false).has_value());
  EXPECT_TRUE(background_level({image.data(), 11}, 10, false).has_value());
}

TEST(BackgroundLevel, WithoutScatterFallsBackToTheMedian) {
  const std::vector<float> image(1000, 3.0F);
  expect_level(background_level(image, 1, true), 3.0, 0.0, 1000, 0.0);
}

TEST(SkyFactor, OfTheWorkedExample) {
  const std::vector<float> science = with_bright_row(), sky = normal_image(80.0, 5.0, 11);
  expect_level(background_level(sky, 1, true), 79.98764263756564, 5.002708374021322, 1000, 1e-12);
  const SkyFactor factor = sky_factor(science, science, sky, sky, 1, true, 0.001);
  EXPECT_TRUE(factor.converged);
  EXPECT_NEAR(factor.factor, 1.2472584678766392, 1e-11);
}

TEST(SkyFactor, WithMedians) {
  const std::vector<float> science = normal_image(120.0, 6.0, 7);
  const std::vector<float> sky = normal_image(80.0, 4.0, 7);
  const SkyFactor factor = sky_factor(science, science, sky, sky, 1, false, 0.001);
  EXPECT_TRUE(factor.converged);
  EXPECT_NEAR(factor.factor, 1.5, 1e-6);
}

// It used to go on for a hundred rounds.
TEST(SkyFactor, GivesUpWhenTheStepsGrow) {
  std::vector<float> science = normal_image(120.0, 6.0, 7), sky = normal_image(80.0, 4.0, 7);
  for (float& value : science) value *= -1e30F;
  const SkyFactor factor = sky_factor(science, science, sky, sky, 1, true, 0.001);
  EXPECT_FALSE(factor.converged);
  EXPECT_LE(factor.steps.size(), 3U);
}

TEST(SkyFactor, WithoutALevelDoesNotConverge) {
  const std::vector<float> one(1, 5.0F);
  EXPECT_FALSE(sky_factor(one, one, one, one, 1, true, 0.001).converged);
}

}  // namespace
}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/morphology.h"

namespace wyvern::kernels {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

const std::vector<float>& small_image() {
  static const std::vector<float> image = {0,  1,  3,  5,  8,  11, 15, 19, 23, 27,  32,  36, 42,
                                           47, 52, 58, 64, 70, 76, 83, 89, 96, 103, 110, 118};
  return image;
}

// New values at (2, 2) and (0, 0), the two bad pixels of the small image.
template <class T = float>
std::pair<T, T> filtered(double inner, double outer, RingStatistic statistic) {
  std::vector<T> image(small_image().begin(), small_image().end());
  std::vector<std::uint8_t> bad(25, 0);
  bad[0] = bad[12] = 1;
  ring_filter<T>(image, 5, 5, bad, inner, outer, 1, statistic);
  for (std::size_t p = 0; p < 25; ++p) {
    if (bad[p] != 0) continue;
    EXPECT_EQ(image[p], static_cast<T>(small_image()[p])) << p;
  }
  return {image[12], image[0]};
}

TEST(RingFilter, MedianIsTheUpperOfTwoAndReflectsEdges) {
  EXPECT_EQ(filtered(1, 1.5, RingStatistic::median), std::pair(47.0F, 1.0F));
  EXPECT_EQ(filtered(1, 2, RingStatistic::median), std::pair(47.0F, 3.0F));
  EXPECT_EQ(filtered(2, 2.9, RingStatistic::median), std::pair(52.0F, 15.0F));
}

TEST(RingFilter, MeanLeavesBadPixelsOutAndExtendsEdges) {
  EXPECT_EQ(filtered(1, 1.5, RingStatistic::mean), std::pair(43.75F, 7.8F));
  EXPECT_EQ(filtered(1, 2, RingStatistic::mean), std::pair(45.0F, 10.571428F));
  EXPECT_EQ(filtered(2, 2.9, RingStatistic::mean), std::pair(53.066666F, 17.2F));
}

TEST(RingFilter, TakesIntegerPixels) {
  using Pair = std::pair<std::int32_t, std::int32_t>;
  EXPECT_EQ(filtered<std::int32_t>(2, 2.9, RingStatistic::median), Pair(52, 15));
  EXPECT_EQ(filtered<std::int32_t>(1, 1.5, RingStatistic::mean), Pair(43, 7));
}

// The footprint of fixPixels' local median.
TEST(RingFilter, MedianOfTheRingFromThreeToFive) {
  std::vector<float> image;
  for (int p = 0; p < 144; ++p) image.push_back(static_cast<float>(std::pow(p, 1.5)));
  std::vector<std::uint8_t> bad(144, 0);
  bad[5 * 12 + 5] = 1;
  ring_filter<float>(image, 12, 12, bad, 3, 5, 1, RingStatistic::median);
  EXPECT_EQ(image[5 * 12 + 5], 560.7424F);
}

std::vector<float> patterned_image() {
  std::vector<float> image;
  for (int p = 0; p < 49; ++p) image.push_back(static_cast<float>((p * 17) % 31));
  return image;
}
std::vector<std::uint8_t> bad_block() {
  std::vector<std::uint8_t> bad(49, 0);
  for (int y = 1; y < 6; ++y) {
    for (int x = 1; x < 6; ++x) bad[y * 7 + x] = 1;
  }
  return bad;
}

// Expected: scipy.ndimage.rank_filter and median_filter, mode='reflect', twice.
TEST(RingFilter, SecondMedianRoundFiltersTheBadPixelsToo) {
  std::vector<float> image = patterned_image();
  ring_filter<float>(image, 7, 7, bad_block(), 1, 1.5, 2, RingStatistic::median);
  EXPECT_EQ(image, (std::vector<float>{0,  17, 3,  20, 6,  23, 9,   //
                                       26, 21, 20, 15, 20, 13, 4,   //
                                       21, 19, 20, 15, 20, 18, 30,  //
                                       16, 16, 19, 13, 20, 20, 25,  //
                                       11, 16, 17, 19, 19, 20, 20,  //
                                       6,  11, 17, 19, 17, 15, 15,  //
                                       1,  18, 4,  21, 7,  24, 10}));
}

// Expected: astropy.convolution.convolve(mask=..., boundary='extend'), twice; its NaN in the
// centre, where neither round finds a good pixel, is the old value here.
TEST(RingFilter, MeanRoundsGrowInwards) {
  std::vector<float> image = patterned_image();
  const float centre = image[24];
  ring_filter<float>(image, 7, 7, bad_block(), 1, 1.5, 2, RingStatistic::mean);
  const std::vector<float> expected = {13.4F, 13.333333F, 9.666667F,  16.333334F, 14.4F,       //
                                       21,    14.68F,     13.111112F, 17.013332F, 19.666666F,  //
                                       16,    16,         centre,     21.555555F, 25,          //
                                       11,    12,         14.111112F, 17.64F,     20,          //
                                       8,     14.333333F, 10.666667F, 17.333334F, 15.2F};
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 5; ++x) {
      EXPECT_FLOAT_EQ(image[(y + 1) * 7 + x + 1], expected[y * 5 + x]) << y << ' ' << x;
    }
  }
}

TEST(RingFilter, NanSortsAboveEverythingAndDoesNotSpreadIntoMeans) {
  std::vector<float> image = {kNan, 1, 2, 3, 100, 5, kNan, 7, 8};
  std::vector<std::uint8_t> bad(9, 0);
  bad[4] = 1;
  std::vector<float> median = image;
  ring_filter<float>(median, 3, 3, bad, 1, 1.5, 1, RingStatistic::median);
  EXPECT_EQ(median[4], 7.0F);
  ring_filter<float>(image, 3, 3, bad, 1, 1.5, 1, RingStatistic::mean);
  EXPECT_FLOAT_EQ(image[4], 26.0F / 6.0F);
}

TEST(RingFilter, DoesNothingWithoutBadPixelsRoundsOrRing) {
  const std::vector<std::uint8_t> none(49, 0);
  for (const auto statistic : {RingStatistic::median, RingStatistic::mean}) {
    std::vector<float> image = patterned_image();
    ring_filter<float>(image, 7, 7, none, 1, 2, 3, statistic);
    ring_filter<float>(image, 7, 7, bad_block(), 1, 2, 0, statistic);
    ring_filter<float>(image, 7, 7, bad_block(), 3, 2, 1, statistic);
    ring_filter<float>(image, 7, 7, bad_block(), 1.1, 1.2, 1, statistic);
    EXPECT_EQ(image, patterned_image());
  }
}

TEST(RingFilter, ReachesBeyondAnImageSmallerThanTheRing) {
  std::vector<float> image = {4, 9};
  ring_filter<float>(image, 1, 2, {1, 0}, 3, 5, 1, RingStatistic::median);
  EXPECT_TRUE(image[0] == 4 || image[0] == 9);
  EXPECT_EQ(image[1], 9);
}

}  // namespace
}  // namespace wyvern::kernels

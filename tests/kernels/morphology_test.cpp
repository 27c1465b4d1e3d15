// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/morphology.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <string>

namespace wyvern::kernels {
namespace {

std::vector<std::uint8_t> image_of(const std::vector<std::string>& rows) {
  std::vector<std::uint8_t> image;
  for (const std::string& row : rows) {
    for (const char c : row) image.push_back(c == '#' ? 1 : 0);
  }
  return image;
}

std::map<int, int> histogram(const std::vector<std::uint16_t>& mask) {
  std::map<int, int> counts;
  for (const std::uint16_t flag : mask) ++counts[flag];
  return counts;
}

TEST(Labels, NumbersRegionsByTheirFirstPixel) {
  const auto image = image_of({".#..#.",  //
                               "##.##.",  //
                               "......",  //
                               "#.#.#.",  //
                               "#.###."});
  const Labels labels = label_regions(image, 5, 6);
  EXPECT_EQ(labels.label, (std::vector<std::int32_t>{0, 1, 0, 0, 2, 0,  //
                                                     1, 1, 0, 2, 2, 0,  //
                                                     0, 0, 0, 0, 0, 0,  //
                                                     3, 0, 4, 0, 4, 0,  //
                                                     3, 0, 4, 4, 4, 0}));
  EXPECT_EQ(labels.size, (std::vector<std::int64_t>{3, 3, 2, 5}));
}

TEST(Labels, DiagonalsDoNotTouch) {
  const Labels labels = label_regions(image_of({"#.#", ".#.", "#.#"}), 3, 3);
  EXPECT_EQ(labels.size.size(), 5U);
}

// Arms that meet only in the last row must have the number of the first one seen.
TEST(Labels, JoinsArmsThatMeetLate) {
  const auto image = image_of({"#.#.#.#",  //
                               "#.#.#.#",  //
                               "###.###",  //
                               "..###.."});
  const Labels labels = label_regions(image, 4, 7);
  EXPECT_EQ(labels.size, (std::vector<std::int64_t>{17}));
  for (std::size_t p = 0; p < image.size(); ++p) EXPECT_EQ(labels.label[p], image[p]) << p;
}

TEST(Labels, EmptyAndFull) {
  EXPECT_TRUE(label_regions(std::vector<std::uint8_t>(12, 0), 3, 4).size.empty());
  EXPECT_EQ(label_regions(std::vector<std::uint8_t>(12, 9), 3, 4).size,
            std::vector<std::int64_t>{12});
}

// Labels by flooding, the slow way.
TEST(Labels, AgreesWithFloodingOnNoise) {
  std::mt19937 random(7);
  const std::int64_t ny = 61, nx = 47;
  std::vector<std::uint8_t> image(static_cast<std::size_t>(ny * nx));
  for (auto& pixel : image) pixel = random() % 100 < 58 ? 1 : 0;
  std::vector<std::int32_t> expected(image.size(), 0);
  std::int32_t count = 0;
  for (std::int64_t seed = 0; seed < ny * nx; ++seed) {
    if (image[seed] == 0 || expected[seed] != 0) continue;
    ++count;
    std::vector<std::int64_t> open = {seed};
    while (!open.empty()) {
      const std::int64_t p = open.back();
      open.pop_back();
      if (image[p] == 0 || expected[p] != 0) continue;
      expected[p] = count;
      if (p % nx > 0) open.push_back(p - 1);
      if (p % nx < nx - 1) open.push_back(p + 1);
      if (p >= nx) open.push_back(p - nx);
      if (p < (ny - 1) * nx) open.push_back(p + nx);
    }
  }
  const Labels labels = label_regions(image, ny, nx);
  EXPECT_EQ(labels.label, expected);
  EXPECT_EQ(labels.size.size(), static_cast<std::size_t>(count));
}

std::vector<float> frame_with_levels() {
  std::vector<float> data(120 * 120, 100.0F);
  const float row[] = {6666.0F, 6665.9F, 4761.0F, 4760.9F};
  std::copy(std::begin(row), std::end(row), data.begin() + 10 * 120 + 10);
  for (int y = 50; y < 57; ++y) {
    for (int x = 50; x < 57; ++x) {
      const bool core = y >= 52 && y < 55 && x >= 52 && x < 55;
      data[y * 120 + x] = core ? 50.0F : 7000.0F;
    }
  }
  data[30 * 120 + 30] = std::numeric_limits<float>::quiet_NaN();
  return data;
}

TEST(Levels, FlagsSaturationNonLinearityAndHiddenCores) {
  const std::vector<float> data = frame_with_levels();
  std::vector<std::uint16_t> mask(data.size(), 0);
  EXPECT_TRUE(flag_levels<float>(data, 120, 120, 6666.0, 4761.0, mask));
  EXPECT_EQ(mask[10 * 120 + 10], 4);
  EXPECT_EQ(mask[10 * 120 + 11], 2);
  EXPECT_EQ(mask[10 * 120 + 12], 2);
  EXPECT_EQ(mask[10 * 120 + 13], 0);
  EXPECT_EQ(mask[53 * 120 + 53], 4);
  EXPECT_EQ(mask[30 * 120 + 30], 0);
  EXPECT_EQ(histogram(mask), (std::map<int, int>{{0, 14348}, {2, 2}, {4, 50}}));
}

TEST(Levels, SmallFramesAreAllHidden) {
  for (const std::int64_t n : {90, 100}) {
    const std::vector<float> data(static_cast<std::size_t>(n * n), 100.0F);
    std::vector<std::uint16_t> mask(data.size(), 0);
    flag_levels<float>(data, n, n, 6666.0, 4761.0, mask);
    EXPECT_EQ(histogram(mask), (std::map<int, int>{{4, static_cast<int>(n * n)}}));
  }
  const std::vector<float> data(101 * 100, 100.0F);
  std::vector<std::uint16_t> mask(data.size(), 0);
  flag_levels<float>(data, 101, 100, 6666.0, 4761.0, mask);
  EXPECT_EQ(histogram(mask), (std::map<int, int>{{0, 10100}}));
}

TEST(Levels, EdgeNeighboursEncloseAPixel) {
  std::vector<float> data(120 * 120, 100.0F);
  const int centre = 60 * 120 + 60;
  for (const int p : {centre - 1, centre + 1, centre - 120, centre + 120}) data[p] = 5000.0F;
  std::vector<std::uint16_t> mask(data.size(), 0);
  flag_levels<float>(data, 120, 120, 6666.0, 4761.0, mask);
  EXPECT_EQ(mask[centre], 4);
  EXPECT_EQ(mask[centre - 1], 2);
  EXPECT_EQ(histogram(mask), (std::map<int, int>{{0, 14395}, {2, 4}, {4, 1}}));
}

template <class T>
class LevelsOfType : public ::testing::Test {};
using PixelTypes =
    ::testing::Types<std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, float, double>;
TYPED_TEST_SUITE(LevelsOfType, PixelTypes);

TYPED_TEST(LevelsOfType, KeepsOtherFlagsAndTakesAbsentLevels) {
  const std::vector<TypeParam> data = {10, 20, 30, 40};
  const auto flagged = [&](std::optional<double> saturation, std::optional<double> non_linear) {
    std::vector<std::uint16_t> mask = {64, 64, 64, 64};
    const bool sound = flag_levels<TypeParam>(data, 2, 2, saturation, non_linear, mask);
    for (auto& flag : mask) flag = static_cast<std::uint16_t>(flag ^ 64);
    return std::pair(sound, mask);
  };
  using Mask = std::vector<std::uint16_t>;
  EXPECT_EQ(flagged({}, {}), std::pair(true, Mask({0, 0, 0, 0})));
  EXPECT_EQ(flagged(30.0, {}), std::pair(true, Mask({0, 0, 4, 4})));
  EXPECT_EQ(flagged({}, 29.5), std::pair(true, Mask({0, 0, 2, 2})));
  EXPECT_EQ(flagged(30.0, 30.0), std::pair(true, Mask({0, 0, 4, 4})));
  EXPECT_EQ(flagged(30.0, 35.0), std::pair(false, Mask({0, 0, 4, 4})));
  // The first row lies below the non-linear level and is small: hidden saturation.
  EXPECT_EQ(flagged(40.0, 30.0), std::pair(true, Mask({4, 4, 2, 4})));
}

// A level that float cannot hold is rounded before it is compared with float pixels.
TEST(Levels, AreRoundedToTheTypeOfThePixels) {
  const float pixel = 0.1F;
  std::vector<std::uint16_t> mask = {0};
  flag_levels<float>(std::span<const float>(&pixel, 1), 1, 1, 0.1, {}, mask);
  EXPECT_EQ(mask[0], 4);
  const double finer = std::nextafter(0.1, 0.0);
  mask = {0};
  flag_levels<double>(std::span<const double>(&finer, 1), 1, 1, 0.1, {}, mask);
  EXPECT_EQ(mask[0], 0);
}

TEST(Disc, HasTheShapesOfTheReference) {
  EXPECT_EQ(disc(0).size(), 1U);
  EXPECT_EQ(disc(1).size(), 5U);
  EXPECT_EQ(disc(1.5).size(), 9U);
  EXPECT_EQ(disc(2).size(), 13U);
  EXPECT_EQ(disc(2.3).size(), 21U);
  EXPECT_TRUE(disc(-1).empty());
  EXPECT_EQ(disc(1), (std::vector<std::pair<int, int>>{{-1, 0}, {0, -1}, {0, 0}, {0, 1}, {1, 0}}));
}

TEST(Dilation, SpreadsPixelsAndStopsAtTheEdges) {
  EXPECT_EQ(dilate(image_of({".....", ".....", "..#..", ".....", "....#"}), 5, 5, disc(1)),
            image_of({".....", "..#..", ".###.", "..#.#", "...##"}));
}

TEST(Dilation, FollowsAnAsymmetricFootprint) {
  EXPECT_EQ(dilate(image_of({"#...", "...#"}), 2, 4, {{0, 0}, {0, 2}, {1, 1}}),
            image_of({"#.#.", ".#.#"}));
}

TEST(Dilation, TakesAnyNonZeroPixelAndGivesOnes) {
  const std::vector<std::uint8_t> image = {0, 0, 255, 0, 0};
  EXPECT_EQ(dilate(image, 1, 5, disc(1)), (std::vector<std::uint8_t>{0, 1, 1, 1, 0}));
}

TEST(Dilation, CopesWithOffsetsWiderThanTheImage) {
  EXPECT_EQ(dilate(std::vector<std::uint8_t>{1, 0}, 1, 2, disc(5)),
            (std::vector<std::uint8_t>{1, 1}));
}

}  // namespace
}  // namespace wyvern::kernels

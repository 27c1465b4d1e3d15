// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include "kernels/morphology.h"
#include "kernels/resample.h"

namespace wyvern::kernels {
namespace {

std::vector<std::uint16_t> random_mask(std::int64_t size, unsigned seed) {
  std::mt19937 random(seed);
  const std::uint16_t flags[] = {0, 0, 0, 0, 0, 1, 64, 65, 16, 32770};
  std::vector<std::uint16_t> mask(static_cast<std::size_t>(size));
  for (auto& flag : mask) flag = flags[random() % 10];
  return mask;
}

// As the reference does it: one float plane of 0 and `bit` after the other.
std::vector<std::uint16_t> bit_by_bit(const std::vector<std::uint16_t>& mask, std::int64_t ny,
                                      std::int64_t nx, const SamplingMap& map, int order,
                                      double threshold, std::int64_t out_ny, std::int64_t out_nx) {
  const auto out_size = static_cast<std::size_t>(out_ny * out_nx);
  std::vector<std::uint16_t> output(out_size, 0);
  std::vector<float> plane(mask.size()), sampled(out_size);
  for (unsigned bit = 1; bit < 65536; bit <<= 1) {
    for (std::size_t p = 0; p < mask.size(); ++p) {
      plane[p] = (mask[p] & bit) != 0 ? static_cast<float>(bit) : 0.0F;
    }
    const auto coefficients = spline_coefficients<float>(plane, ny, nx, order);
    resample_rows<double>(coefficients, ny, nx, map, order, bit == 16 ? 16 : 0, 1, 0, out_ny,
                          out_nx, sampled.data());
    const auto limit = static_cast<float>(threshold * bit);
    for (std::size_t p = 0; p < out_size; ++p) {
      if (std::abs(sampled[p]) > limit) output[p] = static_cast<std::uint16_t>(output[p] | bit);
    }
  }
  return output;
}

TEST(ResampleMask, EqualsSamplingBitByBit) {
  const std::int64_t ny = 19, nx = 26, out_ny = 24, out_nx = 31;
  const auto mask = random_mask(ny * nx, 11);
  const std::vector<SamplingMap> maps = {
      {1, 0, 0, 1, 0, 0},
      {1, 0, 0, 1, -2, 3},
      {1, 0, 0, 1, 0.999, -0.001},
      {-1, 0, 0, -1, 18, 25},
      {std::cos(0.3), std::sin(0.3), -std::sin(0.3), std::cos(0.3), 0.1, 4.9}};
  for (const SamplingMap& map : maps) {
    for (int order = 0; order <= 5; ++order) {
      for (const double threshold : {0.001, 0.3, 0.9}) {
        std::vector<std::uint16_t> output(static_cast<std::size_t>(out_ny * out_nx), 999);
        resample_mask_rows<std::uint16_t>(mask, ny, nx, map, order, threshold, true, 0, out_ny,
                                          out_nx, output.data());
        EXPECT_EQ(output, bit_by_bit(mask, ny, nx, map, order, threshold, out_ny, out_nx))
            << "order " << order << " threshold " << threshold;
      }
    }
  }
}

TEST(ResampleMask, TilesFromOneSetOfCoefficients) {
  const auto mask = random_mask(19 * 26, 12);
  const SamplingMap map{0.99, 0.05, -0.05, 0.99, 0.3, 0.6};
  for (const int order : {2, 3, 4, 5}) {
    std::vector<std::uint16_t> whole(20 * 30, 7), tiled(20 * 30, 8);
    resample_mask_rows<std::uint16_t>(mask, 19, 26, map, order, 0.001, false, 0, 20, 30,
                                      whole.data());
    const MaskCoefficients made = mask_coefficients<std::uint16_t>(mask, 19, 26, order);
    EXPECT_EQ(made.bits, (std::vector<unsigned>{1, 2, 16, 64, 32768}));
    for (std::int64_t first = 0; first < 20; first += 6) {
      resample_mask_rows<std::uint16_t>(made, 19, 26, map, order, 0.001, false, first,
                                        std::min<std::int64_t>(first + 6, 20), 30, tiled.data());
    }
    EXPECT_EQ(tiled, whole);
  }
  std::uint16_t output = 0;
  EXPECT_THROW(resample_mask_rows<std::uint16_t>(MaskCoefficients{}, 19, 26, map, 1, 0.001, false,
                                                 0, 1, 1, &output),
               std::invalid_argument);
}

TEST(ResampleMask, MarksTheOutsideOfDataOnly) {
  const std::vector<std::uint8_t> mask(4, 0);
  std::vector<std::uint8_t> output(3, 9);
  const SamplingMap map{1, 0, 0, 1, 0, -0.5};
  for (int order = 0; order <= 5; ++order) {
    resample_mask_rows<std::uint8_t>(mask, 2, 2, map, order, 0.001, true, 0, 1, 3, output.data());
    EXPECT_EQ(output, (std::vector<std::uint8_t>{16, 0, 16})) << order;
    resample_mask_rows<std::uint8_t>(mask, 2, 2, map, order, 0.001, false, 0, 1, 3, output.data());
    EXPECT_EQ(output, (std::vector<std::uint8_t>{0, 0, 0})) << order;
  }
}

// A pixel exactly on the threshold is not flagged.
TEST(ResampleMask, ThresholdIsExclusive) {
  const std::vector<std::uint8_t> mask = {1, 0};
  std::uint8_t output = 9;
  const auto flagged = [&](double threshold) {
    resample_mask_rows<std::uint8_t>(mask, 1, 2, {1, 0, 0, 1, 0, 0.75}, 1, threshold, false, 0, 1,
                                     1, &output);
    return output;
  };
  EXPECT_EQ(flagged(0.25), 0);
  EXPECT_EQ(flagged(0.24999), 1);
}

// Wholly flagged neighbourhoods have a weight of 1, which a threshold of 1 does not let through.
TEST(ResampleMask, NothingPassesAThresholdOfOne) {
  const std::vector<std::uint8_t> mask(9, 5);
  std::vector<std::uint8_t> output(4, 9);
  for (const int order : {0, 1}) {
    resample_mask_rows<std::uint8_t>(mask, 3, 3, {1, 0, 0, 1, 0.3, 0.3}, order, 1.0, false, 0, 2, 2,
                                     output.data());
    EXPECT_EQ(output, (std::vector<std::uint8_t>{0, 0, 0, 0}));
  }
}

// An object mask carried to a frame whose pixel (x, y) is the source's (x + 1.5, y + 0.25).
TEST(ResampleMask, TransfersAnObjectMask) {
  std::vector<std::uint8_t> source(42, 0);
  source[2 * 7 + 3] = 1;
  const auto carried = [&](int order, double threshold) {
    std::vector<std::uint8_t> output(42, 9);
    resample_mask_rows<std::uint8_t>(source, 6, 7, {1, 0, 0, 1, 0.25, 1.5}, order, threshold, false,
                                     0, 6, 7, output.data());
    return output;
  };
  const auto with = [](std::initializer_list<std::pair<int, int>> pixels) {
    std::vector<std::uint8_t> image(42, 0);
    for (const auto& [x, y] : pixels) image[y * 7 + x] = 1;
    return image;
  };
  EXPECT_EQ(carried(1, 0.01), with({{1, 1}, {2, 1}, {1, 2}, {2, 2}}));
  EXPECT_EQ(carried(0, 0.01), with({{1, 2}}));
  EXPECT_EQ(carried(1, 0.4), with({}));
  const auto dilated = dilate(carried(1, 0.01), 6, 7, disc(1.5));
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 7; ++x) EXPECT_EQ(dilated[y * 7 + x], y <= 3 && x <= 3 ? 1 : 0);
  }
}

// A frame moved by half a pixel spreads its flags (shiftImages).
TEST(ResampleMask, ShiftSpreadsFlags) {
  std::vector<std::uint16_t> mask(20, 0), output(12, 9);
  mask[5 + 1] = 1;
  resample_mask_rows<std::uint16_t>(mask, 4, 5, {1, 0, 0, 1, 0.75, 0.5}, 1, 0.001, true, 0, 3, 4,
                                    output.data());
  EXPECT_EQ(output, (std::vector<std::uint16_t>{1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace wyvern::kernels

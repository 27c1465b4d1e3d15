// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace wyvern::kernels {
namespace {

struct Image {
  std::int64_t ny, nx;
  std::vector<float> pixels;
};

std::vector<float> resampled(const Image& image, const SamplingMap& map, int order, double cval,
                             double factor, std::int64_t out_ny, std::int64_t out_nx) {
  std::vector<float> output(static_cast<std::size_t>(out_ny * out_nx), -99.0F);
  if (order < 2) {
    resample_rows<float>(image.pixels, image.ny, image.nx, map, order, cval, factor, 0, out_ny,
                         out_nx, output.data());
  } else {
    const auto coefficients = spline_coefficients<float>(image.pixels, image.ny, image.nx, order);
    resample_rows<double>(coefficients, image.ny, image.nx, map, order, cval, factor, 0, out_ny,
                          out_nx, output.data());
  }
  return output;
}

Image noise(std::int64_t ny, std::int64_t nx, unsigned seed) {
  std::mt19937 random(seed);
  Image image{ny, nx, std::vector<float>(static_cast<std::size_t>(ny * nx))};
  for (float& pixel : image.pixels) pixel = static_cast<float>(random() % 100000) / 7.0F;
  return image;
}

// Output pixel = input pixel + (dx, dy).
SamplingMap shift(double dx, double dy) {
  return {1, 0, 0, 1, -dy, -dx};
}

const Image kSquare{4, 4, {0, 0, 0, 0, 0, 10, 4, 0, 0, 2, 8, 0, 0, 0, 0, 0}};

TEST(Resample, LinearSquare) {
  EXPECT_EQ(resampled(kSquare, {1, 0, 0, 1, 0.25, 0.5}, 1, 0, 1, 4, 4),
            (std::vector<float>{1.25F, 1.75F, 0.5F, 0, 4, 6.5F, 2.5F, 0, 0.75F, 3.75F, 3, 0, 0, 0,
                                0, 0}));
}

TEST(Resample, CubicSquare) {
  EXPECT_EQ(resampled(kSquare, {1, 0, 0, 1, 0.25, 0.5}, 3, 0, 1, 4, 4),
            (std::vector<float>{0.63328123F, 1.05078125F, -0.0028125F, 0, 3.9975F, 9.6953125F,
                                1.8196875F, 0, -0.36703125F, 4.11328125F, 2.835F, 0, 0, 0, 0, 0}));
}

// Expected: scipy.ndimage.affine_transform 1.10 on float32, to the last bit.
TEST(Resample, AllOrdersAsScipy) {
  Image image{6, 7, {}};
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 7; ++x) {
      image.pixels.push_back(static_cast<float>((7 * y + x) % 11) +
                             0.25F * static_cast<float>(x * y));
    }
  }
  const SamplingMap map{0.8, 0.3, -0.25, 0.9, 0.4, 0.7};
  const std::vector<std::vector<float>> expected = {
      {1.0F, 9.5F, 10.75F, 10.75F, 9.0F, 7.0F,  4.5F,  6.0F, 7.5F,  9.0F,
       3.0F, 4.5F, 2.5F,   4.25F,  6.0F, -1.0F, 0.75F, 2.5F, 12.0F, 14.0F},
      {3.57F, 6.78F,   10.125F, 7.225F,  6.22F, 6.785F, 6.85625F, 7.0625F, 7.40375F, 7.88F,
       3.3F,  3.5325F, 3.9F,    4.4025F, 7.24F, -1.0F,  2.69375F, 5.0375F, 9.00125F, 13.1F},
      {2.6969829F, 6.9400425F, 11.062338F, 8.094312F,  6.137096F,  7.407688F,  8.1509495F,
       7.5692134F, 7.2406025F, 8.376294F,  3.0848484F, 2.6805496F, 2.6290495F, 3.8360925F,
       6.7591963F, -1.0F,      2.1719546F, 4.501738F,  9.560359F,  14.170552F},
      {2.780305F,  6.4719253F, 11.212259F, 8.195193F, 5.8479075F, 7.432114F,  8.524979F,
       7.9213905F, 7.0866446F, 8.22562F,   3.095077F, 2.2295215F, 2.3677895F, 3.7858279F,
       6.9273767F, -1.0F,      2.5156722F, 4.668421F, 9.44054F,   14.309085F},
      {2.6534266F, 6.245043F,  11.339529F, 8.431593F,  5.731426F,  7.5943937F, 8.950926F,
       8.111744F,  6.9850817F, 8.300116F,  3.0857615F, 1.8981061F, 1.9851654F, 3.7209897F,
       6.900725F,  -1.0F,      2.6282866F, 4.792883F,  9.5446F,    14.527024F},
      {2.6193073F, 6.079987F, 11.392402F, 8.561049F,  5.616694F,  7.6690826F, 9.178939F,
       8.250865F,  6.911191F, 8.303218F,  3.0852468F, 1.6736871F, 1.762174F,  3.6883698F,
       6.9228745F, -1.0F,     2.746844F,  4.922089F,  9.602545F,  14.648693F}};
  for (int order = 0; order <= 5; ++order) {
    EXPECT_EQ(resampled(image, map, order, -1, 1, 4, 5), expected[order]) << "order " << order;
  }
}

Image ramp() {
  Image image{4, 5, {}};
  for (int p = 0; p < 20; ++p) image.pixels.push_back(static_cast<float>(p));
  return image;
}

TEST(Resample, ShiftsByWholePixelsToAPlainCopy) {
  const auto output = resampled(ramp(), shift(1, 2), 1, 0, 1, 4, 5);
  EXPECT_EQ(output, (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                                        0, 0, 1, 2, 3, 0, 5, 6, 7, 8}));
}

TEST(Resample, ShiftsByPartsOfPixels) {
  // Output of 3 x 4 pixels whose origin is (1, 1).
  const auto output = resampled(ramp(), shift(0.5 - 1, 0.25 - 1), 1, 0, 1, 3, 4);
  EXPECT_EQ(output, (std::vector<float>{4.25F, 5.25F, 6.25F, 7.25F, 9.25F, 10.25F, 11.25F, 12.25F,
                                        14.25F, 15.25F, 16.25F, 17.25F}));
}

// Moved by -1.5 pixels into a grid whose origin is at -1.
TEST(Resample, CubicShiftMirrorsTheEdges) {
  const auto output = resampled(ramp(), shift(-1.5 + 1, 0), 3, 0, 1, 2, 6);
  EXPECT_EQ(output, (std::vector<float>{0.3392857F, 1.5535715F, 2.4464285F, 3.6607144F, 0, 0,  //
                                        5.339286F, 6.553571F, 7.446429F, 8.660714F, 0, 0}));
}

// Linear interpolation as scipy sums it, one pixel at a time.
float linear_by_definition(const Image& image, const SamplingMap& map, std::int64_t i,
                           std::int64_t j, float cval) {
  const double y = (map.m00 * static_cast<double>(i) + map.m01 * static_cast<double>(j)) + map.o0;
  const double x = (map.m10 * static_cast<double>(i) + map.m11 * static_cast<double>(j)) + map.o1;
  const auto last_y = image.ny - 1, last_x = image.nx - 1;
  if (y < 0 || y > static_cast<double>(last_y) || x < 0 || x > static_cast<double>(last_x)) {
    return cval;
  }
  const double wy[] = {1.0 - (y - std::floor(y)), y - std::floor(y)};
  const double wx[] = {1.0 - (x - std::floor(x)), x - std::floor(x)};
  double sum = 0.0;
  for (int r = 0; r < 2; ++r) {
    for (int c = 0; c < 2; ++c) {
      const auto row = std::min(static_cast<std::int64_t>(y) + r, last_y);
      const auto column = std::min(static_cast<std::int64_t>(x) + c, last_x);
      sum += static_cast<double>(image.pixels[row * image.nx + column]) * wy[r] * wx[c];
    }
  }
  return static_cast<float>(sum);
}

std::vector<SamplingMap> maps(std::int64_t ny, std::int64_t nx) {
  const double ly = static_cast<double>(ny - 1), lx = static_cast<double>(nx - 1);
  return {{1, 0, 0, 1, 0, 0},
          {1, 0, 0, 1, -2, 3},
          {1, 0, 0, 1, 0.25, -0.75},
          {-1, 0, 0, -1, ly, lx},
          {0, 1, 1, 0, 0, 0},
          {0.5, 0, 0, 0.5, 0, 0},
          {std::cos(0.3), std::sin(0.3), -std::sin(0.3), std::cos(0.3), 0.1, 4.9},
          {std::cos(2.5), std::sin(2.5), -std::sin(2.5), std::cos(2.5), 10.3, 20.2},
          {0.9999999363925216, 0.00030937042730461335, -0.0003092598512233304, 0.9999999683498847,
           -0.24355969442210954, 0.030374568653261644},
          {1e-9, 1e-9, 1e-9, 1e-9, 1, 1},
          {1, 0, 0, 1, 1e9, 0}};
}

TEST(Resample, LinearBitsOnEveryMapAndShape) {
  unsigned seed = 0;
  for (const auto& [ny, nx] : std::vector<std::pair<int, int>>{{1, 1}, {1, 9}, {8, 1}, {23, 31}}) {
    const Image image = noise(ny, nx, ++seed);
    for (const SamplingMap& map : maps(ny, nx)) {
      const auto output = resampled(image, map, 1, 7.5, 1, 29, 37);
      for (std::int64_t i = 0; i < 29; ++i) {
        for (std::int64_t j = 0; j < 37; ++j) {
          ASSERT_EQ(output[i * 37 + j], linear_by_definition(image, map, i, j, 7.5F))
              << ny << 'x' << nx << " at " << i << ' ' << j;
        }
      }
    }
  }
}

TEST(Resample, RowsDoNotDependOnTheTiles) {
  const Image image = noise(23, 31, 5);
  for (int order = 0; order <= 1; ++order) {
    for (const SamplingMap& map : maps(23, 31)) {
      const auto whole = resampled(image, map, order, 0, 1.5, 29, 37);
      std::vector<float> tiled(whole.size(), -1.0F);
      for (std::int64_t first = 0; first < 29; first += 4) {
        resample_rows<float>(image.pixels, 23, 31, map, order, 0, 1.5, first,
                             std::min<std::int64_t>(first + 4, 29), 37, tiled.data());
      }
      EXPECT_EQ(tiled, whole);
    }
  }
}

// numpy rounds the sampled values to float and multiplies floats.
TEST(Resample, FactorMultipliesRoundedValues) {
  const Image image = noise(23, 31, 9);
  const SamplingMap map{1, 0, 0, 1, 0.3, 0.7};
  const double factor = 1.0001234567;
  for (const int order : {0, 1, 3}) {
    const auto plain = resampled(image, map, order, 2.0, 1, 23, 31);
    const auto scaled = resampled(image, map, order, 2.0, factor, 23, 31);
    for (std::size_t p = 0; p < plain.size(); ++p) {
      ASSERT_EQ(scaled[p], plain[p] * static_cast<float>(factor));
    }
  }
}

TEST(Resample, DoublePixelsAreRoundedOnce) {
  const std::vector<double> pixels = {1.0 + 1e-9, 3.0};
  float output = 0.0F;
  resample_rows<double>(pixels, 1, 2, {1, 0, 0, 1, 0, 0.5}, 1, 0, 1.0 / 3.0, 0, 1, 1, &output);
  EXPECT_EQ(output, static_cast<float>((0.5 * (1.0 + 1e-9) + 1.5) * (1.0 / 3.0)));
}

// Frame in a common grid: rotated by 0.1 rad, moved by (0.3, -0.2), origin (-1, -1).
TEST(Resample, RotatedGroupExample) {
  Image image{6, 6, {}};
  for (int p = 0; p < 36; ++p) image.pixels.push_back(static_cast<float>(std::pow(p, 1.5)));
  const double c = std::cos(0.1), s = std::sin(0.1);
  const double dx = 1.3, dy = 0.8;
  const SamplingMap map{c, -s, s, c, s * dx - c * dy, -(c * dx + s * dy)};
  const auto output = resampled(image, map, 1, 0, 1, 7, 8);
  const std::vector<float> row1 = {0, 0, 2.875282F, 2.861418F, 0, 0, 0, 0};
  const std::vector<float> row3 = {0,          0,          50.69817F,  52.606552F,
                                   55.064407F, 57.599102F, 60.078182F, 0};
  for (std::size_t k = 0; k < 8; ++k) {
    EXPECT_NEAR(output[8 + k], row1[k], 1e-6) << k;
    EXPECT_NEAR(output[24 + k], row3[k], 1e-5) << k;
  }
  std::vector<std::uint16_t> mask(36, 0), flags(56, 999);
  mask[2 * 6 + 3] = 1;
  mask[4 * 6 + 1] = 64;
  mask[5] = 16;
  resample_mask_rows<std::uint16_t>(mask, 6, 6, map, 1, 0.001, true, 0, 7, 8, flags.data());
  EXPECT_EQ(flags, (std::vector<std::uint16_t>{16, 16, 16, 16, 16, 16, 16, 16,  //
                                               16, 16, 0,  0,  16, 16, 16, 16,  //
                                               16, 16, 0,  0,  0,  0,  16, 16,  //
                                               16, 16, 0,  0,  1,  1,  0,  16,  //
                                               16, 64, 64, 0,  1,  0,  0,  16,  //
                                               16, 64, 64, 0,  0,  0,  16, 16,  //
                                               16, 16, 16, 16, 0,  0,  16, 16}));
}

TEST(Resample, NonFinitePixelsBecomeZero) {
  const float inf = std::numeric_limits<float>::infinity();
  std::vector<float> image = {1, inf, -inf, std::numeric_limits<float>::quiet_NaN(), -2};
  EXPECT_EQ(replace_non_finite(std::span<float>(image)), 3U);
  EXPECT_EQ(image, (std::vector<float>{1, 0, 0, 0, -2}));
  std::vector<double> clean = {1, 2};
  EXPECT_EQ(replace_non_finite(std::span<double>(clean)), 0U);
}

TEST(Resample, RefusesOtherOrders) {
  const Image image = ramp();
  float output = 0.0F;
  EXPECT_THROW(spline_coefficients<float>(image.pixels, 4, 5, 6), std::invalid_argument);
  EXPECT_THROW(resampled(image, {}, -1, 0, 1, 1, 1), std::invalid_argument);
  EXPECT_THROW(resample_rows<float>(image.pixels, 4, 5, {}, 3, 0, 1, 0, 1, 1, &output),
               std::invalid_argument);
}

// Two images at once get the bits that each of them gets alone.
TEST(Resample, PairsAreLikeSingleImages) {
  const Image one = noise(23, 31, 4), other = noise(23, 31, 5);
  for (const SamplingMap& map :
       {SamplingMap{1, 0, 0, 1, 0.3, -2.6}, SamplingMap{0.99, 0.05, -0.05, 0.99, 1.5, 2.5},
        SamplingMap{1, 0, 0, -1, 0, 40.0}}) {
    std::vector<float> alone(2 * 26 * 37), pair(alone.size());
    float* const second = pair.data() + 26 * 37;
    resample_rows<float>(one.pixels, 23, 31, map, 1, 0, 1.5, 0, 26, 37, alone.data());
    resample_rows<float>(other.pixels, 23, 31, map, 1, 0, 1.5, 0, 26, 37, alone.data() + 26 * 37);
    resample_pair_rows(one.pixels, other.pixels, 23, 31, map, 1.5, 0, 26, 37, pair.data(), second);
    EXPECT_EQ(alone, pair);
  }
}

// The spline passes through the pixels that it was made from.
TEST(Resample, SplinesInterpolate) {
  const Image image = noise(13, 17, 3);
  for (int order = 0; order <= 5; ++order) {
    const auto output = resampled(image, {}, order, 0, 1, 13, 17);
    for (std::size_t p = 0; p < output.size(); ++p) {
      EXPECT_NEAR(output[p], image.pixels[p], 2e-3) << "order " << order;
    }
  }
}

}  // namespace
}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/arithmetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/errors.h"

namespace wyvern {
namespace {

template <class T>
Plane plane(std::vector<T> values) {
  Plane result(pixel_type_of<T>, {2, static_cast<std::int64_t>(values.size() / 2)});
  std::copy(values.begin(), values.end(), result.pixels<T>().begin());
  return result;
}

AstroData frame(Plane data, Plane variance = {}, Plane mask = {}) {
  AstroData ad;
  Extension extension;
  extension.data = std::move(data);
  extension.variance = std::move(variance);
  extension.mask = std::move(mask);
  ad.extensions.push_back(std::move(extension));
  return ad;
}

template <class T>
std::vector<T> values(const Plane& source) {
  const auto pixels = source.pixels<T>();
  return {pixels.begin(), pixels.end()};
}

template <class T>
void expect_values(const Plane& found, const std::vector<double>& wanted, double relative) {
  ASSERT_EQ(found.type(), pixel_type_of<T>);
  const auto pixels = values<T>(found);
  ASSERT_EQ(pixels.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(pixels[i], wanted[i], relative * std::abs(wanted[i])) << "pixel " << i;
  }
}

// The dark and the flat of the reference's worked chain.
AstroData dark() {
  return frame(plane<float>({5, 1, 2, 3, 4, 5, 6, 7}),
               plane<float>({90, 91, 92, 93, 94, 95, 96, 97}),
               plane<std::uint16_t>({0, 2, 0, 0, 0, 0, 0, 8}));
}
AstroData flat() {
  return frame(plane<float>({1.1F, 0.9F, 1, 0.95F, 1.05F, 1.3F, 0.7F, 1}),
               plane<float>({1e-4F, 2e-4F, 0, 1e-4F, 3e-4F, 1e-4F, 1e-4F, 2e-4F}),
               plane<std::uint16_t>({0, 0, 64, 0, 0, 0, 0, 0}));
}
Plane chain_mask() {
  return plane<std::uint16_t>({0, 0, 64, 0, 1, 0, 0, 4});
}

TEST(ArithmeticChain, Float32FrameAsByTheReference) {
  AstroData ad = frame(plane<float>({100.25F, -2.5F, 0, 4000.125F, 7.0625F, 250, 12, 33.75F}), {},
                       chain_mask());
  Extension& extension = ad.extensions[0];
  multiply(extension, 13.5);
  expect_values<float>(extension.data,
                       {1353.375, -33.75, 0, 54001.688, 95.34375, 3375, 162, 455.625}, 1e-8);
  extension.variance =
      plane<float>({2253.375F, 900, 900, 54901.688F, 995.34375F, 4275, 1062, 1355.625F});
  subtract(ad, dark());
  expect_values<float>(extension.data,
                       {1348.375, -34.75, -2, 53998.688, 91.34375, 3370, 156, 448.625}, 1e-8);
  expect_values<float>(extension.variance,
                       {2343.375, 991, 992, 54994.688, 1089.3438, 4370, 1158, 1452.625}, 6e-8);
  EXPECT_EQ(values<std::uint16_t>(extension.mask),
            (std::vector<std::uint16_t>{0, 2, 64, 0, 1, 0, 0, 12}));
  divide(ad, flat());
  expect_values<float>(
      extension.data,
      {1225.7954, -38.61111, -2, 56840.723, 86.99405, 2592.3079, 222.85715, 448.625}, 6e-8);
  expect_values<float>(
      extension.variance,
      {2060.8533, 1223.8248, 992, 418926.8, 990.1263, 2983.4355, 2373.4011, 1492.8779}, 2.4e-7);
  EXPECT_EQ(values<std::uint16_t>(extension.mask),
            (std::vector<std::uint16_t>{0, 2, 64, 0, 1, 0, 0, 12}));
}

TEST(ArithmeticChain, Int32FrameAsByTheReference) {
  AstroData ad = frame(plane<std::int32_t>({100, -3, 0, 4000, 7, 250, 12, 33}), {}, chain_mask());
  Extension& extension = ad.extensions[0];
  multiply(extension, 13.5);
  expect_values<double>(extension.data, {1350, -40.5, 0, 54000, 94.5, 3375, 162, 445.5}, 0.0);
  // Variance of readout and photons, as addVAR makes it: float32 of 900 + max(data, 0).
  extension.variance = plane<float>({2250, 900, 900, 54900, 994.5F, 4275, 1062, 1345.5F});
  subtract(ad, dark());
  expect_values<double>(extension.data, {1345, -41.5, -2, 53997, 90.5, 3370, 156, 438.5}, 0.0);
  EXPECT_EQ(extension.variance.type(), PixelType::f32);
  divide(ad, flat());
  expect_values<double>(extension.data,
                        {1222.7272462253734, -46.111112332638434, -2, 56838.94808165586,
                         86.19048010464986, 2592.307787392975, 222.85714665237745, 438.5},
                        1e-15);
  expect_values<double>(
      extension.variance,
      {2057.443063982531, 1223.9817731973876, 992, 418902.59338436276, 989.3230983495445,
       2983.435616575662, 2373.4011950412387, 1480.9564490285084},
      1.2e-7);
}

TEST(Arithmetic, ProductVarianceRoundsEveryStepToSinglePrecision) {
  AstroData a = frame(plane<float>({3.3F, -7.7F, 1e10F, 0}), plane<float>({0.1F, 0.2F, 3, 4}));
  const AstroData b = frame(plane<float>({1.1F, 2.7F, -1e5F, 9}), plane<float>({0.3F, 0.7F, 1, 2}));
  const auto x = values<float>(a.extensions[0].data), vx = values<float>(a.extensions[0].variance);
  const auto y = values<float>(b.extensions[0].data), vy = values<float>(b.extensions[0].variance);
  multiply(a, b);
  for (std::size_t i = 0; i < x.size(); ++i) {
    volatile float yy = y[i] * y[i], xx = x[i] * x[i];
    volatile float left = yy * vx[i], right = xx * vy[i];
    EXPECT_EQ(values<float>(a.extensions[0].variance)[i], std::abs(left) + std::abs(right));
    EXPECT_EQ(values<float>(a.extensions[0].data)[i], x[i] * y[i]);
  }
}

TEST(Arithmetic, MissingVarianceCountsAsZero) {
  AstroData a = frame(plane<float>({4, 9}));
  divide(a, frame(plane<float>({2, 3}), plane<float>({1, 2})));
  EXPECT_EQ(values<float>(a.extensions[0].variance), (std::vector<float>{1.0F, 2.0F}));
  AstroData sum = frame(plane<float>({4, 9}));
  add(sum, frame(plane<float>({2, 3}), plane<float>({1, 2})));
  EXPECT_EQ(values<float>(sum.extensions[0].variance), (std::vector<float>{1.0F, 2.0F}));
  AstroData left = frame(plane<float>({4, 9}), plane<float>({5, 6}));
  subtract(left, frame(plane<float>({2, 3})));
  EXPECT_EQ(values<float>(left.extensions[0].variance), (std::vector<float>{5.0F, 6.0F}));
  EXPECT_EQ(values<float>(left.extensions[0].data), (std::vector<float>{2.0F, 6.0F}));
}

TEST(Arithmetic, NegativeVarianceBecomesZeroAndTakesNanAlong) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  AstroData a = frame(plane<float>({1, 1, 1, 1}), plane<float>({-3, nan, 2, 1}));
  add(a, frame(plane<float>({1, 1, 1, 1}), plane<float>({1, 1, 1, 1})));
  EXPECT_EQ(values<float>(a.extensions[0].variance), (std::vector<float>{0, 0, 3, 2}));
  Plane kept = plane<float>({nan, 1});
  EXPECT_FALSE(zero_negative_variance(kept));
  EXPECT_TRUE(std::isnan(values<float>(kept)[0]));
}

TEST(Arithmetic, OnlyMaskIsCopied) {
  AstroData a = frame(plane<float>({1, 2}));
  add(a, frame(plane<float>({1, 2}), {}, plane<std::uint16_t>({8, 64})));
  EXPECT_EQ(values<std::uint16_t>(a.extensions[0].mask), (std::vector<std::uint16_t>{8, 64}));
}

TEST(Arithmetic, TypesFollowNumpy) {
  const auto type_of = [](Plane left, Plane right) {
    AstroData a = frame(std::move(left));
    multiply(a, frame(std::move(right)));
    return a.extensions[0].data.type();
  };
  EXPECT_EQ(type_of(plane<float>({1, 2}), plane<double>({1, 2})), PixelType::f64);
  EXPECT_EQ(type_of(plane<std::int16_t>({1, 2}), plane<float>({1, 2})), PixelType::f32);
  EXPECT_EQ(type_of(plane<std::int32_t>({1, 2}), plane<float>({1, 2})), PixelType::f64);
  EXPECT_EQ(type_of(plane<std::int16_t>({1, 2}), plane<std::uint16_t>({1, 2})), PixelType::i32);
  EXPECT_EQ(type_of(plane<std::uint16_t>({1, 2}), plane<std::uint8_t>({1, 2})), PixelType::u16);
  AstroData quotient = frame(plane<std::int16_t>({1, 2}));
  divide(quotient, frame(plane<std::int16_t>({2, 4})));
  expect_values<double>(quotient.extensions[0].data, {0.5, 0.5}, 0.0);
}

TEST(Arithmetic, IntegersWrapAround) {
  AstroData a = frame(plane<std::uint16_t>({65535, 300}));
  multiply(a, frame(plane<std::uint16_t>({65535, 300})));
  EXPECT_EQ(values<std::uint16_t>(a.extensions[0].data),
            (std::vector<std::uint16_t>{1, static_cast<std::uint16_t>(90000)}));
}

TEST(Arithmetic, ManyPixelsSpanSeveralBlocks) {
  const std::size_t count = 20002;
  std::vector<float> numbers(count);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = static_cast<float>(i) + 0.5F;
  AstroData a = frame(plane(numbers), plane(numbers));
  divide(a, frame(plane(numbers), plane(numbers)));
  for (const float x : values<float>(a.extensions[0].data)) ASSERT_EQ(x, 1.0F);
  const auto variance = values<float>(a.extensions[0].variance);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_NEAR(variance[i], 2.0 / numbers[i], 5e-7 / numbers[i]) << i;
  }
}

TEST(Arithmetic, AFrameMayBeCombinedWithItself) {
  AstroData a = frame(plane<float>({3, 5}), plane<float>({1, 2}));
  subtract(a, a);
  EXPECT_EQ(values<float>(a.extensions[0].data), (std::vector<float>{0, 0}));
  EXPECT_EQ(values<float>(a.extensions[0].variance), (std::vector<float>{2, 4}));
}

TEST(Arithmetic, TablesOfTheRightFrameAreAddedOnce) {
  AstroData a = frame(plane<float>({3, 5})), b = frame(plane<float>({3, 5}));
  a.tables["BOTH"].name = "left";
  b.tables["BOTH"].name = "right";
  b.tables["NEW"].name = "right";
  add(a, b);
  EXPECT_EQ(a.tables.at("BOTH").name, "left");
  EXPECT_EQ(a.tables.at("NEW").name, "right");
}

TEST(Arithmetic, FramesThatDoNotMatchAreRefused) {
  AstroData a = frame(plane<float>({3, 5}));
  EXPECT_THROW(add(a, AstroData{}), DataError);
  EXPECT_THROW(add(a, frame(plane<float>({3, 5, 6, 7}))), DataError);
}

// The divisor of a normalised flat is a single-precision median; its fourth power is formed in
// double precision.
TEST(ArithmeticWithNumbers, DivisionOfAFlatByItsMedian) {
  AstroData ad = frame(plane<float>({5000.5F, 7000.25F}), plane<float>({5100, 7100}));
  const float median = 6000.375F;
  divide(ad.extensions[0], median);
  const float square = median * median;
  const auto fourth = static_cast<float>(std::pow(static_cast<double>(median), 4.0));
  EXPECT_EQ(values<float>(ad.extensions[0].data),
            (std::vector<float>{5000.5F / median, 7000.25F / median}));
  EXPECT_EQ(values<float>(ad.extensions[0].variance),
            (std::vector<float>{square * 5100.0F / fourth, square * 7100.0F / fourth}));
}

TEST(ArithmeticWithNumbers, FactorsAreRoundedToTheTypeOfThePixels) {
  AstroData ad = frame(plane<float>({3, 7}), plane<float>({3, 7}));
  multiply(ad.extensions[0], 0.1);
  EXPECT_EQ(values<float>(ad.extensions[0].data), (std::vector<float>{3 * 0.1F, 7 * 0.1F}));
  const auto square = static_cast<float>(0.1 * 0.1);
  EXPECT_EQ(values<float>(ad.extensions[0].variance), (std::vector<float>{3 * square, 7 * square}));
  add(ad.extensions[0], 2.0);
  EXPECT_EQ(values<float>(ad.extensions[0].data)[0], 3 * 0.1F + 2.0F);
}

TEST(ArithmeticWithNumbers, IntegersBecomeDoubles) {
  AstroData ad = frame(plane<std::int16_t>({3, 7}));
  add(ad.extensions[0], 0.5);
  expect_values<double>(ad.extensions[0].data, {3.5, 7.5}, 0.0);
}

}  // namespace
}  // namespace wyvern

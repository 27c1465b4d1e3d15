// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "stack_support.h"

// Expected numbers come from the reference (DRAGONS 3.2.3, gempy/library/nddops.py).
namespace wyvern::kernels {
namespace {

using testing::Stack;
using testing::Stacked;
using testing::stacked;
using Floats = std::vector<float>;
using Masks = std::vector<std::uint16_t>;
using Counts = std::vector<std::int16_t>;

const float kNan = std::nanf("");

void expect_floats(const Floats& got, const Floats& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(got[i])) << "pixel " << i << ": " << got[i];
    } else {
      EXPECT_EQ(got[i], expected[i]) << "pixel " << i;
    }
  }
}

StackOptions options(Operation operation, Rejection rejection) {
  StackOptions result;
  result.operation = operation;
  result.rejection = rejection;
  return result;
}

// Images whose pixels all have the same value, given for each image.
testing::Images<float> constant(const Floats& values, std::size_t pixels) {
  testing::Images<float> images;
  for (const float value : values) images.emplace_back(pixels, value);
  return images;
}

// Images of one row each from one column of values per pixel.
testing::Images<float> from_columns(const std::vector<Floats>& columns) {
  testing::Images<float> images(columns[0].size());
  for (const Floats& column : columns) {
    for (std::size_t i = 0; i < column.size(); ++i) images[i].push_back(column[i]);
  }
  return images;
}

TEST(Stack, MeanWithoutMaskAndVariance) {
  Stack stack;
  stack.data = {{1, 2, 3.5, -1}, {2, 2, 4.5, 0}, {4, 5, 5, 1}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {2.3333333F, 3, 4.3333335F, 0});
  expect_floats(result.variance, {0.77777785F, 1, 0.19444446F, 0.33333334F});
  EXPECT_FALSE(all_have_masks(stack.inputs()));
}

TEST(Stack, OnlyTheLeastBadInputsCount) {
  Stack stack;
  stack.data = constant({10, 20, 40}, 6);
  stack.variance = constant({1, 2, 4}, 6);
  stack.mask = {{0, 1, 2, 8, 16, 64}, {0, 0, 4, 1, 64, 16}, {1, 8, 0, 64, 1, 64}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {15, 20, 23.333334F, 10, 40, 25});
  EXPECT_EQ(result.mask, (Masks{0, 0, 6, 8, 1, 64}));
  expect_floats(result.variance, {0.75F, 2, 0.77777773F, 1, 4, 1.25F});
  EXPECT_TRUE(all_have_masks(stack.inputs()));
}

TEST(Stack, CombinedMaskBits) {
  Stack stack;
  stack.data = constant({10, 20, 40}, 3);
  stack.variance = constant({1, 2, 4}, 3);
  stack.mask = {{65, 66, 80}, {64, 65, 16}, {64, 1, 17}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {23.333334F, 40, 23.333334F});
  EXPECT_EQ(result.mask, (Masks{65, 1, 81}));
  expect_floats(result.variance, {0.77777773F, 4, 0.77777773F});
}

Stack four_images() {
  Stack stack;
  stack.data = {{1, 9, 3}, {2, 8, 3}, {4, 7, 3}, {8, 6, 5}};
  return stack;
}

TEST(Stack, MediansWithMaskAndVariance) {
  Stack stack = four_images();
  stack.mask = {{0, 0, 0}, {0, 0, 1}, {0, 16, 0}, {0, 0, 0}};
  stack.variance = {{1, 2, 3}, {1, 2, 3}, {2, 2, 3}, {4, 2, 3}};
  const Floats variance = {0.7853982F, 1.0471976F, 1.5707964F};
  const Stacked median = stacked(stack, options(Operation::median, Rejection::none));
  expect_floats(median.data, {3, 8, 3});
  expect_floats(median.variance, variance);
  EXPECT_EQ(median.mask, (Masks{0, 0, 0}));
  const Stacked low = stacked(stack, options(Operation::lmedian, Rejection::none));
  expect_floats(low.data, {2, 8, 3});
  expect_floats(low.variance, variance);
  EXPECT_EQ(low.mask, (Masks{0, 0, 0}));
}

TEST(Stack, MediansOfDataAlone) {
  const Stacked median = stacked(four_images(), options(Operation::median, Rejection::none));
  expect_floats(median.data, {3, 7.5, 3});
  expect_floats(median.variance, {4.0578904F, 0.65449846F, 0.5235988F});
  const Stacked low = stacked(four_images(), options(Operation::lmedian, Rejection::none));
  expect_floats(low.data, {2, 7, 3});
  expect_floats(low.variance, {5.3668876F, 0.7853982F, 0.5235988F});
}

TEST(Stack, OddMedianWithoutMaskHasTheVarianceOfOneInput) {
  Stack stack;
  stack.data = {{1, 9}, {2, 8}, {4, 7}};
  stack.variance = {{1, 2}, {5, 3}, {2, 2}};
  const Stacked median = stacked(stack, options(Operation::median, Rejection::none));
  expect_floats(median.data, {2, 8});
  expect_floats(median.variance, {5, 3});
  const Stacked low = stacked(stack, options(Operation::lmedian, Rejection::none));
  expect_floats(low.data, {2, 8});
  expect_floats(low.variance, {1.3962635F, 1.2217305F});
}

TEST(Stack, WeightedMean) {
  Stack stack;
  stack.data = {{10, 10, 10}, {20, 20, 0}, {40, 40, 5}};
  stack.variance = {{1, 1, 0}, {2, 2, 2}, {4, 4, 4}};
  stack.mask = {{0, 0, 0}, {0, 0, 0}, {0, 1, 0}};
  const Stacked result = stacked(stack, options(Operation::wtmean, Rejection::none));
  expect_floats(result.data, {17.142857F, 13.333333F, kNan});
  expect_floats(result.variance, {0.5714286F, 0.6666667F, 0});
  EXPECT_EQ(result.mask, (Masks{0, 0, 0}));
}

TEST(Stack, MinmaxRejectsInProportionToTheUsableInputs) {
  Stack stack;
  stack.data = {{5, 5, 1}, {1, 1, 2}, {9, 9, 3}, {3, 3, 4}, {7, 7, 5}};
  stack.mask = {{0, 0, 16}, {0, 16, 16}, {0, 0, 16}, {0, 0, 0}, {0, 0, 1}};
  StackOptions minmax = options(Operation::mean, Rejection::minmax);
  minmax.nlow = minmax.nhigh = 1;
  Stacked result = stacked(stack, minmax);
  expect_floats(result.data, {5, 6, 4});
  EXPECT_EQ(result.mask, (Masks{0, 0, 0}));
  expect_floats(result.variance, {1.3333334F, 1.6666666F, 0});
  EXPECT_EQ(result.rejected, (Counts{2, 1, 4}));
  stack.mask.clear();
  result = stacked(stack, minmax);
  EXPECT_EQ(result.data[0], 5);
  EXPECT_EQ(result.variance[0], 1.3333334F);
  EXPECT_EQ(result.rejected[0], 2);
}

TEST(Stack, MinmaxThatWouldRejectAllIsAnError) {
  StackOptions minmax = options(Operation::median, Rejection::minmax);
  minmax.nlow = 3;
  minmax.nhigh = 1;
  try {
    stacked(four_images(), minmax);
    FAIL() << "no error";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "Only 4 images but nlow=3 and nhigh=1");
  }
}

Stack ten_images() {
  Stack stack;
  stack.data = from_columns({{100, 101, 99, 100, 102, 98, 100, 101, 99, 500},
                             {100, 101, 99, 100, 102, 98, 100, 500, 99, 500}});
  return stack;
}

TEST(Stack, SigclipOnce) {
  const Stacked result = stacked(ten_images(), options(Operation::mean, Rejection::sigclip));
  expect_floats(result.data, {100, 179.9F});
  expect_floats(result.variance, {0.16666667F, 2846.3435F});
  EXPECT_EQ(result.rejected, (Counts{1, 0}));
  EXPECT_EQ(result.mask, (Masks{0, 0}));
}

TEST(Stack, SigclipVariants) {
  StackOptions tight = options(Operation::mean, Rejection::sigclip);
  tight.lsigma = tight.hsigma = 1.5;
  Stacked result = stacked(ten_images(), tight);
  expect_floats(result.data, {100, 99.833336F});
  expect_floats(result.variance, {0.0952381F, 0.094444446F});
  EXPECT_EQ(result.rejected, (Counts{3, 4}));
  tight.mclip = false;
  result = stacked(ten_images(), tight);
  expect_floats(result.data, {100, 99.6F});
  expect_floats(result.variance, {0.0952381F, 0.060000002F});
  EXPECT_EQ(result.rejected, (Counts{3, 5}));
  tight.mclip = true;
  tight.max_iters = 1;
  result = stacked(ten_images(), tight);
  expect_floats(result.data, {100, 99.875F});
  expect_floats(result.variance, {0.16666667F, 0.19419643F});
  EXPECT_EQ(result.rejected, (Counts{1, 2}));
}

TEST(Stack, TheMedianOfSigclipDoesNotMove) {
  Stack stack;
  stack.data = from_columns({{0, 0, 0, 0, 10, 11, 12, 13, 14, 1000}});
  StackOptions tight = options(Operation::mean, Rejection::sigclip);
  tight.lsigma = tight.hsigma = 1.0;
  const Stacked result = stacked(stack, tight);
  expect_floats(result.data, {10.5F});
  expect_floats(result.variance, {0.25F});
  EXPECT_EQ(result.rejected, (Counts{8}));
}

TEST(Stack, Varclip) {
  Stack stack;
  stack.data = from_columns({{10, 11, 12}, {10, 20, 90}, {100, 200, 300}});
  stack.variance = from_columns({{1, 1, 1}, {1, 1, 100}, {1, 1, 1}});
  stack.mask = {{0, 0, 0}, {0, 0, 0}, {0, 0, 8}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::varclip));
  expect_floats(result.data, {11, 20, 150});
  EXPECT_EQ(result.mask, (Masks{0, 0, 0}));
  expect_floats(result.variance, {0.33333334F, 1, 0.5F});
  EXPECT_EQ(result.rejected, (Counts{0, 2, 0}));
}

TEST(Stack, WhatWouldLeaveNothingRejectsNothing) {
  Stack stack;
  stack.data = {{10}, {20}};
  stack.variance = {{0.01F}, {0.01F}};
  stack.mask = {{0}, {2}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::varclip));
  expect_floats(result.data, {15});
  EXPECT_EQ(result.mask, (Masks{2}));
  expect_floats(result.variance, {0.005F});
  EXPECT_EQ(result.rejected, (Counts{0}));
}

TEST(Stack, ScaleAndZero) {
  Stack stack;
  stack.data = {{10, 20}, {11, 21}, {24, 44}};
  stack.variance = {{1, 1}, {1, 1}, {4, 4}};
  stack.scale = {1, 0.5, 2};
  stack.zero = {0, 1, -3};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {20.5F, 38.833332F});
  expect_floats(result.variance, {1.9166666F, 1.9166666F});
}

TEST(Stack, SigclipWithBadPixels) {
  Stack stack;
  stack.data = {{10, 1}, {10, 2}, {12, 3}, {500, 900}};
  stack.variance = constant({4, 4, 4, 4}, 2);
  stack.mask = {{0, 16}, {0, 1}, {0, 16}, {16, 64}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::sigclip));
  expect_floats(result.data, {10.666667F, 2});
  EXPECT_EQ(result.mask, (Masks{0, 1}));
  expect_floats(result.variance, {1.3333334F, 4});
  EXPECT_EQ(result.rejected, (Counts{1, 3}));
}

TEST(Stack, IntegersAreRoundedToSinglePrecision) {
  Stack stack;
  stack.integers = {{16777217, 1}, {2, 3}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {8388609, 2});
  expect_floats(result.variance, {7.0368727e13F, 1});
}

TEST(Stack, UnknownBitsEverywhereGiveNoData) {
  Stack stack;
  stack.data = {{3}, {5}};
  stack.variance = {{1}, {1}};
  stack.mask = {{128}, {129}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {0});
  expect_floats(result.variance, {kNan});
  EXPECT_EQ(result.mask, (Masks{16}));  // the reference: 0
}

TEST(Stack, NotANumber) {
  Stack stack;
  stack.data = {{kNan}, {2}, {4}};
  Stacked result = stacked(stack, options(Operation::mean, Rejection::sigclip));
  expect_floats(result.data, {kNan});
  expect_floats(result.variance, {kNan});
  result = stacked(stack, options(Operation::median, Rejection::none));
  expect_floats(result.data, {4});
  expect_floats(result.variance, {kNan});
}

TEST(Stack, OneUsableInputHasNoScatter) {
  Stack stack;
  stack.data = {{7}, {9}};
  stack.mask = {{0}, {1}};
  const Stacked result = stacked(stack, options(Operation::mean, Rejection::none));
  expect_floats(result.data, {7});
  expect_floats(result.variance, {0});
}

// --- the history of a pixel -------------------------------------------------------------------

TEST(StackTrace, TellsWhatBecameOfEachInput) {
  Stack stack;
  stack.data = constant({10, 11, 10, 9, 1000, 10, 11, 9, 10, 10, 9, 11, 50}, 2);
  stack.variance = constant(Floats(13, 4.0F), 2);
  stack.mask = testing::Images<std::uint16_t>(13, Masks{0, 0});
  stack.mask[12] = {0, 1};
  stack.scale = Floats(13, 1.0F);
  stack.scale[1] = 2.0F;
  const StackOptions how = options(Operation::mean, Rejection::sigclip);
  const PixelTrace trace = trace_pixel(stack.inputs(), 1, how);
  const Stacked expected = stacked(stack, how);
  EXPECT_EQ(trace.result, expected.data[1]);
  EXPECT_EQ(trace.result_variance, expected.variance[1]);
  EXPECT_EQ(trace.result_mask, expected.mask[1]);
  EXPECT_EQ(trace.data[1], 22.0F);
  EXPECT_EQ(trace.variance[1], 16.0F);
  EXPECT_EQ(trace.mask[12], 1);
  EXPECT_EQ(trace.fate[0], PixelFate::used);
  EXPECT_EQ(trace.fate[4], PixelFate::rejected);
  EXPECT_EQ(trace.fate[12], PixelFate::worse_mask);
}

}  // namespace
}  // namespace wyvern::kernels

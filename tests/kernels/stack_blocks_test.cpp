// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>

#include "kernels/stack.h"
#include "kernels/stack_pixel.h"
#include "kernels/stack_rows.h"
#include "stack_support.h"

// The block-wise stacker against the pixel-wise one: the same bits, whatever goes in.
namespace wyvern::kernels {
namespace {

using testing::Stack;
using testing::Stacked;

using Random = std::mt19937;

bool chance(Random& random, double probability) {
  return std::uniform_real_distribution<>(0.0, 1.0)(random) < probability;
}

int integer(Random& random, int from, int to) {
  return std::uniform_int_distribution<>(from, to)(random);
}

// Most often noise, sometimes integers (so that values are equal), outliers, and the odd NaN.
struct Values {
  explicit Values(Random& random)
      : whole(chance(random, 0.3)),
        level(chance(random, 0.5) ? 1000.0 : 0.0),
        sigma(chance(random, 0.3) ? 2.0 : 30.0),
        outliers(chance(random, 0.5) ? 0.02 : 0.2),
        strange(chance(random, 0.3) ? 0.01 : 0.0) {}
  double operator()(Random& random) const {
    double value = std::normal_distribution<>(level, sigma)(random);
    if (chance(random, outliers)) value += std::normal_distribution<>(0.0, 40.0 * sigma)(random);
    if (chance(random, strange)) value = chance(random, 0.5) ? NAN : INFINITY;
    if (chance(random, 0.01)) value = -0.0;
    return whole ? std::round(value) : value;
  }

  bool whole;
  double level, sigma, outliers, strange;
};

std::uint16_t random_mask(Random& random, std::uint16_t common, double clean) {
  if (chance(random, clean)) return common;
  static constexpr std::uint16_t kMasks[] = {0,  1,  2,  4,  6,  8,   9,   16,    17,   32,
                                             33, 64, 65, 80, 96, 128, 129, 32768, 65535};
  return kMasks[integer(random, 0, std::size(kMasks) - 1)];
}

Stack random_stack(Random& random, int inputs, std::size_t pixels) {
  Stack stack;
  const Values values(random);
  const bool f64 = chance(random, 0.2), variance = chance(random, 0.7);
  const double clean = chance(random, 0.5) ? 0.99 : 0.7;
  std::vector<std::uint16_t> common(pixels);
  for (auto& mask : common) mask = chance(random, 0.5) ? 64 : 0;
  const bool masks = chance(random, 0.8), scaled = chance(random, 0.4);
  for (int i = 0; i < inputs; ++i) {
    std::vector<double> data(pixels), own(pixels);
    for (double& value : data) value = values(random);
    for (double& value : own)
      value = chance(random, 0.01) ? 0.0 : 500.0 * (1 + chance(random, 0.5));
    const auto narrow = [](const std::vector<double>& wide) {
      return std::vector<float>(wide.begin(), wide.end());
    };
    f64 ? stack.data64.push_back(data) : stack.data.push_back(narrow(data));
    if (variance) f64 ? stack.variance64.push_back(own) : stack.variance.push_back(narrow(own));
    if (scaled) stack.scale.push_back(0.9F + 0.01F * static_cast<float>(i));
    if (scaled) stack.zero.push_back(static_cast<float>(i % 3));
    if (!masks) continue;
    std::vector<std::uint16_t> mask(pixels);
    for (std::size_t p = 0; p < pixels; ++p) mask[p] = random_mask(random, common[p], clean);
    stack.mask.push_back(mask);
  }
  return stack;
}

StackOptions random_options(Random& random, int inputs) {
  StackOptions options;
  options.operation = static_cast<Operation>(integer(random, 0, 3));
  options.rejection = static_cast<Rejection>(integer(random, 0, 3));
  options.lsigma = chance(random, 0.5) ? 3.0 : 1.2;
  options.hsigma = chance(random, 0.5) ? 3.0 : 0.7;
  options.mclip = chance(random, 0.6);
  options.max_iters = chance(random, 0.8) ? 100 : integer(random, 0, 2);
  options.nlow = integer(random, 0, inputs - 1);
  options.nhigh = integer(random, 0, inputs - 1 - options.nlow);
  return options;
}

bool same(float a, float b) {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

// The first pixel that differs, described; empty when there is none.
std::string first_difference(const Stack& stack, const StackOptions& options, std::size_t first) {
  const auto inputs = stack.inputs();
  Stacked got(stack.pixels());
  stack_pixels(inputs, first, stack.pixels(), options,
               {got.data.data(), got.variance.data(), got.mask.data(), got.rejected.data()});
  PixelStacker one_pixel(inputs, options);
  for (std::size_t p = first; p < stack.pixels(); ++p) {
    const PixelResult expected = one_pixel(p);
    if (same(got.data[p], expected.data) && same(got.variance[p], expected.variance) &&
        got.mask[p] == expected.mask && got.rejected[p] == expected.rejected) {
      continue;
    }
    std::string text = std::to_string(p) + ". pixel:";
    for (const auto& input : inputs) text += std::to_string(prepared_data(input, p)) + " ";
    return text + "; data " + std::to_string(got.data[p]) + " not " +
           std::to_string(expected.data) + ", variance " + std::to_string(got.variance[p]) +
           " not " + std::to_string(expected.variance) + ", mask " + std::to_string(got.mask[p]) +
           " not " + std::to_string(expected.mask) + ", rejected " +
           std::to_string(got.rejected[p]) + " not " + std::to_string(expected.rejected);
  }
  return {};
}

TEST(StackBlocks, GiveTheBitsOfTheScalarStacker) {
  Random random(20260501);
  for (int round = 0; round < 700; ++round) {
    const int inputs = chance(random, 0.05) ? integer(random, 25, 70) : integer(random, 2, 24);
    const auto pixels = static_cast<std::size_t>(integer(random, 1, 700));
    const Stack stack = random_stack(random, inputs, pixels);
    const StackOptions options = random_options(random, inputs);
    ASSERT_EQ(first_difference(stack, options, pixels / 3), "")
        << "round " << round << ", " << inputs << " inputs, operation "
        << static_cast<int>(options.operation) << ", rejection "
        << static_cast<int>(options.rejection) << ", nlow " << options.nlow << ", nhigh "
        << options.nhigh << ", mclip " << options.mclip << ", max_iters " << options.max_iters;
  }
}

// Few inputs, ranks only, whole steps of pixels: what is done in one pass.
TEST(StackBlocks, GiveTheBitsOfTheScalarStackerInOnePass) {
  Random random(20261128);
  for (int round = 0; round < 300; ++round) {
    const int inputs = integer(random, 2, 17);
    const Stack stack =
        random_stack(random, inputs, static_cast<std::size_t>(32 * integer(random, 1, 30)));
    StackOptions options = random_options(random, inputs);
    if (round % 4 != 0) options.rejection = Rejection::minmax;
    if (round % 5 == 0) options.nlow = options.nhigh = 0;
    ASSERT_EQ(first_difference(stack, options, 0), "")
        << "round " << round << ", " << inputs << " inputs, operation "
        << static_cast<int>(options.operation) << ", nlow " << options.nlow << ", nhigh "
        << options.nhigh;
  }
}

TEST(StackBlocks, GiveTheBitsOfTheScalarStackerForHundredsOfInputs) {
  Random random(20261125);
  for (int round = 0; round < 40; ++round) {
    const int inputs = integer(random, 250, 400);
    const auto pixels = static_cast<std::size_t>(integer(random, 1, 90));
    const Stack stack = random_stack(random, inputs, pixels);
    const StackOptions options = random_options(random, inputs);
    ASSERT_EQ(first_difference(stack, options, pixels / 3), "") << "round " << round;
  }
}

TEST(StackBlocks, LeavesPixelsOutsideTheRangeAlone) {
  Random random(7);
  const Stack stack = random_stack(random, 5, 300);
  Stacked result(300);
  result.data.assign(300, -77.0F);
  stack_pixels(stack.inputs(), 40, 233, {},
               {result.data.data(), result.variance.data(), nullptr, nullptr});
  for (const std::size_t p : {0, 39, 233, 299}) EXPECT_EQ(result.data[p], -77.0F) << p;
  for (const std::size_t p : {40, 232}) EXPECT_NE(result.data[p], -77.0F) << p;
}

TEST(StackBlocks, NetworkSortsAnyNumberOfValues) {
  Random random(3);
  for (std::size_t count = 1; count <= 80; ++count) {
    const rows::Network network = rows::sorting_network(count);
    // A network that sorts all sequences of zeros and ones sorts everything; try many of them.
    for (int round = 0; round < 100; ++round) {
      std::vector<int> values(count);
      for (int& value : values) value = integer(random, 0, 1);
      for (const auto& [i, j] : network) {
        if (values[i] > values[j]) std::swap(values[i], values[j]);
      }
      ASSERT_TRUE(std::is_sorted(values.begin(), values.end())) << count;
    }
  }
}

}  // namespace
}  // namespace wyvern::kernels

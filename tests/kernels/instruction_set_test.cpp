// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/instruction_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <random>
#include <string>

#include "base/errors.h"
#include "base/files.h"
#include "kernels/resample.h"
#include "kernels/stack.h"
#include "kernels/vector_functions.h"
#include "stack_support.h"

namespace wyvern::kernels {

// The loops with registers of 64 bytes, made of whatever this machine has (wide_lanes.cpp): the
// widest set's way through rows and remainders, also where the set itself cannot run.
namespace wide {
extern const VectorFunctions functions;
}
namespace baseline {
extern const VectorFunctions functions;
}

namespace {

using testing::Images;
using testing::Stack;
using testing::Stacked;

using Random = std::mt19937;

int integer(Random& random, int from, int to) {
  return std::uniform_int_distribution<>(from, to)(random);
}

// Noise, whole numbers (so that values are equal), and what is no number.
float strange_value(Random& random) {
  switch (integer(random, 0, 40)) {
    case 0:
      return NAN;
    case 1:
      return INFINITY;
    case 2:
      return -INFINITY;
    case 3:
      return -0.0F;
    case 4:
      return 1e30F;
    default:
      return std::round(std::normal_distribution<float>(50.0F, 20.0F)(random) * 4.0F) / 4.0F;
  }
}

std::vector<float> strange_values(Random& random, std::size_t count) {
  std::vector<float> values(count);
  for (float& value : values) value = strange_value(random);
  return values;
}

template <class T>
void expect_same_bits(const std::vector<T>& a, const std::vector<T>& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if constexpr (std::is_same_v<T, float>) {
      // Which NaN is made of two is for the processor to say.
      if (std::isnan(a[i]) && std::isnan(b[i])) continue;
      ASSERT_EQ(std::bit_cast<std::uint32_t>(a[i]), std::bit_cast<std::uint32_t>(b[i]))
          << what << ", pixel " << i << ": " << a[i] << ", " << b[i];
    } else {
      ASSERT_TRUE(a[i] == b[i]) << what << ", element " << i;
    }
  }
}

// Puts the set that was in use back.
class InstructionSets : public ::testing::Test {
 protected:
  ~InstructionSets() override { use_instruction_set(before_); }

 private:
  InstructionSet before_ = instruction_set();
};

Stack random_stack(Random& random, int inputs, std::size_t pixels) {
  static constexpr std::uint16_t kMasks[] = {1, 4, 8, 16, 33, 64, 128, 65535};
  const bool with_variance = integer(random, 0, 2) > 0, with_mask = integer(random, 0, 2) > 0;
  Stack stack;
  for (int i = 0; i < inputs; ++i) {
    stack.data.push_back(strange_values(random, pixels));
    stack.scale.push_back(integer(random, 0, 1) == 0 ? 1.0F : 1.25F);
    if (with_variance) {
      stack.variance.emplace_back(pixels);
      for (float& v : stack.variance.back()) v = static_cast<float>(integer(random, 1, 900));
    }
    if (!with_mask) continue;
    stack.mask.emplace_back(pixels, std::uint16_t{0});
    for (auto& bits : stack.mask.back()) {
      if (integer(random, 0, 9) == 0) bits = kMasks[integer(random, 0, std::size(kMasks) - 1)];
    }
  }
  return stack;
}

TEST_F(InstructionSets, StackTheSameBits) {
  Random random(20120117);
  for (int round = 0; round < 120; ++round) {
    const Stack stack = random_stack(random, integer(random, 1, 30),
                                     static_cast<std::size_t>(integer(random, 1, 700)));
    StackOptions options;
    options.operation = static_cast<Operation>(integer(random, 0, 3));
    options.rejection = static_cast<Rejection>(integer(random, 0, 3));
    options.mclip = integer(random, 0, 1) == 0;
    if (options.rejection == Rejection::minmax && stack.data.size() > 4) {
      options.nlow = integer(random, 0, 2);
      options.nhigh = integer(random, 0, 2);
    }
    use_instruction_set(InstructionSet::baseline);
    const Stacked expected = stacked(stack, options);
    for (const InstructionSet set : supported_instruction_sets()) {
      use_instruction_set(set);
      const Stacked result = stacked(stack, options);
      const std::string what = std::string(name_of(set)) + ", round " + std::to_string(round);
      expect_same_bits(expected.data, result.data, what);
      expect_same_bits(expected.variance, result.variance, what);
      expect_same_bits(expected.mask, result.mask, what);
      expect_same_bits(expected.rejected, result.rejected, what);
    }
  }
}

TEST_F(InstructionSets, ResampleTheSameBits) {
  Random random(7);
  std::uniform_real_distribution<> shift(-4.0, 4.0), turn(-0.02, 0.02);
  for (int round = 0; round < 60; ++round) {
    const std::int64_t ny = integer(random, 2, 40), nx = integer(random, 2, 150);
    const std::vector<float> image = strange_values(random, static_cast<std::size_t>(ny * nx));
    const double angle = round % 3 == 0 ? 0.0 : (round % 3 == 1 ? turn(random) : 40 * turn(random));
    const SamplingMap map{std::cos(angle), std::sin(angle), -std::sin(angle),
                          std::cos(angle), shift(random),   round % 5 == 0 ? 3.0 : shift(random)};
    const std::int64_t out_nx = nx + 5;
    const auto run = [&] {
      std::vector<float> output(static_cast<std::size_t>(ny * out_nx));
      resample_rows<float>(image, ny, nx, map, 1, 0.0, 1.5, 0, ny, out_nx, output.data());
      return output;
    };
    use_instruction_set(InstructionSet::baseline);
    const std::vector<float> expected = run();
    for (const InstructionSet set : supported_instruction_sets()) {
      use_instruction_set(set);
      expect_same_bits(expected, run(), std::string(name_of(set)));
    }
  }
}

// The loops of each set and width that can run here.
std::vector<const VectorFunctions*> all_functions() {
  std::vector<const VectorFunctions*> all = {&wide::functions};
  const InstructionSet before = instruction_set();
  for (const InstructionSet set : supported_instruction_sets()) {
    use_instruction_set(set);
    all.push_back(&vector_functions());
  }
  use_instruction_set(before);
  return all;
}

TEST_F(InstructionSets, RowsHaveTheSameBits) {
  Random random(5);
  for (int round = 0; round < 60; ++round) {
    const auto inputs = static_cast<std::size_t>(integer(random, 1, 24));
    const std::size_t pixels = rows::kRowStep * static_cast<std::size_t>(integer(random, 1, 5));
    Images<float> data;
    std::vector<const float*> data_rows;
    for (std::size_t i = 0; i < inputs; ++i) data.push_back(strange_values(random, pixels));
    for (const auto& row : data) data_rows.push_back(row.data());
    std::vector<std::int32_t> keep(inputs * pixels);
    for (auto& kept : keep) kept = integer(random, 0, 4) == 0 ? 0 : -1;
    rows::Block block{inputs, pixels, pixels, data_rows.data(), nullptr, nullptr};
    if (round % 2 == 0) block.keep = keep.data();
    const rows::Network network = rows::sorting_network(inputs);
    // What can be sorted: infinities, but no NaN.
    for (auto& row : data)
      std::ranges::replace_if(
          row, [](float v) { return v != v; }, 3.0F);
    const auto run = [&](const VectorFunctions& loops) {
      std::vector<float> result(inputs * pixels), count(pixels, static_cast<float>(inputs));
      std::vector<float> panel(inputs * rows::kRowStep);
      loops.rows->sort(block, network.data(), network.size(), panel.data(), result.data());
      const rows::Functions& r = *loops.rows;
      std::vector<float> low(pixels), high(pixels), mean(pixels), scatter(pixels);
      if (block.keep != nullptr) r.count_kept(block, count.data());
      r.sigma_limits(block, count.data(), nullptr, {2.5, 3.0, low.data(), high.data()});
      r.mean(block, block.data, count.data(), mean.data());
      r.scatter(block, count.data(), mean.data(), scatter.data());
      for (const auto* row : {&low, &high, &mean, &scatter, &count}) {
        result.insert(result.end(), row->begin(), row->end());
      }
      return result;
    };
    const std::vector<float> expected = run(baseline::functions);
    for (const VectorFunctions* loops : all_functions()) {
      expect_same_bits(expected, run(*loops), "round " + std::to_string(round));
    }
  }
}

TEST_F(InstructionSets, OnePassHasTheSameBits) {
  Random random(6);
  for (int round = 0; round < 60; ++round) {
    const auto inputs = static_cast<std::size_t>(integer(random, 1, OnePass::kMostInputs));
    const std::size_t pixels = rows::kRowStep * static_cast<std::size_t>(integer(random, 1, 5));
    Images<float> data, variance;
    std::vector<const float*> data_rows, variance_rows;
    std::vector<float> scale, zero;
    for (std::size_t i = 0; i < inputs; ++i) {
      data.push_back(strange_values(random, pixels));
      variance.push_back(strange_values(random, pixels));
      scale.push_back(1.0F + 0.01F * static_cast<float>(i));
      zero.push_back(static_cast<float>(i % 3));
    }
    for (const auto& row : data) data_rows.push_back(row.data());
    for (const auto& row : variance) variance_rows.push_back(row.data());
    const auto last = static_cast<int>(inputs) - 1;
    const int lowest = integer(random, 0, last), highest = integer(random, lowest, last);
    const int lower = integer(random, lowest, highest), upper = integer(random, lower, highest);
    const auto run = [&](const VectorFunctions& loops) {
      std::vector<float> result(2 * pixels);
      std::vector<std::int32_t> marks(pixels, 0);
      marks[3] = -1;
      loops.one_pass->stack({.inputs = inputs,
                             .pixels = pixels,
                             .data = data_rows.data(),
                             .variance = variance_rows.data(),
                             .scale = scale.data(),
                             .zero = zero.data(),
                             .lowest = static_cast<std::size_t>(lowest),
                             .highest = static_cast<std::size_t>(highest),
                             .lower = static_cast<std::size_t>(lower),
                             .upper = static_cast<std::size_t>(upper),
                             .median = round % 3 != 0,
                             .result = result.data(),
                             .result_variance = result.data() + pixels,
                             .marks = marks.data()});
      EXPECT_EQ(marks[3], -1);
      // Nobody looks at the results of marked pixels.
      for (std::size_t p = 0; p < pixels; ++p) {
        if (marks[p] != 0) result[p] = result[pixels + p] = -1.0F;
      }
      return result;
    };
    const std::vector<float> expected = run(baseline::functions);
    for (const VectorFunctions* loops : all_functions()) {
      expect_same_bits(expected, run(*loops), "round " + std::to_string(round));
    }
  }
}

TEST_F(InstructionSets, WideRegistersResampleTheSameBits) {
  Random random(11);
  constexpr std::int64_t kNx = 200;
  const std::vector<float> one = strange_values(random, 40 * kNx);
  const std::vector<float> other = strange_values(random, 40 * kNx);
  const std::array images{one.data(), other.data()};
  for (const double step : {1.0, 0.9999, 1.02, 0.5}) {
    for (std::int64_t end = 0; end < 120; end += 7) {
      const RowMap map{3.0, 0.01, 0.3, 0.0, step, 2.25};
      const auto run = [&](const VectorFunctions& loops) {
        std::vector<float> result(400);
        const std::array rows{result.data(), result.data() + 200};
        loops.resample->linear(images.data(), rows.data(), 2, kNx, map, 2.0F, 3, end);
        return result;
      };
      const std::vector<float> expected = run(baseline::functions);
      for (const VectorFunctions* loops : all_functions()) {
        expect_same_bits(expected, run(*loops), "step " + std::to_string(step));
      }
    }
  }
}

TEST_F(InstructionSets, TurnTheBytesOfWordsRound) {
  std::vector<std::byte> bytes(8 * 77 + 1);
  for (std::size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<std::byte>(k * 37);
  for (const VectorFunctions* loops : all_functions()) {
    const auto check = [&](std::size_t size, auto swap) {
      for (const std::size_t count : {0, 1, 15, 77}) {
        std::vector<std::byte> expected = bytes, result = bytes;
        for (std::size_t k = 0; k < count; ++k) {
          std::reverse(&expected[1 + k * size], &expected[1 + k * size] + size);
        }
        swap(result.data() + 1, count);
        expect_same_bits(expected, result, std::to_string(size) + " bytes");
      }
    };
    check(2, loops->byte_order->swap16);
    check(4, loops->byte_order->swap32);
    check(8, loops->byte_order->swap64);
  }
}

TEST_F(InstructionSets, SumTheSamePowers) {
  Random random(5);
  for (const std::size_t count : {1U, 7U, 8U, 9U, 300U}) {
    std::vector<float> values(count);
    for (float& value : values) {
      value = std::uniform_real_distribution<float>(99.0F, 101.0F)(random);
    }
    const auto run = [&](const VectorFunctions& loops) {
      CurveMoments sums;
      loops.curve->add_moments(values.data(), count, 100.0, 1.0, sums);
      return sums;
    };
    const CurveMoments expected = run(baseline::functions);
    double sum = 0.0, weighted = 0.0, written_out = 0.0, written_out_weighted = 0.0;
    for (std::size_t k = 0; k < CurveMoments::kLanes; ++k) {
      sum += expected.power[3][k];
      weighted += expected.place[1][k];
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double t = static_cast<double>(values[i]) - 100.0;
      written_out += t * t * t;
      written_out_weighted += t * (static_cast<double>(i) - 0.5 * static_cast<double>(count - 1));
    }
    EXPECT_NEAR(sum, written_out, 1e-9);
    EXPECT_NEAR(weighted, written_out_weighted, 1e-9);
    for (const VectorFunctions* loops : all_functions()) {
      const CurveMoments sums = run(*loops);
      EXPECT_EQ(std::memcmp(&expected, &sums, sizeof sums), 0) << count << " values";
    }
  }
}

TEST_F(InstructionSets, AreKnownByName) {
  for (const InstructionSet set : supported_instruction_sets()) {
    EXPECT_EQ(instruction_set_named(name_of(set)), set);
    use_instruction_set(name_of(set), "WYVERN_SIMD");
    EXPECT_EQ(instruction_set(), set);
  }
  EXPECT_EQ(supported_instruction_sets().front(), InstructionSet::baseline);
  EXPECT_FALSE(instruction_set_named("mmx").has_value());
}

TEST_F(InstructionSets, UnknownNameIsTold) {
  try {
    use_instruction_set("mmx", "WYVERN_SIMD");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("WYVERN_SIMD is 'mmx', which is not known: it can be baseline"),
              std::string::npos)
        << text;
  }
}

}  // namespace
}  // namespace wyvern::kernels

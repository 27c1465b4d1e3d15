// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// The hot loops of the stacker, on a block of pixels that fits in the first-level cache: one row
// per input, one column per pixel. Numbers of pixels are multiples of kRowStep.
//
// `keep` tables hold all ones for an input that counts and 0 for one that does not; a null
// pointer means that all inputs count. Sums run in input order, as the reference's do: the last bit
// depends on it.
namespace wyvern::kernels::rows {

inline constexpr std::size_t kRowStep = 32;

// A block: `inputs` rows of `pixels` pixels each. Rows of `keep` are `stride` apart.
struct Block {
  std::size_t inputs = 0, pixels = 0, stride = 0;
  const float* const* data = nullptr;
  const float* const* variance = nullptr;
  const std::int32_t* keep = nullptr;
};

// Comparisons that sort any `count` values (Batcher's merge exchange; Knuth, The Art of Computer
// Programming 5.2.2, algorithm M).
struct Comparison {
  std::uint32_t low = 0, high = 0;
};
using Network = std::vector<Comparison>;
Network sorting_network(std::size_t count);

// Two ranks of each pixel: those of the lower and of the upper middle value, or of the lowest and
// the highest value to be kept.
struct Ranks {
  const std::int32_t* low = nullptr;
  const std::int32_t* high = nullptr;
};

// Where to cut when clipping.
struct Limits {
  double lsigma = 3.0, hsigma = 3.0;
  float* low = nullptr;
  float* high = nullptr;
};

// The loops, as they are for one instruction set.
struct Functions {
  // Preparation: value * scale + zero, with negative zeros made positive; value * scale * scale.
  void (*scale_data)(const float* from, float scale, float zero, float* to, std::size_t pixels);
  void (*scale_variance)(const float* from, float scale, float* to, std::size_t pixels);

  // OR of the masks of all inputs, and (not zero) whether two of them differ in other bits than the
  // `harmless` ones or have bits beyond the hierarchy.
  void (*compare_masks)(const std::uint16_t* const* masks, std::size_t inputs,
                        std::uint16_t harmless, std::uint16_t* any, std::uint16_t* differs,
                        std::size_t pixels);

  // Fills `sorted` (rows `stride` apart) with the values of every pixel in ascending order; inputs
  // that do not count become infinities at the end. `panel`: room for a step of pixels of each
  // input.
  void (*sort)(const Block& block, const Comparison* network, std::size_t comparisons, float* panel,
               float* sorted);

  // The values of every pixel at one rank.
  void (*pick)(const Block& block, const float* sorted, const std::int32_t* rank, float* to);
  // (lower + upper) / 2, rounded after the sum as the reference does; `lower` itself where the two
  // ranks are the same. Null ranks differ everywhere.
  void (*halfway)(const float* lower, const float* upper, const Ranks& ranks, float* to,
                  std::size_t pixels);

  // low, high = centre -+ sigma * standard deviation of the inputs that count, whose number is
  // `count`. A null centre stands for their mean.
  void (*sigma_limits)(const Block& block, const float* count, const float* centre,
                       const Limits& limits);
  // The mean of the inputs that count, in double precision; and a median in double precision.
  void (*exact_mean)(const Block& block, const float* count, double* to);
  void (*widen)(const float* from, double* to, std::size_t pixels);

  // Marks (all ones) pixels ...
  // ... whose smallest or largest value is not within the limits;
  void (*mark_outside)(const float* smallest, const float* largest, const Limits& limits,
                       std::int32_t* marks, std::size_t pixels);
  // ... an input of which is not within so many of its own standard deviations from the centre;
  void (*mark_far)(const Block& block, const double* centre, const Limits& limits,
                   std::int32_t* marks);
  // ... whose inputs that count have no finite sum;
  void (*mark_not_finite)(const Block& block, std::int32_t* marks);
  // ... where two rows are equal.
  void (*mark_equal)(const float* a, const float* b, std::int32_t* marks, std::size_t pixels);

  // Keeps the values within [low, high].
  void (*keep_between)(const Block& block, const float* low, const float* high, std::int32_t* keep);
  // Of the inputs that count, keeps those whose rank (ascending, equal values in input order) is
  // within `ranks`, given the values at those two ranks.
  void (*keep_ranks)(const Block& block, const float* low, const float* high, const Ranks& ranks,
                     std::int32_t* keep);
  // Drop from `keep` what is outside the limits, or too far from the centre for its own standard
  // deviation, in pixels that are `active`.
  void (*drop_outside)(const Block& block, const Limits& limits, const std::int32_t* active,
                       std::int32_t* keep);
  void (*drop_far)(const Block& block, const double* centre, const Limits& limits,
                   const std::int32_t* active, std::int32_t* keep);
  // How many inputs count.
  void (*count_kept)(const Block& block, float* count);

  // Combination of the inputs that count; `count` is their number.
  void (*mean)(const Block& block, const float* const* values, const float* count, float* to);
  void (*weighted_mean)(const Block& block, float* data, float* variance);
  // Sum of the squared deviations from `centre`, over n (n - 1).
  void (*scatter)(const Block& block, const float* count, const float* centre, float* to);
  void (*divide)(float* values, const float* by, std::size_t pixels);
  void (*multiply)(float* values, float factor, std::size_t pixels);
};

// Those for the instruction set in use.
const Functions& best();

}  // namespace wyvern::kernels::rows

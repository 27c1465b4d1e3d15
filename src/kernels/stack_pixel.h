// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/stack.h"

namespace wyvern::kernels {

struct PixelResult {
  float data = 0.0F, variance = 0.0F;
  std::uint16_t mask = 0;
  std::int16_t rejected = 0;
};

// What an input's scale and zero make of a float value, and of its variance. Negative zeros become
// positive ones, so that the order of equal values cannot show.
inline float scaled_data(float value, const StackInput& input) {
  return value * input.scale + input.zero + 0.0F;
}
inline float scaled_variance(float value, const StackInput& input) {
  return value * input.scale * input.scale;
}

// data * scale + zero of one pixel of an input of any type, and its scaled variance.
float prepared_data(const StackInput& input, std::size_t pixel);
float prepared_variance(const StackInput& input, std::size_t pixel);

// The stack of one pixel, step by step as the reference does it (gempy/library/nddops.py): the
// definition that the fast loops must match bit for bit, and what they fall back to for pixels
// that are out of the ordinary.
class PixelStacker {
 public:
  PixelStacker(std::span<const StackInput> inputs, const StackOptions& options);

  PixelResult operator()(std::size_t pixel);
  // The same with what happened on the way.
  PixelTrace trace(std::size_t pixel);

 private:
  void load(std::size_t pixel);
  // Keeps only the inputs with the least bad mask; the OR of their masks.
  std::uint16_t apply_hierarchy();
  void reject();
  void reject_extremes();
  void clip();
  void clip_once(double centre, double sigma);
  float median_for_clipping() const;
  void moments(double& mean, double& variance) const;
  std::size_t count_below(std::uint16_t limit) const;
  void restore_if_all_rejected();
  std::vector<std::size_t> usable_inputs() const;
  // Indices of `members` by value, NaN last, equal values in input order.
  void sort_by_value(std::vector<std::size_t>& members) const;

  void combine(const std::vector<std::size_t>& used, PixelResult& result) const;
  float mean_of(const std::vector<float>& values, const std::vector<std::size_t>& used) const;
  void weighted_mean(const std::vector<std::size_t>& used, PixelResult& result) const;
  void middle(const std::vector<std::size_t>& used, PixelResult& result) const;
  float scatter(const std::vector<std::size_t>& used, float centre) const;

  std::span<const StackInput> inputs_;
  StackOptions options_;
  bool with_mask_, with_variance_, own_variance_;
  std::vector<float> data_, variance_;
  std::vector<std::uint16_t> mask_;
};

bool all_have_variances(std::span<const StackInput> inputs);
// Without any mask the reference gives the median of an odd number of inputs the variance of the
// very input that is the median.
bool takes_own_variance(std::span<const StackInput> inputs, const StackOptions& options);

// The lowest rank (0-based, ascending) that minmax keeps of `usable` inputs out of `inputs`, and
// the highest.
struct KeptRanks {
  std::size_t lowest = 0, highest = 0;
};
KeptRanks kept_ranks(std::size_t usable, std::size_t inputs, const StackOptions& options);

// Bits that an input may have at each level of badness, best level first. An input is used when
// no other input is at a better level than its own.
inline constexpr std::uint16_t kAllowedBits[] = {6, 14, 46, 47, 111, 127};
inline constexpr std::uint16_t kUnusable = 65535;
inline constexpr std::uint16_t kRejected = 32768;
inline constexpr std::uint16_t kNoData = 16;

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace wyvern::kernels {

// The median's variance over that of the mean, for many normal deviates.
inline constexpr float kHalfPi = 1.5707964F;

// The usual stack of few inputs, in one pass over a block of pixels: scaling, sorting, rejection of
// the lowest and highest ranks and combination, all in registers. All inputs count.
struct OnePass {
  // More values than this do not fit in the registers.
  static constexpr std::size_t kMostInputs = 16;

  std::size_t inputs = 0, pixels = 0;  // pixels: a multiple of rows::kRowStep
  const float* const* data = nullptr;  // of each input, not scaled
  const float* const* variance = nullptr;
  const float* scale = nullptr;  // of each input: data * scale + zero, variance * scale * scale
  const float* zero = nullptr;
  std::size_t lowest = 0, highest = 0;  // ranks that are kept
  std::size_t lower = 0, upper = 0;  // ranks whose mean is the median; the same: that rank itself
  bool median = true;                // otherwise the mean of what is kept

  float* result = nullptr;
  float* result_variance = nullptr;  // nullptr: not wanted
  // All ones where the result does not hold: some value is not finite, or equal ones lie on both
  // sides of a rejection. Other pixels keep their mark.
  std::int32_t* marks = nullptr;
};

struct OnePassFunctions {
  void (*stack)(const OnePass& pass);
};

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/plane.h"

namespace wyvern::kernels {

enum class Operation { mean, wtmean, median, lmedian };
enum class Rejection { none, minmax, sigclip, varclip };

// Options of a stack; names and meaning of the reference's stackFrames.
struct StackOptions {
  Operation operation = Operation::mean;
  Rejection rejection = Rejection::sigclip;
  double lsigma = 3.0, hsigma = 3.0;
  bool mclip = true;        // clip about the median rather than the mean
  int max_iters = 100;      // of sigclip and varclip
  int nlow = 0, nhigh = 0;  // of minmax
};

// One input of a stack: planes of `size` pixels. data is float32 or float64; variance likewise or
// nullptr; mask nullptr when there is none. Variance and mask are used only when all inputs have
// them. data * scale + zero is formed in the type of data, then rounded to float32. The planes
// begin with pixel `origin`.
struct StackInput {
  const void* data = nullptr;
  PixelType type = PixelType::f32;
  const void* variance = nullptr;
  PixelType variance_type = PixelType::f32;
  const std::uint16_t* mask = nullptr;
  float scale = 1.0F, zero = 0.0F;
  std::size_t origin = 0;
};

// Where the stack goes: each of them may be nullptr; rejected is the number of inputs excluded or
// rejected. They begin with pixel `origin`.
struct StackOutput {
  float* data = nullptr;
  float* variance = nullptr;
  std::uint16_t* mask = nullptr;
  std::int16_t* rejected = nullptr;
  std::size_t origin = 0;
};

// Combines pixels [first, last) of all inputs, in input order, with the bits of the reference
// (gempy/library/nddops.py) but for one thing: a pixel all of whose inputs have mask bits >= 128 is
// 0 there and called good; here its DQ is 16. Of equal values the earlier input ranks lower, and
// NaN ranks last. The negative-variance rule is the caller's. DataError when minmax would reject
// every input ("Only N images but nlow=a and nhigh=b").
void stack_pixels(std::span<const StackInput> inputs, std::size_t first, std::size_t last,
                  const StackOptions& options, const StackOutput& output);

// What became of one pixel of an input.
enum class PixelFate { used, rejected, worse_mask };

// The history of one pixel of a stack: what each input brought, scaled, and what came of it.
struct PixelTrace {
  std::vector<float> data, variance;
  std::vector<std::uint16_t> mask;
  std::vector<PixelFate> fate;
  float result = 0.0F, result_variance = 0.0F;
  std::uint16_t result_mask = 0;
};
PixelTrace trace_pixel(std::span<const StackInput> inputs, std::size_t pixel,
                       const StackOptions& options);

// Whether the result has a mask of its own: every input has one.
bool all_have_masks(std::span<const StackInput> inputs);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/stack.h"

namespace wyvern::testing {

template <class T>
using Images = std::vector<std::vector<T>>;

// Images to be stacked, and what comes out.
struct Stack {
  Images<float> data, variance;
  Images<double> data64, variance64;  // instead of the former
  Images<std::int32_t> integers;      // likewise
  Images<std::uint16_t> mask;
  std::vector<float> scale, zero;

  std::vector<kernels::StackInput> inputs() const {
    const std::size_t n = std::max({data.size(), data64.size(), integers.size()});
    std::vector<kernels::StackInput> all(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (!data.empty()) set(all[i].data, all[i].type, data[i]);
      if (!data64.empty()) set(all[i].data, all[i].type, data64[i]);
      if (!integers.empty()) set(all[i].data, all[i].type, integers[i]);
      if (!variance.empty()) set(all[i].variance, all[i].variance_type, variance[i]);
      if (!variance64.empty()) set(all[i].variance, all[i].variance_type, variance64[i]);
      if (!mask.empty()) all[i].mask = mask[i].data();
      if (!scale.empty()) all[i].scale = scale[i];
      if (!zero.empty()) all[i].zero = zero[i];
    }
    return all;
  }
  std::size_t pixels() const {
    if (!data.empty()) return data[0].size();
    return data64.empty() ? integers[0].size() : data64[0].size();
  }

 private:
  template <class T>
  static void set(const void*& pointer, PixelType& type, const std::vector<T>& image) {
    pointer = image.data();
    type = pixel_type_of<T>;
  }
};

struct Stacked {
  explicit Stacked(std::size_t n) : data(n), variance(n), mask(n), rejected(n) {}
  std::vector<float> data, variance;
  std::vector<std::uint16_t> mask;
  std::vector<std::int16_t> rejected;
};

inline Stacked stacked(const Stack& stack, const kernels::StackOptions& options) {
  Stacked result(stack.pixels());
  const auto inputs = stack.inputs();
  kernels::stack_pixels(
      inputs, 0, stack.pixels(), options,
      {result.data.data(), result.variance.data(), result.mask.data(), result.rejected.data()});
  return result;
}

}  // namespace wyvern::testing

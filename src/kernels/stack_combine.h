// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/stack.h"
#include "kernels/stack_pixel.h"
#include "kernels/stack_rows.h"

namespace wyvern::kernels {

// Rows of values for the pixels of a block, not initialised.
template <class T>
class RowTable {
 public:
  RowTable(std::size_t rows, std::size_t stride)
      : values_(std::make_unique_for_overwrite<T[]>(rows * stride)), stride_(stride) {}
  T* row(std::size_t i) { return values_.get() + i * stride_; }

 private:
  std::unique_ptr<T[]> values_;
  std::size_t stride_;
};

// What a stack gives for a block of pixels: rows with room for whole steps of pixels.
struct BlockResult {
  void set(std::size_t pixel, const PixelResult& result) const {
    data[pixel] = result.data;
    variance[pixel] = result.variance;
    mask[pixel] = result.mask;
    rejected[pixel] = result.rejected;
  }

  float* data = nullptr;
  float* variance = nullptr;
  std::uint16_t* mask = nullptr;
  std::int16_t* rejected = nullptr;
};

// The two middle values of each pixel, of ranks that may be the same (null ranks: everywhere).
struct Middles {
  const float* lower = nullptr;
  const float* upper = nullptr;
  rows::Ranks ranks;
};

// Data and variance of a block from the inputs that count. `own_variance`: the median takes the
// variance of the one input that `block` keeps.
void combine_block(const rows::Block& block, Operation operation, const float* count,
                   const Middles& middles, bool own_variance, float* data, float* variance);

inline bool is_median(Operation operation) {
  return operation == Operation::median || operation == Operation::lmedian;
}

inline bool is_clip(Rejection rejection) {
  return rejection == Rejection::sigclip || rejection == Rejection::varclip;
}

}  // namespace wyvern::kernels

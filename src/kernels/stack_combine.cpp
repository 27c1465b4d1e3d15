// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack_combine.h"

#include <algorithm>

#include "kernels/stack_one_pass.h"

namespace wyvern::kernels {

namespace {

void combine_middles(const rows::Block& block, Operation operation, const Middles& middles,
                     float* data) {
  if (operation == Operation::lmedian || middles.lower == middles.upper) {
    std::copy_n(middles.lower, block.pixels, data);
  } else {
    rows::best().halfway(middles.lower, middles.upper, middles.ranks, data, block.pixels);
  }
}

}  // namespace

void combine_block(const rows::Block& block, Operation operation, const float* count,
                   const Middles& middles, bool own_variance, float* data, float* variance) {
  if (operation == Operation::wtmean && block.variance != nullptr) {
    rows::best().weighted_mean(block, data, variance);
    return;
  }
  if (is_median(operation)) {
    combine_middles(block, operation, middles, data);
  } else {
    rows::best().mean(block, block.data, count, data);
  }
  if (block.variance == nullptr) {
    rows::best().scatter(block, count, data, variance);
  } else {
    rows::best().mean(block, block.variance, count, variance);
  }
  if (own_variance) return;
  if (is_median(operation)) rows::best().multiply(variance, kHalfPi, block.pixels);
  if (block.variance != nullptr) rows::best().divide(variance, count, block.pixels);
}

}  // namespace wyvern::kernels

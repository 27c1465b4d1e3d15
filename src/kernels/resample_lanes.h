// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace wyvern::kernels {

// The input positions of an output row: y = (y_row + y_step * column) + y_offset, x likewise.
struct RowMap {
  double y_row, y_step, y_offset;
  double x_row, x_step, x_offset;
};

struct ResampleFunctions {
  // Linear interpolation of columns [first, end) of an output row of each of `count` images, all of
  // whose positions have four neighbours in the images of nx columns; times `factor` in single
  // precision. outputs[k] is row k's column 0.
  void (*linear)(const float* const* images, float* const* outputs, std::size_t count,
                 std::int64_t nx, const RowMap& map, float factor, std::int64_t first,
                 std::int64_t end);
};

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample_lanes.h"

#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

namespace {

// Four neighbours of each position.
struct Neighbours {
  Doubles low_left, low_right, high_left, high_right;
};

bool all_zero(const HalfInts& values) {
  std::uint64_t pairs[kHalf / 2];
  __builtin_memcpy(pairs, &values, sizeof pairs);
  std::uint64_t any = 0;
  for (const std::uint64_t pair : pairs) any |= pair;
  return any == 0;
}

// 0, 1, 2, ...
HalfInts counted() {
  HalfInts numbers{};
  for (std::size_t k = 0; k < kHalf; ++k) numbers[k] = static_cast<std::int32_t>(k);
  return numbers;
}

// Where half a vector of pixels comes from.
struct Positions {
  HalfInts row, column;    // of the neighbour with the lowest indices
  Doubles y0, y1, x0, x1;  // weights
  bool side_by_side;       // the columns follow one another in one row
};

[[gnu::always_inline]] inline Positions positions_at(const RowMap& map, std::int64_t first,
                                                     const HalfInts& places) {
  const Doubles column = to_doubles(places + static_cast<std::int32_t>(first));
  const Doubles y = (map.y_row + map.y_step * column) + map.y_offset;
  const Doubles x = (map.x_row + map.x_step * column) + map.x_offset;
  Positions at;
  at.row = __builtin_convertvector(y, HalfInts);
  at.column = __builtin_convertvector(x, HalfInts);
  at.y1 = y - to_doubles(at.row);
  at.x1 = x - to_doubles(at.column);
  at.y0 = 1.0 - at.y1;
  at.x0 = 1.0 - at.x1;
  // Lanes that share a pixel do not stand side by side, and there may be no pixels beside it.
  at.side_by_side = all_zero((at.row - at.row[0]) | (at.column - at.column[0] - counted()));
  return at;
}

[[gnu::always_inline]] inline Neighbours neighbours(const float* image, std::int64_t nx,
                                                    const Positions& at) {
  // Maps are nearly shifts: mostly the pixels stand side by side.
  if (at.side_by_side) {
    const float* low = image + at.row[0] * nx + at.column[0];
    return {load_doubles(low), load_doubles(low + 1), load_doubles(low + nx),
            load_doubles(low + nx + 1)};
  }
  Neighbours found{};
  for (std::size_t k = 0; k < kHalf; ++k) {
    const float* low = image + at.row[k] * nx + at.column[k];
    found.low_left[k] = static_cast<double>(low[0]);
    found.low_right[k] = static_cast<double>(low[1]);
    found.high_left[k] = static_cast<double>(low[nx]);
    found.high_right[k] = static_cast<double>(low[nx + 1]);
  }
  return found;
}

// The sum in the order of sample<1>.
[[gnu::always_inline]] inline HalfFloats linear_at(const float* image, std::int64_t nx,
                                                   const Positions& at) {
  const Neighbours pixel = neighbours(image, nx, at);
  Doubles sum = pixel.low_left * at.y0 * at.x0;
  sum += pixel.low_right * at.y0 * at.x1;
  sum += pixel.high_left * at.y1 * at.x0;
  sum += pixel.high_right * at.y1 * at.x1;
  return __builtin_convertvector(sum, HalfFloats);
}

void linear(const float* const* images, float* const* outputs, std::size_t count, std::int64_t nx,
            const RowMap& map, float factor, std::int64_t first, std::int64_t end) {
  const HalfInts places = counted();
  constexpr auto step = static_cast<std::int64_t>(kHalf);
  std::int64_t j = first;
  for (; j + step <= end; j += step) {
    const Positions at = positions_at(map, j, places);
    for (std::size_t k = 0; k < count; ++k) {
      store(outputs[k] + j, HalfFloats(linear_at(images[k], nx, at) * factor));
    }
  }
  // The rest: every lane at the same column.
  for (; j < end; ++j) {
    const Positions at = positions_at(map, j, HalfInts{});
    for (std::size_t k = 0; k < count; ++k) {
      outputs[k][j] = linear_at(images[k], nx, at)[0] * factor;
    }
  }
}

}  // namespace

extern const ResampleFunctions resample_functions;
const ResampleFunctions resample_functions = {.linear = linear};

}  // namespace wyvern::kernels::WYVERN_TARGET

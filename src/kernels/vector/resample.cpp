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

Neighbours neighbours(const float* image, std::int64_t nx, const HalfInts& row,
                      const HalfInts& column) {
  // Maps are nearly shifts: mostly the pixels stand side by side. Lanes that share a pixel do not,
  // and there may be no pixels beside it.
  if (all_zero((row - row[0]) | (column - column[0] - counted()))) {
    const float* low = image + row[0] * nx + column[0];
    return {load_doubles(low), load_doubles(low + 1), load_doubles(low + nx),
            load_doubles(low + nx + 1)};
  }
  Neighbours found{};
  for (std::size_t k = 0; k < kHalf; ++k) {
    const float* low = image + row[k] * nx + column[k];
    found.low_left[k] = static_cast<double>(low[0]);
    found.low_right[k] = static_cast<double>(low[1]);
    found.high_left[k] = static_cast<double>(low[nx]);
    found.high_right[k] = static_cast<double>(low[nx + 1]);
  }
  return found;
}

// Half a vector of pixels from column `first` on: the sum in the order of sample<1>.
HalfFloats linear_at(const float* image, std::int64_t nx, const RowMap& map, std::int64_t first,
                     const HalfInts& places) {
  const Doubles column = to_doubles(places + static_cast<std::int32_t>(first));
  const Doubles y = (map.y_row + map.y_step * column) + map.y_offset;
  const Doubles x = (map.x_row + map.x_step * column) + map.x_offset;
  const HalfInts y_whole = __builtin_convertvector(y, HalfInts);
  const HalfInts x_whole = __builtin_convertvector(x, HalfInts);
  const Neighbours pixel = neighbours(image, nx, y_whole, x_whole);
  const Doubles y1 = y - to_doubles(y_whole);
  const Doubles x1 = x - to_doubles(x_whole);
  const Doubles y0 = 1.0 - y1, x0 = 1.0 - x1;
  Doubles sum = pixel.low_left * y0 * x0;
  sum += pixel.low_right * y0 * x1;
  sum += pixel.high_left * y1 * x0;
  sum += pixel.high_right * y1 * x1;
  return __builtin_convertvector(sum, HalfFloats);
}

void linear(const float* image, std::int64_t nx, const RowMap& map, float factor,
            std::int64_t first, std::int64_t end, float* output) {
  const HalfInts places = counted();
  constexpr auto step = static_cast<std::int64_t>(kHalf);
  std::int64_t j = first;
  for (; j + step <= end; j += step) {
    store(output + j, HalfFloats(linear_at(image, nx, map, j, places) * factor));
  }
  // The rest: every lane at the same column.
  for (; j < end; ++j) {
    output[j] = linear_at(image, nx, map, j, HalfInts{})[0] * factor;
  }
}

}  // namespace

extern const ResampleFunctions resample_functions;
const ResampleFunctions resample_functions = {.linear = linear};

}  // namespace wyvern::kernels::WYVERN_TARGET

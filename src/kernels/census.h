// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>

namespace wyvern::kernels {

// What can be told of an image without knowing what it shows.
template <class T>
struct Census {
  std::size_t not_finite = 0;  // NaN and infinite pixels
  std::optional<T> constant;   // the value that all finite pixels have
  bool all_high = false;       // there are finite pixels, and all of them reach the level asked for
};

// NaN and infinite pixels. Counted in a narrow type, run by run: a whole register of them at a
// time.
template <class T>
std::size_t count_not_finite(std::span<const T> data) {
  constexpr std::size_t run = 4096;
  using Narrow = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::size_t count = 0;
  for (std::size_t first = 0; first < data.size(); first += run) {
    Narrow here = 0;
    for (const T value : data.subspan(first, std::min(run, data.size() - first))) {
      here += std::abs(value) <= std::numeric_limits<T>::max() ? 0U : 1U;
    }
    count += here;
  }
  return count;
}

// `data`: float or double, any units; `level` in the same. Looks at all pixels once, and at no more
// of them than it takes for the rest.
template <class T>
Census<T> census(std::span<const T> data, std::optional<double> level) {
  const auto finite = [](T value) { return std::abs(value) <= std::numeric_limits<T>::max(); };
  Census<T> found;
  found.not_finite = count_not_finite(data);
  const auto first = std::find_if(data.begin(), data.end(), finite);
  if (first == data.end()) return found;
  if (std::all_of(first, data.end(), [&](T v) { return v == *first || !finite(v); })) {
    found.constant = *first;
  }
  found.all_high = level && std::all_of(first, data.end(), [&](T v) {
                     return static_cast<double>(v) >= *level || !finite(v);
                   });
  return found;
}

// Sets `flag` in the mask where a pixel is not finite.
template <class T>
void flag_not_finite(std::span<const T> data, std::uint16_t flag, std::span<std::uint16_t> mask) {
  for (std::size_t p = 0; p < data.size(); ++p) {
    mask[p] |= std::abs(data[p]) <= std::numeric_limits<T>::max() ? std::uint16_t{0} : flag;
  }
}

}  // namespace wyvern::kernels

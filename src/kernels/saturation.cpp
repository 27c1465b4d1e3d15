// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstddef>

#include "kernels/comparison_type.h"
#include "kernels/label_runs.h"
#include "kernels/morphology.h"

namespace wyvern::kernels {
namespace {

constexpr std::uint16_t kNonLinear = 2;
constexpr std::uint16_t kSaturated = 4;
constexpr std::int64_t kLargestHiddenRegion = 10000;

template <class T>
void flag_from(std::span<const T> data, double level, std::uint16_t flag,
               std::span<std::uint16_t> mask) {
  const auto limit = static_cast<ComparisonType<T>>(level);
  for (std::size_t p = 0; p < data.size(); ++p) {
    const auto value = static_cast<ComparisonType<T>>(data[p]);
    mask[p] |= value >= limit ? flag : std::uint16_t{0};
  }
}

template <class T>
void flag_between(std::span<const T> data, double low, double high, std::span<std::uint16_t> mask) {
  const auto from = static_cast<ComparisonType<T>>(low);
  const auto to = static_cast<ComparisonType<T>>(high);
  for (std::size_t p = 0; p < data.size(); ++p) {
    const auto value = static_cast<ComparisonType<T>>(data[p]);
    mask[p] |= (value >= from) & (value < to) ? kNonLinear : std::uint16_t{0};
  }
}

template <class T>
void flag_hidden_saturation(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                            double non_linear, std::span<std::uint16_t> mask) {
  const auto limit = static_cast<ComparisonType<T>>(non_linear);
  std::vector<std::uint8_t> below(data.size());
  std::size_t count = 0;
  for (std::size_t p = 0; p < data.size(); ++p) {
    below[p] = static_cast<ComparisonType<T>>(data[p]) < limit ? 1 : 0;
    count += below[p];
  }
  // A dark or an empty field is one large region: nothing to search for.
  if (count == data.size() && ny * nx > kLargestHiddenRegion) return;
  const RegionRuns regions = region_runs(below, ny, nx);
  for (const Run& run : regions.runs) {
    if (regions.size[run.region] > kLargestHiddenRegion) continue;
    for (std::int64_t x = run.first; x < run.end; ++x) mask[run.row * nx + x] |= kSaturated;
  }
}

}  // namespace

template <class T>
bool flag_levels(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                 std::optional<double> saturation, std::optional<double> non_linear,
                 std::span<std::uint16_t> mask) {
  if (saturation) flag_from(data, *saturation, kSaturated, mask);
  if (!non_linear) return true;
  if (!saturation) {
    flag_from(data, *non_linear, kNonLinear, mask);
    return true;
  }
  if (*saturation > *non_linear) {
    flag_between(data, *non_linear, *saturation, mask);
    flag_hidden_saturation(data, ny, nx, *non_linear, mask);
  }
  return *saturation >= *non_linear;
}

#define WYVERN_FLAG_LEVELS(T)                                                  \
  template bool flag_levels<T>(std::span<const T>, std::int64_t, std::int64_t, \
                               std::optional<double>, std::optional<double>,   \
                               std::span<std::uint16_t>);
WYVERN_FLAG_LEVELS(std::int16_t)
WYVERN_FLAG_LEVELS(std::uint16_t)
WYVERN_FLAG_LEVELS(std::int32_t)
WYVERN_FLAG_LEVELS(std::uint32_t)
WYVERN_FLAG_LEVELS(float)
WYVERN_FLAG_LEVELS(double)
#undef WYVERN_FLAG_LEVELS

}  // namespace wyvern::kernels

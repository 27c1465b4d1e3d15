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
bool all_below(std::span<const T> data, double level) {
  const auto limit = static_cast<ComparisonType<T>>(level);
  std::uint32_t others = 0;
  for (const T value : data) others += static_cast<ComparisonType<T>>(value) < limit ? 0U : 1U;
  return others == 0;
}

// An image whose pixels are nearly all below a level.
template <class T>
struct Image {
  std::span<const T> data;
  std::int64_t ny, nx;

  std::span<const T> row(std::int64_t y) const {
    return data.subspan(static_cast<std::size_t>(y * nx), static_cast<std::size_t>(nx));
  }
  // The rows with pixels that are not below the level.
  std::vector<std::int64_t> rows_reaching(double level) const {
    std::vector<std::int64_t> rows;
    for (std::int64_t y = 0; y < ny; ++y) {
      if (!all_below(row(y), level)) rows.push_back(y);
    }
    return rows;
  }
};

// `rows`: those with pixels that are not below `non_linear`.
template <class T>
void flag_hidden_saturation(const Image<T>& image, const std::vector<std::int64_t>& rows,
                            double non_linear, std::span<std::uint16_t> mask) {
  const auto [data, ny, nx] = image;
  // A dark or an empty field is one large region: nothing to search for.
  if (rows.empty() && ny * nx > kLargestHiddenRegion) return;
  const auto limit = static_cast<ComparisonType<T>>(non_linear);
  std::vector<std::uint8_t> below(data.size(), 1);
  for (const std::int64_t y : rows) {
    const std::span<const T> row = image.row(y);
    std::uint8_t* to = below.data() + y * nx;
    for (const T value : row) *to++ = static_cast<ComparisonType<T>>(value) < limit ? 1 : 0;
  }
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
  if (!saturation && !non_linear) return true;
  const bool sound = !saturation || !non_linear || *saturation >= *non_linear;
  const bool both = saturation && non_linear && *saturation > *non_linear;
  const double lowest = !saturation   ? *non_linear
                        : !non_linear ? *saturation
                                      : std::min(*saturation, *non_linear);
  const Image<T> image{data, ny, nx};
  const std::vector<std::int64_t> rows = image.rows_reaching(lowest);
  for (const std::int64_t y : rows) {
    const auto row_mask =
        mask.subspan(static_cast<std::size_t>(y * nx), static_cast<std::size_t>(nx));
    if (saturation) flag_from(image.row(y), *saturation, kSaturated, row_mask);
    if (both) flag_between(image.row(y), *non_linear, *saturation, row_mask);
    if (!saturation) flag_from(image.row(y), *non_linear, kNonLinear, row_mask);
  }
  if (both) flag_hidden_saturation(image, rows, *non_linear, mask);
  return sound;
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

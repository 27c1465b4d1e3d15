// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/keyhole.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <type_traits>

#include "kernels/comparison_type.h"
#include "kernels/label_runs.h"
#include "kernels/morphology.h"
#include "kernels/statistics.h"

namespace wyvern::kernels {
namespace {

// Below this scale (arcsec/px) it is a long camera.
constexpr double kLongCameraScale = 0.1;

// The parts of the mask, in pixels. Sizes in arcsec and offsets in pixels are the reference's
// measurements on flats.
struct Outline {
  double half_disc_radius = 0.0, bar_width = 0.0, cut_radius = 0.0;
  double bar_first = 0.0, bar_last = 0.0;  // columns
  double x = 0.0, y = 0.0;                 // centre of the half disc
};

Outline outline(const Keyhole& keyhole, double cx, double cy, int xshift, int yshift) {
  const double scale = keyhole.pixel_scale;
  const double bar_length = 97.8 / scale;
  Outline o;
  o.half_disc_radius = 14.7 / scale;
  o.bar_width = 9.6 / scale;
  o.cut_radius = (scale < kLongCameraScale ? 1.13 : 1.29) * o.half_disc_radius;
  o.bar_first = cx - 0.5 * bar_length + xshift;
  o.bar_last = cx + 0.5 * bar_length + xshift;
  o.x = cx + 2 + xshift;
  o.y = cy + 3.2 / scale + yshift;
  if (keyhole.red_camera) {
    o.bar_first -= 5;
    o.bar_last -= 5;
    o.x -= 5;
    o.y -= 4;
  }
  if (keyhole.wings) {
    // The bar may leave the detector: then the centroid is not that of the whole keyhole.
    const double visible = std::min(o.bar_last, 1023.0) - std::max(o.bar_first, 0.0);
    o.y -= 15 * visible / 1023;
    if (o.bar_first <= 0) o.x += (cx - 512) * 2.5;
  } else if (scale < kLongCameraScale) {
    o.y -= 4;
  }
  return o;
}

// The bar's lower and upper edge in each column: it is tilted by 0.01 about the centroid.
struct Bar {
  std::vector<double> low, high;
};

Bar bar_edges(const Outline& o, double cx, std::int64_t nx) {
  Bar bar;
  for (std::int64_t column = 0; column < nx; ++column) {
    const double x = static_cast<double>(column);
    const double tilt = 0.01 * (cx - x);
    const bool in_bar = o.bar_first <= x && x <= o.bar_last;
    // Beyond the ends no y lies between the edges.
    bar.low.push_back(in_bar ? o.y - 0.5 * o.bar_width - tilt : HUGE_VAL);
    bar.high.push_back(in_bar ? o.y + 0.5 * o.bar_width - tilt : -HUGE_VAL);
  }
  return bar;
}

template <class T>
double median_of_numbers(std::span<const T> data) {
  using Value = std::conditional_t<std::is_same_v<T, float>, float, double>;
  std::vector<Value> values;
  values.reserve(data.size());
  for (const T value : data) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) continue;
    }
    values.push_back(static_cast<Value>(value));
  }
  return static_cast<double>(median_in_place(std::span<Value>(values)));
}

// 1 at least 2 pixels from anything darker than `threshold`.
template <class T>
std::vector<std::uint8_t> well_lit(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                                   double threshold) {
  const auto limit = static_cast<ComparisonType<T>>(threshold);
  std::vector<std::uint8_t> dark(data.size());
  for (std::size_t p = 0; p < data.size(); ++p) {
    dark[p] = static_cast<ComparisonType<T>>(data[p]) < limit ? 1 : 0;
  }
  std::vector<std::pair<int, int>> square;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) square.emplace_back(dy, dx);
  }
  std::vector<std::uint8_t> lit = dilate(dark, ny, nx, square);
  for (std::uint8_t& pixel : lit) pixel ^= 1;
  return lit;
}

}  // namespace

std::vector<std::uint8_t> keyhole_mask(const Keyhole& keyhole, double cx, double cy, int xshift,
                                       int yshift, std::int64_t ny, std::int64_t nx) {
  const Outline o = outline(keyhole, cx, cy, xshift, yshift);
  const Bar bar = bar_edges(o, cx, nx);
  const double disc2 = o.half_disc_radius * o.half_disc_radius;
  const double cut2 = keyhole.wings ? HUGE_VAL : o.cut_radius * o.cut_radius;
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(ny * nx));
  for (std::int64_t row = 0; row < ny; ++row) {
    const double y = static_cast<double>(row);
    const double dy2 = (y - o.y) * (y - o.y);
    const double row_disc2 = y < o.y ? disc2 : 0.0;
    for (std::int64_t column = 0; column < nx; ++column) {
      const double dx = static_cast<double>(column) - o.x;
      const double distance2 = dx * dx + dy2;
      const bool lit = (bar.low[column] < y && y <= bar.high[column]) || distance2 < row_disc2;
      mask[row * nx + column] = lit && !(distance2 > cut2) ? 0 : 1;
    }
  }
  return mask;
}

template <class T>
KeyholePosition locate_keyhole(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                               const Keyhole& keyhole, double noise) {
  const double median = median_of_numbers(data);
  const double level = median > 0.0 ? median : 0.0;
  const RegionRuns regions = region_runs(well_lit(data, ny, nx, level + 3 * noise), ny, nx);
  KeyholePosition position{keyhole.x0, keyhole.y0, 0, false};
  const auto largest = std::max_element(regions.size.begin(), regions.size.end());
  if (largest == regions.size.end()) return position;
  position.pixels = *largest;
  position.found = static_cast<double>(position.pixels) > 0.5 * static_cast<double>(keyhole.area);
  if (!position.found) return position;
  const auto region = static_cast<std::int32_t>(largest - regions.size.begin());
  std::int64_t sum_x = 0, sum_y = 0;
  for (const Run& run : regions.runs) {
    if (run.region != region) continue;
    sum_x += (run.first + run.end - 1) * run.pixels() / 2;
    sum_y += run.row * run.pixels();
  }
  position.cx = static_cast<double>(sum_x) / static_cast<double>(position.pixels);
  position.cy = static_cast<double>(sum_y) / static_cast<double>(position.pixels);
  return position;
}

#define WYVERN_LOCATE_KEYHOLE(T)                                                             \
  template KeyholePosition locate_keyhole<T>(std::span<const T>, std::int64_t, std::int64_t, \
                                             const Keyhole&, double);
WYVERN_LOCATE_KEYHOLE(std::int16_t)
WYVERN_LOCATE_KEYHOLE(std::uint16_t)
WYVERN_LOCATE_KEYHOLE(std::int32_t)
WYVERN_LOCATE_KEYHOLE(std::uint32_t)
WYVERN_LOCATE_KEYHOLE(float)
WYVERN_LOCATE_KEYHOLE(double)
#undef WYVERN_LOCATE_KEYHOLE

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/image_correlation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace wyvern::sources {
namespace {

constexpr int kSmallestBin = 4;    // px
constexpr int kLargestReach = 40;  // bins: the search takes some 6,500 shifts
constexpr int kBackground = 8;     // bins, half side of the box whose mean is taken off
// Stars must not drown the rest, nor a negative image of one in a sky frame.
constexpr double kLowest = -3.0, kHighest = 10.0;  // sigma
constexpr double kLeastOverlap = 0.25;             // of the bins that count
constexpr double kLeastSignificance = 7.0;         // sigma
constexpr double kLargestRival = 0.75;             // of the peak
constexpr int kPeakRadius = 3;                     // bins
constexpr double kBright = 3.0;                    // sigma
constexpr std::size_t kFewestBright = 16;          // px

// A grid of values; those that do not count are NaN.
struct Grid {
  int ny = 0, nx = 0;
  std::vector<float> value;

  float at(int y, int x) const {
    return value[static_cast<std::size_t>(y) * static_cast<std::size_t>(nx) +
                 static_cast<std::size_t>(x)];
  }
  bool inside(int y, int x) const { return y >= 0 && x >= 0 && y < ny && x < nx; }
};

bool counts(const MaskedImage& image, std::size_t i) {
  return (image.mask.empty() || image.mask[i] == 0) && std::isfinite(image.data[i]);
}

// Means of squares of `bin` pixels, at least half of which count.
Grid binned(const MaskedImage& image, int bin) {
  Grid grid{static_cast<int>(image.ny) / bin, static_cast<int>(image.nx) / bin, {}};
  for (int y = 0; y < grid.ny; ++y) {
    for (int x = 0; x < grid.nx; ++x) {
      double sum = 0.0;
      int count = 0;
      for (int v = y * bin; v < (y + 1) * bin; ++v) {
        for (int u = x * bin; u < (x + 1) * bin; ++u) {
          const auto i = static_cast<std::size_t>(v * image.nx + u);
          if (!counts(image, i)) continue;
          sum += image.data[i];
          ++count;
        }
      }
      grid.value.push_back(2 * count >= bin * bin ? static_cast<float>(sum / count) : NAN);
    }
  }
  return grid;
}

double median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Median and scatter (from the median deviation) of what counts; scatter 0 for less than 16 values.
std::pair<double, double> level_and_scatter(const std::vector<float>& all) {
  std::vector<float> values;
  for (const float v : all) {
    if (std::isfinite(v)) values.push_back(v);
  }
  if (values.size() < 16) return {0.0, 0.0};
  const double level = median_of(values);
  for (float& v : values) v = static_cast<float>(std::abs(v - level));
  return {level, 1.4826 * median_of(values)};
}

// In units of the scatter, clipped.
void clip(Grid& grid) {
  const auto [level, scatter] = level_and_scatter(grid.value);
  for (float& v : grid.value) {
    if (!std::isfinite(v)) continue;
    v = scatter > 0.0 ? static_cast<float>(std::clamp((v - level) / scatter, kLowest, kHighest))
                      : 0.0F;
  }
}

// Mean over the box of half side `half` about each value that counts.
Grid boxed(const Grid& grid, int half) {
  Grid result = grid;
  for (int y = 0; y < grid.ny; ++y) {
    for (int x = 0; x < grid.nx; ++x) {
      if (!std::isfinite(grid.at(y, x))) continue;
      double sum = 0.0;
      int count = 0;
      for (int v = std::max(0, y - half); v <= std::min(grid.ny - 1, y + half); ++v) {
        for (int u = std::max(0, x - half); u <= std::min(grid.nx - 1, x + half); ++u) {
          const float value = grid.at(v, u);
          if (!std::isfinite(value)) continue;
          sum += value;
          ++count;
        }
      }
      result.value[static_cast<std::size_t>(y * grid.nx + x)] = static_cast<float>(sum / count);
    }
  }
  return result;
}

Grid prepared(const MaskedImage& image, int bin) {
  Grid grid = binned(image, bin);
  clip(grid);
  const Grid background = boxed(grid, kBackground);
  for (std::size_t i = 0; i < grid.value.size(); ++i) grid.value[i] -= background.value[i];
  grid = boxed(grid, 1);
  clip(grid);
  return grid;
}

// Places of a grid that count, with their values.
struct Spot {
  int y, x;
  float value;
};

std::vector<Spot> spots_of(const Grid& grid) {
  std::vector<Spot> spots;
  for (int y = 0; y < grid.ny; ++y) {
    for (int x = 0; x < grid.nx; ++x) {
      if (std::isfinite(grid.at(y, x))) spots.push_back({y, x, grid.at(y, x)});
    }
  }
  return spots;
}

// Normalised correlation of the spots with the grid moved, times the root of the overlap; NaN when
// too little overlaps.
double correlation(const std::vector<Spot>& spots, const Grid& grid, int dy, int dx) {
  double cross = 0.0, own = 0.0, other = 0.0;
  std::size_t overlap = 0;
  for (const Spot& spot : spots) {
    const int y = spot.y + dy, x = spot.x + dx;
    if (!grid.inside(y, x)) continue;
    const double value = grid.at(y, x);
    if (!std::isfinite(value)) continue;
    cross += spot.value * value;
    own += spot.value * spot.value;
    other += value * value;
    ++overlap;
  }
  if (static_cast<double>(overlap) < kLeastOverlap * static_cast<double>(spots.size()) ||
      !(own > 0.0) || !(other > 0.0)) {
    return NAN;
  }
  return cross / std::sqrt(own * other) * std::sqrt(static_cast<double>(overlap));
}

struct Peak {
  int dy = 0, dx = 0;
  double significance = 0.0;
};

// The coarse search; `reach` bins about (y0, x0).
std::optional<Peak> coarse_peak(const Grid& frame, const Grid& reference, int y0, int x0,
                                int reach) {
  const std::vector<Spot> spots = spots_of(frame);
  if (std::all_of(spots.begin(), spots.end(), [](const Spot& s) { return s.value == 0.0F; })) {
    return std::nullopt;  // a blank image
  }
  const bool at_rest = std::max(std::abs(y0), std::abs(x0)) <= kPeakRadius;
  const int side = 2 * reach + 1;
  std::vector<float> map;
  for (int i = 0; i < side * side; ++i) {
    const int dy = y0 - reach + i / side, dx = x0 - reach + i % side;
    const bool in_place = !at_rest && std::max(std::abs(dy), std::abs(dx)) <= 2;
    map.push_back(in_place ? NAN : static_cast<float>(correlation(spots, reference, dy, dx)));
  }
  const auto [level, scatter] = level_and_scatter(map);
  int best = -1;
  for (int i = 0; i < side * side; ++i) {
    const float value = map[static_cast<std::size_t>(i)];
    if (std::isfinite(value) && (best < 0 || value > map[static_cast<std::size_t>(best)])) best = i;
  }
  if (best < 0 || scatter <= 0.0) return std::nullopt;
  const double height = map[static_cast<std::size_t>(best)] - level;
  for (int i = 0; i < side * side; ++i) {
    const float value = map[static_cast<std::size_t>(i)];
    const bool same =
        std::max(std::abs(i / side - best / side), std::abs(i % side - best % side)) <= kPeakRadius;
    if (!same && std::isfinite(value) && value - level > kLargestRival * height)
      return std::nullopt;
  }
  if (height < kLeastSignificance * scatter) return std::nullopt;
  return Peak{y0 - reach + best / side, x0 - reach + best % side, height / scatter};
}

// The top of the parabola nearest to five equidistant values, from the middle one.
double top(const std::array<double, 5>& v) {
  const double slope = (2.0 * (v[4] - v[0]) + v[3] - v[1]) / 10.0;
  const double bend = (2.0 * (v[0] + v[4]) - v[1] - v[3] - 2.0 * v[2]) / 14.0;
  return bend < 0.0 ? std::clamp(-0.5 * slope / bend, -1.0, 1.0) : 0.0;
}

Grid smooth_pixels(const MaskedImage& image) {
  Grid grid = binned(image, 1);
  clip(grid);
  return boxed(grid, 2);
}

// The spots that stand out: the noise of all others would only move the peak.
std::vector<Spot> bright_spots(const Grid& grid) {
  std::vector<Spot> all = spots_of(grid), bright;
  const auto [level, scatter] = level_and_scatter(grid.value);
  for (const Spot& spot : all) {
    if (spot.value > level + kBright * scatter) bright.push_back(spot);
  }
  return bright.size() < kFewestBright ? all : bright;
}

// Pixel by pixel within `reach` of (y0, x0), and between pixels.
Point fine_peak(const MaskedImage& frame, const MaskedImage& reference, int y0, int x0, int reach) {
  const Grid moved = smooth_pixels(frame), fixed = smooth_pixels(reference);
  const std::vector<Spot> spots = bright_spots(moved);
  const int margin = reach + 2, side = 2 * margin + 1;
  std::vector<double> map;
  for (int i = 0; i < side * side; ++i) {
    const double value = correlation(spots, fixed, y0 - margin + i / side, x0 - margin + i % side);
    map.push_back(std::isfinite(value) ? value : 0.0);
  }
  const auto at = [&](int row, int column) {
    return map[static_cast<std::size_t>(row * side + column)];
  };
  int row = 2, column = 2;
  for (int r = 2; r < side - 2; ++r) {
    for (int c = 2; c < side - 2; ++c) {
      if (!(at(r, c) > at(row, column))) continue;
      row = r;
      column = c;
    }
  }
  std::array<double, 5> along{}, across{};  // sums over three lines have less noise
  for (int k = -2; k <= 2; ++k) {
    for (int line = -1; line <= 1; ++line) {
      along[static_cast<std::size_t>(k + 2)] += at(row + line, column + k);
      across[static_cast<std::size_t>(k + 2)] += at(row + k, column + line);
    }
  }
  return {x0 - margin + column + top(along), y0 - margin + row + top(across)};
}

}  // namespace

std::optional<ImageShift> correlate_images(const MaskedImage& frame, const MaskedImage& reference,
                                           const CorrelationOptions& options) {
  if (frame.ny != reference.ny || frame.nx != reference.nx || !(options.search_px > 0.0)) {
    return std::nullopt;
  }
  // Images that are farther apart do not overlap; what headers say may be farther than any integer.
  const auto reach_of = [&](std::int64_t side) {
    return static_cast<double>(side) + options.search_px;
  };
  if (!(std::abs(options.expected.x) <= reach_of(frame.nx)) ||
      !(std::abs(options.expected.y) <= reach_of(frame.ny))) {
    return std::nullopt;
  }
  const int bin =
      std::max(kSmallestBin, static_cast<int>(std::ceil(options.search_px / kLargestReach)));
  const int reach = static_cast<int>(std::ceil(options.search_px / bin));
  const std::optional<Peak> peak =
      coarse_peak(prepared(frame, bin), prepared(reference, bin),
                  static_cast<int>(std::lround(options.expected.y / bin)),
                  static_cast<int>(std::lround(options.expected.x / bin)), reach);
  if (!peak) return std::nullopt;
  return ImageShift{fine_peak(frame, reference, peak->dy * bin, peak->dx * bin, bin + 1),
                    peak->significance};
}

}  // namespace wyvern::sources

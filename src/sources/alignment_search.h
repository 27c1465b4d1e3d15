// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sources/alignment.h"

namespace wyvern::sources {

// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Bounds of the search other than those of the shift, as in the reference.
inline constexpr double largest_angle_deg = 5.0, largest_stretch = 0.05;

// Magnification and rotation about (0, 0), then a shift.
struct Pose {
  double factor = 1.0, angle_deg = 0.0, dx = 0.0, dy = 0.0;

  Affine map() const {
    const double angle = angle_deg * std::numbers::pi / 180.0;
    const double c = factor * std::cos(angle), s = factor * std::sin(angle);
    return {{{{c, -s}, {s, c}}}, {dx, dy}};
  }
};

inline Point moved(const Affine& map, Point p) {
  return {map.matrix[0][0] * p.x + map.matrix[0][1] * p.y + map.offset.x,
          map.matrix[1][0] * p.x + map.matrix[1][1] * p.y + map.offset.y};
}

std::vector<Point> moved(const Affine& map, std::span<const Point> points);

// The values of the free parameters under the names that the reference logs, in its order.
std::vector<std::pair<std::string, double>> named_parameters(const Pose& pose, bool scaled,
                                                             bool rotated);

// The result that belongs to a pose: its map, and the sources matched within options.match_px.
Alignment alignment_of(const Pose& pose, std::span<const Point> in, std::span<const Point> ref,
                       double match_px);

// The reference's search: a grid over a landscape of Gaussians, then a downhill simplex.
Alignment grid_alignment(std::span<const Point> in, std::span<const Point> ref,
                         const AlignmentOptions& options);

// The search by pairs of sources, then robust least squares.
Alignment robust_alignment(std::span<const Point> in, std::span<const Point> ref,
                           const AlignmentOptions& options, std::span<const double> in_error,
                           std::span<const double> ref_error);

}  // namespace wyvern::sources

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/alignment.h"

#include "sources/alignment_search.h"

namespace wyvern::sources {

std::vector<Point> moved(const Affine& map, std::span<const Point> points) {
  std::vector<Point> result;
  result.reserve(points.size());
  for (const Point& p : points) result.push_back(moved(map, p));
  return result;
}

std::vector<std::pair<std::string, double>> named_parameters(const Pose& pose, bool scaled,
                                                             bool rotated) {
  std::vector<std::pair<std::string, double>> named;
  if (scaled) named.emplace_back("factor", pose.factor);
  if (rotated) named.emplace_back("angle", pose.angle_deg);
  named.emplace_back("offset", pose.dx);
  named.emplace_back("offset", pose.dy);
  return named;
}

Alignment alignment_of(const Pose& pose, std::span<const Point> in, std::span<const Point> ref,
                       double match_px) {
  Alignment result;
  result.map = pose.map();
  result.dx = pose.dx;
  result.dy = pose.dy;
  result.angle_deg = pose.angle_deg;
  result.factor = pose.factor;
  const std::vector<int> matched = match_sources(moved(result.map, in), ref, match_px);
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (matched[i] >= 0) result.matches.emplace_back(static_cast<int>(i), matched[i]);
  }
  return result;
}

Alignment find_alignment(std::span<const Point> in, std::span<const Point> ref,
                         const AlignmentOptions& options, std::span<const double> in_error,
                         std::span<const double> ref_error) {
  if (in.empty() || ref.empty()) return {};
  return options.compat ? grid_alignment(in, ref, options)
                        : robust_alignment(in, ref, options, in_error, ref_error);
}

}  // namespace wyvern::sources

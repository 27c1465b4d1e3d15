// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "sources/alignment_search.h"
#include "sources/matching.h"
#include "sources/nelder_mead.h"

namespace wyvern::sources {
namespace {

// A hill of Gaussian shape for every reference source, on the cells of the catalogue's bounding
// box (reference: gempy/library/matching.py and cython_utils.pyx).
class Landscape {
 public:
  Landscape(std::span<const Point> ref, double sigma) {
    origin_ = ref.front();
    Point end = ref.front();
    for (const Point& p : ref) {
      origin_ = {std::min(origin_.x, p.x), std::min(origin_.y, p.y)};
      end = {std::max(end.x, p.x), std::max(end.y, p.y)};
    }
    nx_ = std::max(static_cast<int>(end.x - origin_.x), 1);
    ny_ = std::max(static_cast<int>(end.y - origin_.y), 1);
    height_.assign(static_cast<std::size_t>(nx_) * static_cast<std::size_t>(ny_), 0.0);
    for (const Point& p : ref) add_hill(p, sigma);
  }

  // Sums in single precision, as the reference does: it decides between nearly equal cells.
  double score(std::span<const Point> in, const Affine& map) const {
    float sum = 0.0F;
    for (const Point& p : in) {
      const Point q = moved(map, p);
      const int x = static_cast<int>(q.x - origin_.x + 0.5);
      const int y = static_cast<int>(q.y - origin_.y + 0.5);
      if (x >= 0 && x < nx_ && y >= 0 && y < ny_) {
        sum = static_cast<float>(static_cast<double>(sum) + height_[index(x, y)]);
      }
    }
    return static_cast<double>(sum);
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(nx_) +
           static_cast<std::size_t>(x);
  }

  void add_hill(Point p, double sigma) {
    const int reach = static_cast<int>(4.0 * sigma);
    const int cx = static_cast<int>(p.x - origin_.x - 0.5);
    const int cy = static_cast<int>(p.y - origin_.y - 0.5);
    for (int y = std::max(cy - reach, 0); y <= std::min(cy + reach, ny_ - 1); ++y) {
      for (int x = std::max(cx - reach, 0); x <= std::min(cx + reach, nx_ - 1); ++x) {
        const double d2 = (x - cx) * (x - cx) + (y - cy) * (y - cy);
        height_[index(x, y)] += std::exp(-0.5 * d2 / (sigma * sigma));
      }
    }
  }

  Point origin_;
  int nx_ = 1, ny_ = 1;
  std::vector<double> height_;
};

struct Range {
  double low = 0.0, high = 0.0, step = 1.0;
  bool free = true;

  int count() const {
    return free ? std::max(1, static_cast<int>(std::ceil((high - low) / step))) : 1;
  }
  double value(int i, double fixed) const { return free ? low + i * step : fixed; }
};

struct Ranges {
  Range factor, angle, shift;
};

Ranges search_ranges(const AlignmentOptions& options) {
  const double r = options.search_px;
  return {{1.0 - largest_stretch, 1.0 + largest_stretch, 0.01, options.scale},
          {-largest_angle_deg, largest_angle_deg, 1.0, options.rotate},
          {-r, r, std::min(options.sigma_px, 0.2 * r), true}};
}

Pose best_on_grid(std::span<const Point> in, const Landscape& landscape, const Ranges& ranges) {
  Pose best;
  double highest = -1.0;
  for (int k = 0; k < ranges.factor.count(); ++k) {
    for (int a = 0; a < ranges.angle.count(); ++a) {
      Pose pose{ranges.factor.value(k, 1.0), ranges.angle.value(a, 0.0), 0.0, 0.0};
      Affine map = pose.map();
      for (int i = 0; i < ranges.shift.count(); ++i) {
        for (int j = 0; j < ranges.shift.count(); ++j) {
          map.offset = {ranges.shift.value(i, 0.0), ranges.shift.value(j, 0.0)};
          const double score = landscape.score(in, map);
          if (score <= highest) continue;
          highest = score;
          best = {pose.factor, pose.angle_deg, map.offset.x, map.offset.y};
        }
      }
    }
  }
  return best;
}

// Sum over frame sources of 1 / (d^2 + sigma^2) to their five nearest reference sources.
class Closeness {
 public:
  Closeness(std::span<const Point> in, std::span<const Point> ref, double sigma)
      : in_(in), list_(ref), sigma_(sigma) {}

  double operator()(const Affine& map) {
    double sum = 0.0;
    for (const Point& p : in_) {
      list_.nearest(moved(map, p), 5.0 * sigma_, 5, found_);
      for (const auto& neighbour : found_) {
        sum += 1.0 / (neighbour.distance * neighbour.distance + sigma_ * sigma_);
      }
    }
    return sum;
  }

 private:
  std::span<const Point> in_;
  NeighbourList list_;
  double sigma_;
  std::vector<NeighbourList::Neighbour> found_;
};

// The free parameters of a pose as a vector, in the reference's order.
class FreeParameters {
 public:
  FreeParameters(const Ranges& ranges) : ranges_(ranges) {
    add(ranges.factor);
    add(ranges.angle);
    add(ranges.shift);
    add(ranges.shift);
  }

  std::vector<double> pack(const Pose& pose) const {
    std::vector<double> x;
    if (ranges_.factor.free) x.push_back(pose.factor);
    if (ranges_.angle.free) x.push_back(pose.angle_deg);
    x.insert(x.end(), {pose.dx, pose.dy});
    return x;
  }

  Pose unpack(std::span<const double> x) const {
    Pose pose;
    std::size_t k = 0;
    if (ranges_.factor.free) pose.factor = x[k++];
    if (ranges_.angle.free) pose.angle_deg = x[k++];
    pose.dx = x[k];
    pose.dy = x[k + 1];
    return pose;
  }

  const std::vector<double>& lower() const { return lower_; }
  const std::vector<double>& upper() const { return upper_; }

 private:
  void add(const Range& range) {
    if (!range.free) return;
    lower_.push_back(range.low);
    upper_.push_back(range.high);
  }

  Ranges ranges_;
  std::vector<double> lower_, upper_;
};

Pose refine(const Pose& coarse, std::span<const Point> in, std::span<const Point> ref,
            const AlignmentOptions& options, const Ranges& ranges) {
  const FreeParameters parameters(ranges);
  const double x_tolerance = 1e-5 * options.sigma_px;
  // A start value near zero would make a simplex too flat to move.
  const double least = 20.0 * x_tolerance;
  std::vector<double> start = parameters.pack(coarse);
  for (double& x : start) {
    if (std::abs(x) < least) x = x < 0.0 ? -least : least;
  }
  Closeness closeness(in, ref, options.sigma_px);
  const auto cost = [&](std::span<const double> x) {
    return -closeness(parameters.unpack(x).map());
  };
  const SimplexResult found = minimise_simplex(cost, std::move(start), parameters.lower(),
                                               parameters.upper(), {x_tolerance, 1e-4});
  return parameters.unpack(found.x);
}

}  // namespace

Alignment grid_alignment(std::span<const Point> in, std::span<const Point> ref,
                         const AlignmentOptions& options) {
  const Stopwatch watch;
  const Ranges ranges = search_ranges(options);
  const Pose coarse = best_on_grid(in, Landscape(ref, options.sigma_px), ranges);
  const double coarse_seconds = watch.seconds();
  const Pose fine = refine(coarse, in, ref, options, ranges);
  Alignment result = alignment_of(fine, in, ref, options.match_px);
  result.rotated = options.rotate;
  result.scaled = options.scale;
  result.coarse = named_parameters(coarse, options.scale, options.rotate);
  result.coarse_seconds = coarse_seconds;
  result.final_seconds = watch.seconds();
  result.final = named_parameters(fine, options.scale, options.rotate);
  return result;
}

}  // namespace wyvern::sources

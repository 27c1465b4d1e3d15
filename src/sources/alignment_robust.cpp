// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "sources/alignment_fit.h"
#include "sources/alignment_search.h"
#include "sources/matching.h"

namespace wyvern::sources {
namespace {

// A catalogue's error of a centroid is that of the noise of single pixels. Residuals of the sky and
// neighbours make the true one about three times as large (found in simulated nights, where the
// truth is known), and the sampling adds the smallest one, px.
constexpr double true_over_stated_error = 3.0, smallest_error_px = 0.03;
constexpr double usual_error_px = 0.1;  // of a pair without stated errors
// A rotation or factor is kept when it is this many times its error. Less would turn frames: a
// night has hundreds of them.
constexpr double significant = 5.0;
// And when it lowers the loss by this: some two more sources lie where they should.
constexpr double least_gain = 8.0;
// Score by which a rotated or stretched map must beat the shift alone: more than one more source.
constexpr double lead_of_turned = 1.5;
// How much a shift of the whole search radius counts against a pair of sources.
constexpr double cost_of_shift = 0.3;
constexpr int most_turns = 100;  // steps of angle or factor to either side of none

struct Catalogues {
  std::span<const Point> in, ref;
  std::span<const double> in_error, ref_error;
  Point centre;         // of the frame's sources
  double extent = 0.0;  // px, from the centre to the outermost source

  static double error_at(std::span<const double> errors, std::size_t i) {
    const bool known = i < errors.size() && std::isfinite(errors[i]) && errors[i] > 0.0;
    return known ? errors[i] : 0.0;
  }

  double pair_error(std::size_t i, std::size_t j) const {
    const double a = error_at(in_error, i), b = error_at(ref_error, j);
    if (a == 0.0 && b == 0.0) return usual_error_px;
    return std::hypot(true_over_stated_error * std::hypot(a, b), smallest_error_px);
  }

  // 1 for sources of the same precision, less the more it differs: a source keeps its brightness,
  // and the error of a centroid goes with it.
  double likeness(std::size_t i, std::size_t j) const {
    const double a = error_at(in_error, i), b = error_at(ref_error, j);
    if (a == 0.0 || b == 0.0) return 1.0;
    const double ratio = std::log(a / b) / 0.7;
    return 1.0 / (1.0 + ratio * ratio);
  }
};

Catalogues catalogues(std::span<const Point> in, std::span<const Point> ref,
                      std::span<const double> in_error, std::span<const double> ref_error) {
  Catalogues c{in, ref, in_error, ref_error, {}, 0.0};
  double count = 0.0;
  for (const Point& p : in) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) continue;
    c.centre = {c.centre.x + p.x, c.centre.y + p.y};
    count += 1.0;
  }
  if (count > 0.0) c.centre = {c.centre.x / count, c.centre.y / count};
  for (const Point& p : in) {
    const double distance = std::hypot(p.x - c.centre.x, p.y - c.centre.y);
    if (distance > c.extent) c.extent = distance;
  }
  return c;
}

// Votes for shifts: every pair of sources within the search radius has one.
class Ballot {
 public:
  struct Vote {
    Point shift;
    double weight;
    std::size_t in;
  };
  struct Result {
    Point shift;
    double score = -HUGE_VAL;
  };

  Ballot(const Catalogues& catalogues, const CentredMap& turn, double search_px, double width_px)
      : sources_(catalogues.in.size()),
        search_(search_px),
        width_(width_px),
        cell_(std::max(width_px, search_px / 250.0)),
        side_(2 * static_cast<int>(std::ceil(search_px / cell_)) + 3) {
    cells_.resize(static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_));
    const Affine map = turn.map();
    for (std::size_t i = 0; i < catalogues.in.size(); ++i) {
      const Point p = moved(map, catalogues.in[i]);
      for (std::size_t j = 0; j < catalogues.ref.size(); ++j) {
        const Point shift{catalogues.ref[j].x - p.x, catalogues.ref[j].y - p.y};
        if (!(std::abs(shift.x) <= search_ && std::abs(shift.y) <= search_)) continue;
        votes_.push_back({shift, catalogues.likeness(i, j), i});
        cells_[cell_of(shift)].push_back(votes_.size() - 1);
      }
    }
  }

  // The shift with the highest score; in the order of the votes when equal.
  Result winner() const {
    Result best;
    std::vector<double> share(sources_, 0.0);
    for (const Vote& vote : votes_) {
      Point shift = vote.shift;
      for (int i = 0; i < 3; ++i) shift = mean_about(shift);
      const double score = score_of(shift, share);
      if (score > best.score + 1e-9) best = {shift, score};
    }
    return best;
  }

 private:
  std::size_t cell_of(Point shift) const {
    const auto at = [this](double v) {
      return std::clamp(static_cast<int>((v + search_) / cell_) + 1, 1, side_ - 2);
    };
    return static_cast<std::size_t>(at(shift.y) * side_ + at(shift.x));
  }

  template <class F>
  void around(Point shift, F&& f) const {
    const std::size_t middle = cell_of(shift);
    for (int row = -1; row <= 1; ++row) {
      for (int column = -1; column <= 1; ++column) {
        const auto cell = static_cast<std::size_t>(static_cast<int>(middle) + row * side_ + column);
        for (const std::size_t vote : cells_[cell]) f(votes_[vote]);
      }
    }
  }

  double kernel(const Vote& vote, Point shift) const {
    const double dx = vote.shift.x - shift.x, dy = vote.shift.y - shift.y;
    return vote.weight * std::exp(-0.5 * (dx * dx + dy * dy) / (width_ * width_));
  }

  Point mean_about(Point shift) const {
    double weight = 0.0, x = 0.0, y = 0.0;
    around(shift, [&](const Vote& vote) {
      const double w = kernel(vote, shift);
      weight += w;
      x += w * vote.shift.x;
      y += w * vote.shift.y;
    });
    return weight > 0.0 ? Point{x / weight, y / weight} : shift;
  }

  // Every frame source counts once, with the reference source that suits it best.
  double score_of(Point shift, std::vector<double>& share) const {
    double sum = 0.0;
    std::vector<std::size_t> touched;
    around(shift, [&](const Vote& vote) {
      const double k = kernel(vote, shift);
      if (k <= share[vote.in]) return;
      sum += k - share[vote.in];
      share[vote.in] = k;
      touched.push_back(vote.in);
    });
    for (const std::size_t i : touched) share[i] = 0.0;
    const double r2 = (shift.x * shift.x + shift.y * shift.y) / (search_ * search_);
    return sum - cost_of_shift * r2;
  }

  std::size_t sources_;
  double search_, width_, cell_;
  int side_;
  std::vector<Vote> votes_;
  std::vector<std::vector<std::size_t>> cells_;
};

struct Start {
  CentredMap map;
  double score = -HUGE_VAL;
};

Start best_shift(const Catalogues& c, const AlignmentOptions& options, double angle,
                 double factor) {
  CentredMap map{factor * std::cos(angle), factor * std::sin(angle), c.centre, {}};
  const Ballot::Result found = Ballot(c, map, options.search_px, 0.5 * options.match_px).winner();
  map.shift = found.shift;
  return {map, found.score};
}

// Values from -limit to limit in steps that move the outermost source by the matching radius.
std::vector<double> turns(bool free, double limit, const Catalogues& c, double match_px) {
  std::vector<double> values{0.0};
  if (!free || c.extent <= 0.0) return values;
  const double step = std::max(match_px / c.extent, limit / most_turns);
  for (int i = 1; i * step <= limit; ++i) values.insert(values.end(), {i * step, -i * step});
  return values;
}

// The best map that turns or stretches too, or the shift alone when that is hardly worse.
Start best_turn(const Catalogues& c, const AlignmentOptions& options, const Start& shift_only) {
  Start best = shift_only;
  double to_beat = shift_only.score + lead_of_turned;
  const double limit = largest_angle_deg * std::numbers::pi / 180.0;
  const auto angles = turns(options.rotate, limit, c, options.match_px);
  const auto stretches = turns(options.scale, largest_stretch, c, options.match_px);
  for (const double stretch : stretches) {
    for (const double angle : angles) {
      if (angle == 0.0 && stretch == 0.0) continue;
      const Start start = best_shift(c, options, angle, 1.0 + stretch);
      if (start.score <= to_beat) continue;
      best = start;
      to_beat = start.score;
    }
  }
  return best;
}

struct Refined {
  RobustFit fit;
  std::vector<int> matched;
  std::vector<PointPair> pairs;
};

// Matches and fits in turn until the matches stay the same.
Refined refine(const Catalogues& c, const CentredMap& start, FreeTurn free, double match_px) {
  Refined result;
  result.fit.map = start;
  for (int round = 0; round < 10; ++round) {
    auto matched = match_sources(moved(result.fit.map.map(), c.in), c.ref, match_px);
    if (matched == result.matched) break;
    std::vector<PointPair> pairs;
    for (std::size_t i = 0; i < matched.size(); ++i) {
      if (matched[i] < 0) continue;
      const auto j = static_cast<std::size_t>(matched[i]);
      pairs.push_back({c.in[i], c.ref[j], c.pair_error(i, j)});
    }
    result.matched = std::move(matched);
    result.pairs = std::move(pairs);
    if (result.pairs.empty()) break;
    result.fit = fit_pairs(result.pairs, result.fit.map, free);
  }
  return result;
}

// Whether what was free is needed: more than its uncertainty, and three sources agree on it.
FreeTurn needed(const Refined& turned, const Refined& shifted, FreeTurn free) {
  const RobustFit& fit = turned.fit;
  if (fit.agreeing < 3 || turned.pairs.size() < shifted.pairs.size()) return {};
  const double gain = robust_loss(turned.pairs, shifted.fit.map, fit.scatter) -
                      robust_loss(turned.pairs, fit.map, fit.scatter);
  if (gain < least_gain) return {};
  const double angle = std::atan2(fit.map.b, fit.map.a);
  const double stretch = std::hypot(fit.map.a, fit.map.b) - 1.0;
  const double least = significant * fit.turn_error;
  const double limit = largest_angle_deg * std::numbers::pi / 180.0;
  return {free.angle && std::abs(angle) > least && std::abs(angle) <= limit,
          free.factor && std::abs(stretch) > least && std::abs(stretch) <= largest_stretch};
}

struct Solution {
  Start start;
  Refined refined;
  FreeTurn kept;
};

CentredMap without_needless(const CentredMap& map, FreeTurn kept) {
  const double angle = kept.angle ? std::atan2(map.b, map.a) : 0.0;
  const double factor = kept.factor ? std::hypot(map.a, map.b) : 1.0;
  return {factor * std::cos(angle), factor * std::sin(angle), map.centre, map.shift};
}

// `shifted`, or a solution that turns or stretches where that is needed.
Solution with_turn(const Catalogues& c, const AlignmentOptions& options, Solution shifted) {
  const FreeTurn free{options.rotate, options.scale};
  if (!(free.angle || free.factor) || std::min(c.in.size(), c.ref.size()) < 3) return shifted;
  Solution turned{best_turn(c, options, shifted.start), {}, {}};
  turned.refined = refine(c, turned.start.map, free, options.match_px);
  turned.kept = needed(turned.refined, shifted.refined, free);
  if (!turned.kept.angle && !turned.kept.factor) return shifted;
  if (turned.kept.angle != free.angle || turned.kept.factor != free.factor) {
    const CentredMap start = without_needless(turned.refined.fit.map, turned.kept);
    turned.refined = refine(c, start, turned.kept, options.match_px);
  }
  return turned;
}

}  // namespace

Alignment robust_alignment(std::span<const Point> in, std::span<const Point> ref,
                           const AlignmentOptions& options, std::span<const double> in_error,
                           std::span<const double> ref_error) {
  if (!(options.search_px > 0.0) || !(options.match_px > 0.0)) return {};
  const Stopwatch watch;
  const Catalogues c = catalogues(in, ref, in_error, ref_error);
  Solution shifted{best_shift(c, options, 0.0, 1.0), {}, {}};
  const double coarse_seconds = watch.seconds();
  shifted.refined = refine(c, shifted.start.map, {}, options.match_px);
  const Solution best = with_turn(c, options, std::move(shifted));
  const Pose pose = best.refined.fit.map.pose();
  Alignment result = alignment_of(pose, in, ref, options.match_px);
  result.rotated = best.kept.angle;
  result.scaled = best.kept.factor;
  result.coarse = named_parameters(best.start.map.pose(), result.scaled, result.rotated);
  result.coarse_seconds = coarse_seconds;
  result.final_seconds = watch.seconds();
  result.final = named_parameters(pose, result.scaled, result.rotated);
  return result;
}

}  // namespace wyvern::sources

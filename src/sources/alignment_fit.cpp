// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/alignment_fit.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wyvern::sources {
namespace {

constexpr int iterations = 50;
// Biweight cut for the length of a residual vector, in units of the scatter per axis.
constexpr double cut = 5.0;
// A few pairs can agree by chance much better than their errors say, and would then cast out the
// most precise one: the scatter is not taken smaller than the errors.
constexpr double least_scatter = 1.0;
// Weight of the errors given, as degrees of freedom, against the scatter found.
constexpr double prior_freedom = 6.0;

double median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half),
                   values.end());
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  return 0.5 * (upper + *std::max_element(values.begin(),
                                          values.begin() + static_cast<std::ptrdiff_t>(half)));
}

Point residual(const PointPair& pair, const CentredMap& map) {
  const double x = pair.in.x - map.centre.x, y = pair.in.y - map.centre.y;
  return {pair.ref.x - (map.a * x - map.b * y + map.centre.x + map.shift.x),
          pair.ref.y - (map.b * x + map.a * y + map.centre.y + map.shift.y)};
}

// Length of the residual in units of its error.
double deviation(const PointPair& pair, const CentredMap& map) {
  const Point r = residual(pair, map);
  return std::hypot(r.x, r.y) / pair.error;
}

// The median of the shifts of single pairs, which no minority of wrong pairs can move far.
CentredMap median_shift(std::span<const PointPair> pairs, CentredMap map) {
  std::vector<double> dx, dy;
  for (const PointPair& pair : pairs) {
    const Point r = residual(pair, map);
    dx.push_back(r.x);
    dy.push_back(r.y);
  }
  map.shift.x += median(dx);
  map.shift.y += median(dy);
  return map;
}

std::vector<double> biweights(std::span<const PointPair> pairs, const CentredMap& map) {
  std::vector<double> deviations;
  for (const PointPair& pair : pairs) deviations.push_back(deviation(pair, map));
  std::vector<double> weights(pairs.size(), 1.0);
  if (pairs.size() < 3) return weights;
  // The median length of a vector with two normal components of unit scatter.
  const double expected = std::sqrt(2.0 * std::numbers::ln2);
  const double scatter = std::max(median(deviations) / expected, least_scatter);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double u = deviations[i] / (cut * scatter);
    weights[i] = u < 1.0 ? (1.0 - u * u) * (1.0 - u * u) : 0.0;
  }
  return weights;
}

struct Moments {
  double weight = 0.0;
  Point in, ref;  // weighted means
  double along = 0.0, across = 0.0, spread = 0.0;
};

Moments moments(std::span<const PointPair> pairs, std::span<const double> weights) {
  Moments m;
  const auto total = [&](std::size_t i) { return weights[i] / (pairs[i].error * pairs[i].error); };
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double w = total(i);
    m.weight += w;
    m.in = {m.in.x + w * pairs[i].in.x, m.in.y + w * pairs[i].in.y};
    m.ref = {m.ref.x + w * pairs[i].ref.x, m.ref.y + w * pairs[i].ref.y};
  }
  m.in = {m.in.x / m.weight, m.in.y / m.weight};
  m.ref = {m.ref.x / m.weight, m.ref.y / m.weight};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double px = pairs[i].in.x - m.in.x, py = pairs[i].in.y - m.in.y;
    const double qx = pairs[i].ref.x - m.ref.x, qy = pairs[i].ref.y - m.ref.y;
    m.along += total(i) * (px * qx + py * qy);
    m.across += total(i) * (px * qy - py * qx);
    m.spread += total(i) * (px * px + py * py);
  }
  return m;
}

CentredMap solve(const Moments& m, CentredMap map, FreeTurn free) {
  if (m.spread > 0.0) {
    const double angle = free.angle ? std::atan2(m.across, m.along) : std::atan2(map.b, map.a);
    const double c = std::cos(angle), s = std::sin(angle);
    const double factor =
        free.factor ? (c * m.along + s * m.across) / m.spread : std::hypot(map.a, map.b);
    map.a = factor * c;
    map.b = factor * s;
  }
  const double x = m.in.x - map.centre.x, y = m.in.y - map.centre.y;
  map.shift = {m.ref.x - map.centre.x - (map.a * x - map.b * y),
               m.ref.y - map.centre.y - (map.b * x + map.a * y)};
  return map;
}

double change(const CentredMap& a, const CentredMap& b) {
  return std::abs(a.shift.x - b.shift.x) + std::abs(a.shift.y - b.shift.y) +
         1e3 * (std::abs(a.a - b.a) + std::abs(a.b - b.b));
}

void judge(RobustFit& fit, std::span<const PointPair> pairs, FreeTurn free) {
  const std::vector<double> weights = biweights(pairs, fit.map);
  double squares = 0.0, measures = 0.0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const double d = deviation(pairs[i], fit.map);
    squares += weights[i] * d * d;
    measures += 2.0 * weights[i];
    fit.agreeing += weights[i] >= 0.5 ? 1 : 0;
  }
  const double parameters = 2.0 + (free.angle ? 1.0 : 0.0) + (free.factor ? 1.0 : 0.0);
  const double freedom = std::max(measures - parameters, 0.0);
  fit.scatter = std::sqrt((squares + prior_freedom) / (freedom + prior_freedom));
  const double spread = moments(pairs, weights).spread;
  fit.turn_error = spread > 0.0 ? fit.scatter / std::sqrt(spread) : HUGE_VAL;
}

// Where the fit starts from: the median of all pairs, which counts them alike, and the most precise
// pairs each on its own. Several poor pairs may have a median at which the few precise ones look
// like misfits, and weights alone never lead back from there.
std::vector<CentredMap> starts(std::span<const PointPair> pairs, const CentredMap& start) {
  constexpr std::size_t most = 6;
  if (pairs.size() < 3) return {start};
  std::vector<CentredMap> all{median_shift(pairs, start)};
  std::vector<PointPair> precise(pairs.begin(), pairs.end());
  std::stable_sort(precise.begin(), precise.end(),
                   [](const PointPair& a, const PointPair& b) { return a.error < b.error; });
  for (std::size_t i = 0; i < std::min(most, precise.size()); ++i) {
    const Point at = start.map()(precise[i].in);
    CentredMap own = start;
    own.shift = {start.shift.x + precise[i].ref.x - at.x, start.shift.y + precise[i].ref.y - at.y};
    all.push_back(own);
  }
  return all;
}

// Iteratively reweighted least squares from one start.
CentredMap converged(std::span<const PointPair> pairs, CentredMap map, FreeTurn free) {
  for (int i = 0; i < iterations; ++i) {
    const Moments m = moments(pairs, biweights(pairs, map));
    if (!(m.weight > 0.0)) break;
    const CentredMap before = map;
    map = solve(m, before, free);
    if (change(before, map) < 1e-9) break;
  }
  return map;
}

}  // namespace

Affine CentredMap::map() const {
  return {{{{a, -b}, {b, a}}},
          {centre.x + shift.x - (a * centre.x - b * centre.y),
           centre.y + shift.y - (b * centre.x + a * centre.y)}};
}

Pose CentredMap::pose() const {
  const Affine about_origin = map();
  return {std::hypot(a, b), std::atan2(b, a) * 180.0 / std::numbers::pi, about_origin.offset.x,
          about_origin.offset.y};
}

RobustFit fit_pairs(std::span<const PointPair> pairs, const CentredMap& start, FreeTurn free) {
  RobustFit fit;
  double least = HUGE_VAL;
  for (const CentredMap& trial : starts(pairs, start)) {
    const CentredMap map = converged(pairs, trial, free);
    const double loss = robust_loss(pairs, map, least_scatter);
    if (loss >= least) continue;
    least = loss;
    fit.map = map;
  }
  judge(fit, pairs, free);
  return fit;
}

double robust_loss(std::span<const PointPair> pairs, const CentredMap& map, double scatter) {
  double loss = 0.0;
  for (const PointPair& pair : pairs) {
    const double u = std::min(deviation(pair, map) / (cut * scatter), 1.0);
    loss += cut * cut / 6.0 * (1.0 - std::pow(1.0 - u * u, 3));
  }
  return loss;
}

}  // namespace wyvern::sources

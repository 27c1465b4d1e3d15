// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "sources/alignment_search.h"

namespace wyvern::sources {

// Two places of one source and the error of their difference per axis, px.
struct PointPair {
  Point in, ref;
  double error = 1.0;
};

// A map p -> turn (p - centre) + centre + shift, turn = ((a, -b), (b, a)). Kept about the centre of
// the sources, where shift and rotation do not depend on each other.
struct CentredMap {
  double a = 1.0, b = 0.0;
  Point centre, shift;

  Affine map() const;
  Pose pose() const;  // the same about (0, 0)
};

struct FreeTurn {
  bool angle = false, factor = false;
};

struct RobustFit {
  CentredMap map;
  double scatter = 0.0;     // of the residuals, in units of the pairs' errors
  double turn_error = 0.0;  // of the angle (radian) and of the factor
  int agreeing = 0;         // pairs that have at least half of their weight
};

// Least squares on pairs with Tukey's biweight, from `start` on; what is not free keeps its value.
// With fewer than three pairs nothing tells a good one from a bad one: plain least squares.
RobustFit fit_pairs(std::span<const PointPair> pairs, const CentredMap& start, FreeTurn free);

// Tukey's loss of a map, summed over the pairs: about half the sum of squares in units of `scatter`
// and the pairs' errors, but no pair counts for more than 4.2, however far off it is.
double robust_loss(std::span<const PointPair> pairs, const CentredMap& map, double scatter);

}  // namespace wyvern::sources

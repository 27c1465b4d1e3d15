// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace wyvern::sources {

struct SimplexOptions {
  double x_tolerance = 1e-4;      // largest distance of a vertex from the best, per parameter
  double value_tolerance = 1e-4;  // largest difference of a value from the best
};

struct SimplexResult {
  std::vector<double> x;
  double value = 0.0;
  int iterations = 0, evaluations = 0;
};

// Minimises `f` over a box with the downhill simplex of Nelder & Mead (1965). Steps, counts and
// tests are those of scipy 1.10 (scipy.optimize.minimize, method "Nelder-Mead" with bounds): every
// vertex is clipped to the box, both tolerances must be met, and the search ends after 200
// iterations or evaluations per parameter. The counter of iterations starts at 1. `start`, `lower`
// and `upper` have one element per parameter.
SimplexResult minimise_simplex(const std::function<double(std::span<const double>)>& f,
                               std::vector<double> start, std::span<const double> lower,
                               std::span<const double> upper, const SimplexOptions& options);

}  // namespace wyvern::sources

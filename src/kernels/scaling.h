// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>

namespace wyvern::kernels {

// The factor f of y = f x for measurements with errors in both: weights 1 / (sy^2 + (f sx)^2) from
// a first f that minimises sum(((f x - y) / (f^2 sx^2 + sy^2))^2), then a weighted line through the
// origin with two rounds of 3-sigma clipping of its residuals. NaN without measurements.
// Reference: gempy/library/astrotools.py (calculate_scaling).
double scaling_factor(std::span<const double> x, std::span<const double> y,
                      std::span<const double> sx, std::span<const double> sy);

}  // namespace wyvern::kernels

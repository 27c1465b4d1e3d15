// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>

namespace wyvern::kernels {

struct NormalCurve {
  double mean = 0.0, sigma = 1.0;
};

// The normal distribution, cut off at -3 and +1 sigma, whose cumulative curve is the least-squares
// fit to that of the values x_1 <= ... <= x_n (the i-th stands for i/n). MINPACK's lmdif does the
// fit, with the settings of scipy's curve_fit in the reference (gempy/gemini/gemini_tools.py).
// Nothing when there are fewer than two values or lmdif does not converge.
std::optional<NormalCurve> fit_normal_curve(std::span<const float> sorted,
                                            const NormalCurve& start);

// erf((x - centre) / width) for ascending x, to 1e-15: the values in short intervals share one
// Taylor polynomial, which makes this far faster than a function call for each.
void erf_of_sorted(std::span<const float> sorted, double centre, double width,
                   std::span<double> to);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "kernels/normal_curve.h"

namespace wyvern::kernels {

// The normal distribution, cut off at -3 and +1 sigma, whose cumulative curve is the least-squares
// fit to that of the values x_1 <= ... <= x_n (the i-th stands for i/n). MINPACK's lmdif does the
// fit, with the settings of scipy's curve_fit in the reference (gempy/gemini/gemini_tools.py).
// Nothing when there are fewer than two values or lmdif does not converge.
std::optional<NormalCurve> fit_normal_curve(std::span<const float> sorted,
                                            const NormalCurve& start);

// The values of a short interval of x, condensed: their residuals are those of T d - u v with the
// powers t^j in T, t = (x - centre) / half the width, and u a value's place in the list counted
// from `middle`; `root` is the triangular matrix R with R'R = (T, u)'(T, u).
struct CurveCell {
  static constexpr std::size_t kColumns = kErfTerms + 1;
  using Column = std::array<double, kColumns>;
  double centre = 0.0, middle = 0.0;
  std::array<Column, kColumns> root{};
};

// The same for many ranges of one long list, in a small fraction of the time.
//
// In a short interval of x the curve is a polynomial (a Taylor series, good to the last bit), so
// that the residuals of the interval's values are a fixed matrix times a short vector that depends
// on the parameters. An orthogonal transformation makes that matrix triangular without changing
// any norm or product that lmdif forms: it sees a few hundred residuals instead of one per value,
// and takes the same steps.
class NormalCurveFits {
 public:
  // `sorted` outlives the object; `sigma`: about the width of the curves to be fitted.
  NormalCurveFits(std::span<const float> sorted, double sigma);

  // The fit to the values [first, last) of the list.
  std::optional<NormalCurve> fit(std::size_t first, std::size_t last, const NormalCurve& start);

 private:
  using Cell = CurveCell;
  Cell make_cell(long index, std::size_t first, std::size_t last) const;
  std::vector<Cell> cells_of(std::size_t first, std::size_t last);
  std::size_t end_of_cell(long index) const;

  std::span<const float> sorted_;
  double width_;
  std::map<long, Cell> whole_cells_;
};

// erf((x - centre) / width) for ascending x, to 1e-15: the values in short intervals share one
// Taylor polynomial, which makes this far faster than a function call for each.
void erf_of_sorted(std::span<const float> sorted, double centre, double width,
                   std::span<double> to);

}  // namespace wyvern::kernels

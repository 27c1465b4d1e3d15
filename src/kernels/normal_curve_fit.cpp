// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/normal_curve_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/vector_functions.h"

namespace wyvern::kernels {

namespace {

constexpr double kInterval = 0.125;  // of the argument of erf, for one polynomial
constexpr double kSaturated = 6.0;   // erf is 1 from here on
constexpr double kReach = 0.125;     // how far from its centre a series holds

// Below this many values one residual each is as fast.
constexpr std::size_t kFewValues = 1000;
constexpr std::size_t kMaxCells = 200;

constexpr std::size_t kColumns = CurveCell::kColumns;
using Column = CurveCell::Column;
using Cell = CurveCell;

void erf_near(std::span<const float> x, double centre, double width, double z0, double* to) {
  const ErfSeries series = erf_series(z0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double h = (static_cast<double>(x[i]) - centre) / width - z0;
    double sum = series[kErfTerms - 1];
    for (std::size_t k = kErfTerms - 1; k-- > 0;) sum = sum * h + series[k];
    to[i] = sum;
  }
}

bool evaluate_values(const void* self, const double* parameters, double* to) {
  const auto& sorted = *static_cast<const std::span<const float>*>(self);
  const std::size_t n = sorted.size();
  const CutOff cut;
  erf_of_sorted(sorted, parameters[0], kRootTwo * parameters[1], {to, n});
  for (std::size_t i = 0; i < n; ++i) {
    const double y = static_cast<double>(i + 1) / static_cast<double>(n);
    to[i] = (0.5 * (1.0 + to[i]) - cut.low) / (cut.high - cut.low) - y;
  }
  return true;
}

}  // namespace

void erf_of_sorted(std::span<const float> sorted, double centre, double width,
                   std::span<double> to) {
  if (!(std::isfinite(centre) && std::isfinite(width) && width != 0.0)) {
    std::ranges::fill(to, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  const double scale = std::abs(width);
  const auto index_of = [&](double z) {
    const auto below = [&](float x) { return static_cast<double>(x) < centre + z * scale; };
    return static_cast<std::size_t>(std::ranges::partition_point(sorted, below) - sorted.begin());
  };
  std::size_t done = index_of(-kSaturated);
  std::fill_n(to.begin(), done, -1.0);
  for (double edge = -kSaturated; edge < kSaturated; edge += kInterval) {
    const std::size_t next = index_of(edge + kInterval);
    if (next == done) continue;
    erf_near(sorted.subspan(done, next - done), centre, scale, edge + 0.5 * kInterval,
             to.data() + done);
    done = next;
  }
  std::fill(to.begin() + static_cast<std::ptrdiff_t>(done), to.end(), 1.0);
  if (width < 0.0) std::ranges::for_each(to, [](double& value) { value = -value; });
}

std::optional<NormalCurve> fit_normal_curve(std::span<const float> sorted,
                                            const NormalCurve& start) {
  if (sorted.size() < 2) return std::nullopt;
  return run_lmdif(&evaluate_values, &sorted, sorted.size(), start).curve;
}

namespace {

double total(const double (&lanes)[CurveMoments::kLanes]) {
  double sum = 0.0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

// (T, u)'(T, u): sums of powers of t, of powers of t times u, and of u squared.
std::array<Column, kColumns> products(std::span<const float> values, double centre, double half) {
  static_assert(CurveMoments::kPlaces == kErfTerms);
  CurveMoments sums;
  vector_functions().curve->add_moments(values.data(), values.size(), centre, half, sums);
  std::array<Column, kColumns> result{};
  for (std::size_t i = 0; i < kErfTerms; ++i) {
    for (std::size_t j = 0; j < kErfTerms; ++j) result[i][j] = total(sums.power[i + j]);
    result[i][kErfTerms] = result[kErfTerms][i] = total(sums.place[i]);
  }
  result[kErfTerms][kErfTerms] = total(sums.square);
  return result;
}

// Cholesky's upper triangle. Columns that depend on the ones before (few values, or equal ones)
// leave a row of zeros.
std::array<Column, kColumns> triangle(std::array<Column, kColumns> matrix) {
  constexpr double kDependent = 1e-15;
  std::array<Column, kColumns> root{};
  for (std::size_t i = 0; i < kColumns; ++i) {
    double pivot = matrix[i][i];
    for (std::size_t k = 0; k < i; ++k) pivot -= root[k][i] * root[k][i];
    if (!(pivot > kDependent * matrix[i][i])) continue;
    root[i][i] = std::sqrt(pivot);
    for (std::size_t j = i + 1; j < kColumns; ++j) {
      double sum = matrix[i][j];
      for (std::size_t k = 0; k < i; ++k) sum -= root[k][i] * root[k][j];
      root[i][j] = sum / root[i][i];
    }
  }
  return root;
}

// A range of the list as lmdif sees it.
struct Condensed {
  std::vector<Cell> cells;
  double half = 1.0;   // half the width of a cell
  double first = 0.0;  // place of the range in the list, and its number of values
  double count = 1.0;
  CutOff cut;
};

// What the cell's triangle is multiplied with: the curve's polynomial in t less the level that the
// middle of the cell's values stands for, and the slope of y.
Column coefficients(const Condensed& range, const Cell& cell, double mean, double width) {
  const double step = range.half / width;
  const double density = 1.0 / (range.cut.high - range.cut.low);
  const ErfSeries series = erf_series((cell.centre - mean) / width);
  Column result;
  double power = 0.5 * density;
  for (std::size_t j = 0; j < kErfTerms; ++j, power *= step) result[j] = series[j] * power;
  result[0] += (0.5 - range.cut.low) * density;
  result[0] -= (cell.middle - range.first + 1.0) / range.count;
  result[kErfTerms] = -1.0 / range.count;
  return result;
}

bool evaluate_condensed(const void* self, const double* parameters, double* to) {
  const auto& range = *static_cast<const Condensed*>(self);
  const double width = kRootTwo * parameters[1];
  const bool holds = std::abs(range.half / width) <= kReach && std::isfinite(parameters[0]);
  if (!holds) return false;
  for (const Cell& cell : range.cells) {
    const Column d = coefficients(range, cell, parameters[0], width);
    for (std::size_t i = 0; i < kColumns; ++i) {
      double sum = 0.0;
      for (std::size_t j = i; j < kColumns; ++j) sum += cell.root[i][j] * d[j];
      *to++ = sum;
    }
  }
  return true;
}

}  // namespace

NormalCurveFits::NormalCurveFits(std::span<const float> sorted, double sigma)
    : sorted_(sorted), width_(kRootTwo * sigma * kInterval) {}

std::size_t NormalCurveFits::end_of_cell(long index) const {
  const double edge = static_cast<double>(index + 1) * width_;
  const auto below = [edge](float x) { return static_cast<double>(x) < edge; };
  return static_cast<std::size_t>(std::ranges::partition_point(sorted_, below) - sorted_.begin());
}

NormalCurveFits::Cell NormalCurveFits::make_cell(long index, std::size_t first,
                                                 std::size_t last) const {
  Cell cell;
  cell.centre = (static_cast<double>(index) + 0.5) * width_;
  cell.middle = static_cast<double>(first) + 0.5 * static_cast<double>(last - first - 1);
  cell.root = triangle(products(sorted_.subspan(first, last - first), cell.centre, 0.5 * width_));
  return cell;
}

std::vector<NormalCurveFits::Cell> NormalCurveFits::cells_of(std::size_t first, std::size_t last) {
  std::vector<Cell> cells;
  for (std::size_t from = first; from < last;) {
    const auto index = static_cast<long>(std::floor(static_cast<double>(sorted_[from]) / width_));
    const std::size_t start = end_of_cell(index - 1), end = end_of_cell(index);
    const std::size_t to = std::clamp(end, from + 1, last);
    if (from == start && to == end) {
      const auto known = whole_cells_.find(index);
      cells.push_back(known != whole_cells_.end()
                          ? known->second
                          : whole_cells_.emplace(index, make_cell(index, from, to)).first->second);
    } else {
      cells.push_back(make_cell(index, from, to));
    }
    from = to;
  }
  return cells;
}

std::optional<NormalCurve> NormalCurveFits::fit(std::size_t first, std::size_t last,
                                                const NormalCurve& start) {
  const std::span<const float> values = sorted_.subspan(first, last - first);
  if (values.size() < kFewValues || !(width_ > 0.0)) return fit_normal_curve(values, start);
  const double extent = static_cast<double>(values.back()) - static_cast<double>(values.front());
  if (!(extent < static_cast<double>(kMaxCells) * width_)) return fit_normal_curve(values, start);
  Condensed range{cells_of(first, last),
                  0.5 * width_,
                  static_cast<double>(first),
                  static_cast<double>(values.size()),
                  {}};
  const FitOutcome outcome =
      run_lmdif(&evaluate_condensed, &range, range.cells.size() * kColumns, start);
  // A step to a curve that is too narrow for the polynomials: value by value then.
  return outcome.stopped ? fit_normal_curve(values, start) : outcome.curve;
}

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/scaling.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace wyvern::kernels {
namespace {

struct Data {
  std::span<const double> x, y, sx, sy;
};

double misfit(const Data& d, double f) {
  double sum = 0.0;
  for (std::size_t i = 0; i < d.x.size(); ++i) {
    const double term = (f * d.x[i] - d.y[i]) / (f * f * d.sx[i] * d.sx[i] + d.sy[i] * d.sy[i]);
    sum += term * term;
  }
  return sum;
}

// The local minimum downhill from 1: steps are doubled until the misfit rises, then the bracket is
// narrowed by the golden section.
double first_factor(const Data& d) {
  constexpr double golden = 0.6180339887498949;
  double step = misfit(d, 1.001) < misfit(d, 1.0) ? 0.05 : -0.05;
  double a = 1.0, b = 1.0 + step;
  while (misfit(d, b) < misfit(d, a) && std::abs(b) < 1e6) {
    a = b - step;
    step *= 1.6;
    const double c = b + step;
    if (misfit(d, c) >= misfit(d, b)) {
      b = c;
      break;
    }
    a = b;
    b = c;
  }
  double low = std::min(a, b) - 0.05, high = std::max(a, b) + 0.05;
  while (high - low > 1e-12 * std::max(1.0, std::abs(high))) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);
    if (misfit(d, left) <= misfit(d, right)) {
      high = right;
    } else {
      low = left;
    }
  }
  return 0.5 * (low + high);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

double weighted_slope(const Data& d, const std::vector<double>& weight,
                      const std::vector<char>& used) {
  double xy = 0.0, xx = 0.0;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] == 0) continue;
    xy += weight[i] * weight[i] * d.x[i] * d.y[i];
    xx += weight[i] * weight[i] * d.x[i] * d.x[i];
  }
  return xy / xx;
}

// Drops residuals beyond three standard deviations about their median; says whether any went.
bool clip(const Data& d, double f, std::vector<char>& used) {
  std::vector<double> residual;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] != 0) residual.push_back(d.y[i] - f * d.x[i]);
  }
  double mean = 0.0, squares = 0.0;
  for (const double r : residual) mean += r / static_cast<double>(residual.size());
  for (const double r : residual) squares += (r - mean) * (r - mean);
  const double limit = 3.0 * std::sqrt(squares / static_cast<double>(residual.size()));
  const double centre = median(residual);
  bool dropped = false;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i] != 0 && std::abs(d.y[i] - f * d.x[i] - centre) > limit) {
      used[i] = 0;
      dropped = true;
    }
  }
  return dropped;
}

}  // namespace

double scaling_factor(std::span<const double> x, std::span<const double> y,
                      std::span<const double> sx, std::span<const double> sy) {
  if (x.empty()) return std::nan("");
  const Data d{x, y, sx, sy};
  const double first = first_factor(d);
  std::vector<double> weight(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    weight[i] = 1.0 / std::sqrt(sy[i] * sy[i] + first * first * sx[i] * sx[i]);
  }
  std::vector<char> used(x.size(), 1);
  double f = weighted_slope(d, weight, used);
  for (int round = 0; round < 2 && clip(d, f, used); ++round) f = weighted_slope(d, weight, used);
  return f;
}

}  // namespace wyvern::kernels

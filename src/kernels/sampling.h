// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "kernels/resample.h"
#include "kernels/resample_lanes.h"

namespace wyvern::kernels {

// Columns [first, end) of an output row.
struct Columns {
  std::int64_t first = 0, end = 0;
  bool empty() const { return first >= end; }
};

// The input positions of one output row. What depends on the row alone is formed once; the sums
// keep their order, so that every position has the bits of the map's definition.
class RowPositions {
 public:
  RowPositions(const SamplingMap& map, std::int64_t row)
      : y_row_(map.m00 * static_cast<double>(row)),
        x_row_(map.m10 * static_cast<double>(row)),
        y_step_(map.m01),
        x_step_(map.m11),
        y_offset_(map.o0),
        x_offset_(map.o1) {}

  RowMap map() const { return {y_row_, y_step_, y_offset_, x_row_, x_step_, x_offset_}; }
  double y(std::int64_t column) const {
    return (y_row_ + y_step_ * static_cast<double>(column)) + y_offset_;
  }
  double x(std::int64_t column) const {
    return (x_row_ + x_step_ * static_cast<double>(column)) + x_offset_;
  }

  // Columns of `within` whose position has 0 <= y <= y_last and 0 <= x <= x_last; the limits
  // themselves excluded at the upper end when `strict`.
  Columns inside(Columns within, double y_last, double x_last, bool strict) const {
    const Columns columns =
        between(within, y_step_, y_last, strict, [this](std::int64_t column) { return y(column); });
    return between(columns, x_step_, x_last, strict,
                   [this](std::int64_t column) { return x(column); });
  }

 private:
  // First column of `within` for which `is` holds, when it holds for all after it.
  template <class F>
  static std::int64_t first_column(Columns within, F&& is) {
    while (within.first < within.end) {
      const std::int64_t middle = within.first + (within.end - within.first) / 2;
      if (is(middle)) {
        within.end = middle;
      } else {
        within.first = middle + 1;
      }
    }
    return within.first;
  }

  // Rounded positions do not decrease (or increase) along the row, as each rounding keeps order:
  // bisection with the exact test finds the ends.
  template <class Position>
  static Columns between(Columns within, double step, double last, bool strict,
                         Position&& position) {
    const auto not_low = [&](std::int64_t column) { return position(column) >= 0.0; };
    const auto not_high = [&](std::int64_t column) {
      return strict ? position(column) < last : position(column) <= last;
    };
    const bool rising = step >= 0.0;
    Columns columns = within;
    columns.first = rising ? first_column(within, not_low) : first_column(within, not_high);
    columns.end = first_column(columns, [&](std::int64_t column) {
      return rising ? !not_high(column) : !not_low(column);
    });
    return columns;
  }

  double y_row_, x_row_, y_step_, x_step_, y_offset_, x_offset_;
};

// The taps of a B-spline of `Order` at a position: first pixel and Order + 1 weights.
template <int Order>
struct Taps {
  static constexpr int kCount = Order + 1;
  std::int64_t start = 0;
  std::array<double, kCount> weight{};
};

template <int Order>
void set_weights(double t, std::array<double, Order + 1>& w);

template <int Order>
Taps<Order> taps_at(double position) {
  const double middle = std::floor(Order % 2 == 1 ? position : position + 0.5);
  Taps<Order> taps;
  taps.start = static_cast<std::int64_t>(middle) - Order / 2;
  set_weights<Order>(position - middle, taps.weight);
  return taps;
}

// A pixel index mirrored about the first and last pixel, which are not repeated.
inline std::int64_t mirrored(std::int64_t index, std::int64_t n) {
  if (n == 1) return 0;
  const std::int64_t period = 2 * n - 2;
  index = ((index % period) + period) % period;
  return index < n ? index : period - index;
}

// The interpolated value at a position inside an ny x nx image of pixels or coefficients.
template <int Order, class T>
double sample(const T* image, std::int64_t ny, std::int64_t nx, double y, double x) {
  constexpr int kCount = Order + 1;
  const Taps<Order> ty = taps_at<Order>(y), tx = taps_at<Order>(x);
  std::array<std::int64_t, kCount> column;
  const bool near_side = tx.start < 0 || tx.start + kCount > nx;
  for (int k = 0; k < kCount; ++k) {
    column[k] = near_side ? mirrored(tx.start + k, nx) : tx.start + k;
  }
  const bool near_end = ty.start < 0 || ty.start + kCount > ny;
  double sum = 0.0;
  for (int r = 0; r < kCount; ++r) {
    const T* row = image + (near_end ? mirrored(ty.start + r, ny) : ty.start + r) * nx;
    for (int k = 0; k < kCount; ++k) {
      sum += static_cast<double>(row[column[k]]) * ty.weight[r] * tx.weight[k];
    }
  }
  return sum;
}

// B-spline weights, t from the middle tap (0 <= t < 1 for odd orders, |t| <= 0.5 for even ones);
// the last is what is left of 1.
template <>
inline void set_weights<0>(double, std::array<double, 1>& w) {
  w = {1.0};
}
template <>
inline void set_weights<1>(double t, std::array<double, 2>& w) {
  w = {1.0 - t, t};
}
template <>
inline void set_weights<2>(double t, std::array<double, 3>& w) {
  const double a = 0.5 - t;
  w[0] = 0.5 * a * a;
  w[1] = 0.75 - t * t;
  w[2] = 1.0 - w[0] - w[1];
}
template <>
inline void set_weights<3>(double t, std::array<double, 4>& w) {
  const double z = 1.0 - t;
  w[0] = z * z * z / 6.0;
  w[1] = (t * t * (t - 2.0) * 3.0 + 4.0) / 6.0;
  w[2] = (z * z * (z - 2.0) * 3.0 + 4.0) / 6.0;
  w[3] = 1.0 - w[0] - w[1] - w[2];
}
template <>
inline void set_weights<4>(double t, std::array<double, 5>& w) {
  const auto side = [](double a) {
    return a * (a * (a * (5.0 - a) / 6.0 - 1.25) + 5.0 / 24.0) + 55.0 / 96.0;
  };
  const double t2 = t * t, edge2 = (0.5 - t) * (0.5 - t);
  w[0] = edge2 * edge2 / 24.0;
  w[1] = side(1.0 + t);
  w[2] = t2 * (t2 * 0.25 - 0.625) + 115.0 / 192.0;
  w[3] = side(1.0 - t);
  w[4] = 1.0 - w[0] - w[1] - w[2] - w[3];
}
template <>
inline void set_weights<5>(double t, std::array<double, 6>& w) {
  const auto middle = [](double a) {
    const double a2 = a * a;
    return a2 * (a2 * (0.25 - a / 12.0) - 0.5) + 0.55;
  };
  const auto side = [](double a) {
    return a * (a * (a * (a * (a / 24.0 - 0.375) + 1.25) - 1.75) + 0.625) + 0.425;
  };
  const double z = 1.0 - t;
  w[0] = z * z * z * z * z / 120.0;
  w[1] = side(1.0 + t);
  w[2] = middle(t);
  w[3] = middle(z);
  w[4] = side(1.0 + z);
  w[5] = 1.0 - w[0] - w[1] - w[2] - w[3] - w[4];
}

}  // namespace wyvern::kernels

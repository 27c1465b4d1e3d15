// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <stdexcept>

#include "kernels/resample.h"

namespace wyvern::kernels {
namespace {

// Poles of the recursive filter that turns samples into B-spline coefficients: M. Unser, IEEE
// Signal Processing Magazine 16 (1999) 22, table 1. Written out, as the closed forms lose digits.
std::vector<double> poles(int order) {
  switch (order) {
    case 2:
      return {-0.1715728752538099};
    case 3:
      return {-0.2679491924311227};
    case 4:
      return {-0.36134122590022018, -0.013725429297339121};
    default:
      return {-0.43057534709997379, -0.043096288203264654};
  }
}

// Lines side by side that are filtered at once: element k of line l is values[k * step + l].
struct Lines {
  double* values;
  std::int64_t length, step;
  std::int64_t lines;
  double* element(std::int64_t k) const { return values + k * step; }
};

// First elements += weight * (elements a + inner * elements b).
void add_pair(const Lines& l, double weight, std::int64_t a, double inner, std::int64_t b) {
  double* to = l.element(0);
  const double* at = l.element(a);
  const double* bt = l.element(b);
  for (std::int64_t k = 0; k < l.lines; ++k) {
    to[k] += weight * (at[k] + inner * bt[k]);
  }
}

// The first causal value of a line that is mirrored about its first and last element for ever.
void start_causal(const Lines& l, double z) {
  // Weights below this do not reach the last bit of anything; the ones after them are denormal.
  constexpr double kNegligible = 1e-200;
  const std::int64_t n = l.length;
  const double z_end = std::pow(z, static_cast<double>(n - 1));
  double* start = l.element(0);
  const double* end = l.element(n - 1);
  for (std::int64_t k = 0; k < l.lines; ++k) start[k] += z_end * end[k];
  double weight = z;
  for (std::int64_t i = 1; i < n - 1 && std::abs(weight) > kNegligible; ++i) {
    add_pair(l, weight, i, z_end, n - 1 - i);
    weight *= z;
  }
  for (std::int64_t k = 0; k < l.lines; ++k) start[k] /= 1.0 - z_end * z_end;
}

void filter_pole(const Lines& l, double z) {
  const std::int64_t n = l.length;
  start_causal(l, z);
  for (std::int64_t i = 1; i < n; ++i) {
    double* at = l.element(i);
    const double* before = l.element(i - 1);
    for (std::int64_t k = 0; k < l.lines; ++k) at[k] += z * before[k];
  }
  double* end = l.element(n - 1);
  const double* before_end = l.element(n - 2);
  for (std::int64_t k = 0; k < l.lines; ++k) {
    end[k] = (z * before_end[k] + end[k]) * z / (z * z - 1.0);
  }
  for (std::int64_t i = n - 2; i >= 0; --i) {
    double* at = l.element(i);
    const double* after = l.element(i + 1);
    for (std::int64_t k = 0; k < l.lines; ++k) at[k] = z * (after[k] - at[k]);
  }
}

void filter_lines(const Lines& l, int order) {
  if (l.length < 2) return;
  double gain = 1.0;
  for (const double z : poles(order)) gain *= (1.0 - z) * (1.0 - 1.0 / z);
  for (std::int64_t i = 0; i < l.length; ++i) {
    double* at = l.element(i);
    for (std::int64_t k = 0; k < l.lines; ++k) at[k] *= gain;
  }
  for (const double z : poles(order)) filter_pole(l, z);
}

}  // namespace

template <class T>
std::vector<double> spline_coefficients(std::span<const T> image, std::int64_t ny, std::int64_t nx,
                                        int order) {
  if (order < 0 || order > 5) throw std::invalid_argument("spline order must be 0 to 5");
  std::vector<double> c(image.begin(), image.end());
  if (order < 2 || c.empty()) return c;
  filter_lines({c.data(), ny, nx, nx}, order);
  for (std::int64_t y = 0; y < ny; ++y) filter_lines({c.data() + y * nx, nx, 1, 1}, order);
  return c;
}

template std::vector<double> spline_coefficients<float>(std::span<const float>, std::int64_t,
                                                        std::int64_t, int);
template std::vector<double> spline_coefficients<double>(std::span<const double>, std::int64_t,
                                                         std::int64_t, int);
template std::vector<double> spline_coefficients<std::uint8_t>(std::span<const std::uint8_t>,
                                                               std::int64_t, std::int64_t, int);

}  // namespace wyvern::kernels

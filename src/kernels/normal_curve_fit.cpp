// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/normal_curve_fit.h"

#include <cminpack.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace wyvern::kernels {

namespace {

// The reference's root of 2: not the exact one.
constexpr double kRootTwo = 1.414213562;
constexpr double kLowSigma = 3.0, kHighSigma = 1.0;

// What scipy's leastsq hands to lmdif.
constexpr double kFunctionTolerance = 1.49012e-8, kParameterTolerance = 1e-7;
constexpr double kStep = 1.4901161193847656e-8, kStepBound = 100.0;
constexpr int kMaxEvaluations = 100;

constexpr double kInterval = 0.125;  // of the argument of erf, for one polynomial
constexpr double kSaturated = 6.0;   // erf is 1 from here on
constexpr std::size_t kTerms = 13;

// Taylor series of erf about z0. Its derivative g has g' = -2 z g, which gives the terms one
// after the other.
std::array<double, kTerms> erf_series(double z0) {
  std::array<double, kTerms> erf_terms{std::erf(z0)};
  double before = 0.0, term = 2.0 * std::numbers::inv_sqrtpi * std::exp(-z0 * z0);
  for (std::size_t k = 0; k + 1 < kTerms; ++k) {
    const double order = static_cast<double>(k + 1);
    erf_terms[k + 1] = term / order;
    const double next = -2.0 * (z0 * term + before) / order;
    before = term;
    term = next;
  }
  return erf_terms;
}

void erf_near(std::span<const float> x, double centre, double width, double z0, double* to) {
  const std::array<double, kTerms> series = erf_series(z0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double h = (static_cast<double>(x[i]) - centre) / width - z0;
    double sum = series[kTerms - 1];
    for (std::size_t k = kTerms - 1; k-- > 0;) sum = sum * h + series[k];
    to[i] = sum;
  }
}

// Residuals of the curve at the values.
class Residuals {
 public:
  explicit Residuals(std::span<const float> sorted) : sorted_(sorted) {}

  void operator()(const double* parameters, double* to) const {
    const std::size_t n = sorted_.size();
    erf_of_sorted(sorted_, parameters[0], kRootTwo * parameters[1], {to, n});
    const double low = 0.5 * (1.0 - std::erf(kLowSigma / kRootTwo));
    const double high = 0.5 * (1.0 + std::erf(kHighSigma / kRootTwo));
    for (std::size_t i = 0; i < n; ++i) {
      const double y = static_cast<double>(i + 1) / static_cast<double>(n);
      to[i] = (0.5 * (1.0 + to[i]) - low) / (high - low) - y;
    }
  }

  static int evaluate(void* self, int, int, const double* parameters, double* to, int) {
    (*static_cast<const Residuals*>(self))(parameters, to);
    return 0;
  }

 private:
  std::span<const float> sorted_;
};

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
  constexpr int kParameters = 2;
  const std::size_t m = sorted.size();
  if (m < kParameters) return std::nullopt;
  Residuals residuals(sorted);
  std::array<double, kParameters> parameters{start.mean, start.sigma};
  std::array<double, kParameters> scale{}, qtf{}, wa1{}, wa2{}, wa3{};
  std::array<int, kParameters> pivot{};
  std::vector<double> residual(m), jacobian(kParameters * m), wa4(m);
  int evaluations = 0;
  const int status =
      lmdif(&Residuals::evaluate, &residuals, static_cast<int>(m), kParameters, parameters.data(),
            residual.data(), kFunctionTolerance, kParameterTolerance, 0.0, kMaxEvaluations, kStep,
            scale.data(), 1, kStepBound, 0, &evaluations, jacobian.data(), static_cast<int>(m),
            pivot.data(), qtf.data(), wa1.data(), wa2.data(), wa3.data(), wa4.data());
  if (status < 1 || status > 4) return std::nullopt;
  return NormalCurve{parameters[0], parameters[1]};
}

}  // namespace wyvern::kernels

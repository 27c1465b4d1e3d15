// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/normal_curve.h"

#include <cminpack.h>

#include <vector>

namespace wyvern::kernels {

namespace {

// What scipy's leastsq hands to lmdif.
constexpr double kFunctionTolerance = 1.49012e-8, kParameterTolerance = 1e-7;
constexpr double kGradientTolerance = 0.0, kStep = 1.4901161193847656e-8, kStepBound = 100.0;
constexpr int kMaxEvaluations = 100, kOwnScaling = 1, kStopped = -1;

struct Problem {
  Evaluate evaluate;
  const void* self;
};

int call(void* problem, int, int, const double* parameters, double* residuals, int) {
  const auto& [evaluate, self] = *static_cast<const Problem*>(problem);
  return evaluate(self, parameters, residuals) ? 0 : kStopped;
}

}  // namespace

ErfSeries erf_series(double z0) {
  // The derivative g of erf has g' = -2 z g, which gives its terms one after the other.
  ErfSeries series{std::erf(z0)};
  double before = 0.0, term = 2.0 * std::numbers::inv_sqrtpi * std::exp(-z0 * z0);
  for (std::size_t k = 0; k + 1 < kErfTerms; ++k) {
    const double order = static_cast<double>(k + 1);
    series[k + 1] = term / order;
    const double next = -2.0 * (z0 * term + before) / order;
    before = term;
    term = next;
  }
  return series;
}

FitOutcome run_lmdif(Evaluate evaluate, const void* self, std::size_t count,
                     const NormalCurve& start) {
  constexpr int kParameters = 2;
  const int m = static_cast<int>(count);
  Problem problem{evaluate, self};
  std::array<double, kParameters> parameters{start.mean, start.sigma};
  std::array<double, kParameters> scale{}, qtf{}, wa1{}, wa2{}, wa3{};
  std::array<int, kParameters> pivot{};
  std::vector<double> residuals(count), jacobian(kParameters * count), wa4(count);
  int evaluations = 0;
  const int status =
      lmdif(&call, &problem, m, kParameters, parameters.data(), residuals.data(),
            kFunctionTolerance, kParameterTolerance, kGradientTolerance, kMaxEvaluations, kStep,
            scale.data(), kOwnScaling, kStepBound, 0, &evaluations, jacobian.data(), m,
            pivot.data(), qtf.data(), wa1.data(), wa2.data(), wa3.data(), wa4.data());
  if (status < 1 || status > 4) return {std::nullopt, status == kStopped};
  return {NormalCurve{parameters[0], parameters[1]}, false};
}

}  // namespace wyvern::kernels

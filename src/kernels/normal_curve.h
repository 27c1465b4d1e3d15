// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>

namespace wyvern::kernels {

struct NormalCurve {
  double mean = 0.0, sigma = 1.0;
};

// The reference's root of 2: not the exact one.
inline constexpr double kRootTwo = 1.414213562;

// The cumulative curve of a normal distribution cut off at -3 and +1 sigma is
// (0.5 (1 + erf(z)) - low) / (high - low) with z = (x - mean) / (kRootTwo sigma).
struct CutOff {
  double low = 0.5 * (1.0 - std::erf(3.0 / kRootTwo));
  double high = 0.5 * (1.0 + std::erf(1.0 / kRootTwo));
};

// Taylor series of erf about z0, good to the last bit within 1/8 of it.
inline constexpr std::size_t kErfTerms = 13;
using ErfSeries = std::array<double, kErfTerms>;
ErfSeries erf_series(double z0);

// Runs lmdif on `count` residuals from `start`. evaluate(self, parameters, residuals) with
// parameters {mean, sigma}; false stops the fit. Nothing when lmdif does not converge.
using Evaluate = bool (*)(const void* self, const double* parameters, double* residuals);
struct FitOutcome {
  std::optional<NormalCurve> curve;
  bool stopped = false;
};
FitOutcome run_lmdif(Evaluate evaluate, const void* self, std::size_t count,
                     const NormalCurve& start);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/statistics.h"

namespace wyvern::kernels {

namespace {

constexpr int kMaxRounds = 100;
constexpr double kLargestStep = 1e12;  // no sky is so much brighter than another

double level_of(std::span<const float> good, int sampling, bool gaussfit) {
  const auto level = background_level(good, sampling, gaussfit);
  return level ? level->level : std::numeric_limits<double>::quiet_NaN();
}

// values *= factor, as numpy does it for single precision.
void multiply(std::vector<float>& values, double factor) {
  for (float& value : values) value *= static_cast<float>(factor);
}

}  // namespace

SkyFactor sky_factor(std::span<const float> first, std::span<const float> science,
                     std::span<const float> sky_under, std::span<const float> sky, int sampling,
                     bool gaussfit, double threshold) {
  std::vector<float> difference(science.begin(), science.end());
  std::vector<float> under(sky_under.begin(), sky_under.end());
  std::vector<float> scaled(sky.begin(), sky.end());
  SkyFactor result{0.0, true, {}};
  double step = 1.0;
  int rounds = 0;
  while (std::abs(step) > threshold && rounds < kMaxRounds) {
    const std::span<const float> now = rounds == 0 ? first : std::span<const float>(difference);
    // The sky's level is measured anew in each round, for the fit stops at another last digit for
    // each multiple, and that digit decides how single precision rounds the scaled image.
    const double factor = level_of(now, sampling, gaussfit) / level_of(scaled, sampling, gaussfit);
    multiply(scaled, factor);
    multiply(under, factor);
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= under[i];
    result.steps.push_back(static_cast<float>(factor));
    step *= factor;
    result.factor += step;
    ++rounds;
    if (std::abs(step) > kLargestStep) rounds = kMaxRounds;  // it gets only worse
  }
  result.steps.push_back(static_cast<float>(result.factor / step));
  // A level that does not exist ends the rounds without an answer.
  result.converged = rounds < kMaxRounds && std::isfinite(result.factor);
  return result;
}

}  // namespace wyvern::kernels

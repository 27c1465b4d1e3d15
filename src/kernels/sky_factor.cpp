// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "kernels/statistics.h"

namespace wyvern::kernels {

namespace {

constexpr int kMaxRounds = 100;

double level_of(std::span<const float> good, int sampling, bool gaussfit) {
  const auto level = background_level(good, sampling, gaussfit);
  return level ? level->level : std::numeric_limits<double>::quiet_NaN();
}

// values *= factor, as numpy does it for single precision.
void multiply(std::vector<float>& values, double factor) {
  for (float& value : values) value *= static_cast<float>(factor);
}

// The level of the sky as it is scaled again and again. The level of a multiple of an image is
// that multiple of its level but for rounding (1e-7), and only the first one enters the factor in
// full: so the level is measured once, and once more should the multiple be negative (the fit does
// not treat both sides of the level alike).
class SkyLevel {
 public:
  SkyLevel(std::span<const float> sky, int sampling, bool gaussfit)
      : scaled_(sky.begin(), sky.end()), sampling_(sampling), gaussfit_(gaussfit) {}

  double operator()() {
    auto& known = per_unit_[multiple_ < 0.0 ? 1 : 0];
    if (!known) known = level_of(scaled_, sampling_, gaussfit_) / multiple_;
    return *known * multiple_;
  }

  void scale(double factor) {
    multiply(scaled_, factor);
    multiple_ *= factor;
  }

 private:
  std::vector<float> scaled_;
  int sampling_;
  bool gaussfit_;
  double multiple_ = 1.0;
  std::array<std::optional<double>, 2> per_unit_;
};

}  // namespace

SkyFactor sky_factor(std::span<const float> first, std::span<const float> science,
                     std::span<const float> sky_under, std::span<const float> sky, int sampling,
                     bool gaussfit, double threshold) {
  std::vector<float> difference(science.begin(), science.end());
  std::vector<float> under(sky_under.begin(), sky_under.end());
  SkyLevel sky_level(sky, sampling, gaussfit);
  SkyFactor result{0.0, true};
  double step = 1.0;
  int rounds = 0;
  while (std::abs(step) > threshold && rounds < kMaxRounds) {
    const std::span<const float> now = rounds == 0 ? first : std::span<const float>(difference);
    const double factor = level_of(now, sampling, gaussfit) / sky_level();
    sky_level.scale(factor);
    multiply(under, factor);
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= under[i];
    step *= factor;
    result.factor += step;
    ++rounds;
  }
  // A level that does not exist ends the rounds without an answer.
  result.converged = rounds < kMaxRounds && std::isfinite(result.factor);
  return result;
}

}  // namespace wyvern::kernels

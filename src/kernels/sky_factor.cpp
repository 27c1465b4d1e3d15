// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "kernels/statistics.h"

namespace wyvern::kernels {

namespace {

constexpr int kMaxRounds = 100;
constexpr double kLargestStep = 1e12;  // no sky is so much brighter than another

double number_of(const std::optional<Level>& level) {
  return level ? level->level : std::numeric_limits<double>::quiet_NaN();
}

// values *= factor, as numpy does it for single precision.
void multiply(std::vector<float>& values, double factor) {
  for (float& value : values) value *= static_cast<float>(factor);
}

// The pixels of a sky and its multiples, which need not be sorted anew: rounding keeps the order.
class ScaledSky {
 public:
  ScaledSky(std::span<const float> sky, int sampling, bool gaussfit)
      : values_(sky.begin(), sky.end()), sampling_(sampling), gaussfit_(gaussfit) {
    if (is_sorted()) ascending_ = ascending_finite(values_);
  }

  double level() const {
    return number_of(is_sorted() ? background_level(values_, ascending_)
                                 : background_level(values_, sampling_, gaussfit_));
  }

  void multiply_by(double factor) {
    multiply(values_, factor);
    if (!is_sorted() || ascending_.empty()) return;
    multiply(ascending_, factor);
    const bool in_order =
        factor > 0.0 && std::isfinite(ascending_.front()) && std::isfinite(ascending_.back());
    if (!in_order) ascending_ = ascending_finite(values_);
  }

 private:
  bool is_sorted() const { return gaussfit_ && sampling_ <= 1; }

  std::vector<float> values_, ascending_;
  int sampling_;
  bool gaussfit_;
};

}  // namespace

SkyFactor sky_factor(std::span<const float> first, std::span<const float> science,
                     std::span<const float> sky_under, std::span<const float> sky, int sampling,
                     bool gaussfit, double threshold) {
  std::vector<float> difference(science.begin(), science.end());
  std::vector<float> under(sky_under.begin(), sky_under.end());
  ScaledSky scaled(sky, sampling, gaussfit);
  SkyFactor result{0.0, true, {}};
  double step = 1.0;
  int rounds = 0;
  while (std::abs(step) > threshold && rounds < kMaxRounds) {
    const std::span<const float> now = rounds == 0 ? first : std::span<const float>(difference);
    // The sky's level is measured anew in each round, for the fit stops at another last digit for
    // each multiple, and that digit decides how single precision rounds the scaled image.
    const double factor = number_of(background_level(now, sampling, gaussfit)) / scaled.level();
    scaled.multiply_by(factor);
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

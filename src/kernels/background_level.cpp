// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "kernels/normal_curve_fit.h"
#include "kernels/statistics.h"

namespace wyvern::kernels {

namespace {

constexpr double kLowSigma = 3.0, kHighSigma = 1.0;  // what the fit takes about the level
constexpr double kConverged = 0.001;                 // change of the level, in sigma
constexpr int kMaxFits = 12;

using Values = std::vector<float>;

Values every(std::span<const float> values, int sampling) {
  const auto step = static_cast<std::size_t>(std::max(sampling, 1));
  Values taken;
  taken.reserve(values.size() / step + 1);
  for (std::size_t i = 0; i < values.size(); i += step) taken.push_back(values[i]);
  return taken;
}

double standard_deviation(std::span<const float> values) {
  double sum = 0.0, squares = 0.0;
  const double n = static_cast<double>(values.size());
  for (const float value : values) sum += static_cast<double>(value);
  const double mean = sum / n;
  for (const float value : values) {
    const double deviation = mean - static_cast<double>(value);
    squares += deviation * deviation;
  }
  return std::sqrt(squares / n);
}

double exact_median(Values values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const double upper = static_cast<double>(*middle);
  if (values.size() % 2 == 1) return upper;
  return 0.5 * (static_cast<double>(*std::max_element(values.begin(), middle)) + upper);
}

// What is left, in order, after values beyond `sigma` standard deviations from the median have
// been dropped as often as given.
Values clipped(Values values, double sigma, int iterations) {
  for (int i = 0; i < iterations; ++i) {
    const double median = exact_median(values);
    const double reach = sigma * standard_deviation(values);
    const auto outside = [&](float value) {
      const double x = static_cast<double>(value);
      return x < median - reach || x > median + reach;
    };
    if (std::erase_if(values, outside) == 0) break;
  }
  return values;
}

// The reference's standard deviation where it has the bottleneck library: one running sum.
float running_deviation(std::span<const float> values) {
  float sum = 0.0F, squares = 0.0F;
  const float n = static_cast<float>(values.size());
  for (const float value : values) sum += value;
  const float mean = sum / n;
  for (const float value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / n);
}

float numpy_deviation(Values values) {
  const float mean = numpy_mean(values);
  for (float& value : values) value = (value - mean) * (value - mean);
  return std::sqrt(numpy_mean(values));
}

Level clipped_level(std::span<const float> sampled, int sampling) {
  Values left = clipped(every(sampled, sampling), 2.0, 2);
  const std::size_t count = left.size();
  const float sigma = numpy_deviation(left);
  return {static_cast<double>(median_in_place(left)), static_cast<double>(sigma), count};
}

// The values that a fit about `level` takes, ascending.
Values near_level(std::span<const float> sampled, int sampling, const Level& level) {
  // numpy rounds the limits to the type of the values.
  const float low = static_cast<float>(level.level - kLowSigma * level.sigma);
  const float high = static_cast<float>(level.level + kHighSigma * level.sigma);
  Values near;
  for (const float value : sampled) {
    if (value > low && value < high) near.push_back(value);
  }
  if (sampling > 1) near = every(near, sampling);
  std::ranges::sort(near);
  return near;
}

std::optional<Level> fitted_level(const Values& sampled, int sampling) {
  Values left = clipped(sampled, 5.0, 5);
  const float sigma = running_deviation(left);
  Level level{static_cast<double>(median_in_place(left)), static_cast<double>(sigma),
              sampled.size()};
  for (int fits = 1; fits <= kMaxFits; ++fits) {
    const Values near = near_level(sampled, sampling, level);
    const auto curve = fit_normal_curve(near, {level.level, level.sigma});
    if (!curve) return std::nullopt;
    const double change = std::abs(curve->mean - level.level);
    level.level = curve->mean;
    level.sigma = std::abs(curve->sigma);
    if (change < kConverged * level.sigma) break;
  }
  return level;
}

}  // namespace

std::optional<Level> background_level(std::span<const float> good, int sampling, bool gaussfit) {
  const Values sampled = every(good, sampling);
  if (sampled.size() < 2) return std::nullopt;
  if (gaussfit) {
    if (const auto level = fitted_level(sampled, sampling)) return level;
  }
  return clipped_level(sampled, sampling);
}

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/normal_curve_fit.h"
#include "kernels/statistics.h"

namespace wyvern::kernels {

namespace {

constexpr double kLowSigma = 3.0, kHighSigma = 1.0;  // what the fit takes about the level
constexpr double kConverged = 0.001;                 // change of the level, in sigma
constexpr int kMaxFits = 12;

using Values = std::vector<float>;
using View = std::span<const float>;

Values every(View values, int sampling) {
  const auto step = static_cast<std::size_t>(std::max(sampling, 1));
  Values taken;
  taken.reserve(values.size() / step + 1);
  for (std::size_t i = 0; i < values.size(); i += step) taken.push_back(values[i]);
  return taken;
}

// Sum of term(x) in several running sums, so that additions need not wait for one another.
template <class Term>
double sum_of(View values, Term&& term) {
  constexpr std::size_t kLanes = 8;
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += term(static_cast<double>(values[i + k]));
  }
  for (; i < values.size(); ++i) lanes[0] += term(static_cast<double>(values[i]));
  double sum = 0.0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

double standard_deviation(View values) {
  const double n = static_cast<double>(values.size());
  const double mean = sum_of(values, [](double x) { return x; }) / n;
  return std::sqrt(sum_of(values, [mean](double x) { return (mean - x) * (mean - x); }) / n);
}

// The middle of ascending values; for an even number of them the mean of two, in type T.
template <class T>
T middle_of(View sorted) {
  const std::size_t n = sorted.size();
  const T upper = static_cast<T>(sorted[n / 2]);
  return n % 2 == 1 ? upper : (static_cast<T>(sorted[n / 2 - 1]) + upper) / T{2};
}

// What is left of ascending values after those beyond `sigma` standard deviations from the median
// have been dropped, as often as given or until none is.
View clipped(View sorted, double sigma, int iterations) {
  for (int i = 0; i < iterations; ++i) {
    const double median = middle_of<double>(sorted);
    const double reach = sigma * standard_deviation(sorted);
    const double low = median - reach, high = median + reach;
    const auto first = std::ranges::partition_point(
        sorted, [low](float x) { return static_cast<double>(x) < low; });
    const auto last = std::ranges::partition_point(
        sorted, [high](float x) { return !(static_cast<double>(x) > high); });
    const View left(first, last);
    if (left.size() == sorted.size()) break;
    sorted = left;
  }
  return sorted;
}

// The values within the range of `left`, in their own order: sums depend on it.
Values in_order(View values, View left) {
  Values kept;
  kept.reserve(left.size());
  for (const float value : values) {
    if (value >= left.front() && value <= left.back()) kept.push_back(value);
  }
  return kept;
}

// The reference's standard deviation where it has the bottleneck library: one running sum.
float running_deviation(View values) {
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

std::optional<Level> clipped_level(View sampled, int sampling) {
  const Values values = every(sampled, sampling), sorted = ascending_finite(values);
  if (sorted.empty()) return std::nullopt;
  const View left = clipped(sorted, 2.0, 2);
  return Level{static_cast<double>(middle_of<float>(left)),
               static_cast<double>(numpy_deviation(in_order(values, left))), left.size()};
}

// Fits the curve again and again to the values about the level that the last fit gave.
class FittedLevel {
 public:
  FittedLevel(View sampled, int sampling, View sorted)
      : sampled_(sampled), sampling_(sampling), sorted_(sorted) {}

  std::optional<Level> operator()() {
    const View left = clipped(sorted_, 5.0, 5);
    Level level{static_cast<double>(middle_of<float>(left)),
                static_cast<double>(running_deviation(in_order(sampled_, left))), sampled_.size()};
    NormalCurveFits fits(sorted_, level.sigma);
    for (int count = 1; count <= kMaxFits; ++count) {
      const auto curve = fit(fits, level);
      if (!curve || !std::isfinite(curve->mean)) return std::nullopt;
      const double change = std::abs(curve->mean - level.level);
      level.level = curve->mean;
      level.sigma = std::abs(curve->sigma);
      if (change < kConverged * level.sigma) break;
    }
    return level;
  }

 private:
  std::optional<NormalCurve> fit(NormalCurveFits& fits, const Level& level) {
    // numpy rounds the limits to the type of the values.
    const float low = static_cast<float>(level.level - kLowSigma * level.sigma);
    const float high = static_cast<float>(level.level + kHighSigma * level.sigma);
    const NormalCurve start{level.level, level.sigma};
    if (sampling_ <= 1) {
      const auto first = std::ranges::upper_bound(sorted_, low);
      const auto last = std::ranges::lower_bound(first, sorted_.end(), high);
      return fits.fit(static_cast<std::size_t>(first - sorted_.begin()),
                      static_cast<std::size_t>(last - sorted_.begin()), start);
    }
    Values near;
    std::ranges::copy_if(sampled_, std::back_inserter(near),
                         [low, high](float value) { return value > low && value < high; });
    near = every(near, sampling_);
    sort_values(near);
    return fit_normal_curve(near, start);
  }

  View sampled_;
  int sampling_;
  View sorted_;
};

}  // namespace

Values ascending_finite(View values) {
  // Every value is written before it is known to be finite: no branch is foreseen wrongly.
  Values finite(values.size());
  std::size_t count = 0;
  for (const float value : values) {
    finite[count] = value;
    count += std::isfinite(value) ? 1 : 0;
  }
  finite.resize(count);
  sort_values(finite);
  return finite;
}

std::optional<Level> background_level(View good, View ascending) {
  if (ascending.size() < 2) return std::nullopt;
  if (const auto level = FittedLevel(good, 1, ascending)()) return level;
  return clipped_level(good, 1);
}

std::optional<Level> background_level(View good, int sampling, bool gaussfit) {
  Values taken;
  if (sampling > 1) taken = every(good, sampling);
  const View sampled = sampling > 1 ? View(taken) : good;
  if (sampled.size() < 2) return std::nullopt;
  if (gaussfit) {
    const Values sorted = ascending_finite(sampled);
    if (sampling <= 1) return background_level(good, sorted);
    if (sorted.size() < 2) return std::nullopt;
    if (const auto level = FittedLevel(sampled, sampling, sorted)()) return level;
  }
  return clipped_level(sampled, sampling);
}

}  // namespace wyvern::kernels

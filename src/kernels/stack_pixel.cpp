// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack_pixel.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/stack_one_pass.h"

namespace wyvern::kernels {

bool all_have_masks(std::span<const StackInput> inputs) {
  return std::ranges::all_of(inputs, [](const StackInput& input) { return input.mask != nullptr; });
}

bool all_have_variances(std::span<const StackInput> inputs) {
  return std::ranges::all_of(inputs,
                             [](const StackInput& input) { return input.variance != nullptr; });
}

bool takes_own_variance(std::span<const StackInput> inputs, const StackOptions& options) {
  return options.operation == Operation::median && options.rejection == Rejection::none &&
         inputs.size() % 2 == 1 && all_have_variances(inputs) && !all_have_masks(inputs);
}

float prepared_data(const StackInput& input, std::size_t pixel) {
  return with_pixel_type(input.type, [&]<class T>(T) {
    const T value = static_cast<const T*>(input.data)[pixel - input.origin];
    if constexpr (std::is_same_v<T, float>) {
      return scaled_data(value, input);
    } else {
      const double scaled = static_cast<double>(value) * static_cast<double>(input.scale) +
                            static_cast<double>(input.zero);
      return static_cast<float>(scaled) + 0.0F;
    }
  });
}

float prepared_variance(const StackInput& input, std::size_t pixel) {
  return with_pixel_type(input.variance_type, [&]<class T>(T) {
    const T value = static_cast<const T*>(input.variance)[pixel - input.origin];
    if constexpr (std::is_same_v<T, float>) {
      return scaled_variance(value, input);
    } else {
      const double scale = static_cast<double>(input.scale);
      return static_cast<float>(static_cast<double>(value) * scale * scale);
    }
  });
}

KeptRanks kept_ranks(std::size_t usable, std::size_t inputs, const StackOptions& options) {
  const double n = static_cast<double>(usable), all = static_cast<double>(inputs);
  const auto low = static_cast<std::size_t>(n * options.nlow / all + 0.001);
  const auto high = static_cast<std::size_t>(n * options.nhigh / all + 0.001);
  return {low, usable - high - 1};
}

PixelStacker::PixelStacker(std::span<const StackInput> inputs, const StackOptions& options)
    : inputs_(inputs),
      options_(options),
      with_mask_(all_have_masks(inputs)),
      with_variance_(all_have_variances(inputs)),
      own_variance_(takes_own_variance(inputs, options)),
      data_(inputs.size()),
      variance_(inputs.size()),
      mask_(inputs.size()) {
  if (options_.rejection == Rejection::varclip && !with_variance_) {
    options_.rejection = Rejection::sigclip;
  }
}

void PixelStacker::load(std::size_t pixel) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    data_[i] = prepared_data(inputs_[i], pixel);
    variance_[i] = with_variance_ ? prepared_variance(inputs_[i], pixel) : 0.0F;
    mask_[i] = with_mask_ ? inputs_[i].mask[pixel - inputs_[i].origin] : std::uint16_t{0};
  }
}

PixelResult PixelStacker::operator()(std::size_t pixel) {
  load(pixel);
  apply_hierarchy();
  reject();
  restore_if_all_rejected();
  PixelResult result;
  result.rejected = static_cast<std::int16_t>(inputs_.size() - count_below(kRejected));
  result.mask = apply_hierarchy();
  const std::vector<std::size_t> used = usable_inputs();
  combine(used, result);
  // The reference leaves such a pixel at 0 and calls it good.
  if (used.empty()) result.mask = kNoData;
  return result;
}

PixelTrace PixelStacker::trace(std::size_t pixel) {
  load(pixel);
  PixelTrace trace{data_, variance_, mask_, {}, 0.0F, 0.0F, 0};
  trace.fate.assign(inputs_.size(), PixelFate::rejected);
  apply_hierarchy();
  for (std::size_t i = 0; i < mask_.size(); ++i) {
    if (mask_[i] == kUnusable) trace.fate[i] = PixelFate::worse_mask;
  }
  const PixelResult result = (*this)(pixel);
  for (const std::size_t used : usable_inputs()) trace.fate[used] = PixelFate::used;
  trace.result = result.data;
  trace.result_variance = result.variance;
  trace.result_mask = result.mask;
  return trace;
}

PixelTrace trace_pixel(std::span<const StackInput> inputs, std::size_t pixel,
                       const StackOptions& options) {
  return PixelStacker(inputs, options).trace(pixel);
}

std::uint16_t PixelStacker::apply_hierarchy() {
  for (const std::uint16_t allowed : kAllowedBits) {
    const auto fits = [allowed](std::uint16_t mask) { return (mask & ~allowed) == 0; };
    if (std::ranges::none_of(mask_, fits)) continue;
    unsigned bits = 0;
    for (std::uint16_t& mask : mask_) {
      if (fits(mask)) {
        bits |= mask;
      } else {
        mask = kUnusable;
      }
    }
    return static_cast<std::uint16_t>(bits);
  }
  std::ranges::fill(mask_, kUnusable);
  return 0;
}

std::size_t PixelStacker::count_below(std::uint16_t limit) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(mask_, [limit](std::uint16_t mask) { return mask < limit; }));
}

void PixelStacker::restore_if_all_rejected() {
  if (count_below(kRejected) != 0) return;
  for (std::uint16_t& mask : mask_) mask = static_cast<std::uint16_t>(mask & ~kRejected);
}

std::vector<std::size_t> PixelStacker::usable_inputs() const {
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < mask_.size(); ++i) {
    if (mask_[i] != kUnusable) used.push_back(i);
  }
  return used;
}

void PixelStacker::sort_by_value(std::vector<std::size_t>& members) const {
  std::ranges::stable_sort(members, [this](std::size_t i, std::size_t j) {
    const float a = data_[i], b = data_[j];
    return a < b || (std::isnan(b) && !std::isnan(a));
  });
}

void PixelStacker::reject() {
  switch (options_.rejection) {
    case Rejection::none:
      break;
    case Rejection::minmax:
      reject_extremes();
      break;
    case Rejection::sigclip:
    case Rejection::varclip:
      clip();
      break;
  }
}

void PixelStacker::reject_extremes() {
  const std::size_t usable = count_below(kUnusable);
  if (usable == 0) return;
  // Unusable inputs rank as infinities: below NaN.
  const auto value = [this](std::size_t i) { return mask_[i] == kUnusable ? INFINITY : data_[i]; };
  std::vector<std::size_t> order(inputs_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) {
    return value(i) < value(j) || (std::isnan(value(j)) && !std::isnan(value(i)));
  });
  const KeptRanks kept = kept_ranks(usable, inputs_.size(), options_);
  for (std::size_t rank = 0; rank < usable; ++rank) {
    if (rank < kept.lowest || rank > kept.highest) mask_[order[rank]] = kUnusable;
  }
}

float PixelStacker::median_for_clipping() const {
  // What earlier rounds rejected is still counted (the reference does so): the median never moves.
  std::vector<std::size_t> members = usable_inputs();
  if (members.empty()) {
    members.resize(inputs_.size());
    std::iota(members.begin(), members.end(), std::size_t{0});
  }
  sort_by_value(members);
  const std::size_t n = members.size();
  const float upper = data_[members[n / 2]];
  return n % 2 == 1 ? upper : (data_[members[n / 2 - 1]] + upper) * 0.5F;
}

void PixelStacker::moments(double& mean, double& variance) const {
  const bool any = count_below(kRejected) != 0;
  double sum = 0.0, squares = 0.0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < data_.size(); ++i) {
    if (any && mask_[i] >= kRejected) continue;
    // The reference squares in single precision before it adds in double.
    const float square = data_[i] * data_[i];
    sum += static_cast<double>(data_[i]);
    squares += static_cast<double>(square);
    ++n;
  }
  mean = sum / static_cast<double>(n);
  variance = squares / static_cast<double>(n) - mean * mean;
}

void PixelStacker::clip() {
  std::size_t good = count_below(kRejected);
  const double median = static_cast<double>(median_for_clipping());
  for (int iteration = 0; iteration < options_.max_iters; ++iteration) {
    double mean = 0.0, variance = 0.0;
    moments(mean, variance);
    const bool about_median = options_.mclip || iteration == 0;
    clip_once(about_median ? median : mean, std::sqrt(variance));
    const std::size_t left = count_below(kRejected);
    if (left == good) break;
    good = left;
  }
}

void PixelStacker::clip_once(double centre, double sigma) {
  const auto flag = [this](std::size_t i) {
    mask_[i] = static_cast<std::uint16_t>(mask_[i] | kRejected);
  };
  if (options_.rejection == Rejection::varclip) {
    for (std::size_t i = 0; i < data_.size(); ++i) {
      const double x = static_cast<double>(data_[i]);
      const double own = std::sqrt(static_cast<double>(variance_[i]));
      if (x < centre - options_.lsigma * own || x > centre + options_.hsigma * own) flag(i);
    }
    return;
  }
  const float low = static_cast<float>(centre - options_.lsigma * sigma);
  const float high = static_cast<float>(centre + options_.hsigma * sigma);
  for (std::size_t i = 0; i < data_.size(); ++i) {
    if (data_[i] < low || data_[i] > high) flag(i);
  }
}

float PixelStacker::mean_of(const std::vector<float>& values,
                            const std::vector<std::size_t>& used) const {
  float sum = 0.0F;
  for (const std::size_t i : used) sum += values[i];
  return sum / static_cast<float>(used.size());
}

float PixelStacker::scatter(const std::vector<std::size_t>& used, float centre) const {
  if (used.size() < 2) return 0.0F;
  float sum = 0.0F;
  for (const std::size_t i : used) sum += (data_[i] - centre) * (data_[i] - centre);
  const float n = static_cast<float>(used.size());
  return sum / (n * (n - 1.0F));
}

void PixelStacker::combine(const std::vector<std::size_t>& used, PixelResult& result) const {
  const float n = static_cast<float>(used.size());
  const Operation operation = options_.operation;
  const bool is_mean =
      operation == Operation::mean || (operation == Operation::wtmean && !with_variance_);
  if (used.empty()) {
    result.variance = with_variance_ ? NAN : 0.0F;
  } else if (is_mean) {
    result.data = mean_of(data_, used);
    result.variance = with_variance_ ? mean_of(variance_, used) / n : scatter(used, result.data);
  } else if (operation == Operation::wtmean) {
    weighted_mean(used, result);
  } else {
    middle(used, result);
  }
}

void PixelStacker::weighted_mean(const std::vector<std::size_t>& used, PixelResult& result) const {
  float sum = 0.0F, weights = 0.0F;
  for (const std::size_t i : used) {
    sum += data_[i] / variance_[i];
    weights += 1.0F / variance_[i];
  }
  result.data = sum / weights;
  result.variance = 1.0F / weights;
}

void PixelStacker::middle(const std::vector<std::size_t>& used, PixelResult& result) const {
  std::vector<std::size_t> order = used;
  sort_by_value(order);
  const std::size_t n = order.size(), lower = order[(n - 1) / 2], upper = order[n / 2];
  const bool one_value = options_.operation == Operation::lmedian || n % 2 == 1;
  result.data = one_value ? data_[lower] : (data_[lower] + data_[upper]) / 2.0F;
  if (!with_variance_) {
    result.variance = kHalfPi * scatter(used, result.data);
  } else if (own_variance_) {
    result.variance = variance_[lower];
  } else {
    result.variance = kHalfPi * mean_of(variance_, used) / static_cast<float>(n);
  }
}

}  // namespace wyvern::kernels

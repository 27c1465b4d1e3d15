// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack_second_look.h"

#include <algorithm>
#include <array>

namespace wyvern::kernels {

namespace {

// The level of badness of a mask: index into kAllowedBits, or one more when it fits no level.
constexpr auto kLevels = [] {
  std::array<std::uint8_t, 128> levels{};
  for (unsigned mask = 0; mask < levels.size(); ++mask) {
    while ((mask & ~kAllowedBits[levels[mask]]) != 0) ++levels[mask];
  }
  return levels;
}();
constexpr std::uint8_t kNoLevel = std::size(kAllowedBits);

std::uint8_t level_of(std::uint16_t mask) {
  return mask < kLevels.size() ? kLevels[mask] : kNoLevel;
}

// Of the first level.
bool is_good(std::uint16_t mask) {
  return (mask & ~kAllowedBits[0]) == 0;
}

std::size_t padded(std::size_t pixels) {
  return (pixels + rows::kRowStep - 1) / rows::kRowStep * rows::kRowStep;
}

}  // namespace

SecondLook::SecondLook(std::span<const StackInput> inputs, const StackOptions& options,
                       std::size_t capacity)
    : inputs_(inputs),
      options_(options),
      with_variance_(all_have_variances(inputs)),
      own_variance_(takes_own_variance(inputs, options)),
      capacity_(padded(capacity)),
      network_(rows::sorting_network(inputs.size())),
      one_pixel_(inputs, options),
      data_(inputs.size(), capacity_),
      variance_(inputs.size(), capacity_),
      sorted_(inputs.size(), capacity_),
      panel_(inputs.size(), rows::kRowStep),
      mask_(inputs.size(), capacity_),
      keep_(inputs.size(), capacity_),
      keep_next_(inputs.size(), capacity_),
      exact_centre_(capacity_),
      best_level_(capacity_),
      bits_(capacity_) {
  for (auto* row :
       {&count_, &before_, &lower_, &upper_, &centre_, &low_, &high_, &out_data_, &out_variance_}) {
    row->resize(capacity_);
  }
  for (auto* row : {&low_rank_, &high_rank_, &active_, &odd_ones_}) row->resize(capacity_);
  data_rows_.resize(inputs.size());
  variance_rows_.resize(inputs.size());
  block_.inputs = inputs.size();
  block_.stride = capacity_;
  block_.data = data_rows_.data();
  block_.variance = with_variance_ ? variance_rows_.data() : nullptr;
}

void SecondLook::stack(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
                       const std::int32_t* marks, std::size_t first, std::size_t pixels,
                       const BlockResult& result, bool scaled) {
  where_.clear();
  for (std::size_t p = 0; p < pixels; ++p) {
    if (marks[p] != 0) where_.push_back(p);
  }
  if (where_.empty()) return;
  gather(tile, masks, pixels, scaled);
  reject();
  rows::best().count_kept(block_, count_.data());
  Middles middles;
  if (is_median(options_.operation)) {
    find_middles();
    middles = {lower_.data(), upper_.data(), {low_rank_.data(), high_rank_.data()}};
  }
  combine_block(block_, options_.operation, count_.data(), middles, false, out_data_.data(),
                out_variance_.data());
  scatter(first, result);
}

void SecondLook::gather(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
                        std::size_t pixels, bool scaled) {
  block_.pixels = padded(where_.size());
  block_.keep = keep_.row(0);
  if (where_.size() == pixels && scaled) {
    take_all(tile, masks);
  } else {
    take_marked(tile, masks, scaled);
  }
  find_usable();
  rows::best().count_kept(block_, count_.data());
  std::fill_n(odd_ones_.begin(), block_.pixels, 0);
  rows::best().mark_not_finite(block_, odd_ones_.data());
  for (std::size_t k = 0; k < block_.pixels; ++k) {
    if (count_[k] == 0.0F || own_variance_) odd_ones_[k] = -1;
  }
}

// The rows of the tile as they are.
void SecondLook::take_all(const rows::Block& tile, std::span<const std::uint16_t* const> masks) {
  std::copy_n(tile.data, inputs_.size(), data_rows_.begin());
  if (with_variance_) std::copy_n(tile.variance, inputs_.size(), variance_rows_.begin());
  mask_rows_.assign(masks.begin(), masks.end());
}

void SecondLook::take_marked(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
                             bool scaled) {
  const auto take = [&](const auto* from, auto* to, auto&& change) {
    for (std::size_t k = 0; k < where_.size(); ++k) to[k] = change(from[where_[k]]);
    std::fill(to + where_.size(), to + block_.pixels, 0);
    return to;
  };
  const auto as_it_is = [](auto value) { return value; };
  mask_rows_.resize(masks.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!masks.empty()) mask_rows_[i] = take(masks[i], mask_.row(i), as_it_is);
    if (scaled) {
      data_rows_[i] = take(tile.data[i], data_.row(i), as_it_is);
    } else {
      data_rows_[i] = take(tile.data[i], data_.row(i),
                           [&](float value) { return scaled_data(value, inputs_[i]); });
    }
    if (!with_variance_) continue;
    if (scaled) {
      variance_rows_[i] = take(tile.variance[i], variance_.row(i), as_it_is);
    } else {
      variance_rows_[i] = take(tile.variance[i], variance_.row(i),
                               [&](float value) { return scaled_variance(value, inputs_[i]); });
    }
  }
}

// Keeps the inputs with the least bad mask, row by row, as the masks lie in memory.
void SecondLook::find_usable() {
  const std::size_t pixels = where_.size();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    std::fill(keep_.row(i) + pixels, keep_.row(i) + block_.pixels, 0);
    if (mask_rows_.empty()) std::fill_n(keep_.row(i), pixels, -1);
  }
  if (mask_rows_.empty()) return;
  if (some_good_everywhere()) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      std::int32_t* keep = keep_.row(i);
      for (std::size_t k = 0; k < pixels; ++k) keep[k] = is_good(mask_rows_[i][k]) ? -1 : 0;
    }
    return;
  }
  std::fill_n(best_level_.begin(), pixels, kNoLevel);
  for (const std::uint16_t* mask : mask_rows_) {
    for (std::size_t k = 0; k < pixels; ++k) {
      best_level_[k] = std::min(best_level_[k], level_of(mask[k]));
    }
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    std::int32_t* keep = keep_.row(i);
    for (std::size_t k = 0; k < pixels; ++k) {
      const std::uint8_t level = level_of(mask_rows_[i][k]);
      keep[k] = level != kNoLevel && level == best_level_[k] ? -1 : 0;
    }
  }
}

// The common case: each pixel has an input of the first level.
bool SecondLook::some_good_everywhere() {
  std::fill_n(bits_.begin(), where_.size(), std::uint16_t{0});
  for (const std::uint16_t* mask : mask_rows_) {
    for (std::size_t k = 0; k < where_.size(); ++k) {
      bits_[k] |= static_cast<std::uint16_t>(is_good(mask[k]));
    }
  }
  return std::all_of(bits_.begin(), bits_.begin() + std::ssize(where_), [](auto b) { return b; });
}

void SecondLook::reject() {
  if (options_.rejection == Rejection::minmax) reject_extremes();
  if (is_clip(options_.rejection)) clip();
}

void SecondLook::pick_ranks() {
  rows::best().pick(block_, sorted_.row(0), low_rank_.data(), lower_.data());
  rows::best().pick(block_, sorted_.row(0), high_rank_.data(), upper_.data());
}

void SecondLook::find_middles() {
  rows::best().sort(block_, network_.data(), network_.size(), panel_.row(0), sorted_.row(0));
  for (std::size_t k = 0; k < block_.pixels; ++k) {
    const auto n = static_cast<std::int32_t>(count_[k]);
    low_rank_[k] = (n - 1) / 2;
    high_rank_[k] = n / 2;
  }
  pick_ranks();
}

void SecondLook::reject_extremes() {
  rows::best().sort(block_, network_.data(), network_.size(), panel_.row(0), sorted_.row(0));
  for (std::size_t k = 0; k < block_.pixels; ++k) {
    const auto usable = static_cast<std::size_t>(count_[k]);
    if (usable == 0) continue;
    const KeptRanks kept = kept_ranks(usable, inputs_.size(), options_);
    low_rank_[k] = static_cast<std::int32_t>(kept.lowest);
    high_rank_[k] = static_cast<std::int32_t>(kept.highest);
  }
  pick_ranks();
  rows::best().keep_ranks(block_, lower_.data(), upper_.data(),
                          {low_rank_.data(), high_rank_.data()}, keep_next_.row(0));
  block_.keep = keep_next_.row(0);
}

void SecondLook::clip() {
  if (options_.max_iters <= 0) return;
  find_middles();
  rows::best().halfway(lower_.data(), upper_.data(), {low_rank_.data(), high_rank_.data()},
                       centre_.data(), block_.pixels);
  for (std::size_t k = 0; k < block_.pixels; ++k) active_[k] = ~odd_ones_[k];
  for (int iteration = 0; iteration < options_.max_iters; ++iteration) {
    before_ = count_;
    cut(!options_.mclip && iteration > 0);
    rows::best().count_kept(block_, count_.data());
    if (!update_active()) break;
  }
}

void SecondLook::cut(bool about_mean) {
  const rows::Limits limits{options_.lsigma, options_.hsigma, low_.data(), high_.data()};
  if (options_.rejection == Rejection::varclip && with_variance_) {
    if (about_mean) {
      rows::best().exact_mean(block_, count_.data(), exact_centre_.data());
    } else {
      rows::best().widen(centre_.data(), exact_centre_.data(), block_.pixels);
    }
    rows::best().drop_far(block_, exact_centre_.data(), limits, active_.data(), keep_.row(0));
  } else {
    rows::best().sigma_limits(block_, count_.data(), about_mean ? nullptr : centre_.data(), limits);
    rows::best().drop_outside(block_, limits, active_.data(), keep_.row(0));
  }
}

bool SecondLook::update_active() {
  std::int32_t any = 0;
  for (std::size_t k = 0; k < block_.pixels; ++k) {
    if (count_[k] == 0.0F) odd_ones_[k] = -1;
    const bool changed = count_[k] != before_[k] && count_[k] != 0.0F;
    active_[k] = changed ? active_[k] : 0;
    any |= active_[k];
  }
  return any != 0;
}

void SecondLook::scatter(std::size_t first, const BlockResult& result) {
  std::fill_n(bits_.begin(), where_.size(), std::uint16_t{0});
  for (std::size_t i = 0; i < mask_rows_.size(); ++i) {
    const std::int32_t* keep = block_.keep + i * block_.stride;
    for (std::size_t k = 0; k < where_.size(); ++k) {
      const int counting = mask_rows_[i][k] & keep[k];
      bits_[k] = static_cast<std::uint16_t>(bits_[k] | counting);
    }
  }
  for (std::size_t k = 0; k < where_.size(); ++k) {
    const std::size_t pixel = where_[k];
    if (odd_ones_[k] != 0) {
      result.set(pixel, one_pixel_(first + pixel));
      continue;
    }
    const auto rejected = inputs_.size() - static_cast<std::size_t>(count_[k]);
    result.set(pixel,
               {out_data_[k], out_variance_[k], bits_[k], static_cast<std::int16_t>(rejected)});
  }
}

}  // namespace wyvern::kernels

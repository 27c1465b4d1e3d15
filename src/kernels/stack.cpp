// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack.h"

#include <algorithm>
#include <string>

#include "base/errors.h"
#include "kernels/stack_combine.h"
#include "kernels/stack_second_look.h"
#include "kernels/vector_functions.h"

namespace wyvern::kernels {

namespace {

// Values of a tile that fit in the first-level cache beside the tables made from them.
constexpr std::size_t kTileValues = 6144;
// Of so many values, spread like noise, one lies beyond three sigma in every third pixel: a first
// look at all of them together would mostly be for nothing.
constexpr std::size_t kMostAtOnce = 128;
// Bits that do not make an input worse than others: non-linear and saturated.
constexpr std::uint16_t kHarmless = kAllowedBits[0];

std::size_t tile_pixels(std::size_t inputs) {
  const std::size_t pixels = kTileValues / inputs / rows::kRowStep * rows::kRowStep;
  return std::clamp(pixels, rows::kRowStep, 32 * rows::kRowStep);
}

// Whether a first look at such inputs needs one pass only.
bool fits_one_pass(std::span<const StackInput> inputs, const StackOptions& options) {
  const bool sorts_only = options.rejection == Rejection::minmax ||
                          (options.rejection == Rejection::none && is_median(options.operation));
  return sorts_only && options.operation != Operation::wtmean &&
         inputs.size() <= OnePass::kMostInputs && !takes_own_variance(inputs, options) &&
         std::ranges::all_of(inputs, [](const StackInput& input) {
           return input.type == PixelType::f32 && input.variance != nullptr &&
                  input.variance_type == PixelType::f32;
         });
}

// Stacks tile by tile: first as though all inputs counted in every pixel, which is true of nearly
// all of them, while marking the pixels where that is wrong; then the marked ones again.
class TileStacker {
 public:
  TileStacker(std::span<const StackInput> inputs, const StackOptions& options,
              const StackOutput& output);

  // No more than capacity() pixels.
  void stack(std::size_t first, std::size_t pixels);
  std::size_t capacity() const { return capacity_; }

 private:
  void choose_rows(std::size_t first, std::size_t pixels);
  void copy_out(std::size_t first, std::size_t pixels) const;
  void plan_one_pass();
  void look_step_by_step();
  void point_at(std::size_t first, std::size_t pixels);
  void load(std::size_t first, std::size_t pixels);
  const float* load_data(std::size_t input, std::size_t first, std::size_t pixels);
  const float* load_variance(std::size_t input, std::size_t first, std::size_t pixels);
  const std::uint16_t* load_mask(std::size_t input, std::size_t first, std::size_t pixels);
  void compare_masks();
  void sort();
  void reject();
  void mark_clipped();
  void keep_ranks(std::size_t lowest, std::size_t highest);
  void combine();
  const float* sorted_row(std::size_t rank) { return sorted_.row(rank); }

  std::span<const StackInput> inputs_;
  StackOptions options_;
  StackOutput output_;
  bool with_mask_, with_variance_, own_variance_;
  std::size_t capacity_;
  KeptRanks kept_;  // ranks that minmax keeps
  rows::Network network_;
  SecondLook second_look_;
  BlockResult own_, result_;  // rows of this class; those of the block

  RowTable<float> data_, variance_, sorted_, panel_, result_floats_;
  RowTable<std::uint16_t> mask_, result_mask_;
  RowTable<std::int16_t> result_rejected_;
  RowTable<std::int32_t> keep_;
  std::vector<const float*> data_rows_, variance_rows_;
  std::vector<const std::uint16_t*> mask_rows_;
  std::vector<float> count_, centre_, low_, high_;
  std::vector<double> exact_centre_;
  std::vector<std::uint16_t> differs_;
  std::vector<std::int32_t> marks_;
  rows::Block block_;

  bool one_pass_;
  std::vector<float> scale_, zero_;  // of the inputs
  OnePass pass_;
};

TileStacker::TileStacker(std::span<const StackInput> inputs, const StackOptions& options,
                         const StackOutput& output)
    : inputs_(inputs),
      options_(options),
      output_(output),
      with_mask_(all_have_masks(inputs)),
      with_variance_(all_have_variances(inputs)),
      own_variance_(takes_own_variance(inputs, options)),
      capacity_(tile_pixels(inputs.size())),
      kept_{0, inputs.size() - 1},
      network_(rows::sorting_network(inputs.size())),
      second_look_(inputs, options, capacity_),
      data_(inputs.size(), capacity_),
      variance_(inputs.size(), capacity_),
      sorted_(inputs.size(), capacity_),
      panel_(inputs.size(), rows::kRowStep),
      result_floats_(2, capacity_),
      mask_(inputs.size(), capacity_),
      result_mask_(1, capacity_),
      result_rejected_(1, capacity_),
      keep_(inputs.size(), capacity_),
      data_rows_(inputs.size()),
      variance_rows_(with_variance_ ? inputs.size() : 0),
      mask_rows_(with_mask_ ? inputs.size() : 0),
      count_(capacity_),
      centre_(capacity_),
      low_(capacity_),
      high_(capacity_),
      exact_centre_(capacity_),
      differs_(capacity_),
      marks_(capacity_),
      one_pass_(fits_one_pass(inputs, options)) {
  own_ = {result_floats_.row(0), result_floats_.row(1), result_mask_.row(0),
          result_rejected_.row(0)};
  if (options.rejection == Rejection::minmax) {
    kept_ = kept_ranks(inputs.size(), inputs.size(), options);
  }
  if (options.rejection == Rejection::varclip && !with_variance_) {
    options_.rejection = Rejection::sigclip;
  }
  block_.inputs = inputs.size();
  block_.stride = capacity_;
  block_.data = data_rows_.data();
  block_.variance = with_variance_ ? variance_rows_.data() : nullptr;
  if (one_pass_) plan_one_pass();
}

void TileStacker::plan_one_pass() {
  for (const StackInput& input : inputs_) {
    scale_.push_back(input.scale);
    zero_.push_back(input.zero);
  }
  const std::size_t used = kept_.highest - kept_.lowest + 1;
  pass_.inputs = inputs_.size();
  pass_.data = data_rows_.data();
  pass_.variance = variance_rows_.data();
  pass_.scale = scale_.data();
  pass_.zero = zero_.data();
  pass_.lowest = kept_.lowest;
  pass_.highest = kept_.highest;
  pass_.lower = kept_.lowest + (used - 1) / 2;
  pass_.upper = options_.operation == Operation::lmedian ? pass_.lower : kept_.lowest + used / 2;
  pass_.median = is_median(options_.operation);
  pass_.marks = marks_.data();
}

// A row straight from the input when it can be used as it is, else prepared in `to`. Rows that do
// not fill whole steps are padded with zeros.
const float* TileStacker::load_data(std::size_t i, std::size_t first, std::size_t pixels) {
  const StackInput& input = inputs_[i];
  float* to = data_.row(i);
  if (input.type == PixelType::f32) {
    const float* from = static_cast<const float*>(input.data) + (first - input.origin);
    const bool as_it_is = input.scale == 1.0F && input.zero == 0.0F;
    if (as_it_is && pixels == block_.pixels) return from;
    rows::best().scale_data(from, input.scale, input.zero, to, pixels);
  } else {
    for (std::size_t p = 0; p < pixels; ++p) to[p] = prepared_data(input, first + p);
  }
  std::fill(to + pixels, to + block_.pixels, 0.0F);
  return to;
}

const float* TileStacker::load_variance(std::size_t i, std::size_t first, std::size_t pixels) {
  const StackInput& input = inputs_[i];
  float* to = variance_.row(i);
  if (input.variance_type == PixelType::f32) {
    const float* from = static_cast<const float*>(input.variance) + (first - input.origin);
    if (input.scale == 1.0F && pixels == block_.pixels) return from;
    rows::best().scale_variance(from, input.scale, to, pixels);
  } else {
    for (std::size_t p = 0; p < pixels; ++p) to[p] = prepared_variance(input, first + p);
  }
  std::fill(to + pixels, to + block_.pixels, 0.0F);
  return to;
}

const std::uint16_t* TileStacker::load_mask(std::size_t i, std::size_t first, std::size_t pixels) {
  const std::uint16_t* from = inputs_[i].mask + (first - inputs_[i].origin);
  if (pixels == block_.pixels) return from;
  std::copy_n(from, pixels, mask_.row(i));
  std::fill(mask_.row(i) + pixels, mask_.row(i) + block_.pixels, std::uint16_t{0});
  return mask_.row(i);
}

void TileStacker::load(std::size_t first, std::size_t pixels) {
  block_.pixels = (pixels + rows::kRowStep - 1) / rows::kRowStep * rows::kRowStep;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    data_rows_[i] = load_data(i, first, pixels);
    if (with_variance_) variance_rows_[i] = load_variance(i, first, pixels);
    if (with_mask_) mask_rows_[i] = load_mask(i, first, pixels);
  }
}

// Results go straight to where they are wanted; but whole steps of pixels are written.
void TileStacker::choose_rows(std::size_t first, std::size_t pixels) {
  const bool whole = pixels % rows::kRowStep == 0;
  const auto choose = [&](auto* own, auto* wanted) {
    return whole && wanted != nullptr ? wanted + (first - output_.origin) : own;
  };
  result_ = {choose(own_.data, output_.data), choose(own_.variance, output_.variance),
             choose(own_.mask, output_.mask), choose(own_.rejected, output_.rejected)};
}

void TileStacker::copy_out(std::size_t first, std::size_t pixels) const {
  const auto copy = [&](const auto* row, const auto* own, auto* wanted) {
    if (row == own && wanted != nullptr) {
      std::copy_n(own, pixels, wanted + (first - output_.origin));
    }
  };
  copy(result_.data, own_.data, output_.data);
  copy(result_.variance, own_.variance, output_.variance);
  copy(result_.mask, own_.mask, output_.mask);
  copy(result_.rejected, own_.rejected, output_.rejected);
}

// The rows straight from the inputs, not scaled.
void TileStacker::point_at(std::size_t first, std::size_t pixels) {
  block_.pixels = pixels;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const std::size_t at = first - inputs_[i].origin;
    data_rows_[i] = static_cast<const float*>(inputs_[i].data) + at;
    variance_rows_[i] = static_cast<const float*>(inputs_[i].variance) + at;
    if (with_mask_) mask_rows_[i] = inputs_[i].mask + at;
  }
}

void TileStacker::stack(std::size_t first, std::size_t pixels) {
  choose_rows(first, pixels);
  const bool one_pass = one_pass_ && pixels % rows::kRowStep == 0;
  one_pass ? point_at(first, pixels) : load(first, pixels);
  if (inputs_.size() > kMostAtOnce && is_clip(options_.rejection)) {
    std::fill_n(marks_.begin(), block_.pixels, -1);
    second_look_.stack(block_, mask_rows_, marks_.data(), first, pixels, result_);
    return copy_out(first, pixels);
  }
  std::fill_n(marks_.begin(), block_.pixels, 0);
  std::fill_n(result_.mask, block_.pixels, std::uint16_t{0});
  const std::size_t used = kept_.highest - kept_.lowest + 1;
  std::fill_n(result_.rejected, block_.pixels, static_cast<std::int16_t>(inputs_.size() - used));
  block_.keep = nullptr;
  if (with_mask_) compare_masks();
  if (one_pass) {
    pass_.pixels = pixels;
    pass_.result = result_.data;
    pass_.result_variance = output_.variance == nullptr ? nullptr : result_.variance;
    vector_functions().one_pass->stack(pass_);
  } else {
    look_step_by_step();
  }
  second_look_.stack(block_, mask_rows_, marks_.data(), first, pixels, result_, !one_pass);
  copy_out(first, pixels);
}

void TileStacker::look_step_by_step() {
  const std::size_t used = kept_.highest - kept_.lowest + 1;
  std::fill_n(count_.begin(), block_.pixels, static_cast<float>(inputs_.size()));
  if (is_median(options_.operation) || options_.rejection != Rejection::none) sort();
  reject();
  std::fill_n(count_.begin(), block_.pixels, static_cast<float>(own_variance_ ? 1 : used));
  combine();
}

void TileStacker::compare_masks() {
  // Which inputs minmax rejects decides which bits are seen, so there no two masks may differ.
  const bool some_rejected = options_.rejection == Rejection::minmax;
  rows::best().compare_masks(mask_rows_.data(), inputs_.size(),
                             some_rejected ? std::uint16_t{0} : kHarmless, result_.mask,
                             differs_.data(), block_.pixels);
  for (std::size_t p = 0; p < block_.pixels; ++p) marks_[p] = differs_[p];
}

void TileStacker::sort() {
  rows::best().sort(block_, network_.data(), network_.size(), panel_.row(0), sorted_.row(0));
  // Clipping finds values that are not finite by its limits.
  if (!is_clip(options_.rejection) || options_.max_iters <= 0) {
    rows::best().mark_not_finite(block_, marks_.data());
  }
}

void TileStacker::reject() {
  if (is_clip(options_.rejection)) {
    if (options_.max_iters > 0) mark_clipped();
  } else if (options_.rejection == Rejection::minmax) {
    keep_ranks(kept_.lowest, kept_.highest);
  } else if (own_variance_) {
    keep_ranks(inputs_.size() / 2, inputs_.size() / 2);
  }
}

void TileStacker::mark_clipped() {
  const std::size_t n = inputs_.size();
  const float* centre = sorted_row(n / 2);
  if (n % 2 == 0) {
    rows::best().halfway(sorted_row(n / 2 - 1), centre, {}, centre_.data(), block_.pixels);
    centre = centre_.data();
  }
  const rows::Limits limits{options_.lsigma, options_.hsigma, low_.data(), high_.data()};
  if (options_.rejection == Rejection::varclip) {
    rows::best().widen(centre, exact_centre_.data(), block_.pixels);
    rows::best().mark_far(block_, exact_centre_.data(), limits, marks_.data());
  } else {
    rows::best().sigma_limits(block_, count_.data(), centre, limits);
    rows::best().mark_outside(sorted_row(0), sorted_row(n - 1), limits, marks_.data(),
                              block_.pixels);
  }
}

void TileStacker::keep_ranks(std::size_t lowest, std::size_t highest) {
  const std::size_t last = inputs_.size() - 1;
  if (lowest == 0 && highest == last) return;
  // Which one of equal values goes depends on their order: a second look decides.
  if (lowest > 0) {
    rows::best().mark_equal(sorted_row(lowest - 1), sorted_row(lowest), marks_.data(),
                            block_.pixels);
  }
  if (highest < last) {
    rows::best().mark_equal(sorted_row(highest), sorted_row(highest + 1), marks_.data(),
                            block_.pixels);
  }
  rows::best().keep_between(block_, sorted_row(lowest), sorted_row(highest), keep_.row(0));
  block_.keep = keep_.row(0);
}

void TileStacker::combine() {
  const std::size_t used = kept_.highest - kept_.lowest + 1;
  Middles middles;
  if (is_median(options_.operation)) {
    middles.lower = sorted_row(kept_.lowest + (used - 1) / 2);
    middles.upper = sorted_row(kept_.lowest + used / 2);
  }
  combine_block(block_, options_.operation, count_.data(), middles, own_variance_, result_.data,
                result_.variance);
}

void check(std::span<const StackInput> inputs, const StackOptions& options) {
  const std::size_t n = inputs.size();
  if (n == 0) throw DataError("There are no images to be stacked");
  if (options.rejection != Rejection::minmax) return;
  if (static_cast<std::size_t>(options.nlow) + static_cast<std::size_t>(options.nhigh) >= n) {
    throw DataError("Only " + std::to_string(n) + " images but nlow=" +
                    std::to_string(options.nlow) + " and nhigh=" + std::to_string(options.nhigh));
  }
}

}  // namespace

void stack_pixels(std::span<const StackInput> inputs, std::size_t first, std::size_t last,
                  const StackOptions& options, const StackOutput& output) {
  check(inputs, options);
  TileStacker stacker(inputs, options, output);
  for (std::size_t p = first; p < last; p += stacker.capacity()) {
    stacker.stack(p, std::min(stacker.capacity(), last - p));
  }
}

}  // namespace wyvern::kernels

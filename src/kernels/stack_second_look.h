// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/stack_combine.h"

namespace wyvern::kernels {

// Stacks the pixels of a block for which not all inputs count, or for which that is not known
// yet: they are gathered, and every step goes by a table of the inputs that still count. The few
// pixels that defeat this too (nothing usable, everything rejected, values that are not finite)
// go to PixelStacker.
class SecondLook {
 public:
  SecondLook(std::span<const StackInput> inputs, const StackOptions& options, std::size_t capacity);

  // Stacks the marked ones of the first `pixels` pixels of `tile`, whose first pixel has index
  // `first` in the inputs, into `result`. `masks`: rows like those of the tile, or empty. `scaled`:
  // the rows of the tile are, not as they are in float32 inputs.
  void stack(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
             const std::int32_t* marks, std::size_t first, std::size_t pixels,
             const BlockResult& result, bool scaled = true);

 private:
  void gather(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
              std::size_t pixels, bool scaled);
  void take_all(const rows::Block& tile, std::span<const std::uint16_t* const> masks);
  void take_marked(const rows::Block& tile, std::span<const std::uint16_t* const> masks,
                   bool scaled);
  void find_usable();
  bool some_good_everywhere();
  void reject();
  void reject_extremes();
  void clip();
  void cut(bool about_mean);
  bool update_active();
  // Sorts what counts, and picks the middle values of each pixel.
  void find_middles();
  void pick_ranks();
  void scatter(std::size_t first, const BlockResult& result);

  std::span<const StackInput> inputs_;
  StackOptions options_;
  bool with_variance_, own_variance_;
  std::size_t capacity_;
  rows::Network network_;
  PixelStacker one_pixel_;

  std::vector<std::size_t> where_;  // the pixels gathered, as indices in the tile
  RowTable<float> data_, variance_, sorted_, panel_;
  RowTable<std::uint16_t> mask_;
  RowTable<std::int32_t> keep_, keep_next_;
  std::vector<const float*> data_rows_, variance_rows_;  // of the pixels gathered
  std::vector<const std::uint16_t*> mask_rows_;
  std::vector<float> count_, before_, lower_, upper_, centre_, low_, high_, out_data_,
      out_variance_;
  std::vector<double> exact_centre_;
  std::vector<std::uint8_t> best_level_;  // of the inputs' masks
  std::vector<std::uint16_t> bits_;       // of the masks that count, ORed
  std::vector<std::int32_t> low_rank_, high_rank_, active_, odd_ones_;
  rows::Block block_;
};

}  // namespace wyvern::kernels

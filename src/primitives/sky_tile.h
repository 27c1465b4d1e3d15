// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/stack.h"
#include "primitives/sky_subtraction.h"

namespace wyvern {

// Memory for one tile of a stack or of what is left of a frame.
class TileBuffer {
 public:
  // Pixels not initialised.
  TileBuffer(std::size_t pixels, bool with_variance, bool with_mask)
      : data_(pixels), variance_(with_variance ? pixels : 0), mask_(with_mask ? pixels : 0) {}

  kernels::StackOutput stack_output(std::size_t origin) {
    return {data_.first(), variance_.first(), mask_.first(), nullptr, origin};
  }
  SkyPixels pixels() const { return {data_.all(), variance_.all(), mask_.all(), {}}; }
  SubtractedPixels result() { return {data_.all(), variance_.all(), mask_.all()}; }

 private:
  template <class T>
  class Run {
   public:
    explicit Run(std::size_t size)
        : size_(size), pixels_(size == 0 ? nullptr : std::make_unique_for_overwrite<T[]>(size)) {}
    T* first() const { return pixels_.get(); }
    std::span<T> all() const { return {pixels_.get(), size_}; }

   private:
    std::size_t size_;
    std::unique_ptr<T[]> pixels_;
  };

  Run<float> data_, variance_;
  Run<std::uint16_t> mask_;
};

}  // namespace wyvern

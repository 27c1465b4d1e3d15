// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern {

// Planes that are worked out when they are read, in runs of pixels, each from the same operations
// on the same types as its loaded twin. So a stack of many frames needs no memory for the frames.
// The arguments must be deferred, their handles may go.

// All pixels the same: float32.
Plane deferred_constant(float value, std::vector<std::int64_t> shape);
// Integers as float64.
Plane deferred_floating(const Plane& plane);
// plane * factor, the factor rounded to the plane's type (float32 or float64); `magnitude`: the
// absolute value of that.
Plane deferred_product(const Plane& plane, double factor, bool magnitude = false);
// variance + max(data, 0) / divisor, in float32; data are real numbers.
Plane deferred_photon_noise(const Plane& variance, const Plane& data, float divisor);

// Pixels [first, first + count) of a variance, when those of its data, of the type of `data`, have
// been read to `pixels` already: noise of just these data needs no second look into their file.
void read_variance(const Plane& variance, const Plane& data, const std::byte* pixels,
                   std::size_t first, std::size_t count, std::byte* to);

// A mask (uint8 or uint16) in runs of equal pixels, put together from parts that lie side by side;
// the parts may be added in any order and by several threads, each of them by one.
class MaskPacker {
 public:
  MaskPacker(PixelType type, std::vector<std::int64_t> shape, std::size_t parts);
  // Part number `part`, which begins with pixel `first`; `pixels` are of the mask's type.
  void add(std::size_t part, std::size_t first, const std::byte* pixels, std::size_t count);
  // The mask, deferred; loaded when its runs would need hardly less memory.
  Plane mask() const;

 private:
  struct Runs {
    std::vector<std::uint32_t> ends;  // the pixel behind each run
    std::vector<std::uint16_t> values;
  };
  class Source;

  PixelType type_;
  std::vector<std::int64_t> shape_;
  std::vector<Runs> parts_;
};
// A loaded mask packed; the same plane when that would not be worth while.
void pack(Plane& mask);

// The OR of a deferred mask (uint16) and one that is loaded; the latter is shared.
Plane deferred_union(const Plane& mask, const Plane& loaded);

// Handles on data, variance, mask and OBJMASK; what is deferred is read into memory for as long as
// the handles live. No header.
Extension loaded_planes(const Extension& extension);

}  // namespace wyvern

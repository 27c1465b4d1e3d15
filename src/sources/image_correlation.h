// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "wcs/wcs.h"

namespace wyvern::sources {

// Row-major pixels; those with a mask of not 0 and those that are not finite do not count. An empty
// mask: all count.
struct MaskedImage {
  std::span<const float> data;
  std::span<const std::uint16_t> mask;
  std::int64_t ny = 0, nx = 0;
};

struct CorrelationOptions {
  Point expected;            // px: about where the shift is searched
  double search_px = 250.0;  // to either side of it, in x and y
};

struct ImageShift {
  Point shift;                // reference pixel - frame pixel of the same piece of sky
  double significance = 0.0;  // of the peak, in sigma of the correlation at all other shifts
};

// The shift between two sky-subtracted images of the same orientation and shape by their masked,
// normalised cross-correlation (Padfield 2012, IEEE Trans. Image Process. 21, 2706), worked out
// directly: on a coarse grid of clipped, high-passed bins first, then pixel by pixel about its
// peak. Good to some tenths of a pixel. Nothing when no peak stands out clearly, as for empty
// fields. What stays in place on the array (bad pixels, rims) would peak at shift 0, which is
// therefore left out unless it is expected. The same bits for any number of threads.
std::optional<ImageShift> correlate_images(const MaskedImage& frame, const MaskedImage& reference,
                                           const CorrelationOptions& options);

}  // namespace wyvern::sources

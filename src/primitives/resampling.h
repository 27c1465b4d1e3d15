// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "primitives/primitive.h"

namespace wyvern {

// The pixel grid that resampled frames share: pixel (0, 0) of the output lies at `x0`, `y0` of the
// reference's pixels (0-based).
struct CommonGrid {
  std::int64_t x0 = 0, y0 = 0, nx = 0, ny = 0;
};

struct ResampleOptions {
  int order = 1;
  bool conserve = true;         // multiply by the area of an output pixel in input pixels
  double dq_threshold = 0.001;  // weight of flagged pixels that flags an output pixel
};

// Grid that holds all of the frames, each mapped by maps[k] into the reference's pixels.
CommonGrid grid_of_all(const FrameList& frames, const std::vector<Affine>& maps);

// Resamples an extension's planes (data, variance, mask, OBJMASK) onto the grid; `map` takes its
// pixels to the reference's. Elsewhere data and variance are 0 and the mask is 16 (no data). A map
// by whole pixels copies. Returns the factor that data were multiplied by.
// Reference: gempy/library/transform.py; variance is interpolated like data.
double resample_planes(Extension& extension, const Affine& map, const CommonGrid& grid,
                       const ResampleOptions& options, const std::string& name, Journal& log);

// The same through both coordinate systems, pixel by pixel, where an affine map is not enough.
double resample_planes(Extension& extension, const Wcs& reference, const CommonGrid& grid,
                       const ResampleOptions& options, const std::string& name, Journal& log);

// What a thread holds while it resamples a frame of `pixels` to `made` pixels: data and variance of
// the one, all planes of the other.
constexpr std::size_t resampling_planes(std::size_t pixels, std::size_t made) {
  constexpr std::size_t all = 2 * sizeof(float) + sizeof(std::uint16_t);
  return all * made + 2 * sizeof(float) * pixels;
}
// The grid of resampleToCommonFrame as the frames' present coordinates give it; nothing when a
// frame has none, or is so far from the others that it will be set aside.
std::optional<CommonGrid> foreseen_grid(const FrameList& frames);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace wyvern::kernels {

// Shape of an acquisition keyhole: a slit-shaped bar over a half disc (reference:
// geminidr/gnirs/lookups/FOV.py, geminidr/gnirs/primitives_gnirs_image.py).
struct Keyhole {
  double pixel_scale = 0.0;  // arcsec/px
  bool wings = true;         // false: photometric filters, the bar's ends are cut
  bool red_camera = false;
  double x0 = 0.0, y0 = 0.0;  // nominal centroid, px, 0-based
  std::int64_t area = 0;      // nominal number of illuminated pixels

  bool operator==(const Keyhole&) const = default;
};

// 1 where the detector is not illuminated (0 inside the keyhole) for a centroid at (cx, cy),
// 0-based pixels, moved by whole pixels (xshift, yshift). ny * nx values.
std::vector<std::uint8_t> keyhole_mask(const Keyhole& keyhole, double cx, double cy, int xshift,
                                       int yshift, std::int64_t ny, std::int64_t nx);

// Where the keyhole lies in an image: centroid of its largest illuminated region.
struct KeyholePosition {
  double cx = 0.0, cy = 0.0;
  std::int64_t pixels = 0;  // of the region found (0: none)
  bool found = false;       // false: too few pixels, the nominal position is given
};
// Illuminated are the pixels at least 2 from any value below the median + 3 `noise`; `noise` is the
// read noise in the units of data. The region must have more than half of the keyhole's area. NaN
// pixels are left out of the median and do not count as dark.
// T: std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, float or double.
template <class T>
KeyholePosition locate_keyhole(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                               const Keyhole& keyhole, double noise);

}  // namespace wyvern::kernels

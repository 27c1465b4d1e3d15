// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "simulation/presets.h"

namespace wyvern::simulation {

// A frame of numbers, rows of frame_nx one after the other.
using Image = std::vector<float>;
inline constexpr std::size_t frame_size =
    static_cast<std::size_t>(frame_ny) * static_cast<std::size_t>(frame_nx);

// A plane over the array: 1 at its centre, +-gx and +-gy at its edges.
struct Gradient {
  double gx = 0.0, gy = 0.0;
  double at(int x, int y) const {
    return 1.0 + gx * (x - 511.5) / 512.0 + gy * (y - 510.5) / 511.0;
  }
};

// Transmission of the keyhole (0 … 1, edges about 1 px soft) times the vignetting of the camera,
// with the keyhole moved by `shift` px. The keyhole is a bar of 97.8 x 9.6 arcsec, tilted by 1 px
// in 100, on the lower half of a disc of 14.7 arcsec; the photometric filters cut the bar to a
// concentric disc.
Image throughput(const Camera& camera, bool whole_bar, Point shift);

}  // namespace wyvern::simulation

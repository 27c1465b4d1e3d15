// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "base/plane.h"
#include "simulation/optics.h"
#include "simulation/random.h"
#include "simulation/sequence.h"

namespace wyvern::simulation {

// What is wrong with a pixel (bits of Detector::bad).
inline constexpr std::uint8_t bad_hot = 1, bad_dead = 2, bad_cluster = 4, bad_column = 8,
                              bad_noisy = 16;

// The fixed pattern of one Aladdin III array.
struct Detector {
  Image response;      // relative quantum efficiency, mean about 1
  Image dark_rate;     // e-/s
  Image offset;        // ADU per coadd
  Image noise_factor;  // multiplies the read noise
  std::vector<std::uint8_t> bad;
  double well_e = 90000.0;

  // Quadratic: this fraction of the charge is lost at a full well. Pixels clip a little above it,
  // so that saturated ones exceed the nominal level.
  static constexpr double nonlinearity = 0.03, clip = 1.02;
};

Detector make_detector(std::uint64_t seed, double well_e);

// Charge left by cosmic rays and by lens radioactivity: short tracks, smeared a little. Adds e- to
// `image` and returns the number of events.
int add_events(Image& image, double rate_per_s, double seconds, Random& random);

// Exposes and reads out: float32 (frame_ny, frame_nx), ADU summed over the coadds and rounded to
// 1/NDAVGS. `light`: e-/s before the response; `events`: e- over the whole exposure, all in one
// coadd.
Plane expose(const Detector& detector, const Image& light, const Image& events, const Setup& setup,
             Random& random);

}  // namespace wyvern::simulation

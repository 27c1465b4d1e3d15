// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/plane.h"
#include "simulation/detector.h"
#include "simulation/headers.h"
#include "simulation/sky.h"

namespace wyvern::simulation {

using Truth = nlohmann::ordered_json;

struct RawFrame {
  fits::Header primary, image;
  Plane pixels;
  Truth truth;  // what is in it: the entry of truth.json
};

// One simulated night: what all its frames share. Frames may be made in any order and in parallel;
// each depends on the preset, the seed and its own place in the sequence only.
class Night {
 public:
  Night(Preset preset, std::uint64_t seed);

  const std::vector<Shot>& shots() const { return shots_; }
  RawFrame expose(const Shot& shot) const;
  // truth.json: the sources and the night, with the entries of the frames in the order given.
  Truth truth(std::vector<Truth> frames) const;

 private:
  struct Conditions {
    Point mask_shift;  // px, flexure of the keyhole
    double sky_phase = 0.0, seeing_phase = 0.0;
    Gradient sky_slope;
  };

  Image sky_light(const Shot& shot, const HeaderWcs& seen, Random& random, Truth& truth) const;
  Image lamp_light(const Shot& shot, Random& random, Truth& truth) const;
  void add_sources(Image& light, const Wcs& seen, double throughput, const Psf& psf,
                   Truth& truth) const;
  HeaderWcs pointing(const Shot& shot, Point error_arcsec) const;
  double rate(const Source& source) const;  // e-/s above the atmosphere

  Preset preset_;
  std::uint64_t seed_;
  std::vector<Shot> shots_;
  Detector detector_;
  Conditions conditions_;
  std::vector<Source> sources_;
  std::vector<Point> positions_;  // of the sources, RA and Dec in degrees
  double solid_angle_;            // of a pixel, relative to the 0.15 arcsec/px cameras
};

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "simulation/presets.h"

namespace wyvern::simulation {

enum class Kind { science, lamp_on, lamp_off, dark };
std::string_view name_of(Kind kind);

// One exposure of the night.
struct Shot {
  Kind kind;
  int number;  // in the file name
  int index;   // within its kind
  DateTime start;
  Setup setup;
  double p = 0.0,
         q = 0.0;  // telescope offset, arcsec: q along the position angle, p 90 degrees east

  std::string name() const;   // "N20120117S0014"
  double duration_s() const;  // from UTSTART to UTEND
  double exposure_s() const { return setup.exposure_s * setup.coadds; }
};

DateTime later(const DateTime& when, double seconds);

// Dithered science, lamps on, lamps off; darks at their own date.
std::vector<Shot> observing_sequence(const Preset& preset);

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "simulation/optics.h"
#include "simulation/presets.h"
#include "simulation/random.h"

namespace wyvern::simulation {

// The sources of a field; those of the crowded one are drawn from `random`.
std::vector<Source> sources_of(FieldOfSources field, Random& random);

// Elliptical Moffat profile of unit flux, exponent 3.5 (Moffat 1969).
class Psf {
 public:
  Psf(double fwhm_px, double axis_ratio, double theta_deg);

  double fwhm() const { return fwhm_; }
  double axis_ratio() const { return axis_ratio_; }
  double theta_deg() const { return theta_deg_; }
  double density(double dx, double dy) const;  // per px^2

 private:
  double fwhm_, axis_ratio_, theta_deg_;
  double xx_, xy_, yy_, norm_;  // r^2 / alpha^2 = xx dx^2 + 2 xy dx dy + yy dy^2
};

// Adds a source of `flux` at (x, y) px, integrated over each pixel. Pixels beyond 8 FWHM (and 6
// half-light radii of a galaxy) get nothing.
void render(Image& image, const Source& source, Point at, double flux, const Psf& psf,
            double scale_arcsec);

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "simulation/presets.h"
#include "simulation/sequence.h"
#include "wcs/wcs.h"

namespace wyvern::simulation {

// What a header says of its WCS: angles in degrees, CRPIX 1-based.
struct HeaderWcs {
  Point crval, crpix;
  Matrix cd;

  Wcs wcs() const;
};

// The WCS with the camera turned to a position angle and `sky_deg` (RA, Dec) on its origin.
HeaderWcs pointed_at(const Camera& camera, double position_angle_deg, Point sky_deg);

// (east, north) arcsec of the telescope offset (p, q).
Point sky_offset(double position_angle_deg, double p, double q);
// RA, Dec moved by (east, north) arcsec.
Point moved_on_sky(Point sky_deg, Point arcsec);

// Where the telescope looks at one instant, as seen from Maunakea.
struct Horizon {
  double sidereal_h = 0.0, hour_angle_h = 0.0, elevation_deg = 90.0, azimuth_deg = 0.0;

  // Hardie's formula to first order; the telescope does not go below 17.5 degrees.
  double airmass() const;
};

Horizon horizon(const DateTime& when, Point sky_deg);
double modified_julian_date(const DateTime& when);

}  // namespace wyvern::simulation

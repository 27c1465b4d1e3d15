// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/plane.h"
#include "sources/background.h"
#include "sources/extraction.h"
#include "wcs/wcs.h"

namespace wyvern::sources {

// Source Extractor's numbers (FLAGS).
namespace flag {
inline constexpr int neighbours = 1, deblended = 2, saturated = 4, truncated = 8,
                     aperture_truncated = 16;
}  // namespace flag

// Semi-axes and position angle (degrees, -90 to 90, from x towards y) of a matrix of moments.
struct Ellipse {
  float a = 0.0F, b = 0.0F, theta_deg = 0.0F;
};
struct Moments {
  double x2 = 0.0, y2 = 0.0, xy = 0.0;
  Ellipse ellipse() const;
};

// What is known of a source from pixels. Units: counts of the image and pixels; positions 1-based.
struct Measurement {
  double x = 0.0, y = 0.0;
  Moments shape, position_error, sky_shape, sky_position_error;  // sky: degrees squared
  Ellipse image, error, sky, sky_error;
  double ra = 0.0, dec = 0.0;  // degrees
  float ellipticity = 0.0F;
  float fwhm = 0.0F, fwhm_deg = 0.0F, half_light_radius = 0.0F;
  float flux = 0.0F, flux_error = 0.0F, magnitude = 99.0F, magnitude_error = 99.0F;
  float peak = 0.0F, background = 0.0F, class_star = 0.0F;
  std::int32_t isophotal_area = 0, mask_bits = 0, masked_pixels = 0;
  int flags = 0;
  std::array<double, 8> areas{};  // pixels above the analysis level * (peak/level)^(i/8)
};

// Settings of the measurements.
struct MeasurementOptions {
  double saturation = 5000000.0, gain = 1.0, minimum_radius = 3.5;
};

// Everything that looks at the object's own pixels alone. `mask`: uint16 or empty().
Measurement measure_footprint(const FlatSky& sky, const Background& background,
                              const Footprint& object, const Plane& mask,
                              const MeasurementOptions& options);

// In an image of owners: a pixel above the detection level that counts as sky all the same.
inline constexpr std::int32_t released_pixel = -1;

// Adds the photometry in the adaptive ellipse and the half-light radius. `owner` holds for every
// pixel 0, the number of the object that it belongs to, or released_pixel; `number` is this
// object's.
void measure_apertures(const FlatSky& sky, std::span<const std::int32_t> owner, std::int32_t number,
                       const Footprint& object, const MeasurementOptions& options, Measurement& to);

// Adds position, moments and sizes on the sky. Without a WCS the scale alone serves (sizes, no
// position), and without both the sky columns stay 0.
void measure_on_sky(const std::optional<Wcs>& wcs, const std::optional<double>& pixel_scale_arcsec,
                    Measurement& to);

}  // namespace wyvern::sources

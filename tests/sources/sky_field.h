// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "base/plane.h"
#include "fits/header.h"
#include "wcs/wcs.h"

namespace wyvern::sources {

constexpr double pixel_scale_arcsec = 0.1517;

struct Star {
  double x = 0.0, y = 0.0, flux = 0.0;  // 0-based px, counts
  double fwhm = 5.8;                    // px
};

// A sky of 200 counts with noise and stars of Moffat profile, beta = 3.
inline Plane sky_field(std::int64_t ny, std::int64_t nx, const std::vector<Star>& stars,
                       double noise = 20.0, unsigned seed = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> scatter(200.0, noise);
  std::vector<double> light(static_cast<std::size_t>(ny * nx));
  for (double& v : light) v = scatter(engine);
  for (const Star& star : stars) {
    const double width = star.fwhm / (2.0 * std::sqrt(std::cbrt(2.0) - 1.0));
    for (std::int64_t y = 0; y < ny; ++y) {
      for (std::int64_t x = 0; x < nx; ++x) {
        const double dx = static_cast<double>(x) - star.x, dy = static_cast<double>(y) - star.y;
        const double fall = 1.0 + (dx * dx + dy * dy) / (width * width);
        light[static_cast<std::size_t>(y * nx + x)] +=
            2.0 * star.flux / (M_PI * width * width * fall * fall * fall);
      }
    }
  }
  Plane image(PixelType::f32, {ny, nx});
  const auto pixels = image.pixels<float>();
  for (std::size_t i = 0; i < light.size(); ++i) pixels[i] = static_cast<float>(light[i]);
  return image;
}

// Stars at random places, many of them blended.
inline std::vector<Star> random_stars(std::int64_t ny, std::int64_t nx, int count, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<double> x(-2.0, static_cast<double>(nx) + 2.0);
  std::uniform_real_distribution<double> y(-2.0, static_cast<double>(ny) + 2.0);
  std::uniform_real_distribution<double> brightness(3.6, 6.0);
  std::vector<Star> stars;
  for (int i = 0; i < count; ++i) {
    const double at_x = x(engine), at_y = y(engine);
    stars.push_back({at_x, at_y, std::pow(10.0, brightness(engine))});
  }
  return stars;
}

inline Wcs field_wcs() {
  fits::Header header;
  header.set("CTYPE1", "RA---TAN");
  header.set("CTYPE2", "DEC--TAN");
  header.set("CRPIX1", 100.0);
  header.set("CRPIX2", 100.0);
  header.set("CRVAL1", 16.25);
  header.set("CRVAL2", 33.93);
  header.set("CD1_1", -pixel_scale_arcsec / 3600.0);
  header.set("CD1_2", 0.0);
  header.set("CD2_1", 0.0);
  header.set("CD2_2", pixel_scale_arcsec / 3600.0);
  header.set("RADESYS", "FK5");
  return Wcs::from_header(header, 2).value();
}

}  // namespace wyvern::sources

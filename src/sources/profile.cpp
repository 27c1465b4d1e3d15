// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <numbers>

#include "sources/catalogue.h"

namespace wyvern::sources {

namespace {

struct StampPixel {
  double r2 = 0.0;
  float value = 0.0F;  // above the background
};

// A source on the image, its centre in pixels whose corners have integer coordinates, as the
// reference has it.
struct Stamp {
  const Plane& data;
  std::int64_t half;  // px
  double xc, yc;
  float background;

  std::int64_t ix() const { return static_cast<std::int64_t>(xc); }
  std::int64_t iy() const { return static_cast<std::int64_t>(yc); }
  bool inside() const {
    return iy() - half >= 0 && ix() - half >= 0 && iy() + half < data.ny() &&
           ix() + half < data.nx();
  }
  float pixel(std::int64_t x, std::int64_t y) const {
    return data.pixels<float>()[static_cast<std::size_t>(y * data.nx() + x)];
  }
  float peak() const {
    float most = pixel(ix() - 2, iy() - 2);
    for (std::int64_t y = iy() - 2; y <= iy() + 2; ++y) {
      for (std::int64_t x = ix() - 2; x <= ix() + 2; ++x) most = std::max(most, pixel(x, y));
    }
    return most - background;
  }
  // In order of distance from the centre.
  std::vector<StampPixel> pixels() const {
    std::vector<StampPixel> all;
    for (std::int64_t y = iy() - half; y < iy() + half; ++y) {
      for (std::int64_t x = ix() - half; x < ix() + half; ++x) {
        const double dx = static_cast<double>(x) + 0.5 - xc;
        const double dy = static_cast<double>(y) + 0.5 - yc;
        all.push_back({dy * dy + dx * dx, pixel(x, y) - background});
      }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const StampPixel& p, const StampPixel& q) { return p.r2 < q.r2; });
    return all;
  }
};

// Diameter of the disc with as many pixels as lie above half the maximum, stray ones left out; -999
// when it does not fit the stamp.
float width_at_half_maximum(const std::vector<StampPixel>& pixels, float peak, std::int64_t half) {
  const float level = peak / 2.0F;
  const auto above = std::count_if(pixels.begin(), pixels.end(),
                                   [&](const StampPixel& p) { return p.value > level; });
  const double reach2 = 1.5 * static_cast<double>(above) / std::numbers::pi;
  const auto near = std::count_if(pixels.begin(), pixels.end(), [&](const StampPixel& p) {
    return p.value > level && p.r2 < reach2;
  });
  const double radius = std::sqrt(static_cast<double>(near) / std::numbers::pi);
  return radius < static_cast<double>(half) ? static_cast<float>(2.0 * radius) : -999.0F;
}

// Diameter of the disc that holds half the flux; -999 when the stamp does not.
float half_flux_diameter(const std::vector<StampPixel>& pixels, float flux) {
  float sum = 0.0F;
  for (const StampPixel& p : pixels) {
    sum += p.value;
    if (sum >= 0.5F * flux) return static_cast<float>(2.0 * std::sqrt(p.r2));
  }
  return -999.0F;
}

std::int64_t stamp_half_size(const std::optional<double>& pixel_scale_arcsec,
                             const std::optional<double>& seeing_arcsec) {
  constexpr std::int64_t least = 10;
  if (!pixel_scale_arcsec || !(*pixel_scale_arcsec > 0.0)) return least;
  const double arcsec = seeing_arcsec ? 1.2 * *seeing_arcsec : 0.5;
  return std::max(least, static_cast<std::int64_t>(arcsec / *pixel_scale_arcsec));
}

}  // namespace

void add_profiles(const Plane& data, const std::optional<double>& pixel_scale_arcsec,
                  const std::optional<double>& seeing_arcsec, fits::Table& catalogue) {
  const std::int64_t half = stamp_half_size(pixel_scale_arcsec, seeing_arcsec);
  const auto& x = catalogue.cells<float>("X_IMAGE");
  const auto& y = catalogue.cells<float>("Y_IMAGE");
  const auto& background = catalogue.cells<float>("BACKGROUND");
  const auto& flux = catalogue.cells<float>("FLUX_AUTO");
  auto& peak = catalogue.cells<float>("FLUX_MAX");
  auto& fwhm = catalogue.cells<float>("PROFILE_FWHM");
  auto& ee50 = catalogue.cells<float>("PROFILE_EE50");
  for (std::size_t i = 0; i < x.size(); ++i) {
    fwhm[i] = ee50[i] = -999.0F;
    const Stamp stamp{data, half, x[i] - 0.5, y[i] - 0.5, background[i]};
    if (!stamp.inside()) continue;
    if (const float found = stamp.peak(); !(found < 0.0F)) peak[i] = found;
    const auto pixels = stamp.pixels();
    fwhm[i] = width_at_half_maximum(pixels, peak[i], half);
    ee50[i] = half_flux_diameter(pixels, flux[i]);
  }
}

}  // namespace wyvern::sources

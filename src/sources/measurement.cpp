// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/measurement.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wyvern::sources {

namespace {

constexpr double degrees = 180.0 / std::numbers::pi;

// Scatter of the barycentre: the noise of each pixel (sky and photons of the smoothed image) by its
// distance squared.
Moments position_error(const FlatSky& sky, const Footprint& object, double gain) {
  const auto filtered = sky.filtered.pixels<float>();
  const std::int64_t nx = sky.filtered.nx();
  const double sky_variance = static_cast<double>(sky.rms) * sky.rms;
  double x2 = 0.0, y2 = 0.0, xy = 0.0, total = 0.0;
  for (const auto at : object.pixels) {
    const double dx = static_cast<double>(at % nx) - object.x;
    const double dy = static_cast<double>(at / nx) - object.y;
    const double photons = gain > 0.0 ? std::max(filtered[at], 0.0F) / gain : 0.0;
    const double variance = sky_variance + photons;
    total += variance;
    x2 += variance * dx * dx;
    y2 += variance * dy * dy;
    xy += variance * dx * dy;
  }
  const double norm = static_cast<double>(object.filtered_flux) * object.filtered_flux;
  // Pixels in one line: a pixel's own width, as in the object's moments.
  const bool line = object.singular && x2 * y2 - xy * xy < 0.00694 * total * total;
  const double width = line ? 0.08333 * total : 0.0;
  return {(x2 + width) / norm, (y2 + width) / norm, xy / norm};
}

// Width of the Gaussian that fits the logarithm of the profile between a fifth of the peak and the
// peak, corrected for the size of a pixel.
float isophotal_fwhm(const FlatSky& sky, const Footprint& object, float peak, double ceiling) {
  const auto value = sky.value.pixels<float>();
  const std::int64_t nx = sky.value.nx();
  const float floor = std::max(peak / 5.0F, sky.analysis);
  double s = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (const auto at : object.pixels) {
    const double v = value[at];
    if (v <= floor || v >= ceiling) continue;
    const double dx = static_cast<double>(at % nx) - object.x;
    const double dy = static_cast<double>(at / nx) - object.y;
    const double r2 = dx * dx + dy * dy, weight = v * v, log_v = std::log(v);
    s += weight;
    sx += weight * r2;
    sy += weight * log_v;
    sxx += weight * r2 * r2;
    sxy += weight * r2 * log_v;
  }
  const double determinant = s * sxx - sx * sx;
  const double least = 1.0 / (13.0 * object.a * object.b);
  const double slope = determinant > 0.0 ? -(s * sxy - sx * sy) / determinant : 0.0;
  const double width = 1.6651 / std::sqrt(std::max(slope, least));
  return static_cast<float>(width - 1.0 / (4.0 * width));
}

void isophotes(const FlatSky& sky, const Footprint& object, Measurement& to) {
  const auto value = sky.value.pixels<float>();
  const double contrast = static_cast<double>(to.peak) / sky.analysis;
  std::array<double, 8> level{};
  for (std::size_t i = 0; i < level.size(); ++i) {
    level[i] = contrast > 0.0 ? sky.analysis * std::pow(contrast, static_cast<double>(i) / 8.0)
                              : sky.analysis;
  }
  for (const auto at : object.pixels) {
    to.isophotal_area += value[at] > sky.analysis;
    for (std::size_t i = 0; i < level.size(); ++i) to.areas[i] += value[at] > level[i];
  }
}

void count_masked(const Plane& mask, const Footprint& object, Measurement& to) {
  if (mask.empty()) return;
  const auto bits = mask.pixels<std::uint16_t>();
  const auto count = [&](std::int32_t at) {
    to.mask_bits |= bits[at];
    to.masked_pixels += bits[at] != 0;
  };
  std::for_each(object.pixels.begin(), object.pixels.end(), count);
  std::for_each(object.absorbed.begin(), object.absorbed.end(), count);
}

int footprint_flags(const Footprint& object, const Measurement& from, double saturation) {
  int flags = 0;
  if (object.deblended) flags |= flag::deblended;
  if (from.peak + from.background >= saturation) flags |= flag::saturated;
  if (object.truncated) flags |= flag::truncated;
  return flags;
}

// Change of position on the sky (degrees, both axes along great circles) per pixel.
std::array<double, 4> jacobian(const Wcs& wcs, Point pixel, Point sky) {
  const auto difference = [&](Point moved) {
    const Point there = wcs.to_sky(moved);
    double along = there.x - sky.x;
    if (along > 180.0) along -= 360.0;
    if (along < -180.0) along += 360.0;
    return Point{along * std::cos(sky.y / degrees), there.y - sky.y};
  };
  const Point right = difference({pixel.x + 1.0, pixel.y});
  const Point up = difference({pixel.x, pixel.y + 1.0});
  return {right.x, up.x, right.y, up.y};
}

// Source Extractor adds the cross term once where the transformation of a matrix has it twice; its
// catalogues, and so the reference's, have it that way.
Moments transformed(const Moments& m, const std::array<double, 4>& j) {
  return {j[0] * j[0] * m.x2 + j[1] * j[1] * m.y2 + j[0] * j[1] * m.xy,
          j[2] * j[2] * m.x2 + j[3] * j[3] * m.y2 + j[2] * j[3] * m.xy,
          j[0] * j[2] * m.x2 + j[1] * j[3] * m.y2 + (j[0] * j[3] + j[1] * j[2]) * m.xy};
}

}  // namespace

Ellipse Moments::ellipse() const {
  const double mean = 0.5 * (x2 + y2), half = 0.5 * (x2 - y2);
  const double spread = std::sqrt(half * half + xy * xy);
  const double theta = x2 == y2 ? 45.0 : 0.5 * std::atan2(2.0 * xy, x2 - y2) * degrees;
  return {static_cast<float>(std::sqrt(mean + spread)),
          static_cast<float>(std::sqrt(std::max(mean - spread, 0.0))), static_cast<float>(theta)};
}

Measurement measure_footprint(const FlatSky& sky, const Background& background,
                              const Footprint& object, const Plane& mask,
                              const MeasurementOptions& options) {
  const auto value = sky.value.pixels<float>();
  Measurement to;
  to.x = object.x + 1.0;
  to.y = object.y + 1.0;
  to.shape = {object.x2, object.y2, object.xy};
  to.image = {object.a, object.b, static_cast<float>(object.theta * degrees)};
  to.ellipticity = 1.0F - object.b / object.a;
  to.position_error = position_error(sky, object, options.gain);
  to.error = to.position_error.ellipse();
  to.background = background.at(static_cast<int>(object.x + 0.5), static_cast<int>(object.y + 0.5));
  to.peak = value[object.pixels.front()];
  for (const auto at : object.pixels) to.peak = std::max(to.peak, value[at]);
  isophotes(sky, object, to);
  to.fwhm = isophotal_fwhm(sky, object, to.peak, options.saturation - to.background);
  for (const auto at : object.absorbed) to.peak = std::max(to.peak, value[at]);
  count_masked(mask, object, to);
  to.flags = footprint_flags(object, to, options.saturation);
  return to;
}

void measure_on_sky(const std::optional<Wcs>& wcs, const std::optional<double>& pixel_scale_arcsec,
                    Measurement& to) {
  if (!wcs && !pixel_scale_arcsec) return;
  std::array<double, 4> j{};
  if (wcs) {
    const Point pixel{to.x - 1.0, to.y - 1.0};
    const Point position = wcs->to_sky(pixel);
    to.ra = position.x;
    to.dec = position.y;
    j = jacobian(*wcs, pixel, position);
  } else {
    j[0] = j[3] = *pixel_scale_arcsec / 3600.0;
  }
  to.sky_shape = transformed(to.shape, j);
  to.sky_position_error = transformed(to.position_error, j);
  to.sky = to.sky_shape.ellipse();
  to.sky_error = to.sky_position_error.ellipse();
  to.fwhm_deg = static_cast<float>(to.fwhm * std::sqrt(std::abs(j[0] * j[3] - j[1] * j[2])));
}

}  // namespace wyvern::sources

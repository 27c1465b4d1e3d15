// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/sky.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "simulation/fourier.h"

namespace wyvern::simulation {
namespace {

constexpr double degree = std::numbers::pi / 180.0;

std::vector<Source> burst_field() {
  return {{"afterglow", 0.0, 0.0, 19.6}, {"star1", -210.3, 8.2, 15.9},
          {"star2", 138.4, 11.6, 16.4},  {"star3", -118.7, -6.1, 16.9},
          {"star4", 61.2, -37.5, 17.6},  {"star5", 226.9, 3.4, 18.2},
          {"star6", -52.1, -58.8, 18.9}, {"galaxy1", -38.5, 12.9, 17.4, 0.9, 1.0, 0.55, 35.0}};
}

// 160 stars with dN/dm ~ 10^(0.3 m) between 15.5 and 21, brightest first, and two bright ones.
std::vector<Source> crowded_field(Random& random) {
  constexpr int count = 160;
  const double low = std::pow(10.0, 0.3 * 15.5), high = std::pow(10.0, 0.3 * 21.0);
  std::vector<double> magnitudes;
  for (int i = 0; i < count; ++i) {
    magnitudes.push_back(std::log10(random.uniform(low, high)) / 0.3);
  }
  std::sort(magnitudes.begin(), magnitudes.end());
  std::vector<Source> sources{{"bright1", -160.2, 5.5, 15.6}, {"bright2", 30.9, -40.7, 16.1}};
  for (int i = 0; i < count; ++i) {
    const double x = random.uniform(-380.0, 380.0), y = random.uniform(-130.0, 70.0);
    sources.push_back({fmt::format("star{}", i + 1), x, y, magnitudes[i]});
  }
  return sources;
}

// Sum of `value` over n x n points of the pixel (0, 0), as its mean.
template <class F>
double over_pixel(int n, F&& value) {
  double sum = 0.0;
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) sum += value((j + 0.5) / n - 0.5, (i + 0.5) / n - 0.5);
  }
  return sum / (n * n);
}

// Adds stamp(x, y) for the pixels of the frame in the box around a centre.
template <class F>
void add_box(Image& image, int cx, int cy, int half, F&& stamp) {
  const int y0 = std::max(cy - half, 0), y1 = std::min(cy + half, frame_ny - 1);
  const int x0 = std::max(cx - half, 0), x1 = std::min(cx + half, frame_nx - 1);
  for (int y = y0; y <= y1; ++y) {
    float* row = image.data() + static_cast<std::size_t>(y) * frame_nx;
    for (int x = x0; x <= x1; ++x) row[x] += static_cast<float>(stamp(x, y));
  }
}

void render_star(Image& image, Point at, double flux, const Psf& psf) {
  const int half = static_cast<int>(std::ceil(8.0 * psf.fwhm()));
  // Where the profile bends within a pixel it is summed on a grid; its wings are smooth.
  const double core2 = 4.0 * psf.fwhm() * psf.fwhm();
  const int fine = psf.fwhm() < 6.0 ? 5 : 3;
  const int cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
  add_box(image, cx, cy, half, [&](int x, int y) {
    const double dx = x - at.x, dy = y - at.y;
    if (dx * dx + dy * dy > core2) return flux * psf.density(dx, dy);
    return flux * over_pixel(fine, [&](double u, double v) { return psf.density(dx + u, dy + v); });
  });
}

// Surface brightness of a Sersic galaxy, not normalised; the exponent's constant to first order
// (Ciotti & Bertin 1999).
double sersic(const Source& source, double radius_px, double dx, double dy) {
  const double c = std::cos(source.theta_deg * degree), s = std::sin(source.theta_deg * degree);
  const double u = c * dx + s * dy, v = c * dy - s * dx;
  const double r = std::sqrt(u * u * source.axis_ratio + v * v / source.axis_ratio) / radius_px;
  const double b = 2.0 * source.sersic - 1.0 / 3.0;
  return std::exp(-b * std::pow(r, 1.0 / source.sersic));
}

void render_galaxy(Image& image, const Source& source, Point at, double flux, const Psf& psf,
                   double radius_px) {
  const int half = static_cast<int>(std::ceil(8.0 * psf.fwhm() + 6.0 * radius_px));
  const int wings = static_cast<int>(std::ceil(6.0 * radius_px));
  const std::size_t n = std::bit_ceil(static_cast<std::size_t>(2 * half + 1));
  const int cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
  const auto wrapped = [n](int v) {
    return static_cast<std::size_t>(v < 0 ? v + static_cast<int>(n) : v);
  };
  std::vector<double> galaxy(n * n, 0.0), spread(n * n, 0.0);
  double light = 0.0, total = 0.0;
  for (int y = -half; y <= half; ++y) {
    for (int x = -half; x <= half; ++x) {
      const std::size_t cell = wrapped(y) * n + wrapped(x);
      spread[cell] = psf.density(x, y);
      total += spread[cell];
      if (std::abs(x) > wings || std::abs(y) > wings) continue;
      const double dx = x - (at.x - cx), dy = y - (at.y - cy);
      const int fine = std::hypot(dx, dy) < 2.0 * radius_px ? 5 : 1;
      galaxy[cell] = over_pixel(
          fine, [&](double u, double v) { return sersic(source, radius_px, dx + u, dy + v); });
      light += galaxy[cell];
    }
  }
  convolve(galaxy, spread, n);
  const double norm = flux / (light * total);
  add_box(image, cx, cy, half, [&](int x, int y) {
    return std::max(0.0, norm * galaxy[wrapped(y - cy) * n + wrapped(x - cx)]);
  });
}

}  // namespace

std::vector<Source> sources_of(FieldOfSources field, Random& random) {
  switch (field) {
    case FieldOfSources::long_camera:
      return {{"target", 0.0, 0.0, 16.8},     {"star1", -301.4, 22.7, 14.2},
              {"star2", 212.6, -61.3, 14.9},  {"star3", 81.5, -182.8, 15.6},
              {"star4", -140.2, -95.9, 16.3}, {"galaxy1", 305.0, 41.0, 15.8, 0.7, 1.0, 0.6, 65.0}};
    case FieldOfSources::standard:
      return {{"standard", 0.0, 0.0, 14.0},
              {"star1", -41.7, -33.6, 15.1},
              {"star2", 55.3, -20.2, 15.8}};
    case FieldOfSources::crowded:
      return crowded_field(random);
    case FieldOfSources::faint:
      return {{"afterglow", 0.0, 0.0, 22.0},
              {"star1", -170.4, 6.3, 21.3},
              {"star2", 110.8, -4.1, 21.6},
              {"star3", 40.6, -51.9, 22.2},
              {"galaxy1", -60.0, -20.0, 21.4, 0.5, 1.0, 0.7}};
    case FieldOfSources::saturated: {
      std::vector<Source> sources = burst_field();
      sources.push_back({"saturated", -20.0, -25.0, 11.5});
      return sources;
    }
    case FieldOfSources::burst:
      break;
  }
  return burst_field();
}

Psf::Psf(double fwhm_px, double axis_ratio, double theta_deg)
    : fwhm_(fwhm_px), axis_ratio_(axis_ratio), theta_deg_(theta_deg) {
  constexpr double beta = 3.5;
  const double alpha = fwhm_px / (2.0 * std::sqrt(std::pow(2.0, 1.0 / beta) - 1.0));
  const double c = std::cos(theta_deg * degree), s = std::sin(theta_deg * degree);
  const double major = axis_ratio / (alpha * alpha), minor = 1.0 / (axis_ratio * alpha * alpha);
  xx_ = c * c * major + s * s * minor;
  yy_ = s * s * major + c * c * minor;
  xy_ = c * s * (major - minor);
  norm_ = (beta - 1.0) / (std::numbers::pi * alpha * alpha);
}

double Psf::density(double dx, double dy) const {
  const double q = 1.0 + xx_ * dx * dx + 2.0 * xy_ * dx * dy + yy_ * dy * dy;
  return norm_ / (q * q * q * std::sqrt(q));  // q^-3.5 without a call of pow
}

void render(Image& image, const Source& source, Point at, double flux, const Psf& psf,
            double scale_arcsec) {
  if (source.radius_arcsec > 0.0) {
    render_galaxy(image, source, at, flux, psf, source.radius_arcsec / scale_arcsec);
  } else {
    render_star(image, at, flux, psf);
  }
}

}  // namespace wyvern::simulation

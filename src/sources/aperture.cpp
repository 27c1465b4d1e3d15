// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sources/measurement.h"

namespace wyvern::sources {

namespace {

constexpr int rings = 64;

// An object on the image with its neighbours' pixels recognised.
class Surroundings {
 public:
  Surroundings(const FlatSky& sky, std::span<const std::int32_t> owner, std::int32_t number,
               const Footprint& object)
      : value_(sky.value.pixels<float>()),
        filtered_(sky.filtered.pixels<float>()),
        owner_(owner),
        threshold_(sky.threshold),
        number_(number),
        nx_(static_cast<int>(sky.value.nx())),
        ny_(static_cast<int>(sky.value.ny())),
        cx_(object.x),
        cy_(object.y) {}

  int nx() const { return nx_; }
  int ny() const { return ny_; }
  float value(int x, int y) const { return value_[index(x, y)]; }
  // Any pixel above the detection level that is not the object's, also in groups too small to be
  // objects.
  bool foreign(int x, int y) const {
    const auto at = index(x, y);
    return filtered_[at] > threshold_ && owner_[at] != number_ && owner_[at] != released_pixel;
  }
  // A foreign pixel's stand-in is the one opposite the object's centre.
  float corrected(int x, int y) const {
    if (!foreign(x, y)) return value(x, y);
    const int mx = static_cast<int>(2.0 * cx_ + 0.49999 - x);
    const int my = static_cast<int>(2.0 * cy_ + 0.49999 - y);
    if (mx < 0 || my < 0 || mx >= nx_ || my >= ny_ || foreign(mx, my)) return 0.0F;
    return value(mx, my);
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(nx_) +
           static_cast<std::size_t>(x);
  }

  std::span<const float> value_, filtered_;
  std::span<const std::int32_t> owner_;
  float threshold_;
  std::int32_t number_;
  int nx_, ny_;
  double cx_, cy_;
};

// Pixels of an ellipse r2 <= k^2 in units of the object's own ellipse, in single precision, for the
// decision at its rim is a bit of the catalogue.
struct EllipseWindow {
  const Footprint& object;
  float limit;
  int x1, x2, y1, y2;  // inclusive, on the image
  bool clipped = false;

  EllipseWindow(const Footprint& of, double k, int nx, int ny)
      : object(of), limit(static_cast<float>(k * k)) {
    const double wx = k / std::sqrt(of.cxx - of.cxy * of.cxy / (4.0 * of.cyy));
    const double wy = k / std::sqrt(of.cyy - of.cxy * of.cxy / (4.0 * of.cxx));
    x1 = static_cast<int>(std::rint(of.x - wx));
    x2 = static_cast<int>(std::rint(of.x + wx));
    y1 = static_cast<int>(std::rint(of.y - wy));
    y2 = static_cast<int>(std::rint(of.y + wy));
    clipped = x1 < 0 || y1 < 0 || x2 >= nx || y2 >= ny;
    x1 = std::max(x1, 0);
    y1 = std::max(y1, 0);
    x2 = std::min(x2, nx - 1);
    y2 = std::min(y2, ny - 1);
  }

  float r2(int x, int y) const {
    const auto dx = static_cast<float>(x - object.x), dy = static_cast<float>(y - object.y);
    return object.cxx * dx * dx + object.cyy * dy * dy + object.cxy * dx * dy;
  }
  template <class F>
  void each(F&& f) const {
    for (int y = y1; y <= y2; ++y) {
      for (int x = x1; x <= x2; ++x) {
        const float here = r2(x, y);
        if (here <= limit) f(x, y, here);
      }
    }
  }
};

struct Crowding {
  std::int64_t pixels = 0, foreign = 0;
  // In single precision: exactly a tenth counts.
  bool crowded() const {
    return static_cast<double>(static_cast<float>(foreign) / static_cast<float>(pixels)) > 0.1;
  }
};

// First moment of the light in an ellipse of 6 sigma (Kron 1980), times 2.5.
double adaptive_radius(const Surroundings& around, const EllipseWindow& window, double least,
                       Crowding& crowding) {
  double r1 = 0.0, v1 = 0.0;
  window.each([&](int x, int y, float r2) {
    ++crowding.pixels;
    if (around.foreign(x, y)) {
      ++crowding.foreign;
      return;
    }
    r1 += static_cast<double>(std::sqrt(r2)) * around.value(x, y);
    v1 += around.value(x, y);
  });
  if (r1 <= 0.0 || v1 <= 0.0) return least;
  return std::max(2.5 * r1 / v1, least);
}

void add_flux(const Surroundings& around, const EllipseWindow& window, const FlatSky& sky,
              double gain, Crowding& crowding, Measurement& to) {
  double flux = 0.0;
  window.each([&](int x, int y, float) {
    ++crowding.pixels;
    crowding.foreign += around.foreign(x, y);
    flux += around.corrected(x, y);
  });
  double variance = static_cast<double>(crowding.pixels) * sky.rms * sky.rms;
  if (gain > 0.0) variance += std::max(flux, 0.0) / gain;
  to.flux = static_cast<float>(flux);
  to.flux_error = static_cast<float>(std::sqrt(variance));
  if (flux <= 0.0) return;
  to.magnitude = static_cast<float>(-2.5 * std::log10(flux));
  to.magnitude_error = static_cast<float>(1.086 * std::sqrt(variance) / flux);
}

// Light within `rings` equal steps of radius up to `reach`. A pixel near a step is shared out over
// 5x5 points.
std::array<double, rings> growth_curve(const Surroundings& around, const Footprint& object,
                                       double reach, bool& clipped) {
  std::array<double, rings> growth{};
  const double step = reach / rings;
  const int x1 = static_cast<int>(std::floor(object.x - reach));
  const int x2 = static_cast<int>(std::ceil(object.x + reach));
  const int y1 = static_cast<int>(std::floor(object.y - reach));
  const int y2 = static_cast<int>(std::ceil(object.y + reach));
  // A pixel's light may be shared out from 1.5 px beyond the last ring.
  clipped = object.x - reach <= 0.0 || object.y - reach <= 0.0 ||
            object.x + reach >= around.nx() - 2 || object.y + reach >= around.ny() - 2;
  const auto put = [&](double r, double light) {
    const auto ring = static_cast<std::int64_t>(r / step);
    if (ring < rings) growth[static_cast<std::size_t>(ring)] += light;
  };
  for (int y = std::max(y1, 0); y <= std::min(y2, around.ny() - 1); ++y) {
    for (int x = std::max(x1, 0); x <= std::min(x2, around.nx() - 1); ++x) {
      const double dx = x - object.x, dy = y - object.y;
      const double r = std::sqrt(dx * dx + dy * dy);
      if (r > reach + 1.5) continue;
      const double light = around.corrected(x, y);
      const double beyond = r - std::floor(r / step) * step;
      if (beyond > 0.75 && step - beyond > 0.75) {
        put(r, light);
        continue;
      }
      for (int i = -2; i <= 2; ++i) {
        for (int j = -2; j <= 2; ++j) {
          const double u = dx + 0.2 * j, v = dy + 0.2 * i;
          put(std::sqrt(u * u + v * v), light / 25.0);
        }
      }
    }
  }
  std::partial_sum(growth.begin(), growth.end(), growth.begin());
  return growth;
}

float half_light_radius(const std::array<double, rings>& growth, double flux, double reach) {
  const double half = 0.5 * flux, step = reach / rings;
  std::size_t i = 0;
  while (i < rings && growth[i] < half) ++i;
  if (i == rings) return static_cast<float>(reach);
  const double before = i == 0 ? 0.0 : growth[i - 1];
  const double rise = growth[i] - before;
  if (rise <= 0.0) return static_cast<float>(step * static_cast<double>(i));
  const double radius = step * (static_cast<double>(i) + (half - before) / rise);
  return static_cast<float>(std::min(radius, reach));
}

}  // namespace

void measure_apertures(const FlatSky& sky, std::span<const std::int32_t> owner, std::int32_t number,
                       const Footprint& object, const MeasurementOptions& options,
                       Measurement& to) {
  const Surroundings around(sky, owner, number, object);
  Crowding wide, kept;
  const EllipseWindow first(object, 6.0, around.nx(), around.ny());
  const double k = adaptive_radius(around, first, options.minimum_radius, wide);
  const EllipseWindow window(object, k, around.nx(), around.ny());
  add_flux(around, window, sky, options.gain, kept, to);
  if (wide.crowded() || kept.crowded()) to.flags |= flag::neighbours;
  const double reach = 6.0 * object.a;
  bool clipped = false;
  const auto growth = growth_curve(around, object, reach, clipped);
  to.half_light_radius = half_light_radius(growth, to.flux, reach);
  if (window.clipped || clipped) to.flags |= flag::aperture_truncated;
}

}  // namespace wyvern::sources

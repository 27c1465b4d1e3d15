// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace wyvern::simulation {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

std::size_t at(int x, int y) {
  return static_cast<std::size_t>(y) * frame_nx + x;
}
int quadrant(int x, int y) {
  return (y >= frame_ny / 2 ? 2 : 0) + (x >= frame_nx / 2 ? 1 : 0);
}
double odd_even(int x) {
  return x % 2 == 0 ? 1.0 : -1.0;
}

// A smooth random map of unit rms with structure of some 100 px: a sum of random waves (which tends
// to a Gaussian field) on a coarse grid, with straight lines between its points.
class SmoothMap {
 public:
  explicit SmoothMap(Random& random) {
    constexpr int waves = 48;
    constexpr double wavenumber = 1.0 / 110.0;
    for (int w = 0; w < waves; ++w) {
      const double kx = wavenumber * random.normal(), ky = wavenumber * random.normal();
      const double phase = random.uniform(0.0, two_pi);
      for (int j = 0; j < side; ++j) {
        for (int i = 0; i < side; ++i) {
          grid_[j * side + i] +=
              std::sqrt(2.0 / waves) * std::cos(step * (kx * i + ky * j) + phase);
        }
      }
    }
  }

  double value(int x, int y) const {
    const int i = x / step, j = y / step;
    const double u = static_cast<double>(x % step) / step, v = static_cast<double>(y % step) / step;
    const double* cell = grid_.data() + j * side + i;
    return (1.0 - v) * ((1.0 - u) * cell[0] + u * cell[1]) +
           v * ((1.0 - u) * cell[side] + u * cell[side + 1]);
  }

 private:
  static constexpr int step = 16, side = 66;
  std::array<double, side * side> grid_{};
};

void lay_pattern(Detector& d, Random& random) {
  constexpr std::array<double, 4> quadrant_gain{0.004, -0.003, -0.002, 0.003};
  constexpr std::array<double, 4> quadrant_offset{0.8, -0.5, -0.9, 0.6};
  const SmoothMap large(random);
  for (int y = 0; y < frame_ny; ++y) {
    const bool upper = y >= frame_ny / 2;
    const double bottom_glow = 0.25 * std::exp(-y / 12.0);
    for (int x = 0; x < frame_nx; ++x) {
      const std::size_t i = at(x, y);
      const int q = quadrant(x, y);
      const double corners = std::exp(-std::hypot(x - 1023.0, y) / 90.0) +
                             0.6 * std::exp(-std::hypot(x, y - 1021.0) / 60.0);
      d.response[i] =
          static_cast<float>((1.0 + 0.015 * random.normal()) * (1.0 + 0.02 * large.value(x, y)) *
                             (1.0 + 0.003 * odd_even(x)) * (1.0 + quadrant_gain[q]));
      d.dark_rate[i] = static_cast<float>(0.15 * std::max(1.0 + 0.1 * random.normal(), 0.2) +
                                          0.5 * corners + bottom_glow);
      d.offset[i] = static_cast<float>(quadrant_offset[q] + 0.25 * odd_even(x) +
                                       (upper ? 0.4 * std::sin(x * two_pi / 16.0) : 0.0) +
                                       0.15 * random.normal());
    }
  }
}

void spoil_single_pixels(Detector& d, Random& random) {
  constexpr int hot = 1100, dead = 420, noisy = 260;
  const auto pick = [&random] { return at(random.below(frame_nx), random.below(frame_ny)); };
  for (int n = 0; n < hot; ++n) {
    const std::size_t i = pick();
    d.dark_rate[i] += static_cast<float>(std::exp(random.normal(3.2, 1.6)));  // median 25 e-/s
    d.bad[i] |= bad_hot;
  }
  for (int n = 0; n < dead; ++n) {
    const std::size_t i = pick();
    d.response[i] *= static_cast<float>(random.uniform(0.0, 0.35));
    d.bad[i] |= bad_dead;
  }
  for (int n = 0; n < noisy; ++n) {
    const std::size_t i = pick();
    d.noise_factor[i] = static_cast<float>(random.uniform(4.0, 15.0));
    d.bad[i] |= bad_noisy;
  }
}

// Three clusters with a warm rim, the first inside the keyhole, and a weak piece of a column that
// crosses its bar.
void spoil_regions(Detector& d, Random& random) {
  struct Cluster {
    double x, y, size;
  };
  constexpr double flattening = 0.75, rim = 1.35;
  for (const Cluster& c : {Cluster{417, 449, 4.5}, {742, 845, 9.0}, {151, 212, 6.0}}) {
    const int half = static_cast<int>(2.5 * c.size);
    for (int y = static_cast<int>(c.y) - half; y <= static_cast<int>(c.y) + half; ++y) {
      for (int x = static_cast<int>(c.x) - half; x <= static_cast<int>(c.x) + half; ++x) {
        const double r = std::hypot((x - c.x) / c.size, (y - c.y) / (flattening * c.size)) +
                         0.15 * random.normal();
        if (r >= rim) continue;
        if (r < 1.0) {
          d.response[at(x, y)] *= 0.1F;
        } else {
          d.dark_rate[at(x, y)] += 12.0F;
        }
        d.bad[at(x, y)] |= bad_cluster;
      }
    }
  }
  for (int y = 381; y < 520; ++y) {
    d.response[at(603, y)] *= 0.55F;
    d.bad[at(603, y)] |= bad_column;
  }
}

// What the electronics add to a coadd: a level per quadrant and a slanted ripple of 8 columns, ADU.
class Drift {
 public:
  explicit Drift(Random& random) {
    for (double& level : levels_) level = random.normal(0.0, 0.12);
    phase_ = random.uniform(0.0, two_pi);
  }

  std::array<double, 8> ripple(int y) const {
    std::array<double, 8> values{};
    for (int x = 0; x < 8; ++x) {
      values[x] = 0.15 * std::sin(two_pi * (x / 8.0 + y / 64.0) + phase_);
    }
    return values;
  }
  double level(int q) const { return levels_[q]; }

 private:
  std::array<double, 4> levels_{};
  double phase_ = 0.0;
};

// Charge of a pixel, e-, summed over the coadds, as the amplifier sees it.
class Pixel {
 public:
  Pixel(const Detector& detector, const Setup& setup, Random& random)
      : random_(random),
        coadds_(setup.coadds),
        struck_(random.below(setup.coadds)),
        loss_(Detector::nonlinearity / detector.well_e),
        clip_(Detector::clip * detector.well_e),
        bright_(0.03 * detector.well_e) {}

  double charge(double mean, double event) {
    if (mean < bright_ && event == 0.0) {
      // So far from a full well the scatter of the coadds does not matter to the loss.
      const double total = random_.poisson(mean * coadds_);
      return total - loss_ * total * total / coadds_;
    }
    double sum = 0.0;
    for (int i = 0; i < coadds_; ++i) {
      const double q = random_.poisson(mean) + (i == struck_ ? event : 0.0);
      // Beyond the top of the parabola the pixel is full.
      sum += q * loss_ > 0.5 ? clip_ : std::min(q - loss_ * q * q, clip_);
    }
    return sum;
  }

 private:
  Random& random_;
  int coadds_, struck_;
  double loss_, clip_, bright_;
};

}  // namespace

Detector make_detector(std::uint64_t seed, double well_e) {
  Detector d;
  d.well_e = well_e;
  d.response.resize(frame_size);
  d.dark_rate.resize(frame_size);
  d.offset.resize(frame_size);
  d.noise_factor.assign(frame_size, 1.0F);
  d.bad.assign(frame_size, 0);
  Random random(seed, "detector");
  lay_pattern(d, random);
  spoil_single_pixels(d, random);
  spoil_regions(d, random);
  return d;
}

int add_events(Image& image, double rate_per_s, double seconds, Random& random) {
  constexpr std::array<double, 3> spread{0.1, 0.8, 0.1};  // leaks to neighbours, per axis
  const int events = static_cast<int>(random.poisson(rate_per_s * seconds));
  for (int n = 0; n < events; ++n) {
    const double charge = std::exp(random.normal(7.6, 1.0));  // median 2000 e-
    const double length = std::min(random.exponential(2.0), 40.0);
    const double angle = random.uniform(0.0, std::numbers::pi);
    const double x0 = random.uniform(0.0, frame_nx), y0 = random.uniform(0.0, frame_ny);
    const int steps = std::max(1, static_cast<int>(length * 4.0));
    for (int s = 0; s < steps; ++s) {
      const double t = (s + 0.5) / steps * length;
      const int cx = static_cast<int>(std::lround(x0 + t * std::cos(angle)));
      const int cy = static_cast<int>(std::lround(y0 + t * std::sin(angle)));
      for (int y = std::max(cy - 1, 0); y <= std::min(cy + 1, frame_ny - 1); ++y) {
        for (int x = std::max(cx - 1, 0); x <= std::min(cx + 1, frame_nx - 1); ++x) {
          const double share = spread[x - cx + 1] * spread[y - cy + 1];
          image[at(x, y)] += static_cast<float>(charge / steps * share);
        }
      }
    }
  }
  return events;
}

Plane expose(const Detector& detector, const Image& light, const Image& events, const Setup& setup,
             Random& random) {
  Plane plane(PixelType::f32, {frame_ny, frame_nx});
  const auto adu = plane.pixels<float>();
  Pixel pixel(detector, setup, random);
  const Drift drift(random);
  const double coadds = setup.coadds, averages = setup.mode.ndavgs;
  const double read_noise = setup.mode.read_noise * std::sqrt(coadds);
  for (int y = 0; y < frame_ny; ++y) {
    const std::array<double, 8> ripple = drift.ripple(y);
    for (int x = 0; x < frame_nx; ++x) {
      const std::size_t i = at(x, y);
      const double rate = light[i] * detector.response[i] + detector.dark_rate[i];
      const double charge = pixel.charge(rate * setup.exposure_s, events[i]) +
                            read_noise * detector.noise_factor[i] * random.normal();
      const double level = detector.offset[i] + drift.level(quadrant(x, y)) + ripple[x % 8];
      const double total = charge / gain_e_per_adu + coadds * level;
      adu[i] = static_cast<float>(std::nearbyint(total * averages) / averages);
    }
  }
  return plane;
}

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// What falls on the detector, and what the detector makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "simulation/detector.h"
#include "simulation/fourier.h"
#include "simulation/optics.h"
#include "simulation/sky.h"

namespace wyvern::simulation {
namespace {

struct Light {
  double flux = 0.0, x = 0.0, y = 0.0;
};

Light light_in(const Image& image) {
  Light sum;
  for (int y = 0; y < frame_ny; ++y) {
    for (int x = 0; x < frame_nx; ++x) {
      const double v = image[static_cast<std::size_t>(y) * frame_nx + x];
      sum.flux += v;
      sum.x += v * x;
      sum.y += v * y;
    }
  }
  sum.x /= sum.flux;
  sum.y /= sum.flux;
  return sum;
}

TEST(Sky, StarHoldsItsFluxAtItsPlace) {
  Image image(frame_size, 0.0F);
  render(image, {"star", 0, 0, 16.0}, {400.3, 450.8}, 1e6, Psf(4.2, 0.95, 30.0), 0.1517);
  const Light light = light_in(image);
  EXPECT_NEAR(light.flux, 1e6, 2e3);  // the wings beyond 8 FWHM are cut
  EXPECT_NEAR(light.x, 400.3, 0.01);
  EXPECT_NEAR(light.y, 450.8, 0.01);
}

TEST(Sky, PixelIsTheMeanOverItsArea) {
  Image image(frame_size, 0.0F);
  const Psf psf(3.5, 1.0, 0.0);
  render(image, {"star", 0, 0, 16.0}, {400.3, 450.8}, 1.0, psf, 0.1517);
  double sum = 0.0;
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 100; ++j) {
      sum += psf.density(0.7 + (j + 0.5) / 100 - 0.5, 0.2 + (i + 0.5) / 100 - 0.5);
    }
  }
  EXPECT_NEAR(image[451 * frame_nx + 401], sum / 1e4, 2e-3 * sum / 1e4);
}

TEST(Sky, GalaxyIsBroaderThanAStarAndHoldsItsFlux) {
  Image star(frame_size, 0.0F), galaxy(frame_size, 0.0F);
  const Psf psf(4.2, 1.0, 0.0);
  const Point at{500.4, 460.2};
  render(star, {"star", 0, 0, 16.0}, at, 1e6, psf, 0.1517);
  render(galaxy, {"galaxy", 0, 0, 16.0, 0.9, 1.0, 0.55, 35.0}, at, 1e6, psf, 0.1517);
  const Light light = light_in(galaxy);
  EXPECT_NEAR(light.flux, 1e6, 1.0);
  EXPECT_NEAR(light.x, at.x, 0.02);
  EXPECT_NEAR(light.y, at.y, 0.02);
  const auto peak = [](const Image& image) {
    return *std::max_element(image.begin(), image.end());
  };
  EXPECT_LT(peak(galaxy), 0.4F * peak(star));
  // The major axis lies 35 degrees from +x.
  const auto along = [&](double angle) {
    const double a = angle * std::numbers::pi / 180.0;
    const auto x = static_cast<int>(std::lround(at.x + 8.0 * std::cos(a)));
    const auto y = static_cast<int>(std::lround(at.y + 8.0 * std::sin(a)));
    return galaxy[static_cast<std::size_t>(y) * frame_nx + x];
  };
  EXPECT_GT(along(35.0), 2.0F * along(125.0));
}

TEST(Sky, SourceAtTheEdgeIsCutAndOneOutsideIsNot) {
  Image image(frame_size, 0.0F);
  const Psf psf(4.2, 1.0, 0.0);
  render(image, {"star", 0, 0, 16.0}, {-0.5, 450.0}, 1.0, psf, 0.1517);
  EXPECT_NEAR(light_in(image).flux, 0.5, 0.01);
  Image empty(frame_size, 0.0F);
  render(empty, {"star", 0, 0, 16.0}, {-500.0, 9000.0}, 1.0, psf, 0.1517);
  EXPECT_EQ(*std::max_element(empty.begin(), empty.end()), 0.0F);
}

TEST(Fourier, ConvolutionIsThatOfTheSum) {
  constexpr std::size_t n = 16;
  Random random(1, "convolve");
  std::vector<double> image(n * n), kernel(n * n);
  for (double& v : image) v = random.normal();
  for (double& v : kernel) v = random.normal();
  std::vector<double> fast = image;
  convolve(fast, kernel, n);
  for (std::size_t y = 0; y < n; ++y) {
    for (std::size_t x = 0; x < n; ++x) {
      double sum = 0.0;
      for (std::size_t v = 0; v < n; ++v) {
        for (std::size_t u = 0; u < n; ++u) {
          sum += image[v * n + u] * kernel[((y + n - v) % n) * n + (x + n - u) % n];
        }
      }
      ASSERT_NEAR(fast[y * n + x], sum, 1e-10);
    }
  }
}

// Areas that the real keyholes have, px.
TEST(Optics, KeyholeHasItsArea) {
  const auto lit = [](const char* preset, bool whole_bar) {
    const Image image = throughput(find_preset(preset)->camera, whole_bar, {});
    return static_cast<double>(
        std::count_if(image.begin(), image.end(), [](float v) { return v > 0.5F; }));
  };
  EXPECT_NEAR(lit("small", true), 49000, 0.04 * 49000);
  EXPECT_NEAR(lit("small", false), 25000, 0.04 * 25000);
  EXPECT_NEAR(lit("longblue", true), 275000, 0.04 * 275000);
  EXPECT_NEAR(lit("longblue", false), 205000, 0.04 * 205000);
}

TEST(Optics, KeyholeMovesWithTheFlexure) {
  const Camera camera = find_preset("small")->camera;
  const Image still = throughput(camera, true, {}), moved = throughput(camera, true, {3.0, -2.0});
  for (int y = 300; y < 600; y += 3) {
    for (int x = 100; x < 900; x += 7) {
      const bool lit = still[static_cast<std::size_t>(y) * frame_nx + x] > 0.0F;
      ASSERT_EQ(lit, moved[static_cast<std::size_t>(y - 2) * frame_nx + x + 3] > 0.0F);
    }
  }
}

class FlatLight : public ::testing::Test {
 protected:
  // Median of (frame / response) in e- for a uniform light, away from glows.
  double level(double rate, const simulation::Setup& setup) {
    const Image light(frame_size, static_cast<float>(rate)), events(frame_size, 0.0F);
    Random random(1, "flat");
    const Plane frame = expose(detector_, light, events, setup, random);
    std::vector<double> values;
    for (int y = 400; y < 600; ++y) {
      for (int x = 200; x < 800; ++x) {
        const std::size_t i = static_cast<std::size_t>(y) * frame_nx + x;
        if (detector_.bad[i] != 0) continue;
        const double adu = static_cast<double>(frame.pixels<float>()[i]) -
                           setup.coadds * static_cast<double>(detector_.offset[i]);
        values.push_back(adu * gain_e_per_adu / detector_.response[i]);
      }
    }
    std::sort(values.begin(), values.end());
    rms_ = 0.5 * (values[values.size() * 841 / 1000] - values[values.size() * 159 / 1000]);
    return values[values.size() / 2];
  }

  const Preset preset_ = *find_preset("small");
  const Detector detector_ = make_detector(3, preset_.well.electrons);
  double rms_ = 0.0;
};

TEST_F(FlatLight, SignalAndNoiseAreThoseOfPhotonsAndReading) {
  const simulation::Setup setup = preset_.science;
  const double dark = 0.15 * 60.0;
  // 0.12 ADU of drift per quadrant is 1.6 e-.
  EXPECT_NEAR(level(0.0, setup), dark, 4.0);
  EXPECT_NEAR(rms_, std::sqrt(10.0 * 10.0 + dark), 1.0);
  const double charge = 200.0 * 60.0 + dark;
  const double lost = Detector::nonlinearity * charge * charge / detector_.well_e;
  EXPECT_NEAR(level(200.0, setup), charge - lost, 0.002 * charge);
  EXPECT_NEAR(rms_, std::sqrt(charge + 100.0), 6.0);
}

TEST_F(FlatLight, CoaddsAddUp) {
  const simulation::Setup setup = find_preset("phot")->science;
  ASSERT_EQ(setup.coadds, 8);
  const double charge = 8 * (100.0 + 0.15) * 10.0;
  EXPECT_NEAR(level(100.0, setup), charge, 0.01 * charge);
  EXPECT_NEAR(rms_, std::sqrt(charge + 8 * 30.0 * 30.0), 6.0);
  // Bright enough for every coadd to be made on its own: the same but for the loss of each.
  const double bright = 8 * (1000.0 + 0.15) * 10.0;
  const double lost = 8 * Detector::nonlinearity * 1e8 / detector_.well_e;
  EXPECT_NEAR(level(1000.0, setup), bright - lost, 0.002 * bright);
}

TEST_F(FlatLight, FullPixelsClipAboveTheNominalLevel) {
  const double full = level(1e6, preset_.science);
  EXPECT_GT(full, detector_.well_e);
  EXPECT_LT(full, 1.1 * detector_.well_e);
}

TEST(Detector, BadPixelsAreWhatTheirBitsSay) {
  const Detector d = make_detector(20120117, 90000.0);
  const auto count = [&](std::uint8_t bit) {
    return static_cast<double>(std::count_if(d.bad.begin(), d.bad.end(),
                                             [bit](std::uint8_t b) { return (b & bit) != 0; }));
  };
  EXPECT_NEAR(count(bad_hot), 1100, 5);
  EXPECT_NEAR(count(bad_dead), 420, 3);
  EXPECT_NEAR(count(bad_noisy), 260, 3);
  EXPECT_EQ(count(bad_column), 139);
  EXPECT_GT(count(bad_cluster), 100);
  double response = 0.0;
  for (std::size_t i = 0; i < frame_size; ++i) {
    response += d.response[i];
    const bool noisy = (d.bad[i] & bad_noisy) != 0;
    ASSERT_EQ(d.noise_factor[i] >= 4.0F, noisy);
    ASSERT_TRUE(d.bad[i] != 0 || (d.response[i] > 0.7F && d.response[i] < 1.3F));
  }
  EXPECT_NEAR(response / frame_size, 1.0, 0.02);
}

TEST(Detector, EventsDepositTheirCharge) {
  Image image(frame_size, 0.0F);
  Random random(1, "events");
  const int events = add_events(image, 10.0, 100.0, random);
  EXPECT_NEAR(events, 1000, 130);
  double charge = 0.0;
  for (const float v : image) charge += v;
  // The mean of the log-normal of median 2000 e-.
  EXPECT_NEAR(charge / events, std::exp(7.6 + 0.5), 600.0);
}

}  // namespace
}  // namespace wyvern::simulation

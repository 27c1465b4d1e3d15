// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Pieces of detection that have worked examples or a rule of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <random>

#include "base/errors.h"
#include "sky_field.h"
#include "sources/background.h"
#include "sources/catalogue.h"
#include "sources/class_star.h"
#include "sources/cleaning.h"
#include "sources/detection.h"
#include "sources/extraction.h"
#include "support/memory.h"
#include "support/paths.h"

namespace wyvern::sources {
namespace {

using testing::TemporaryFolder;

TEST(Background, RmsIsTheMedianOfMeshesWithScatter) {
  // 9 of 64 meshes are noisy: the median of all is 0, as outside a keyhole.
  Plane image = Plane::filled<float>(256, 256, 5.0F);
  std::mt19937 engine(3);
  std::normal_distribution<float> noise(5.0F, 10.0F);
  for (int y = 64; y < 160; ++y) {
    for (int x = 64; x < 160; ++x) image.pixels<float>()[y * 256 + x] = noise(engine);
  }
  const Background background(image.pixels<float>(), 256, 256, 32, 3);
  EXPECT_NEAR(background.rms(), 9.9, 0.6);
  EXPECT_EQ(Background(Plane::filled<float>(64, 64, 1.0F).pixels<float>(), 64, 64, 32, 3).rms(),
            1.0F);
}

TEST(Background, FollowsAPlaneAndItsBilinearValueDoes) {
  Plane image(PixelType::f32, {256, 320});
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 320; ++x) {
      image.pixels<float>()[y * 320 + x] = 100.0F + 0.5F * static_cast<float>(x);
    }
  }
  const Background background(image.pixels<float>(), 256, 320, 32, 3);
  EXPECT_NEAR(background.at(150, 128), 175.0, 1.0);
  background.subtract_from(image.pixels<float>());
  for (int x = 48; x < 272; ++x) EXPECT_NEAR(image.pixels<float>()[128 * 320 + x], 0.0, 1.0);
}

TEST(Background, MeshBelowOnePixelIsAnError) {
  const Plane image = Plane::filled<float>(64, 64, 1.0F);
  EXPECT_THROW(Background(image.pixels<float>(), 64, 64, 0, 3), DataError);
  EXPECT_THROW(Background(image.pixels<float>(), 64, 64, 32, 0), DataError);
}

TEST(Smooth, KeepsASumOfOneAndSeesZeroOutside) {
  Plane image = Plane::filled<float>(5, 6, 0.0F);
  image.pixels<float>()[2 * 6 + 3] = 16.0F;
  image.pixels<float>()[0] = 16.0F;
  Plane out(PixelType::f32, {5, 6});
  smooth(image.pixels<float>(), 6, out.pixels<float>());
  EXPECT_EQ(out.pixels<float>()[2 * 6 + 3], 4.0F);
  EXPECT_EQ(out.pixels<float>()[1 * 6 + 3], 2.0F);
  EXPECT_EQ(out.pixels<float>()[1 * 6 + 2], 1.0F);
  EXPECT_EQ(out.pixels<float>()[0], 4.0F);
  EXPECT_EQ(out.pixels<float>()[1 * 6 + 1], 1.0F);
}

// A catalogue with one source, as add_profiles() takes it.
fits::Table one_source(float x, float y, float background, float flux, float peak) {
  Measurement source;
  source.x = x;
  source.y = y;
  source.background = background;
  source.flux = flux;
  source.peak = peak;
  return make_catalogue(std::span(&source, 1), false);
}

Plane gaussian() {
  Plane image(PixelType::f32, {61, 61});
  for (int y = 0; y < 61; ++y) {
    for (int x = 0; x < 61; ++x) {
      const double dx = x - 30.3, dy = y - 29.6;
      image.pixels<float>()[y * 61 + x] =
          static_cast<float>(1000.0 * std::exp(-(dx * dx + dy * dy) / 8.0)) + 5.0F;
    }
  }
  return image;
}

TEST(Profile, WorkedExample) {
  fits::Table table = one_source(31.3F, 30.6F, 5.0F, 25132.741F, 0.0F);
  add_profiles(gaussian(), 0.1517, 0.9, table);
  EXPECT_NEAR(table.number("PROFILE_FWHM", 0), 4.7873073, 1e-6);
  EXPECT_NEAR(table.number("PROFILE_EE50", 0), 4.7539444, 1e-6);
  EXPECT_NEAR(table.number("FLUX_MAX", 0), 969.2332, 1e-3);
}

TEST(Profile, SourceNearTheEdgeStaysUnknown) {
  fits::Table table = one_source(10.2F, 30.6F, 5.0F, 25132.741F, 77.0F);
  add_profiles(gaussian(), 0.1517, 0.9, table);
  EXPECT_EQ(table.number("PROFILE_FWHM", 0), -999.0);
  EXPECT_EQ(table.number("PROFILE_EE50", 0), -999.0);
  EXPECT_EQ(table.number("FLUX_MAX", 0), 77.0);
}

TEST(Profile, HalfTheFluxBeyondTheStampIsUnknown) {
  fits::Table table = one_source(31.3F, 30.6F, 5.0F, 1e6F, 0.0F);
  add_profiles(gaussian(), 0.1517, std::nullopt, table);
  EXPECT_EQ(table.number("PROFILE_EE50", 0), -999.0);
}

Measurement star(float fwhm_arcsec) {
  Measurement m;
  m.isophotal_area = 100;
  m.image = {2.5F, 2.4F, 0.0F};
  m.ellipticity = 0.04F;
  m.class_star = 0.95F;
  m.flux = 1000.0F;
  m.flux_error = 10.0F;
  m.fwhm_deg = fwhm_arcsec / 3600.0F;
  return m;
}

TEST(Seeing, MeanOfFewStarsAndOneClipOfMore) {
  EXPECT_FALSE(estimate_seeing({}));
  std::vector<Measurement> stars{star(0.8F), star(0.9F), star(1.3F)};
  EXPECT_NEAR(*estimate_seeing(stars), 1.0, 1e-6);
  stars.assign(20, star(0.8F));
  stars.push_back(star(5.0F));
  EXPECT_NEAR(*estimate_seeing(stars), 0.8, 1e-6);
}

TEST(Seeing, OnlyCleanBrightStarsCount) {
  const auto refuses = [](auto&& spoil) {
    Measurement m = star(0.8F);
    spoil(m);
    return !estimate_seeing(std::span(&m, 1));
  };
  EXPECT_FALSE(refuses([](Measurement&) {}));
  EXPECT_FALSE(refuses([](Measurement& m) { m.flags = 7; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.flags = 8; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.isophotal_area = 20; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.image.b = 1.1F; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.ellipticity = 0.5F; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.class_star = 0.8F; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.flux_error = 40.0F; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.masked_pixels = 20; }));
  EXPECT_TRUE(refuses([](Measurement& m) { m.fwhm_deg = 0.0F; }));
}

TEST(Plausible, SmallNarrowLongAndFlaggedSourcesGo) {
  const auto stays = [](auto&& change) {
    Measurement m = star(0.8F);
    change(m);
    return is_plausible(m);
  };
  EXPECT_TRUE(stays([](Measurement& m) { m.isophotal_area = 20; }));
  EXPECT_FALSE(stays([](Measurement& m) { m.isophotal_area = 19; }));
  EXPECT_TRUE(stays([](Measurement& m) { m.image.b = 1.1F; }));
  EXPECT_FALSE(stays([](Measurement& m) { m.image.b = 1.09F; }));
  EXPECT_FALSE(stays([](Measurement& m) { m.image = {62.0F, 1.2F, 0.0F}; }));
  EXPECT_TRUE(stays([](Measurement& m) { m.masked_pixels = 95; }));
  EXPECT_FALSE(stays([](Measurement& m) { m.masked_pixels = 96; }));
}

StarInputs moffat_star(double fwhm_px) {
  StarInputs inputs;
  inputs.peak_over_level = 40.0;
  inputs.pixel_scale_arcsec = 0.15;
  for (std::size_t i = 0; i < 8; ++i) {
    const double contrast = std::pow(40.0, 1.0 - static_cast<double>(i) / 8.0);
    inputs.areas[i] =
        M_PI / 4.0 * fwhm_px * fwhm_px * (std::cbrt(contrast) - 1.0) / (std::cbrt(2.0) - 1.0);
  }
  return inputs;
}

TEST(BuiltInRule, StarsGalaxiesAndInBetween) {
  const StarClassifier rule;
  EXPECT_GT(rule(moffat_star(6.0), 0.9), 0.95);
  EXPECT_GT(rule(moffat_star(4.0), 0.9), 0.95);
  EXPECT_LT(rule(moffat_star(9.0), 0.9), 0.05);
  double last = 1.0;
  for (double fwhm = 3.0; fwhm < 12.0; fwhm += 0.5) {
    const double here = rule(moffat_star(fwhm), 0.9);
    EXPECT_LE(here, last);
    EXPECT_GE(here, 0.0);
    last = here;
  }
  EXPECT_EQ(rule(StarInputs{}, 0.9), 0.5);
}

// A network with one weight that is not 0: it sees the first input alone.
std::string simple_network() {
  std::string text = "NNW\n# a remark\n3 10 10 1\n";
  const auto repeat = [&](const std::string& number, int times) {
    for (int i = 0; i < times; ++i) text += number + " ";
    text += "\n";
  };
  repeat("0.5", 10);  // input bias
  repeat("2.0", 10);  // input scale
  text += "3.0 ";
  repeat("0", 10);
  repeat("0", 99);
  text += "4.0 ";
  repeat("0", 9);
  text += "-1.0\n0.1\n2.0\n";
  return text;
}

TEST(Network, IsTheLogisticSumOfItsFile) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("a.nnw")) << simple_network();
  const auto network = StarClassifier::from_file(folder.file("a.nnw"));
  StarInputs inputs;
  inputs.areas.fill(100.0);
  inputs.pixel_scale_arcsec = 0.1;
  inputs.peak_over_level = 10.0;
  const double first = std::log10(100.0 / 100.0) * 2.0 + 0.5;  // seeing of 10 px
  const double hidden = 1.0 / (1.0 + std::exp(-3.0 * first));
  const double out = 1.0 / (1.0 + std::exp(-(4.0 * hidden - 1.0)));
  EXPECT_NEAR(network(inputs, 1.0), (out - 0.1) / 2.0, 1e-12);
}

TEST(Network, OtherFilesAreErrorsThatNameThem) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& text) -> std::string {
    std::ofstream(folder.file("b.nnw")) << text;
    try {
      StarClassifier::from_file(folder.file("b.nnw"));
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("CONV\n1 2 1\n").find("b.nnw"), std::string::npos);
  EXPECT_NE(message("NNW\n3 10 10 1\n1.0 2.0\n").find("b.nnw"), std::string::npos);
  EXPECT_NE(message("NNW\n3 10 ten 1\n").find("line 2"), std::string::npos);
  EXPECT_THROW(StarClassifier::from_file(folder.file("none.nnw")), InputError);
}

TEST(Network, FirstFileThereIsTaken) {
  const TemporaryFolder folder;
  EXPECT_EQ(first_existing({folder.file("x"), folder.file("y")}), "");
  std::ofstream(folder.file("y")) << "NNW\n";
  EXPECT_EQ(first_existing({folder.file("x"), folder.file("y")}), folder.file("y"));
}

// Writes over the part of the stack that functions called after it use.
[[gnu::noinline]] void spoil_stack() {
  char area[32768];
  std::memset(area, 0x42, sizeof area);
  asm volatile("" : : "r"(area) : "memory");
}

TEST(Extraction, WithoutMemoryIsAnErrorOfTheMachine) {
  FlatSky sky{Plane::filled<float>(64, 64, 0.0F), Plane::filled<float>(64, 64, 0.0F)};
  for (int k = 0; k < 100; ++k) {
    const int at = (20 + k / 10) * 64 + 20 + k % 10;
    sky.value.pixels<float>()[at] = sky.filtered.pixels<float>()[at] = 100.0F;
  }
  sky.threshold = 50.0F;
  ASSERT_EQ(extract(sky, {}).size(), 1U);
  testing::expect_bad_alloc([&] {
    spoil_stack();
    extract(sky, {});
  });
}

}  // namespace
}  // namespace wyvern::sources

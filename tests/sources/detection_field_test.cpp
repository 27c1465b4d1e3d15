// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Detection on fields whose stars are known.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "base/errors.h"
#include "sky_field.h"
#include "sources/background.h"
#include "sources/class_star.h"
#include "sources/cleaning.h"
#include "sources/detection.h"

namespace wyvern::sources {
namespace {

Detection run(const Plane& image, const Plane& mask = {}) {
  return detect(image, mask, field_wcs(), pixel_scale_arcsec, {}, {}, StarClassifier());
}

std::vector<Star> five_stars() {
  return {{60.3, 55.8, 3e5},
          {150.0, 60.5, 1e5},
          {100.7, 140.2, 5e5},
          {40.1, 150.4, 5e4},
          {170.6, 165.3, 2e5}};
}

// Equal but for the last bits of the double columns, which a shift of origin changes.
void expect_same(const fits::Table& a, const fits::Table& b) {
  ASSERT_EQ(a.rows(), b.rows());
  for (const fits::Column& column : a.columns) {
    const bool exact = !std::holds_alternative<std::vector<double>>(column.cells);
    for (std::size_t i = 0; i < a.rows(); ++i) {
      const double p = a.number(column.name, i), q = b.number(column.name, i);
      const double tolerance = exact ? 0.0 : 1e-9 * std::abs(q) + 1e-22;
      EXPECT_NEAR(p, q, tolerance) << column.name << " row " << i;
    }
  }
}

std::size_t lit_pixels(const Plane& mask) {
  std::size_t lit = 0;
  for (const auto v : mask.pixels<std::uint8_t>()) lit += v;
  return lit;
}

TEST(Detection, FindsStarsWhereTheyAre) {
  const auto stars = five_stars();
  const Detection found = run(sky_field(200, 210, stars));
  ASSERT_EQ(found.catalogue.rows(), stars.size());
  for (const Star& star : stars) {
    double nearest = 1e9;
    std::size_t row = 0;
    for (std::size_t i = 0; i < stars.size(); ++i) {
      const double distance = std::hypot(found.catalogue.number("X_IMAGE", i) - star.x - 1.0,
                                         found.catalogue.number("Y_IMAGE", i) - star.y - 1.0);
      if (distance < nearest) row = i;
      nearest = std::min(nearest, distance);
    }
    EXPECT_LT(nearest, 0.15);
    const double flux = found.catalogue.number("FLUX_AUTO", row);
    EXPECT_NEAR(flux / star.flux, 0.93, 0.08) << "a Moffat profile has wide wings";
    EXPECT_NEAR(found.catalogue.number("FWHM_IMAGE", row), star.fwhm, 0.6);
    EXPECT_NEAR(found.catalogue.number("PROFILE_FWHM", row), star.fwhm, 0.6);
    EXPECT_GT(found.catalogue.number("CLASS_STAR", row), 0.8);
    EXPECT_EQ(found.catalogue.number("FLAGS", row), 0);
    const Point sky = field_wcs().to_sky({star.x, star.y});
    EXPECT_NEAR(found.catalogue.number("X_WORLD", row), sky.x, 1e-5);
    EXPECT_NEAR(found.catalogue.number("Y_WORLD", row), sky.y, 1e-5);
  }
  ASSERT_TRUE(found.seeing_arcsec);
  EXPECT_NEAR(*found.seeing_arcsec, 5.8 * pixel_scale_arcsec, 0.06);
}

TEST(Detection, GalaxyIsNoStar) {
  auto stars = five_stars();
  stars[2].fwhm = 14.0;
  const Detection found = run(sky_field(200, 210, stars));
  for (std::size_t i = 0; i < found.catalogue.rows(); ++i) {
    const bool galaxy = std::hypot(found.catalogue.number("X_IMAGE", i) - 101.7,
                                   found.catalogue.number("Y_IMAGE", i) - 141.2) < 1.0;
    EXPECT_EQ(found.catalogue.number("CLASS_STAR", i) < 0.2, galaxy) << "row " << i;
  }
}

TEST(Detection, WholePixelShiftMovesTheCatalogue) {
  // By whole meshes, so that the background sees the same pixels; flat sky around the stars.
  const std::int64_t ny = 320, nx = 352, dx = 64, dy = 32;
  const auto stars = sky_field(160, 160, {{60.3, 55.8, 3e5}, {110.2, 100.9, 1e5}}, 20.0, 4);
  const auto placed = [&](std::int64_t x0, std::int64_t y0) {
    Plane image = Plane::filled<float>(ny, nx, 200.0F);
    for (std::int64_t y = 0; y < 160; ++y) {
      for (std::int64_t x = 0; x < 160; ++x) {
        image.pixels<float>()[(y + y0) * nx + x + x0] = stars.pixels<float>()[y * 160 + x];
      }
    }
    return image;
  };
  const Detection a = run(placed(64, 96)), b = run(placed(64 + dx, 96 + dy));
  ASSERT_GE(a.catalogue.rows(), 2U);
  ASSERT_EQ(a.catalogue.rows(), b.catalogue.rows());
  for (std::size_t i = 0; i < a.catalogue.rows(); ++i) {
    EXPECT_NEAR(b.catalogue.number("X_IMAGE", i) - a.catalogue.number("X_IMAGE", i), 64, 1e-3);
    EXPECT_NEAR(b.catalogue.number("Y_IMAGE", i) - a.catalogue.number("Y_IMAGE", i), 32, 1e-3);
    for (const char* column : {"FLUX_AUTO", "A_IMAGE", "B_IMAGE", "FWHM_IMAGE", "PROFILE_EE50"}) {
      const double p = a.catalogue.number(column, i), q = b.catalogue.number(column, i);
      EXPECT_NEAR(q / p, 1.0, 2e-3) << column;
    }
    EXPECT_EQ(a.catalogue.number("ISOAREA_IMAGE", i), b.catalogue.number("ISOAREA_IMAGE", i));
  }
}

TEST(Detection, ConstantImageHasNoSources) {
  const Detection found = run(Plane::filled<float>(100, 90, 42.0F));
  EXPECT_EQ(found.catalogue.rows(), 0U);
  EXPECT_EQ(found.catalogue.columns.size(), 43U);
  EXPECT_EQ(lit_pixels(found.object_mask), 0U);
  EXPECT_FALSE(found.seeing_arcsec);
}

TEST(Detection, TinyImagesAreNoTrouble) {
  for (const std::int64_t size : {1, 2, 3, 33}) {
    EXPECT_EQ(run(Plane::filled<float>(size, size + 1, 1.0F)).catalogue.rows(), 0U);
  }
}

TEST(Detection, KeepsASourceThatFillsTheFirstAndLastRows) {
  const Detection found = run(sky_field(96, 96, {{30.0, 1.0, 1e6}, {60.0, 94.0, 1e6}}));
  ASSERT_EQ(found.catalogue.rows(), 2U);
  EXPECT_LT(found.catalogue.number("Y_IMAGE", 0), found.catalogue.number("Y_IMAGE", 1));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(static_cast<int>(found.catalogue.number("FLAGS", i)) & 24, 24);
    EXPECT_EQ(found.catalogue.number("PROFILE_FWHM", i), -999.0);
  }
}

TEST(Detection, MaskIsCountedAndAlmostWhollyFlaggedSourcesGo) {
  const auto stars = five_stars();
  const Plane image = sky_field(200, 210, stars);
  Plane mask = Plane::filled<std::uint16_t>(200, 210, 0);
  for (std::int64_t y = 0; y < 90; ++y) {
    for (std::int64_t x = 0; x < 100; ++x) mask.pixels<std::uint16_t>()[y * 210 + x] = 9;
  }
  mask.pixels<std::uint16_t>()[140 * 210 + 101] = 4;
  const Detection found = run(image, mask);
  ASSERT_EQ(found.catalogue.rows(), stars.size() - 1);
  int flagged = 0;
  for (std::size_t i = 0; i < found.catalogue.rows(); ++i) {
    flagged += found.catalogue.number("NIMAFLAGS_ISO", i) == 1.0 &&
               found.catalogue.number("IMAFLAGS_ISO", i) == 4.0;
  }
  EXPECT_EQ(flagged, 1);
  EXPECT_LT(lit_pixels(found.object_mask), lit_pixels(run(image).object_mask));
}

TEST(Detection, WithoutMaskItsColumnsAreUnknown) {
  const Detection found = run(sky_field(200, 210, five_stars()));
  for (const auto v : found.catalogue.cells<std::int32_t>("IMAFLAGS_ISO")) EXPECT_EQ(v, -999);
  for (const auto v : found.catalogue.cells<float>("NIMAFLAGS_ISO")) EXPECT_EQ(v, -999.0F);
}

TEST(Detection, MaskOfAnotherShapeIsAnError) {
  const Plane image = Plane::filled<float>(50, 60, 1.0F);
  EXPECT_THROW(run(image, Plane::filled<std::uint16_t>(60, 50, 0)), DataError);
}

TEST(Detection, PixelsThatAreNotFiniteDoNoHarm) {
  Plane image = sky_field(200, 210, five_stars());
  for (std::int64_t y = 0; y < 40; ++y) {
    for (std::int64_t x = 0; x < 210; ++x) {
      image.pixels<float>()[y * 210 + x] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  image.pixels<float>()[100 * 210 + 100] = std::numeric_limits<float>::infinity();
  const Detection found = run(image);
  EXPECT_EQ(found.catalogue.rows(), five_stars().size());
  for (const fits::Column& column : found.catalogue.columns) {
    for (std::size_t i = 0; i < found.catalogue.rows(); ++i) {
      EXPECT_TRUE(std::isfinite(found.catalogue.number(column.name, i))) << column.name;
    }
  }
}

TEST(Detection, WithoutWcsTheScaleServes) {
  const Plane image = sky_field(200, 210, five_stars());
  const Detection found =
      detect(image, {}, std::nullopt, pixel_scale_arcsec, {}, {}, StarClassifier());
  ASSERT_TRUE(found.seeing_arcsec);
  EXPECT_NEAR(*found.seeing_arcsec, *run(image).seeing_arcsec, 1e-6);
  const Detection bare = detect(image, {}, std::nullopt, std::nullopt, {}, {}, StarClassifier());
  EXPECT_EQ(bare.catalogue.rows(), found.catalogue.rows());
  EXPECT_FALSE(bare.seeing_arcsec);
}

TEST(Detection, GivenSeeingIsKeptWhenNoStarTellsBetter) {
  const Detection found = detect(Plane::filled<float>(64, 64, 0.0F), {}, field_wcs(),
                                 pixel_scale_arcsec, 0.7, {}, StarClassifier());
  EXPECT_EQ(found.seeing_arcsec, 0.7);
}

TEST(Detection, ThreadsAndRepetitionGiveTheSameCatalogue) {
  std::vector<Plane> images;
  std::vector<fits::Table> expected;
  for (unsigned seed = 0; seed < 4; ++seed) {
    images.push_back(sky_field(150, 160, random_stars(150, 160, 35, seed), 20.0, seed));
    expected.push_back(run(images.back()).catalogue);
  }
  std::vector<fits::Table> made(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < made.size(); ++i) {
    threads.emplace_back([&, i] { made[i] = run(images[i % 4]).catalogue; });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < made.size(); ++i) expect_same(made[i], expected[i % 4]);
}

// Objects that are looked for in the lit box alone are those of the whole frame.
TEST(Extraction, LitBoxGivesWhatTheFrameGives) {
  for (unsigned seed = 0; seed < 3; ++seed) {
    Plane image = Plane::filled<float>(300, 320, 7.0F);
    const Plane lit = sky_field(110, 200, random_stars(110, 200, 40, seed), 20.0, seed);
    for (std::int64_t y = 0; y < 110; ++y) {
      for (std::int64_t x = 0; x < 200; ++x) {
        image.pixels<float>()[(y + 90) * 320 + x + 60] = lit.pixels<float>()[y * 200 + x];
      }
    }
    const Background background(image.pixels<float>(), 300, 320, 32, 3);
    FlatSky sky;
    sky.value = std::move(image);
    background.subtract_from(sky.value.pixels<float>());
    sky.filtered = Plane(PixelType::f32, {300, 320});
    smooth(sky.value.pixels<float>(), 320, sky.filtered.pixels<float>());
    sky.rms = background.rms();
    sky.threshold = 3.0F * sky.rms;
    sky.analysis = 2.0F * sky.rms;
    ExtractionOptions everywhere;
    everywhere.only_where_light_is = false;
    const auto fast = extract(sky, {}), slow = extract(sky, everywhere);
    ASSERT_EQ(fast.size(), slow.size());
    ASSERT_GT(fast.size(), 5U);
    for (std::size_t i = 0; i < fast.size(); ++i) {
      EXPECT_EQ(fast[i].pixels, slow[i].pixels);
      EXPECT_NEAR(fast[i].x, slow[i].x, 1e-10);
      EXPECT_NEAR(fast[i].y, slow[i].y, 1e-10);
      EXPECT_EQ(fast[i].a, slow[i].a);
      EXPECT_EQ(fast[i].theta, slow[i].theta);
      EXPECT_EQ(fast[i].filtered_flux, slow[i].filtered_flux);
    }
  }
}

}  // namespace
}  // namespace wyvern::sources

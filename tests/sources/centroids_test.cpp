// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/centroids.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace wyvern::sources {
namespace {

struct Star {
  double x, y, flux;
  float radius = 3.53F;          // half of the light, px, as catalogued
  std::int16_t image_flags = 0;  // DQ bits of its pixels; 50 of 100 have them
};

// Round Gaussian stars of sigma 3 px on nothing, noise of variance 100.
Extension image_of(const std::vector<Star>& stars) {
  Extension extension;
  extension.data = Plane::filled<float>(120, 160, 0.0F);
  extension.variance = Plane::filled<float>(120, 160, 100.0F);
  extension.mask = Plane::filled<std::uint16_t>(120, 160, 0);
  const std::span<float> data = extension.data.pixels<float>();
  for (std::size_t k = 0; k < data.size(); ++k) {
    const double x = static_cast<double>(k % 160), y = static_cast<double>(k / 160);
    for (const Star& star : stars) {
      const double r2 = (x - star.x) * (x - star.x) + (y - star.y) * (y - star.y);
      data[k] += static_cast<float>(star.flux / (18.0 * M_PI) * std::exp(-r2 / 18.0));
    }
  }
  return extension;
}

// The catalogue's positions are off by (dx, dy).
fits::Table catalogue_of(const std::vector<Star>& stars, double dx, double dy, int flags = 0) {
  std::vector<float> x, y, r, flux, background;
  std::vector<double> error;
  std::vector<std::int16_t> flag, image_flags, flagged, area;
  for (const Star& star : stars) {
    x.push_back(static_cast<float>(star.x + 1.0 + dx));
    y.push_back(static_cast<float>(star.y + 1.0 + dy));
    r.push_back(star.radius);
    flux.push_back(static_cast<float>(star.flux));
    background.push_back(0.0F);
    error.push_back(0.01);
    flag.push_back(static_cast<std::int16_t>(flags));
    image_flags.push_back(star.image_flags);
    flagged.push_back(star.image_flags == 0 ? 0 : 50);
    area.push_back(100);
  }
  fits::Table table;
  table.add({.name = "X_IMAGE", .cells = x});
  table.add({.name = "Y_IMAGE", .cells = y});
  table.add({.name = "FLUX_RADIUS", .cells = r});
  table.add({.name = "FLUX_AUTO", .cells = flux});
  table.add({.name = "BACKGROUND", .cells = background});
  table.add({.name = "ERRX2_IMAGE", .cells = error});
  table.add({.name = "ERRY2_IMAGE", .cells = error});
  table.add({.name = "FLAGS", .cells = flag});
  table.add({.name = "IMAFLAGS_ISO", .cells = image_flags});
  table.add({.name = "NIMAFLAGS_ISO", .cells = flagged});
  table.add({.name = "ISOAREA_IMAGE", .cells = area});
  return table;
}

TEST(WindowedCentroids, FindTheStarsThatTheCatalogueMisplaces) {
  const std::vector<Star> stars{{50.3, 40.7, 1e5}, {110.0, 80.25, 3e4}};
  const auto found = windowed_centroids(image_of(stars), catalogue_of(stars, 0.6, -0.4));
  ASSERT_EQ(found.size(), 2U);
  for (std::size_t i = 0; i < stars.size(); ++i) {
    EXPECT_TRUE(found[i].measured);
    EXPECT_NEAR(found[i].at.x, stars[i].x, 2e-3);
    EXPECT_NEAR(found[i].at.y, stars[i].y, 2e-3);
  }
  EXPECT_NEAR(found[1].error / found[0].error, 1e5 / 3e4, 0.1);
}

TEST(WindowedCentroids, AreNotPulledByARadiationHitThatIsFlagged) {
  const std::vector<Star> stars{{50.3, 40.7, 1e5}};
  Extension image = image_of(stars);
  image.data.pixels<float>()[42 * 160 + 53] += 50000.0F;
  EXPECT_GT(windowed_centroids(image, catalogue_of(stars, 0, 0))[0].at.x, stars[0].x + 0.3);
  image.mask.pixels<std::uint16_t>()[42 * 160 + 53] = dq::cosmic_ray;
  const Centroid found = windowed_centroids(image, catalogue_of(stars, 0, 0))[0];
  EXPECT_NEAR(found.at.x, stars[0].x, 0.02);
  EXPECT_NEAR(found.at.y, stars[0].y, 0.02);
}

TEST(WindowedCentroids, OfDoubtfulSourcesHaveLargerErrors) {
  const std::vector<Star> stars{{50.3, 40.7, 1e5}};
  Extension image = image_of(stars);
  const double clean = windowed_centroids(image, catalogue_of(stars, 0, 0))[0].error;
  EXPECT_GT(windowed_centroids(image, catalogue_of(stars, 0, 0, 2))[0].error, 2.0 * clean);
  for (std::int64_t y = 0; y < 120; ++y) {
    for (std::int64_t x = 53; x < 160; ++x) {
      image.mask.pixels<std::uint16_t>()[static_cast<std::size_t>(y * 160 + x)] = dq::unilluminated;
    }
  }
  EXPECT_GT(windowed_centroids(image, catalogue_of(stars, 0, 0))[0].error, 3.0 * clean);
}

// How many times larger the errors of three stars are than those of the same stars with the usual
// width.
std::vector<double> growth_of_errors(const std::vector<Star>& stars) {
  std::vector<Star> usual = stars;
  for (Star& star : usual) star = {star.x, star.y, star.flux};
  const Extension image = image_of(stars);
  const auto found = windowed_centroids(image, catalogue_of(stars, 0, 0));
  const auto as_usual = windowed_centroids(image, catalogue_of(usual, 0, 0));
  std::vector<double> growth;
  for (std::size_t i = 0; i < stars.size(); ++i) {
    growth.push_back(found[i].error / as_usual[i].error);
  }
  return growth;
}

TEST(WindowedCentroids, OfSourcesWiderOrSharperThanTheOthersHaveLargerErrors) {
  const auto growth =
      growth_of_errors({{50.3, 40.7, 1e5}, {110.0, 80.0, 3e4, 4.6F}, {30.0, 90.0, 2e4, 2.5F}});
  EXPECT_NEAR(growth[0], 1.0, 1e-6);
  EXPECT_GT(growth[1], 2.0);
  EXPECT_GT(growth[2], 2.0);
}

TEST(WindowedCentroids, TakeTheUsualWidthFromTheLightNotFromTheNumberOfSources) {
  const auto growth =
      growth_of_errors({{50.3, 40.7, 1e5}, {110.0, 80.0, 3e4, 2.5F}, {30.0, 90.0, 2e4, 2.5F}});
  EXPECT_NEAR(growth[0], 1.0, 1e-6);
  EXPECT_GT(growth[1], 2.0);
}

TEST(WindowedCentroids, TakeTheUsualWidthFromCleanSources) {
  const auto growth = growth_of_errors(
      {{50.3, 40.7, 5e5, 6.5F, dq::saturated}, {110.0, 80.0, 3e4}, {30.0, 90.0, 2e4}});
  EXPECT_GT(growth[0], 2.0);
  EXPECT_NEAR(growth[1], 1.0, 1e-6);
  EXPECT_NEAR(growth[2], 1.0, 1e-6);
}

TEST(WindowedCentroids, FallBackOnTheCatalogueWhereThereIsNoLight) {
  const Centroid found =
      windowed_centroids(image_of({}), catalogue_of({{50.0, 40.0, 1e5}}, 0, 0))[0];
  EXPECT_FALSE(found.measured);
  EXPECT_DOUBLE_EQ(found.at.x, 50.0);
  EXPECT_GT(found.error, 0.1);
}

}  // namespace
}  // namespace wyvern::sources

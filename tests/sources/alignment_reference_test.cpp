// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The reference's search (options.compat): numbers from runs of the reference.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "fits/file.h"
#include "sources/alignment.h"
#include "sources/nelder_mead.h"
#include "support/paths.h"

namespace wyvern::sources {
namespace {

constexpr double search_px = 13.183915622940013;  // 2 arcsec
constexpr double match_px = 3.296;                // 0.5 arcsec

AlignmentOptions reference_options(bool rotate) {
  AlignmentOptions options;
  options.search_px = search_px;
  options.match_px = match_px;
  options.rotate = rotate;
  options.compat = true;
  return options;
}

double value_of(const std::vector<std::pair<std::string, double>>& list, std::size_t i) {
  return list.at(i).second;
}

const std::vector<Point> three_sources{{470.3221130371094, 455.2171630859375},
                                       {544.8447265625, 470.58984375},
                                       {649.6319580078125, 466.5607604980469}};
const std::vector<Point> four_sources{{598.371286481373, 431.74601095076923},
                                      {543.3546404879012, 471.4229194022233},
                                      {648.2057551560722, 467.2592885757942},
                                      {468.69408803483014, 456.01878636828076}};

TEST(ReferenceAlignment, ThreeSourcesAmongFour) {
  const Alignment found = find_alignment(three_sources, four_sources, reference_options(true));
  ASSERT_EQ(found.coarse.size(), 3U);
  EXPECT_EQ(found.coarse[0].first, "angle");
  EXPECT_EQ(found.coarse[1].first, "offset");
  EXPECT_NEAR(value_of(found.coarse, 0), 1.0, 1e-9);
  EXPECT_NEAR(value_of(found.coarse, 1), 5.27356624, 1e-8);
  EXPECT_NEAR(value_of(found.coarse, 2), -10.54713250, 1e-8);
  EXPECT_NEAR(found.angle_deg, -0.04012245462125666, 1e-9);
  EXPECT_NEAR(found.dx, -1.8396288904675488, 1e-9);
  EXPECT_NEAR(found.dy, 1.166474467751292, 1e-9);
  const std::vector<std::pair<int, int>> expected{{0, 3}, {1, 1}, {2, 2}};
  EXPECT_EQ(found.matches, expected);
}

// The objective of the example above, to count the steps of the simplex.
TEST(ReferenceAlignment, SimplexTakesTheSameSteps) {
  const auto cost = [&](std::span<const double> x) {
    const double angle = x[0] * std::numbers::pi / 180.0;
    double sum = 0.0;
    for (const Point& p : three_sources) {
      const Point q{p.x * std::cos(angle) - p.y * std::sin(angle) + x[1],
                    p.x * std::sin(angle) + p.y * std::cos(angle) + x[2]};
      for (const Point& r : four_sources) {
        const double d = std::hypot(q.x - r.x, q.y - r.y);
        if (d < 25.0) sum += 1.0 / (d * d + 25.0);
      }
    }
    return -sum;
  };
  const std::vector<double> lower{-5.0, -search_px, -search_px}, upper{5.0, search_px, search_px};
  const SimplexResult found = minimise_simplex(cost, {1.0, 5.2735662491760065, -10.54713249835201},
                                               lower, upper, {5e-5, 1e-4});
  EXPECT_EQ(found.iterations, 106);
  EXPECT_EQ(found.evaluations, 192);
  EXPECT_NEAR(found.value, -0.119962959, 1e-9);
}

TEST(ReferenceAlignment, TwoSources) {
  const std::vector<Point> in{{500.3, 450.7}, {560.1, 431.2}};
  const std::vector<Point> ref{{503.2, 447.1}, {563.0, 427.7}};
  const Alignment found = find_alignment(in, ref, reference_options(true));
  EXPECT_NEAR(found.angle_deg, 0.08664546381633575, 1e-9);
  EXPECT_NEAR(found.dx, 3.567431118186811, 1e-9);
  EXPECT_NEAR(found.dy, -4.351290964174147, 1e-9);
  EXPECT_EQ(found.matches.size(), 2U);
}

TEST(ReferenceAlignment, LoneSourceEndsAtTheBound) {
  const std::vector<Point> in{{500.3, 450.7}}, ref{{503.2, 447.1}};
  const Alignment turned = find_alignment(in, ref, reference_options(true));
  EXPECT_NEAR(turned.angle_deg, -1.0250568, 1e-7);
  EXPECT_NEAR(turned.dx, -5.0827920, 1e-6);
  EXPECT_NEAR(turned.dy, 5.4223330, 1e-6);
  EXPECT_EQ(turned.matches.size(), 1U);
  const Alignment shifted = find_alignment(in, ref, reference_options(false));
  EXPECT_NEAR(shifted.dx, -search_px, 1e-9);
  EXPECT_NEAR(shifted.dy, -search_px, 1e-9);
  EXPECT_TRUE(shifted.matches.empty());
  EXPECT_TRUE(shifted.coarse.size() == 2U && shifted.coarse[0].first == "offset");
}

TEST(ReferenceAlignment, ClosestPairsAreMatchedFirst) {
  const std::vector<Point> in{{1, 1}, {2, 2}, {10, 10}}, ref{{1.4, 1.4}, {9, 9}};
  EXPECT_EQ(match_sources(in, ref, 3.0), (std::vector<int>{0, -1, 1}));
  EXPECT_EQ(match_sources(in, ref, 1.0), (std::vector<int>{0, -1, -1}));
  EXPECT_EQ(match_sources(in, {}, 3.0), (std::vector<int>{-1, -1, -1}));
}

std::vector<Point> catalogue(const std::vector<fits::Hdu>& file) {
  for (const fits::Hdu& hdu : file) {
    if (hdu.extname() != "OBJCAT") continue;
    const auto& table = std::get<fits::Table>(hdu.data);
    const auto& x = table.cells<float>("X_IMAGE");
    const auto& y = table.cells<float>("Y_IMAGE");
    std::vector<Point> points;
    for (std::size_t i = 0; i < x.size(); ++i) points.push_back({x[i] - 1.0F, y[i] - 1.0F});
    return points;
  }
  return {};
}

std::optional<Wcs> wcs_of(const std::vector<fits::Hdu>& file) {
  for (const fits::Hdu& hdu : file) {
    if (hdu.extname() == "SCI") return Wcs::from_header(hdu.header, 2);
  }
  return std::nullopt;
}

TEST(ReferenceAlignment, FrameOfANightGetsTheReferencesWcs) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const auto steps = *data / "golden/small/steps/sci";
  const auto read = [&](const std::string& name) {
    return fits::read_file((steps / name).string(), fits::Pixels::defer);
  };
  const auto first = read("11_detectSources/N20120117S0014_sourcesDetected.fits.gz");
  const auto second = read("11_detectSources/N20120117S0015_sourcesDetected.fits.gz");
  const auto aligned = wcs_of(read("12_adjustWCSToReference/N20120117S0015_wcsCorrected.fits.gz"));
  const auto reference = wcs_of(first), frame = wcs_of(second);
  ASSERT_TRUE(aligned && reference && frame);
  std::vector<Point> ref = catalogue(first);
  ASSERT_EQ(ref.size(), 7U);
  for (Point& p : ref) p = frame->to_pixel(reference->to_sky(p));
  AlignmentOptions options = reference_options(true);
  options.search_px = 2.0 / 0.1517;
  options.match_px = 0.5 / 0.1517;
  const Alignment found = find_alignment(catalogue(second), ref, options);
  EXPECT_EQ(found.matches.size(), 6U);
  const Wcs ours = frame->after(found.map);
  EXPECT_NEAR(ours.crpix().x, aligned->crpix().x, 1e-3);
  EXPECT_NEAR(ours.crpix().y, aligned->crpix().y, 1e-3);
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) EXPECT_NEAR(ours.cd()[i][j], aligned->cd()[i][j], 1e-10);
  }
}

}  // namespace
}  // namespace wyvern::sources

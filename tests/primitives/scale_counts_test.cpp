// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/catalogue.h"
#include "primitives/frames.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

Frame frame_of(int number, double seconds) {
  Frame frame = electrons(number, floats(1, 2, {10, 20}), floats(1, 2, {1, 2}));
  frame->phu.set("EXPTIME", seconds);
  return frame;
}

TEST(ScaleCounts, ByExposureTime) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 30), frame_of(16, 60)};
  EXPECT_EQ(bench.run("scaleCountsToReference", frames), frames);
  EXPECT_EQ(data_of(frames[0]), (Floats{10, 20}));
  EXPECT_EQ(data_of(frames[1]), (Floats{20, 40}));
  EXPECT_EQ(variance_of(frames[1]), (Floats{4, 8}));
  EXPECT_EQ(frames[1]->phu.get("EXPTIME"), Value(60.0));
  EXPECT_EQ(frames[1]->phu.get("ORIGTEXP"), Value(30.0));
  EXPECT_EQ(frames[1]->phu.comment("ORIGTEXP"), "Original exposure time");
  EXPECT_FALSE(frames[2]->phu.has("ORIGTEXP"));
  for (const Frame& frame : frames) EXPECT_EQ(frame->phu.text("SCALEOBJ"), kBenchTime);
  EXPECT_EQ(frames[2]->filename(), "N20120117S0016_countsScaled.fits");
  EXPECT_EQ(
      bench.said(),
      (Words{"Scaling all images by exposure time only.", "Scaling N20120117S0014.fits by 1.000",
             "Scaling N20120117S0015.fits by 2.000", "Scaling N20120117S0016.fits by 1.000"}));
}

TEST(ScaleCounts, TheFirstOriginalTimeIsKept) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 30)};
  frames[1]->phu.set("ORIGTEXP", 15.0);
  bench.run("scaleCountsToReference", frames);
  EXPECT_EQ(frames[1]->phu.get("ORIGTEXP"), Value(15.0));
}

TEST(ScaleCounts, NeedsTwoFramesWithExposureTimes) {
  Bench bench;
  const FrameList one = {frame_of(14, 60)};
  EXPECT_EQ(bench.run("scaleCountsToReference", one), one);
  EXPECT_EQ(one[0]->filename(), "N20120117S0014.fits");
  EXPECT_EQ(bench.said(),
            Words{"No scaling will be performed, since at least two AstroData objects "
                  "are required for scaleCountsToReference"});
  const FrameList frames = {frame_of(14, 60), frame_of(15, 0)};
  EXPECT_THROW(bench.run("scaleCountsToReference", frames), DataError);
}

// --- by sources -------------------------------------------------------------------------------

// Sources ten pixels apart with these fluxes and errors.
std::vector<CatalogueRow> sources(const std::vector<std::pair<double, double>>& fluxes,
                                  double dx = 0.0) {
  std::vector<CatalogueRow> rows;
  for (const auto& [flux, error] : fluxes) {
    rows.push_back({{10.0 * static_cast<double>(rows.size()) + dx, 5}, flux, error});
  }
  return rows;
}

const std::vector<std::pair<double, double>> kReference = {{210, 7}, {395, 9}, {805, 12}};
const std::vector<std::pair<double, double>> kFaint = {{100, 5}, {200, 6}, {400, 8}};

TEST(ScaleCounts, BySources) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 60)};
  add_catalogue(*frames[0], sources(kReference));
  add_catalogue(*frames[1], sources(kFaint));
  bench.run("scaleCountsToReference", frames, {{"tolerance", 1.0}});
  EXPECT_NEAR(data_of(frames[1])[0], 20.112633F, 2e-5F);
  EXPECT_NEAR(variance_of(frames[1])[0], 2.0112633F * 2.0112633F, 2e-5F);
  EXPECT_EQ(frames[1]->phu.get("ORIGTEXP"), Value(60.0));
  EXPECT_EQ(bench.said(), (Words{"Scaling N20120117S0014.fits by 1.000",
                                 "Scaling N20120117S0015.fits by 2.011 (from 3 sources)"}));
}

TEST(ScaleCounts, AFourthSource) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 60)};
  auto reference = kReference, faint = kFaint;
  reference.emplace_back(160, 6);
  faint.emplace_back(50, 4);
  add_catalogue(*frames[0], sources(reference));
  add_catalogue(*frames[1], sources(faint));
  bench.run("scaleCountsToReference", frames, {{"tolerance", 1.0}});
  EXPECT_NEAR(data_of(frames[1])[0], 20.556035F, 2e-5F);
}

TEST(ScaleCounts, BeyondTheToleranceTheExposureTimeCounts) {
  const auto factor = [](double tolerance) {
    Bench bench;
    const FrameList frames = {frame_of(14, 60), frame_of(15, 40)};
    add_catalogue(*frames[0], sources(kReference));
    add_catalogue(*frames[1], sources(kFaint));
    bench.run("scaleCountsToReference", frames, {{"tolerance", tolerance}});
    EXPECT_EQ(bench.warnings().empty(), tolerance > 0.502);
    return data_of(frames[1])[0] / 10.0F;
  };
  // 2.0113 lies within 1 / (1 - 0.51) = 2.04 but not within 1 / (1 - 0.5) = 2.
  EXPECT_NEAR(factor(0.51), 2.0112633F, 2e-6F);
  EXPECT_EQ(factor(0.5), 1.5F);
}

TEST(ScaleCounts, NoFrameIsLostWhenNothingMatches) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 30), frame_of(16, 20)};
  for (const Frame& frame : frames) add_catalogue(*frame, sources(kReference));
  add_catalogue(*frames[1], sources(kReference, 400));
  bench.run("scaleCountsToReference", frames, {{"tolerance", 0.2}, {"use_common", false}});
  EXPECT_EQ(data_of(frames[1]), (Floats{20, 40}));
  EXPECT_NEAR(data_of(frames[2])[0], 10.0F, 1e-5F);
  EXPECT_EQ(frames[2]->filename(), "N20120117S0016_countsScaled.fits");
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(ScaleCounts, OnlySourcesInAllFramesCountWhenAskedFor) {
  const auto said = [](bool use_common) {
    Bench bench;
    const FrameList frames = {frame_of(14, 60), frame_of(15, 60), frame_of(16, 60)};
    add_catalogue(*frames[0], sources(kReference));
    add_catalogue(*frames[1], sources(kReference));
    add_catalogue(*frames[2], sources({{210, 7}}));
    bench.run("scaleCountsToReference", frames, {{"tolerance", 1.0}, {"use_common", use_common}});
    return bench.said().at(1);
  };
  EXPECT_EQ(said(true), "Scaling N20120117S0015.fits by 1.000 (from 1 sources)");
  EXPECT_EQ(said(false), "Scaling N20120117S0015.fits by 1.000 (from 3 sources)");
}

TEST(ScaleCounts, SourcesMatchWithinTheRadius) {
  const auto matched = [](double radius) {
    Bench bench;
    const FrameList frames = {frame_of(14, 60), frame_of(15, 60)};
    add_catalogue(*frames[0], sources(kReference));
    add_catalogue(*frames[1], sources(kFaint, 2.0));  // 0.303 arcsec
    bench.run("scaleCountsToReference", frames, {{"tolerance", 1.0}, {"radius", radius}});
    return bench.warnings().empty();
  };
  EXPECT_TRUE(matched(0.31));
  EXPECT_FALSE(matched(0.29));
}

TEST(ScaleCounts, AReferenceWithoutSourcesIsNotScaledTo) {
  Bench bench;
  const FrameList frames = {frame_of(14, 60), frame_of(15, 30)};
  add_catalogue(*frames[1], sources(kFaint));
  EXPECT_EQ(bench.run("scaleCountsToReference", frames, {{"tolerance", 0.5}}), frames);
  EXPECT_EQ(data_of(frames[1]), (Floats{10, 20}));
  EXPECT_EQ(frames[1]->filename(), "N20120117S0015.fits");
  EXPECT_EQ(bench.warnings().size(), 1U);
}

}  // namespace
}  // namespace wyvern

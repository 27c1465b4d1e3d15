// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/errors.h"
#include "primitives/catalogue.h"
#include "primitives/frames.h"

// adjustWCSToReference. The fit itself has tests of its own.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

Frame frame_at(int number) {
  Frame frame = electrons(number, Plane::on_disk(PixelType::f32, {1022, 1024}));
  return frame;
}

// Where a frame's pixel lies in the reference's pixels, by both coordinate systems.
Point in_reference(const Frame& frame, const Frame& reference, Point pixel) {
  return reference->extensions[0].wcs->to_pixel(frame->extensions[0].wcs->to_sky(pixel));
}

void expect_near(Point found, Point expected, double tolerance) {
  EXPECT_NEAR(found.x, expected.x, tolerance);
  EXPECT_NEAR(found.y, expected.y, tolerance);
}

const Arguments kOffsets = {{"method", "offsets"}};

TEST(AlignByOffsets, MovesByTheTelescopesOffsets) {
  Bench bench;
  const Frame reference = frame_at(14), frame = frame_at(15);
  frame->phu.set("QOFFSET", 6.0);  // 39.5517 px
  const FrameList frames = {reference, frame};
  EXPECT_EQ(bench.run("adjustWCSToReference", frames, kOffsets), frames);
  expect_near(in_reference(frame, reference, {100, 200}), {100 - 39.551746, 200}, 1e-5);
  EXPECT_EQ(bench.said(),
            (Words{"Reference image: N20120117S0014.fits", "Using header offsets for alignment",
                   "Updating WCS of N20120117S0015.fits from N20120117S0014.fits"}));
  EXPECT_EQ(names_of(frames),
            (Words{"N20120117S0014_wcsCorrected.fits", "N20120117S0015_wcsCorrected.fits"}));
  EXPECT_EQ(reference->phu.text("CORRWCS"), kBenchTime);
  EXPECT_EQ(frame->phu.text("CORRWCS"), kBenchTime);
}

TEST(AlignByOffsets, TurnsAboutTheInstrumentsCentre) {
  Bench bench;
  const Frame reference = frame_at(14), frame = frame_at(15);
  reference->phu.set("PA", 90.0);
  frame->phu.set("PA", 0.0);
  bench.run("adjustWCSToReference", {reference, frame}, kOffsets);
  expect_near(in_reference(frame, reference, {629, 519}), {629, 519}, 1e-6);
  // A quarter turn: x to the right becomes y upwards.
  expect_near(in_reference(frame, reference, {729, 519}), {629, 619}, 1e-6);
  expect_near(in_reference(frame, reference, {629, 569}), {579, 519}, 1e-6);
}

TEST(AlignByOffsets, BothFramesOffsetsCount) {
  Bench bench;
  const Frame reference = frame_at(14), frame = frame_at(15);
  reference->phu.set("POFFSET", 1.517);  // y: -10 px
  frame->phu.set("QOFFSET", -3.034);     // x: -20 px
  bench.run("adjustWCSToReference", {reference, frame}, kOffsets);
  expect_near(in_reference(frame, reference, {500, 500}), {520, 490}, 1e-6);
}

TEST(AlignByOffsets, WithoutThemNothingMoves) {
  for (const char* keyword : {"QOFFSET", "PA"}) {
    Bench bench;
    const Frame reference = frame_at(14), frame = frame_at(15);
    frame->phu.remove(keyword);
    const auto before = frame->extensions[0].wcs;
    bench.run("adjustWCSToReference", {reference, frame}, kOffsets);
    EXPECT_EQ(frame->extensions[0].wcs, before);
    EXPECT_EQ(bench.warnings(), Words{"Cannot obtain necessary offsets from headers so no change "
                                      "will be made"});
  }
}

TEST(AlignByOffsets, TheReferenceLosesTheFrames) {
  Bench bench;
  bench.context.compat = true;
  const FrameList frames = {frame_at(14), frame_at(15)};
  EXPECT_EQ(bench.run("adjustWCSToReference", frames, kOffsets), FrameList{frames[0]});
}

// --- sources ----------------------------------------------------------------------------------

const std::vector<Point> kStars = {{300, 400}, {480, 452}, {555, 431}, {700, 470}, {390, 488}};

std::vector<CatalogueRow> stars(double dx, double dy) {
  std::vector<CatalogueRow> rows;
  for (const Point& star : kStars) rows.push_back({{star.x + dx, star.y + dy}});
  return rows;
}

// A frame with these sources, as the catalogue says.
Frame frame_with(int number, const std::vector<CatalogueRow>& rows) {
  Frame frame = electrons(number, Plane::filled<float>(1022, 1024, 0.0F));
  if (!rows.empty()) add_catalogue(*frame, rows);
  return frame;
}

void draw_star(const Frame& frame, Point at) {
  constexpr double sigma = 3.0 / 1.17741;  // half of the light within 3 px
  for (auto y = static_cast<std::int64_t>(at.y) - 15; y <= static_cast<std::int64_t>(at.y) + 15;
       ++y) {
    for (auto x = static_cast<std::int64_t>(at.x) - 15; x <= static_cast<std::int64_t>(at.x) + 15;
         ++x) {
      const double r = std::hypot(static_cast<double>(x) - at.x, static_cast<double>(y) - at.y);
      frame->extensions[0].data.pixels<float>()[static_cast<std::size_t>(y * 1024 + x)] +=
          static_cast<float>(1000.0 * std::exp(-0.5 * r * r / (sigma * sigma)));
    }
  }
}

// The WCS is 200 pixels (30 arcsec) off.
void spoil(const Frame& frame) {
  frame->extensions[0].wcs = frame->extensions[0].wcs->after(Affine::shift(0.0, 200.0));
}

TEST(AlignBySources, LooksFartherAwayForSourcesThatAreNotThere) {
  Bench bench;
  const Frame reference = frame_with(14, stars(0, 0)), frame = frame_with(15, stars(2.5, -1.25));
  for (const Point& star : kStars) {
    draw_star(reference, star);
    draw_star(frame, {star.x + 2.5, star.y - 1.25});
  }
  spoil(frame);
  bench.run("adjustWCSToReference", {reference, frame}, {{"rotate", false}});
  for (const Point& star : kStars) {
    expect_near(in_reference(frame, reference, {star.x + 2.5, star.y - 1.25}), star, 0.02);
  }
  EXPECT_EQ(reference->phu.text("ALGNMETH"), "reference");
  EXPECT_EQ(frame->phu.text("ALGNMETH"), "sources");
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_NE(bench.warnings()[0].find("its sources lie"), std::string::npos);
}

TEST(AlignByImages, WhenAFrameHasNoSources) {
  for (const bool compat : {false, true}) {
    Bench bench;
    bench.context.compat = compat;
    const Frame reference = frame_with(14, stars(0, 0)), frame = frame_with(15, {});
    std::mt19937 random(3);
    for (const Frame& each : {reference, frame}) {
      for (float& pixel : each->extensions[0].data.pixels<float>()) {
        pixel = static_cast<float>(random() % 64U) - 31.5F;
      }
    }
    for (const Point& star : kStars) {
      draw_star(reference, star);
      draw_star(frame, {star.x - 40.0, star.y + 25.0});
    }
    spoil(frame);
    const FrameList kept = bench.run("adjustWCSToReference", {reference, frame});
    EXPECT_EQ(frame->phu.has("ALGNMETH"), !compat);
    if (compat) continue;
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(frame->phu.text("ALGNMETH"), "correlation");
    for (const Point& star : kStars) {
      expect_near(in_reference(frame, reference, {star.x - 40.0, star.y + 25.0}), star, 0.2);
    }
  }
}

TEST(AlignByImages, EmptyOnesAreAlignedByTheOffsets) {
  Bench bench;
  const Frame reference = frame_with(14, stars(0, 0)), frame = frame_with(15, {});
  frame->phu.set("QOFFSET", 3.034);  // 20 px
  bench.run("adjustWCSToReference", {reference, frame});
  EXPECT_EQ(frame->phu.text("ALGNMETH"), "offsets");
  EXPECT_TRUE(bench.has_said("The images show no clear shift"));
  expect_near(in_reference(frame, reference, {300, 300}), {280, 300}, 1e-6);
}

TEST(AlignBySources, FindsTheShift) {
  for (const bool compat : {false, true}) {
    Bench bench;
    bench.context.compat = compat;
    const Frame reference = frame_with(14, stars(0, 0)), frame = frame_with(15, stars(2.5, -1.25));
    for (const Point& star : kStars) {
      draw_star(reference, star);
      draw_star(frame, {star.x + 2.5, star.y - 1.25});
    }
    bench.run("adjustWCSToReference", {reference, frame}, {{"rotate", false}});
    for (const Point& star : kStars) {
      expect_near(in_reference(frame, reference, {star.x + 2.5, star.y - 1.25}), star, 0.02);
    }
    EXPECT_TRUE(
        bench.has_said("Cross-correlating sources in N20120117S0014.fits, N20120117S0015.fits"));
    EXPECT_TRUE(bench.has_said("Number of correlated sources: 5"));
    // World positions follow the new coordinate system.
    const fits::Table& table = *frame->extensions[0].table("OBJCAT");
    const Point sky = frame->extensions[0].wcs->to_sky({302.5, 398.75});
    EXPECT_NEAR(table.number("X_WORLD", 0), sky.x, 1e-10);
    EXPECT_NEAR(table.number("Y_WORLD", 0), sky.y, 1e-10);
  }
}

// What is warned of when the frames have so many sources.
Words warnings_with(std::size_t of_reference, std::size_t of_frame, const Arguments& arguments,
                    bool* moved = nullptr) {
  Bench bench;
  std::vector<CatalogueRow> own = stars(300, 0), other = stars(0, 0);
  own.resize(of_frame);
  other.resize(of_reference);
  const FrameList frames = {frame_with(14, other), frame_with(15, own)};
  frames[1]->phu.set("QOFFSET", 6.0);
  const auto before = frames[1]->extensions[0].wcs;
  EXPECT_EQ(bench.run("adjustWCSToReference", frames, arguments), frames);
  if (moved != nullptr) *moved = !(frames[1]->extensions[0].wcs == before);
  return bench.warnings();
}

TEST(AlignBySources, FallsBackWhenThereAreTooFew) {
  bool moved = false;
  EXPECT_EQ(warnings_with(0, 5, {}, &moved),
            Words{"Reference image has no OBJCAT. Using header offsets for alignment"});
  EXPECT_TRUE(moved);
  EXPECT_EQ(warnings_with(2, 5, {{"min_sources", 3}}, &moved),
            Words{"Too few objects found in reference image Using header offsets for alignment"});
  EXPECT_TRUE(moved);
  EXPECT_EQ(warnings_with(5, 0, {}, &moved),
            Words{"N20120117S0015.fits image has no OBJCAT. Using header offsets for alignment"});
  EXPECT_TRUE(moved);
  EXPECT_EQ(warnings_with(5, 2, {{"min_sources", 3}}, &moved),
            Words{"N20120117S0015.fits has too few sources. Using header offsets for alignment"});
  EXPECT_TRUE(moved);
}

TEST(AlignBySources, WithoutAFallbackTheReferenceDecidesForAll) {
  bool moved = true;
  EXPECT_EQ(warnings_with(0, 5, {{"fallback", {}}}, &moved),
            Words{"Reference image has no OBJCAT. No WCS correction being performed"});
  EXPECT_FALSE(moved);
}

TEST(AlignBySources, SourcesThatDoNotMatchAreNoAlignment) {
  bool moved = false;
  const Words warnings = warnings_with(5, 5, {{"min_sources", 4}}, &moved);
  ASSERT_FALSE(warnings.empty());
  EXPECT_EQ(warnings.back(),
            "Too few correlated sources found. Using header offsets for alignment");
  EXPECT_TRUE(moved);
}

TEST(AdjustWcs, NeedsTwoFrames) {
  Bench bench;
  const FrameList one = {frame_at(14)};
  EXPECT_EQ(bench.run("adjustWCSToReference", one), one);
  EXPECT_EQ(one[0]->filename(), "N20120117S0014.fits");
  EXPECT_FALSE(one[0]->phu.has("CORRWCS"));
  EXPECT_EQ(bench.warnings(), Words{"No correction will be performed, since at least two input "
                                    "images are required for adjustWCSToReference"});
}

TEST(AdjustWcs, NeedsOneExtensionWithAWcs) {
  Bench bench;
  const FrameList frames = {frame_at(14), frame_at(15)};
  frames[1]->extensions[0].wcs.reset();
  EXPECT_THROW(bench.run("adjustWCSToReference", frames), DataError);
  frames[1]->extensions.emplace_back();
  EXPECT_THROW(bench.run("adjustWCSToReference", frames), DataError);
}

TEST(AdjustWcs, NoMethodIsNoChange) {
  Bench bench;
  const FrameList frames = {frame_at(14), frame_at(15)};
  EXPECT_EQ(bench.run("adjustWCSToReference", frames, {{"method", {}}}), frames);
  EXPECT_EQ(frames[1]->filename(), "N20120117S0015.fits");
}

}  // namespace
}  // namespace wyvern

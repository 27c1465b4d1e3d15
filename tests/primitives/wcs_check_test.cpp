// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/errors.h"
#include "primitives/frames.h"
#include "primitives/wcs_check.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;

constexpr double kDegree = std::numbers::pi / 180.0;
// The pointing origin of the array lies this far from the projection centre, arcsec in (p, q).
constexpr Point kOrigin{-14.0, 5.0};

// The telescope sent `p`, `q` arcsec from the target at position angle `pa`.
void point(AstroData& frame, double p, double q, double pa) {
  const double c = std::cos(pa * kDegree), s = std::sin(pa * kDegree);
  const double along = p + kOrigin.x, across = q + kOrigin.y;
  const Point sky = tangent_to_sky(
      {(along * c + across * s) / 3600.0, (across * c - along * s) / 3600.0}, {124.5, 21.25});
  const double scale = 4.2e-5;  // degrees
  const std::pair<const char*, double> cards[] = {
      {"RA", 124.5},        {"DEC", 21.25},        {"POFFSET", p},       {"QOFFSET", q},
      {"PA", pa},           {"CRVAL1", sky.x},     {"CRVAL2", sky.y},    {"CD1_1", -scale * s},
      {"CD1_2", scale * c}, {"CD2_1", -scale * c}, {"CD2_2", -scale * s}};
  for (const auto& [keyword, value] : cards) frame.phu.set(keyword, value);
  // The wrong sign of headers until 2012.
  frame.phu.set("RAOFFSET", -p * c + q * s);
  frame.phu.set("DECOFFSE", -q * c - p * s);
  frame.extensions[0].wcs = Wcs::from_header(frame.phu, 0);
}

void read_again(AstroData& frame) {
  frame.extensions[0].wcs = Wcs::from_header(frame.phu, 0);
}

FrameList dithered(int count, double pa = 90.0) {
  FrameList frames;
  for (int i = 0; i < count; ++i) {
    frames.push_back(raw_frame(14 + i, floats(2, 2, {1, 2, 3, 4})));
    point(*frames.back(), 6.0 * (i % 3), -5.0 * (i / 3), pa);
  }
  return frames;
}

std::vector<bool> bad_of(const FrameList& frames, const WcsLimits& limits = {}) {
  std::vector<bool> bad;
  for (const WcsFinding& finding : find_bad_wcs(frames, limits)) bad.push_back(finding.bad);
  return bad;
}

double distance_arcsec(const Wcs& a, const Wcs& b, Point pixel) {
  const Point plane = sky_to_tangent(a.to_sky(pixel), b.to_sky(pixel));
  return std::hypot(plane.x, plane.y) * 3600.0;
}

TEST(WcsCheck, GoodFramesOfAnyPositionAngleAreGood) {
  for (const double pa : {0.0, 30.0, 90.0, 212.5}) {
    for (const WcsFinding& finding : find_bad_wcs(dithered(9, pa), {})) {
      EXPECT_FALSE(finding.bad);
      EXPECT_EQ(finding.fault, "");
      EXPECT_LT(finding.discrepancy_arcsec, 0.01);
    }
  }
}

TEST(WcsCheck, AReferencePixelElsewhereIsFound) {
  const FrameList frames = dithered(6);
  frames[3]->phu.set("CRPIX1", 1e300);
  frames[4]->phu.set("CRPIX2", *frames[4]->phu.number("CRPIX2") + 500.0);
  for (const Frame& frame : frames) read_again(*frame);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, false, false, true, true, false}));
  EXPECT_EQ(find_bad_wcs(frames, {})[4].fault,
            "CRPIX1, CRPIX2 are not those of N20120117S0014.fits");
}

TEST(WcsCheck, OffsetsThatAreMissingFollowFromTheWcs) {
  for (const double pa : {0.0, 30.0, 90.0}) {
    const FrameList frames = dithered(6, pa);
    frames[2]->phu.remove("POFFSET");
    frames[4]->phu.set("QOFFSET", -9999.0);
    const std::vector<WcsFinding> findings = find_bad_wcs(frames, {});
    EXPECT_FALSE(findings[1].offsets);
    for (const std::size_t k : {2U, 4U}) {
      ASSERT_TRUE(findings[k].offsets);
      EXPECT_NEAR(findings[k].offsets->x, 6.0 * static_cast<double>(k % 3), 1e-6);
      EXPECT_NEAR(findings[k].offsets->y, -5.0 * static_cast<double>(k / 3), 1e-6);
    }
  }
  // Alone, they are good to the pointing origin.
  const FrameList one = dithered(1);
  one[0]->phu.remove("QOFFSET");
  const WcsFinding alone = find_bad_wcs(one, {})[0];
  ASSERT_TRUE(alone.offsets);
  EXPECT_NEAR(alone.offsets->x, kOrigin.x, 1e-6);
  EXPECT_NEAR(alone.offsets->y, kOrigin.y, 1e-6);
}

TEST(WcsCheck, WithoutAWcsOrATargetOffsetsStayMissing) {
  const FrameList frames = dithered(4);
  for (const Frame& frame : frames) frame->phu.remove("POFFSET");
  frames[1]->phu.remove("PA");
  for (const char* keyword : {"CD1_1", "CD1_2", "CD2_1", "CD2_2"}) {
    frames[2]->phu.set(keyword, 0.0);
  }
  read_again(*frames[2]);
  const std::vector<WcsFinding> findings = find_bad_wcs(frames, {});
  EXPECT_TRUE(findings[0].offsets);
  EXPECT_FALSE(findings[1].offsets);
  EXPECT_FALSE(findings[2].offsets);
}

TEST(WcsCheck, AFrameThirtyArcsecOffIsFound) {
  const FrameList frames = dithered(6);
  frames[3]->phu.set("CRVAL2", *frames[3]->phu.number("CRVAL2") + 30.0 / 3600.0);
  read_again(*frames[3]);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, false, false, true, false, false}));
  const WcsFinding finding = find_bad_wcs(frames, {})[3];
  EXPECT_NEAR(finding.discrepancy_arcsec, 30.0, 0.01);
  EXPECT_NE(finding.fault.find("CRVAL1, CRVAL2 lie 30.0 arcsec"), std::string::npos);
  EXPECT_EQ(finding.base, 2U);
}

TEST(WcsCheck, TheFirstFrameMayBeTheWrongOne) {
  const FrameList frames = dithered(4);
  frames[0]->phu.set("CRVAL1", 124.52);
  read_again(*frames[0]);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{true, false, false, false}));
}

// Six arcsec are within the limit; that the WCS is the same to the last bit gives it away.
TEST(WcsCheck, AWcsInheritedFromThePreviousFrameIsFound) {
  const FrameList frames = dithered(5);
  for (const char* keyword : {"CRVAL1", "CRVAL2"}) {
    frames[2]->phu.set(keyword, frames[1]->phu.get(keyword));
  }
  read_again(*frames[2]);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, false, true, false, false}));
  EXPECT_NE(find_bad_wcs(frames, {})[2].fault.find("its WCS is that of N20120117S0015.fits"),
            std::string::npos);
  EXPECT_EQ(bad_of({frames[1], frames[2]}), (std::vector<bool>{false, true}));
}

TEST(WcsCheck, FramesAtOnePlaceMayHaveOneWcs) {
  FrameList frames = dithered(1);
  frames.push_back(raw_frame(20, floats(2, 2, {1, 2, 3, 4})));
  point(*frames[1], 0.0, 0.0, 90.0);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, false}));
}

TEST(WcsCheck, ATurnedMatrixIsFound) {
  const FrameList frames = dithered(4);
  const Frame turned = dithered(1, 60.0)[0];
  for (const char* keyword : {"CD1_1", "CD1_2", "CD2_1", "CD2_2"}) {
    frames[1]->phu.set(keyword, turned->phu.get(keyword));
  }
  read_again(*frames[1]);
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, true, false, false}));
  EXPECT_NE(find_bad_wcs(frames, {})[1].fault.find("turned by -30.0 degrees"), std::string::npos);
}

TEST(WcsCheck, MissingKeywordsAndSingularMatricesAreNamed) {
  const FrameList frames = dithered(4);
  frames[1]->phu.remove("CD1_2");
  for (const char* keyword : {"CD1_1", "CD1_2", "CD2_1", "CD2_2"}) frames[2]->phu.set(keyword, 0.0);
  read_again(*frames[1]);
  read_again(*frames[2]);
  const auto findings = find_bad_wcs(frames, {});
  EXPECT_TRUE(findings[1].bad);
  EXPECT_EQ(findings[1].fault, "keyword CD1_2 is missing");
  EXPECT_TRUE(findings[2].bad);
  EXPECT_EQ(findings[2].fault, "the matrix CD1_1, CD1_2, CD2_1, CD2_2 is singular");
  EXPECT_EQ(findings[2].base, 3U);
}

TEST(WcsCheck, WithoutAPointingNothingIsJudged) {
  for (const char* keyword : {"POFFSET", "PA", "RA"}) {
    const FrameList frames = dithered(3);
    frames[1]->phu.remove(keyword);
    const WcsFinding finding = find_bad_wcs(frames, {})[1];
    EXPECT_FALSE(finding.bad);
    EXPECT_EQ(finding.fault.find(std::string("keyword ") + keyword), 0U) << finding.fault;
  }
}

TEST(WcsCheck, ALoneFrameIsHeldAgainstItsTarget) {
  FrameList frames = dithered(1);
  EXPECT_EQ(bad_of(frames), std::vector<bool>{false});
  frames[0]->phu.set("CRVAL2", 21.30);
  read_again(*frames[0]);
  EXPECT_EQ(bad_of(frames), std::vector<bool>{true});
  EXPECT_EQ(find_bad_wcs(frames, {})[0].base, std::nullopt);
}

TEST(WcsCheck, CalibrationsAreLeftAlone) {
  const FrameList frames = dithered(2);
  make_dark(frames[0]);
  make_flat(frames[1], true);
  for (const Frame& frame : frames) frame->phu.remove("CD1_1");
  EXPECT_EQ(bad_of(frames), (std::vector<bool>{false, false}));
}

TEST(WcsRepair, FollowsTheOffsetsAndThePositionAngle) {
  const Frame base = dithered(1, 30.0)[0], wanted = raw_frame(20, floats(2, 2, {1, 2, 3, 4}));
  point(*wanted, 11.0, -7.0, 75.0);
  const auto repaired = wcs_from_base(*wanted, *base);
  ASSERT_TRUE(repaired);
  for (const Point pixel : {Point{0, 0}, Point{1000, 0}, Point{300, 900}}) {
    EXPECT_LT(distance_arcsec(*repaired, *wanted->extensions[0].wcs, pixel), 0.01);
  }
  const auto fresh = wcs_from_header_pointing(*wanted);
  ASSERT_TRUE(fresh);
  const double origin = std::hypot(kOrigin.x, kOrigin.y);
  const Point centre =
      sky_to_tangent(fresh->projection_centre(), wanted->extensions[0].wcs->projection_centre());
  EXPECT_NEAR(std::hypot(centre.x, centre.y) * 3600.0, origin, 0.01);
  EXPECT_NEAR(fresh->cd()[0][0] / std::abs(fresh->cd()[0][0]),
              std::copysign(1.0, wanted->extensions[0].wcs->cd()[0][0]), 1e-12);
}

// --- prepare ------------------------------------------------------------------------------------

FrameList with_one_off() {
  FrameList frames = dithered(4);
  frames[2]->phu.set("CRVAL2", *frames[2]->phu.number("CRVAL2") + 30.0 / 3600.0);
  read_again(*frames[2]);
  return frames;
}

TEST(PrepareChecksWcs, AndRepairsIt) {
  Bench bench;
  const FrameList good = dithered(4), frames = with_one_off();
  bench.run("prepare", frames);
  EXPECT_LT(distance_arcsec(*frames[2]->extensions[0].wcs, *good[2]->extensions[0].wcs, {500, 500}),
            0.01);
  EXPECT_NEAR(*frames[2]->phu.number("CRVAL2"), *good[2]->phu.number("CRVAL2"), 3e-6);
  EXPECT_EQ(frames[2]->extensions[0].header.get("CRVAL2"), frames[2]->phu.get("CRVAL2"));
  EXPECT_EQ(frames[2]->phu.text("WCSFIXED"), "N20120117S0015.fits");
  EXPECT_EQ(frames[2]->phu.text("SDZWCS"), kBenchTime);
  EXPECT_FALSE(frames[1]->phu.has("SDZWCS"));
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_EQ(bench.warnings()[0].find("N20120117S0016.fits: CRVAL1, CRVAL2 lie 30.0 arcsec"), 0U);
  EXPECT_NE(bench.warnings()[0].find("repaired with the WCS of N20120117S0015.fits"),
            std::string::npos);
}

TEST(PrepareChecksWcs, RepairsAFrameWithoutOne) {
  Bench bench;
  const FrameList good = dithered(4), frames = dithered(4);
  for (const char* keyword : {"CTYPE1", "CTYPE2", "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1",
                              "CD1_2", "CD2_1", "CD2_2"}) {
    frames[0]->phu.remove(keyword);
  }
  read_again(*frames[0]);
  bench.run("prepare", frames);
  EXPECT_LT(distance_arcsec(*frames[0]->extensions[0].wcs, *good[0]->extensions[0].wcs, {500, 500}),
            0.01);
}

TEST(PrepareChecksWcs, IgnoreReportsOnly) {
  Bench bench;
  const FrameList frames = with_one_off();
  const auto before = frames[2]->extensions[0].wcs;
  bench.run("prepare", frames, {{"bad_wcs", "ignore"}});
  EXPECT_EQ(frames[2]->extensions[0].wcs, before);
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_NE(bench.warnings()[0].find("nothing is changed"), std::string::npos);
}

TEST(PrepareChecksWcs, ExitNamesTheFiles) {
  Bench bench;
  try {
    bench.run("prepare", with_one_off(), {{"bad_wcs", "exit"}});
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("N20120117S0016.fits: CRVAL1"), std::string::npos);
  }
}

TEST(PrepareChecksWcs, OffsetsThatAreMissingAreWrittenDown) {
  Bench bench;
  const FrameList good = dithered(4), frames = dithered(4);
  frames[1]->phu.remove("POFFSET");
  frames[1]->phu.remove("QOFFSET");
  bench.run("prepare", frames);
  for (const char* keyword : {"POFFSET", "QOFFSET"}) {
    EXPECT_NEAR(*frames[1]->phu.number(keyword), *good[1]->phu.number(keyword), 1e-6);
  }
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_EQ(bench.warnings()[0].find("N20120117S0015.fits: keyword POFFSET is missing"), 0U);
  EXPECT_TRUE(bench.warnings()[0].ends_with("are taken from it: 6.00, 0.00"));
}

TEST(PrepareChecksWcs, NewMakesOneWithoutAGoodFrame) {
  Bench bench;
  FrameList frames = dithered(1);
  frames[0]->phu.set("CRVAL2", 21.35);
  read_again(*frames[0]);
  bench.run("prepare", frames, {{"bad_wcs", "new"}});
  EXPECT_EQ(frames[0]->phu.text("WCSFIXED"), "header");
  EXPECT_NEAR(frames[0]->extensions[0].wcs->projection_centre().y, 21.25, 1e-9);
}

TEST(PrepareChecksWcs, NotInCompatibilityMode) {
  Bench bench;
  bench.context.compat = true;
  bench.context.primitives = primitive_class_for({"GEMINI", "GNIRS", "IMAGE"}, true);
  const FrameList frames = with_one_off();
  const auto before = frames[2]->extensions[0].wcs;
  bench.run("prepare", frames);
  EXPECT_EQ(frames[2]->extensions[0].wcs, before);
  EXPECT_TRUE(bench.warnings().empty());
}

TEST(CheckWcs, ListsWhatIsOff) {
  Bench bench;
  const FrameList frames = with_one_off();
  EXPECT_EQ(bench.run("checkWCS", frames), frames);
  EXPECT_TRUE(bench.has_said("Using N20120117S0014.fits as the reference"));
  EXPECT_TRUE(bench.has_said("N20120117S0016.fits has a discrepancy of 30.00 arcsec"));
  EXPECT_FALSE(bench.has_said("All files appear to be OK"));
}

TEST(CheckWcs, SaysSoWhenAllIsWell) {
  Bench bench;
  bench.run("checkWCS", dithered(5));
  EXPECT_TRUE(bench.has_said("All files appear to be OK"));
  EXPECT_TRUE(bench.warnings().empty());
}

TEST(CheckWcs, WantsRawFrames) {
  Bench bench;
  const FrameList frames = dithered(2);
  frames[1]->phu.set("PREPARE", "2026-01-01T00:00:00");
  EXPECT_THROW(bench.run("checkWCS", frames), InputError);
}

}  // namespace
}  // namespace wyvern

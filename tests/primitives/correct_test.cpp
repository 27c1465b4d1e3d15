// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <functional>

#include "astrodata/provenance.h"
#include "base/errors.h"
#include "primitives/frames.h"

// darkCorrect and flatCorrect: where the calibration comes from and what must fit.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

Frame science() {
  return electrons(14, floats(1, 2, {10, 20}), floats(1, 2, {4, 4}));
}

Frame dark() {
  Frame frame = electrons(50, floats(1, 2, {1, 2}), floats(1, 2, {0.5F, 0.5F}));
  make_dark(frame);
  frame->set_filename("N20120117S0050_dark.fits");
  return frame;
}

Frame flat() {
  Frame frame = electrons(40, floats(1, 2, {0.5F, 2}), floats(1, 2, {0, 0}));
  frame->set_filename("N20120117S0040_flat.fits");
  return frame;
}

template <class E>
std::string error_of(Bench& bench, const char* primitive, const FrameList& frames,
                     const Arguments& arguments = {}) {
  try {
    bench.run(primitive, frames, arguments);
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

TEST(DarkCorrect, SubtractsAndNotesWhatItUsed) {
  Bench bench;
  bench.calibrations.by_type["processed_dark"] = {dark(), "cal/N20120117S0050_dark.fits",
                                                  "user_cals", "abc"};
  const Frame frame = science();
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{9, 18}));
  EXPECT_EQ(variance_of(frame), (Floats{4.5F, 4.5F}));
  EXPECT_EQ(frame->phu.text("DARKIM"), "N20120117S0050_dark.fits");
  EXPECT_EQ(frame->phu.comment("DARKIM"), "Dark image used");
  EXPECT_EQ(frame->phu.text("DARKCORR"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0014_darkCorrected.fits");
  EXPECT_EQ(bench.said(), Words{"N20120117S0014.fits: subtracting the dark "
                                "N20120117S0050_dark.fits (obtained from user_cals)"});
  const fits::Table& rows = frame->tables.at("PROVENANCE");
  EXPECT_EQ(rows.cells<std::string>("filename"), Words{"N20120117S0050_dark.fits"});
  EXPECT_EQ(rows.cells<std::string>("md5"), Words{"abc"});
  EXPECT_EQ(rows.cells<std::string>("provenance_added_by"), Words{"darkCorrect"});
}

TEST(DarkCorrect, LeavesTheDarkAndTheFramesPastAlone) {
  Bench bench;
  const Frame used = dark();
  add_history(*used, "t0", "t1", "stackDarks", "{}");
  bench.calibrations.by_type["processed_dark"] = {used, "", "", ""};
  const Frame frame = science();
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(used), (Floats{1, 2}));
  EXPECT_FALSE(frame->tables.contains("HISTORY"));
  EXPECT_FALSE(frame->tables.contains("PROVENANCE"));
}

TEST(DarkCorrect, AFrameIsCorrectedOnce) {
  Bench bench;
  bench.calibrations.by_type["processed_dark"] = {dark(), "", "", ""};
  const Frame frame = science();
  bench.run("darkCorrect", {frame});
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{9, 18}));
  EXPECT_EQ(bench.warnings(), Words{"N20120117S0014_darkCorrected.fits: already processed by "
                                    "darkCorrect. Continuing."});
}

TEST(DarkCorrect, ModeAndRequirementDecideWhetherADarkMayBeMissing) {
  const auto outcome = [](const char* mode, const char* requirement) {
    Bench bench;
    bench.context.mode = mode;
    const Frame frame = science();
    const std::string error =
        error_of<CalibrationError>(bench, "darkCorrect", {frame}, {{"do_cal", requirement}});
    EXPECT_EQ(data_of(frame), (Floats{10, 20}));
    EXPECT_EQ(frame->filename(), "N20120117S0014.fits");
    return error.empty() ? bench.warnings().at(0) : error;
  };
  const std::string refusal = "No processed dark listed for N20120117S0014.fits";
  const std::string warning =
      "No changes will be made to N20120117S0014.fits, since no dark was specified";
  EXPECT_EQ(outcome("sq", "procmode"), refusal);
  EXPECT_EQ(outcome("ql", "procmode"), warning);
  EXPECT_EQ(outcome("qa", "procmode"), warning);
  EXPECT_EQ(outcome("ql", "force"), refusal);
  EXPECT_EQ(outcome("sq", "skip"), "Dark correction has been turned off.");
}

TEST(DarkCorrect, SkippingSaysSoOnceAndUsesNoDark) {
  Bench bench;
  bench.calibrations.by_type["processed_dark"] = {dark(), "", "", ""};
  const FrameList frames = {science(), science()};
  bench.run("darkCorrect", frames, {{"do_cal", "skip"}});
  EXPECT_EQ(data_of(frames[1]), (Floats{10, 20}));
  EXPECT_EQ(bench.warnings(), Words{"Dark correction has been turned off."});
}

TEST(DarkCorrect, NamedDarksComeBeforeTheService) {
  Bench bench;
  const Frame other = dark();
  other->extensions[0].data = floats(1, 2, {5, 5});
  bench.calibrations.by_type["processed_dark"] = {dark(), "", "", ""};
  bench.calibrations.files["other.fits"] = {other, "", "", ""};
  const FrameList frames = {science(), science()};
  bench.run("darkCorrect", frames, {{"dark", "other.fits"}});
  EXPECT_EQ(data_of(frames[0]), (Floats{5, 15}));
  EXPECT_EQ(data_of(frames[1]), (Floats{5, 15}));
}

TEST(DarkCorrect, AListOfDarksGoesOneToOne) {
  Bench bench;
  const Frame other = dark();
  other->extensions[0].data = floats(1, 2, {5, 5});
  bench.calibrations.files = {{"one.fits", {dark(), "", "", ""}},
                              {"two.fits", {other, "", "", ""}}};
  const FrameList frames = {science(), science()};
  bench.run("darkCorrect", frames, {{"dark", ValueList{"one.fits", "two.fits"}}});
  EXPECT_EQ(data_of(frames[0]), (Floats{9, 18}));
  EXPECT_EQ(data_of(frames[1]), (Floats{5, 15}));
  const FrameList three = {science(), science(), science()};
  EXPECT_NE(error_of<RecipeError>(bench, "darkCorrect", three,
                                  {{"dark", ValueList{"one.fits", "two.fits"}}}),
            "");
  EXPECT_EQ(data_of(three[0]), (Floats{10, 20}));
}

TEST(DarkCorrect, ANamedDarkThatCannotBeOpenedIsMissing) {
  Bench bench;
  EXPECT_EQ(error_of<CalibrationError>(bench, "darkCorrect", {science()}, {{"dark", "no.fits"}}),
            "No processed dark listed for N20120117S0014.fits");
  EXPECT_EQ(bench.warnings(), Words{"Cannot open file no.fits"});
}

// The error that a dark which does not fit ends with.
std::string mismatch(const std::function<void(AstroData&)>& change) {
  Bench bench;
  const Frame other = dark();
  change(*other);
  bench.calibrations.by_type["processed_dark"] = {other, "", "", ""};
  const Frame frame = science();
  std::string error = error_of<DataError>(bench, "darkCorrect", {frame});
  const bool untouched = data_of(frame) == Floats{10, 20};
  EXPECT_EQ(untouched, !error.empty());
  return error;
}

TEST(DarkCorrect, TheDarkMustFit) {
  EXPECT_NE(mismatch([](AstroData& d) {
              d.extensions[0].header.set("BUNIT", "adu");
            }).find("different units"),
            std::string::npos);
  EXPECT_NE(mismatch([](AstroData& d) { d.phu.set("XBIN", 2); }).find("different binning"),
            std::string::npos);
  EXPECT_NE(mismatch([](AstroData& d) { d.extensions.push_back(d.extensions[0].clone()); }), "");
  EXPECT_NE(mismatch([](AstroData& d) {
              d.extensions[0].data = floats(1, 1, {0});
              d.extensions[0].variance = {};
            }),
            "");
}

TEST(DarkCorrect, FilterAndExposureTimeMayDiffer) {
  EXPECT_EQ(mismatch([](AstroData& d) { d.phu.set("FILTER2", "H_G0518"); }), "");
  Bench bench;
  const Frame other = dark();
  other->phu.set("EXPTIME", 30.0);
  bench.calibrations.by_type["processed_dark"] = {other, "", "", ""};
  const Frame frame = science();
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{9, 18}));
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_NE(bench.warnings()[0].find("60.0 s differs"), std::string::npos) << bench.warnings()[0];
}

// A dark with half as many co-adds: data times two, variance times four; the dark stays as it is.
TEST(DarkCorrect, ADarkOfOtherCoaddsIsScaledAndTheProductMarked) {
  Bench bench;
  const Frame used = dark();
  Calibration scaled{used, "", "cal.db", ""};
  scaled.grade = "other";
  scaled.scale = 2.0;
  bench.calibrations.by_type["processed_dark"] = scaled;
  const Frame frame = science();
  frame->phu.set("EXPTIME", 120.0);
  used->phu.set("EXPTIME", 60.0);
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{8, 16}));
  EXPECT_EQ(variance_of(frame), (Floats{6, 6}));
  EXPECT_EQ(data_of(used), (Floats{1, 2}));
  EXPECT_EQ(frame->phu.text("DARKGRAD"), "other");
  ASSERT_EQ(bench.warnings().size(), 1U);
  EXPECT_NE(bench.warnings()[0].find("does not fit exactly (grade 'other', multiplied by 2.0)"),
            std::string::npos)
      << bench.warnings()[0];
}

TEST(DarkCorrect, TheCornerOfALargerDarkServes) {
  Bench bench;
  const Frame larger = electrons(50, floats(2, 3, {1, 2, 70, 80, 90, 100}),
                                 floats(2, 3, {1, 1, 9, 9, 9, 9}), flags(2, 3, {0, 8, 1, 1, 1, 1}));
  bench.calibrations.by_type["processed_dark"] = {larger, "", "", ""};
  const Frame frame = science();
  bench.run("darkCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{9, 18}));
  EXPECT_EQ(variance_of(frame), (Floats{5, 5}));
  EXPECT_EQ(mask_of(frame), (std::vector<std::uint16_t>{0, 8}));
}

TEST(FlatCorrect, DividesAndNotesWhatItUsed) {
  Bench bench;
  bench.calibrations.by_type["processed_flat"] = {flat(), "", "cal_manager.db", ""};
  const Frame frame = science();
  bench.run("flatCorrect", {frame});
  EXPECT_EQ(data_of(frame), (Floats{20, 10}));
  EXPECT_EQ(variance_of(frame), (Floats{16, 1}));
  EXPECT_EQ(frame->phu.text("FLATIM"), "N20120117S0040_flat.fits");
  EXPECT_EQ(frame->phu.text("FLATCORR"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0014_flatCorrected.fits");
  EXPECT_EQ(bench.said(), Words{"N20120117S0014.fits: dividing by the flat "
                                "N20120117S0040_flat.fits (obtained from cal_manager.db)"});
}

TEST(FlatCorrect, FiltersMustAgreeUnitsNeedNot) {
  Bench bench;
  const Frame other = flat();
  other->phu.set("FILTER2", "H_G0518");
  bench.calibrations.by_type["processed_flat"] = {other, "", "", ""};
  EXPECT_NE(error_of<DataError>(bench, "flatCorrect", {science()}).find("different filters"),
            std::string::npos);
  other->phu.set("FILTER2", "J_G0517");
  other->extensions[0].header.set("BUNIT", "adu");
  EXPECT_EQ(error_of<DataError>(bench, "flatCorrect", {science()}), "");
}

TEST(FlatCorrect, TheWheelOfAFilterDoesNotMatter) {
  Bench bench;
  const Frame other = flat(), frame = science();
  frame->phu.set("FILTER1", "Open");
  frame->phu.set("FILTER2", "J_G0517");
  other->phu.set("FILTER1", "J_G0517");
  other->phu.set("FILTER2", "Open");
  bench.calibrations.by_type["processed_flat"] = {other, "", "", ""};
  bench.context.compat = true;
  EXPECT_NE(error_of<DataError>(bench, "flatCorrect", {frame}).find("different filters"),
            std::string::npos);
  bench.context.compat = false;
  EXPECT_EQ(error_of<DataError>(bench, "flatCorrect", {frame}), "");
}

TEST(FlatCorrect, MissingFlat) {
  Bench bench;
  EXPECT_EQ(error_of<CalibrationError>(bench, "flatCorrect", {science()}),
            "No processed flat listed for N20120117S0014.fits");
  bench.context.mode = "ql";
  bench.run("flatCorrect", {science()});
  EXPECT_EQ(bench.warnings(), Words{"No changes will be made to N20120117S0014.fits, since no "
                                    "flatfield has been specified"});
  bench.run("flatCorrect", {science()}, {{"do_cal", "skip"}});
  EXPECT_EQ(bench.warnings().back(), "Flat correction has been turned off.");
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/frames.h"
#include "support/paths.h"

// selectFromInputs, showInputs, the storing of products, writeOutputs.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

struct Store {
  Store() { bench.context.output_folder = folder.path().string(); }
  bool exists(const std::string& name) const { return fs::exists(folder.path() / name); }

  TemporaryFolder folder;
  Bench bench;
};

Frame dark(const std::string& label = "GN-2012A-Q-1-10-014-STACK") {
  Frame frame = electrons(14, floats(1, 2, {1, 2}));
  make_dark(frame);
  frame->phu.set("DATALAB", label);
  frame->set_filename("N20120117S0014_stack.fits");
  return frame;
}

TEST(SelectFromInputs, TakesFramesWithAnyOfTheTags) {
  Bench bench;
  const Frame one = dark(), two = electrons(15, floats(1, 1, {0})),
              three = electrons(16, floats(1, 1, {0}));
  make_flat(three, true);
  const FrameList all = {one, two, three};
  EXPECT_EQ(bench.run("selectFromInputs", all, {{"tags", "DARK"}}), FrameList{one});
  EXPECT_EQ(bench.run("selectFromInputs", all, {{"tags", "LAMPON,DARK"}}), (FrameList{one, three}));
  EXPECT_EQ(bench.run("selectFromInputs", all, {{"tags", "DARK, FLAT"}}), (FrameList{one, three}));
  EXPECT_EQ(bench.run("selectFromInputs", all, {{"tags", "SPECT"}}), FrameList{});
  EXPECT_EQ(bench.run("selectFromInputs", all), all);
}

TEST(ShowInputs, ListsTheFiles) {
  Bench bench;
  bench.run("showInputs", {dark(), electrons(15, floats(1, 1, {0}))}, {{"purpose", "lampOn"}});
  EXPECT_EQ(bench.said(),
            (Words{"Inputs for lampOn", "  N20120117S0014_stack.fits", "  N20120117S0015.fits"}));
}

TEST(ShowInputs, WithoutAPurposeHasNoTitle) {
  Bench bench;
  bench.run("showInputs", {dark()});
  EXPECT_EQ(bench.said(), Words{"  N20120117S0014_stack.fits"});
}

TEST(StoreProcessedDark, NamesMarksAndStores) {
  Store store;
  const Frame frame = dark();
  store.bench.run("storeProcessedDark", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0014_dark.fits");
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-2012A-Q-1-10-014-SQ-DARK");
  EXPECT_EQ(frame->phu.comment("DATALAB"), "DHS data label");
  EXPECT_EQ(frame->phu.text("PROCMODE"), "sq");
  EXPECT_EQ(frame->phu.text("PROCDARK"), kBenchTime);
  EXPECT_TRUE(store.exists("calibrations/processed_dark/N20120117S0014_dark.fits"));
  const auto& stored = store.bench.calibrations.stored;
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].first,
            store.folder.file("calibrations/processed_dark/N20120117S0014_dark.fits"));
  EXPECT_EQ(stored[0].second, "processed_dark");
}

TEST(StoreProcessedDark, QuickLookProductsSayWhatTheyAre) {
  Store store;
  store.bench.context.mode = "ql";
  const Frame frame = dark();
  store.bench.run("storeProcessedDark", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0014_ql_dark.fits");
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-2012A-Q-1-10-014-QL-DARK");
  EXPECT_EQ(frame->phu.text("PROCMODE"), "ql");
  // Again: the mode stands in the name once.
  store.bench.run("storeProcessedDark", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0014_ql_dark.fits");
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-2012A-Q-1-10-014-QL-DARK");
}

TEST(StoreProcessedDark, AProductKeepsTheModeItWasMadeIn) {
  Store store;
  const Frame frame = dark();
  frame->phu.set("PROCMODE", "ql");
  store.bench.run("storeProcessedDark", {frame});
  EXPECT_EQ(frame->phu.text("PROCMODE"), "ql");
  EXPECT_EQ(frame->filename(), "N20120117S0014_ql_dark.fits");
}

// The data label of a dark that is stored.
std::string label_after(const std::string& label, const std::string& observation) {
  Store store;
  const Frame frame = dark(label);
  frame->phu.set("OBSID", observation);
  store.bench.run("storeProcessedDark", {frame});
  return frame->phu.text("DATALAB").value_or("");
}

TEST(StoreProcessedDark, LabelsLoseTheirLastWords) {
  const std::string obs = "GN-CAL20120102-3";
  EXPECT_EQ(label_after(obs + "-001-STACK", obs), "GN-CAL20120102-3-001-SQ-DARK");
  EXPECT_EQ(label_after(obs + "-001", obs), "GN-CAL20120102-3-001-SQ-DARK");
  EXPECT_EQ(label_after(obs + "-001-STACK-SQ-DARK", obs), "GN-CAL20120102-3-001-SQ-DARK");
  EXPECT_EQ(label_after(obs + "-001-A-2-STACK", obs), "GN-CAL20120102-3-001-A-2-SQ-DARK");
  EXPECT_EQ(label_after("GN-OTHER-1-STACK", obs), "GN-OTHER-1-STACK-SQ-DARK");
  // No number between the observation and the word: not a label of that form.
  EXPECT_EQ(label_after(obs + "-STACK", obs), "GN-CAL20120102-3-STACK-SQ-DARK");
}

TEST(StoreProcessedDark, WhatIsNoDarkIsNotStored) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {0}));
  store.bench.run("storeProcessedDark", {frame});
  EXPECT_TRUE(store.bench.calibrations.stored.empty());
  EXPECT_FALSE(store.exists("calibrations"));
  EXPECT_EQ(store.bench.warnings(),
            Words{"File N20120117S0014_dark.fits is not recognized as a processed_dark. Not "
                  "storing as a calibration."});
}

TEST(StoreProcessedDark, ForceMakesAGenericDarkOfAnyFrame) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {0}));
  frame->phu.set("RA", 124.5);
  frame->phu.remove("DEC");
  store.bench.run("storeProcessedDark", {frame}, {{"force", true}});
  const std::pair<const char*, Value> expected[] = {{"OBSCLASS", "partnerCal"},
                                                    {"OBSTYPE", "DARK"},
                                                    {"OBJECT", "Dark Frame"},
                                                    {"GEMPRGID", "GN-CAL20120117"},
                                                    {"OBSID", "GN-CAL20120117-900"},
                                                    {"DATALAB", "GN-CAL20120117-900-014-SQ-DARK"},
                                                    {"RELEASE", "2012-01-17"},
                                                    {"RA", 0.0},
                                                    {"CRVAL1", 0.0},
                                                    {"CRVAL2", 0.0}};
  for (const auto& [keyword, value] : expected) {
    EXPECT_EQ(frame->phu.get(keyword), value) << keyword << " " << str(frame->phu.get(keyword));
  }
  EXPECT_FALSE(frame->phu.has("DEC"));
  EXPECT_EQ(frame->extensions[0].wcs->projection_centre(), (Point{0, 0}));
  EXPECT_EQ(store.bench.calibrations.stored.size(), 1U);
}

TEST(StoreProcessedFlat, NamesAndMarks) {
  Store store;
  const Frame frame = electrons(31, floats(1, 1, {1}));
  make_flat(frame, true);
  frame->extensions[0].header.set("OBJECT", "GCALflat");
  store.bench.run("storeProcessedFlat", {frame}, {{"force", true}});
  EXPECT_EQ(frame->filename(), "N20120117S0031_flat.fits");
  EXPECT_EQ(frame->phu.text("PROCFLAT"), kBenchTime);
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-CAL20120117-900-031-SQ-FLAT");
  EXPECT_EQ(frame->extensions[0].header.text("OBJECT"), "Flat Frame");
  EXPECT_TRUE(store.exists("calibrations/processed_flat/N20120117S0031_flat.fits"));
}

TEST(StoreBpm, LeavesNameAndLabelAlone) {
  Store store;
  const Frame frame = electrons(31, floats(1, 1, {1}));
  frame->phu.set("BPMASK", "2026-01-01T00:00:00");
  frame->set_filename("N20120117S0031_bpm.fits");
  store.bench.context.mode = "ql";
  store.bench.run("storeBPM", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0031_bpm.fits");
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-2012A-Q-1-10-031");
  EXPECT_EQ(frame->phu.text("PROCBPM"), kBenchTime);
  EXPECT_TRUE(store.exists("calibrations/processed_bpm/N20120117S0031_bpm.fits"));
}

TEST(StoreProcessedScience, NamesLabelsAndWrites) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {1}));
  frame->set_path((store.folder.path() / "elsewhere" / "N20120117S0014_stack.fits").string());
  frame->phu.set("DATALAB", "GN-2012A-Q-1-10-014-STACK");
  store.bench.run("storeProcessedScience", {frame}, {{"suffix", "_image"}});
  EXPECT_EQ(frame->filename(), "N20120117S0014_image.fits");
  EXPECT_EQ(frame->phu.text("DATALAB"), "GN-2012A-Q-1-10-014-SQ-IMAGE");
  EXPECT_EQ(frame->phu.text("PROCSCI"), kBenchTime);
  EXPECT_EQ(frame->phu.text("PROCMODE"), "sq");
  // Into the folder of the products, wherever the frame came from.
  EXPECT_TRUE(store.exists("N20120117S0014_image.fits"));
}

// --- writeOutputs -----------------------------------------------------------------------------

TEST(WriteOutputs, RenamesAsItIsTold) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {1}));
  const auto name_after = [&](const Arguments& arguments) {
    store.bench.run("writeOutputs", {frame}, arguments);
    EXPECT_TRUE(store.exists(frame->filename()));
    EXPECT_TRUE(store.bench.has_said("Writing to file " + frame->filename()));
    return frame->filename();
  };
  EXPECT_EQ(name_after({}), "N20120117S0014.fits");
  EXPECT_EQ(name_after({{"suffix", "_a"}}), "N20120117S0014_a.fits");
  EXPECT_EQ(name_after({{"suffix", "_b"}, {"prefix", "x"}}), "xN20120117S0014_a_b.fits");
  EXPECT_EQ(name_after({{"suffix", "_c"}, {"strip", true}}), "N20120117S0014_a_c.fits");
  EXPECT_EQ(name_after({{"prefix", "y_"}}), "y_N20120117S0014_a_c.fits");
}

TEST(WriteOutputs, AnOutputNameIsForOneFrame) {
  Store store;
  const Frame one = electrons(14, floats(1, 1, {1})), two = electrons(15, floats(1, 1, {1}));
  store.bench.run("writeOutputs", {one}, {{"outfilename", "mine.fits"}});
  EXPECT_TRUE(store.exists("mine.fits"));
  EXPECT_EQ(one->filename(), "N20120117S0014.fits");
  EXPECT_THROW(store.bench.run("writeOutputs", {one, two}, {{"outfilename", "other.fits"}}), Error);
  EXPECT_FALSE(store.exists("other.fits"));
  EXPECT_FALSE(store.exists("N20120117S0014.fits"));
}

TEST(WriteOutputs, ReplacesUnlessForbidden) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {1}));
  store.bench.run("writeOutputs", {frame});
  frame->extensions[0].data = floats(1, 1, {2});
  EXPECT_THROW(store.bench.run("writeOutputs", {frame}, {{"overwrite", false}}), OutputError);
  const std::string name = store.folder.file("N20120117S0014.fits");
  EXPECT_EQ(AstroData::open(name).extensions[0].data.pixels<float>()[0], 1.0F);
  store.bench.run("writeOutputs", {frame});
  EXPECT_EQ(AstroData::open(name).extensions[0].data.pixels<float>()[0], 2.0F);
}

TEST(WriteOutputs, NeverReplacesAnInput) {
  Store store;
  const Frame frame = electrons(14, floats(1, 1, {1}));
  store.bench.context.protected_files.insert(
      fs::weakly_canonical(store.folder.path() / "N20120117S0014.fits").string());
  EXPECT_THROW(store.bench.run("writeOutputs", {frame}), OutputError);
  EXPECT_FALSE(store.exists("N20120117S0014.fits"));
}

}  // namespace
}  // namespace wyvern

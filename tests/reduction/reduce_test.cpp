// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/reduce.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <fstream>
#include <limits>

#include "base/errors.h"
#include "base/files.h"
#include "base/recorded_log.h"
#include "primitives/frames.h"
#include "support/paths.h"

// Whole reductions of tiny frames: what is read, written, named and said.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

// Frames of 120 x 120 pixels: smaller ones count as saturated.
Frame tiny(int number, float level) {
  Plane data = Plane::filled<float>(120, 120, level);
  for (std::size_t k = 0; k < 14400; ++k) {
    data.pixels<float>()[k] += static_cast<float>(k * static_cast<std::size_t>(number) % 17);
  }
  return raw_frame(number, std::move(data));
}

class Reduction : public ::testing::Test {
 protected:
  Reduction() {
    fs::create_directories(folder.path() / "raw");
    fs::create_directories(folder.path() / "out");
    settings.output_folder = (folder.path() / "out").string();
    settings.threads = 2;
  }

  std::string raw(const Frame& frame) {
    std::string file = folder.file("raw/" + frame->filename());
    frame->write(file, true);
    return file;
  }
  std::string raw_dark(int number) {
    const Frame frame = tiny(number, 20);
    make_dark(frame);
    return raw(frame);
  }
  std::string raw_science(int number) { return raw(tiny(number, 200)); }
  std::string text_file(const std::string& name, const std::string& content) {
    std::ofstream(folder.path() / "raw" / name) << content;
    return folder.file("raw/" + name);
  }

  ReductionResult run(std::vector<std::string> files, const std::string& recipe = "_default") {
    settings.files = std::move(files);
    settings.recipe = recipe;
    return reduce(settings, log);
  }
  // The message of the error that a run ends with.
  template <class E>
  std::string error_of(std::vector<std::string> files, const std::string& recipe = "_default") {
    try {
      run(std::move(files), recipe);
    } catch (const E& error) {
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }

  // Files in the folder of the products, sorted.
  Words written() const {
    Words names;
    for (const auto& entry : fs::directory_iterator(settings.output_folder)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string out(const std::string& name) const { return settings.output_folder + "/" + name; }

  TemporaryFolder folder;
  ReductionSettings settings;
  RecordedLog log;
};

// --- a recipe from beginning to end -----------------------------------------------------------

TEST_F(Reduction, DarksBecomeAMasterDark) {
  const std::string first = raw_dark(38), second = raw_dark(39);
  const ReductionResult result = run({first, second});
  EXPECT_EQ(result.recipe, "makeProcessedDark");
  EXPECT_EQ(result.outputs, Words{out("N20120117S0038_dark.fits")});
  EXPECT_EQ(written(), Words{"N20120117S0038_dark.fits"});
  EXPECT_TRUE(fs::exists(out("calibrations/processed_dark/N20120117S0038_dark.fits")));
  const AstroData dark = AstroData::open(out("N20120117S0038_dark.fits"));
  EXPECT_TRUE(has_tag(dark, "PROCESSED"));
  EXPECT_EQ(dark.phu.get("NCOMBINE"), Value(2));
  // 13.5 times the mean of 20 + 3 * 38 % 17 and 20 + 3 * 39 % 17.
  EXPECT_EQ(dark.extensions[0].data.pixels<float>()[3], 13.5F * (20 + (12 + 15) / 2.0F));
  EXPECT_EQ(dark.tables.at("HISTORY").rows(), 7U);
  EXPECT_EQ(dark.tables.at("PROVENANCE").cells<std::string>("md5"),
            (Words{md5_of_file(first), md5_of_file(second)}));
}

TEST_F(Reduction, SaysWhatTheReferenceSays) {
  const std::string first = raw_dark(38), second = raw_dark(39);
  run({first, second});
  const Words& lines = log.lines();
  ASSERT_GT(lines.size(), 8U);
  EXPECT_EQ(
      Words(lines.begin(), lines.begin() + 7),
      (Words{"All submitted files appear valid:", first + " ... " + second + ", 2 files submitted.",
             std::string(80, '='), "RECIPE: makeProcessedDark", std::string(80, '='),
             "   PRIMITIVE: prepare", "   ------------------"}));
  EXPECT_EQ(lines.back(), "\tWrote N20120117S0038_dark.fits in output directory");
}

TEST_F(Reduction, ThreadsGiveTheSameProducts) {
  const Words files = {raw_dark(38), raw_dark(39), raw_dark(40)};
  const auto product = [&](int threads) {
    settings.threads = threads;
    run(files);
    return AstroData::open(out("N20120117S0038_dark.fits"));
  };
  const AstroData one = product(1), three = product(3);
  const Extension &a = one.extensions[0], &b = three.extensions[0];
  EXPECT_EQ(pixels<float>(a.data), pixels<float>(b.data));
  EXPECT_EQ(pixels<float>(a.variance), pixels<float>(b.variance));
  EXPECT_EQ(pixels<std::uint16_t>(a.mask), pixels<std::uint16_t>(b.mask));
  EXPECT_EQ(one.tables.at("HISTORY").cells<std::string>("args"),
            three.tables.at("HISTORY").cells<std::string>("args"));
  EXPECT_EQ(one.tables.at("PROVENANCE").cells<std::string>("filename"),
            three.tables.at("PROVENANCE").cells<std::string>("filename"));
}

TEST_F(Reduction, UserParametersAndModesCount) {
  const Words files = {raw_dark(38), raw_dark(39)};
  settings.mode = "ql";
  settings.parameters = {{"stackDarks:operation", "lmedian"}};
  run(files);
  const AstroData dark = AstroData::open(out("N20120117S0038_ql_dark.fits"));
  EXPECT_EQ(dark.extensions[0].data.pixels<float>()[3], 13.5F * 32);
  EXPECT_EQ(dark.phu.text("PROCMODE"), "ql");
}

TEST_F(Reduction, AUserCalibrationIsUsedAndNamed) {
  run({raw_dark(38), raw_dark(39)});
  const std::string dark = out("N20120117S0038_dark.fits");
  const std::string science = raw_science(14);
  settings.user_calibrations = {{"processed_dark", dark}};
  settings.parameters = {{"darkCorrect:do_cal", "force"}};
  log = RecordedLog();
  run({science}, "prepare");
  run({out("N20120117S0014_prepared.fits")}, "ADUToElectrons");
  run({out("N20120117S0014_ADUToElectrons.fits")}, "darkCorrect");
  EXPECT_TRUE(log.has("Manually assigned " + dark + " as processed_dark"));
  EXPECT_TRUE(
      log.has("   N20120117S0014_ADUToElectrons.fits: subtracting the dark "
              "N20120117S0038_dark.fits (obtained from user_cals)"));
  EXPECT_TRUE(fs::exists(out("N20120117S0014_darkCorrected.fits")));
}

TEST_F(Reduction, ADamagedCalibrationIsRefused) {
  run({raw_dark(38), raw_dark(39)});
  const std::string dark = out("N20120117S0038_dark.fits");
  std::fstream file(dark, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(dark)) - 2880);
  file.put('\x7f');
  file.close();
  settings.user_calibrations = {{"processed_dark", dark}};
  settings.parameters = {{"darkCorrect:do_cal", "force"}};
  run({raw_science(14)}, "prepare");
  const std::string said =
      error_of<CalibrationError>({out("N20120117S0014_prepared.fits")}, "darkCorrect");
  EXPECT_NE(said.find(dark + ": HDU "), std::string::npos) << said;
  EXPECT_NE(said.find("do not agree with their DATASUM"), std::string::npos) << said;
  EXPECT_NE(said.find("make it again, or name another"), std::string::npos) << said;
}

// --- names ------------------------------------------------------------------------------------

TEST_F(Reduction, APrimitiveCanBeRunAlone) {
  const ReductionResult result = run({raw_science(14), raw_science(15)}, "prepare");
  EXPECT_EQ(result.recipe, "prepare");
  EXPECT_EQ(written(), (Words{"N20120117S0014_prepared.fits", "N20120117S0015_prepared.fits"}));
  EXPECT_TRUE(log.lines_of(LogLevel::warning).empty());
  EXPECT_TRUE(log.has("Found 'prepare' as a primitive."));
  settings.compat = true;
  run({raw_science(14)}, "prepare");
  EXPECT_EQ(log.lines_of(LogLevel::warning),
            (Words{"No recipe can be found in gnirs recipe libs.", "Searching primitives ..."}));
}

TEST_F(Reduction, WhatDidNotChangeItsNameIsNotWritten) {
  EXPECT_TRUE(run({raw_science(14)}, "showInputs").outputs.empty());
  EXPECT_TRUE(written().empty());
}

TEST_F(Reduction, ASuffixReplacesAllThatFollowsTheFirstBar) {
  settings.suffix = "_mine";
  EXPECT_EQ(run({raw_dark(38), raw_dark(39)}).outputs, Words{out("N20120117S0038_mine.fits")});
  EXPECT_EQ(written(), Words{"N20120117S0038_mine.fits"});
  settings.suffix = "foo";
  run({raw_science(14)}, "showInputs");
  EXPECT_TRUE(fs::exists(out("N20120117S0014foo.fits")));
}

TEST_F(Reduction, TheRecipesSuffixParametersServeToo) {
  settings.parameters = {{"suffix", "_x"}};
  run({raw_science(14)}, "prepare");
  EXPECT_EQ(written(), Words{"N20120117S0014_x.fits"});
}

// --- inputs are safe --------------------------------------------------------------------------

TEST_F(Reduction, InputsAreNeverWrittenOver) {
  const std::string input = raw_science(14);
  const std::string before = md5_of_file(input);
  settings.output_folder = (folder.path() / "raw").string();
  settings.parameters = {{"overwrite", "True"}};
  EXPECT_NE(error_of<OutputError>({input}, "writeOutputs").find(input), std::string::npos);
  EXPECT_EQ(md5_of_file(input), before);
}

TEST_F(Reduction, NotByALinkToTheirFolderEither) {
  const std::string input = raw_science(14);
  const std::string before = md5_of_file(input);
  fs::create_directory_symlink(folder.path() / "raw", folder.path() / "link");
  settings.output_folder = (folder.path() / "link").string();
  error_of<OutputError>({input}, "writeOutputs");
  EXPECT_EQ(md5_of_file(input), before);
}

TEST_F(Reduction, ASuffixThatGivesTheInputsNameIsRefused) {
  const std::string input = raw_science(14);
  const std::string before = md5_of_file(input);
  settings.output_folder = (folder.path() / "raw").string();
  settings.suffix = "";
  error_of<OutputError>({input}, "prepare");
  EXPECT_EQ(md5_of_file(input), before);
}

TEST_F(Reduction, ProductsOfEarlierRunsAreReplaced) {
  const std::string input = raw_science(14);
  run({input}, "prepare");
  const std::string first = md5_of_file(out("N20120117S0014_prepared.fits"));
  run({input}, "prepare");
  EXPECT_NE(md5_of_file(out("N20120117S0014_prepared.fits")), first);
}

// --- files that cannot be used ----------------------------------------------------------------

TEST_F(Reduction, ALineWithoutFilesIsRefused) {
  EXPECT_EQ(error_of<InputError>({}),
            "NO INPUT FILE(s) specified\ntype 'reduce -h' for usage information");
}

TEST_F(Reduction, MissingFilesAreNamed) {
  EXPECT_EQ(error_of<InputError>({"/nonexistent/a.fits", folder.path().string()}),
            "Caller passed no valid input files");
  EXPECT_EQ(log.lines(), (Words{"Cannot read file: /nonexistent/a.fits",
                                "Cannot read file: " + folder.path().string(),
                                "Files not found or cannot be loaded:", "\t/nonexistent/a.fits",
                                "\t" + folder.path().string()}));
  EXPECT_EQ(log.lines_of(LogLevel::error).size(), 2U);
}

TEST_F(Reduction, TheOthersAreReduced) {
  const std::string good = raw_science(14);
  run({"/nonexistent/a.fits", good}, "prepare");
  EXPECT_EQ(written(), Words{"N20120117S0014_prepared.fits"});
  const Words& lines = log.lines();
  EXPECT_EQ(Words(lines.begin(), lines.begin() + 5),
            (Words{"Cannot read file: /nonexistent/a.fits", "Files not found or cannot be loaded:",
                   "\t/nonexistent/a.fits", "These datasets were loaded:", "\t" + good}));
  EXPECT_FALSE(log.has("All submitted files appear valid:"));
}

TEST_F(Reduction, FilesThatAreNotFitsAreLeftOut) {
  const std::string text = text_file("notes.txt", "these are no data\n"),
                    empty = text_file("empty.fits", ""), good = raw_science(14);
  run({text, good, empty}, "prepare");
  EXPECT_EQ(written(), Words{"N20120117S0014_prepared.fits"});
  for (const std::string& file : {text, empty}) {
    EXPECT_TRUE(log.has("Can't Load Dataset: " + file)) << log.text();
    bool said = false;
    for (const std::string& line : log.lines_of(LogLevel::warning)) {
      said = said || line.starts_with("No access, or not supported format for: " + file);
    }
    EXPECT_TRUE(said) << file;
  }
  EXPECT_THROW(run({text}, "prepare"), InputError);
}

TEST_F(Reduction, FilesWithoutExtensionsAreLeftOut) {
  const Frame frame = tiny(15, 1);
  frame->extensions.clear();
  const std::string bare = raw(frame);
  EXPECT_THROW(run({bare}), InputError);
  EXPECT_EQ(log.lines_of(LogLevel::warning), Words{bare + " contains no extensions."});
}

// --- frames that are set aside ----------------------------------------------------------------

Words files_of(const std::vector<SetAside>& frames) {
  Words files;
  for (const SetAside& frame : frames) files.push_back(frame.file);
  return files;
}

TEST_F(Reduction, AFrameOfAnotherKindIsSetAsideWhereverItStands) {
  const std::string odd = raw_science(14);
  const Words darks = {raw_dark(38), raw_dark(39), raw_dark(40)};
  for (std::size_t place = 0; place < 4; ++place) {
    Words files = darks;
    files.insert(files.begin() + static_cast<std::ptrdiff_t>(place), odd);
    const ReductionResult result = run(files);
    EXPECT_EQ(result.recipe, "makeProcessedDark");
    EXPECT_EQ(files_of(result.set_aside), Words{odd});
    EXPECT_EQ(result.set_aside[0].reason, "it is IMAGE, not DARK");
    const AstroData dark = AstroData::open(result.outputs.at(0));
    EXPECT_EQ(dark.phu.get("NCOMBINE"), Value(3));
    EXPECT_EQ(dark.phu.get("SETASIDE"), Value(1));
  }
}

TEST_F(Reduction, ADarkOfAnotherExposureTimeIsSetAside) {
  const Frame odd = tiny(40, 20);
  make_dark(odd);
  odd->phu.set("EXPTIME", 7.0);
  const std::string file = raw(odd);
  const ReductionResult result = run({raw_dark(38), raw_dark(39), file});
  EXPECT_EQ(files_of(result.set_aside), Words{file});
  EXPECT_NE(result.set_aside[0].reason.find("exposure time is 7 s, not"), std::string::npos);
}

TEST_F(Reduction, AFrameOfNothingButNaNIsSetAside) {
  const Frame odd = tiny(38, 20);
  make_dark(odd);
  std::ranges::fill(odd->extensions[0].data.pixels<float>(),
                    std::numeric_limits<float>::quiet_NaN());
  const std::string file = raw(odd);
  const ReductionResult result = run({file, raw_dark(39), raw_dark(40)});
  ASSERT_EQ(files_of(result.set_aside), Words{file});
  EXPECT_EQ(result.set_aside[0].primitive, "addDQ");
  EXPECT_EQ(result.outputs, Words{out("N20120117S0039_dark.fits")});
}

TEST_F(Reduction, AHeaderThatIsOfNoUseIsNamedWithTheKeyword) {
  const Frame odd = tiny(38, 20);
  make_dark(odd);
  odd->phu.set("EXPTIME", -5.0);
  const std::string file = raw(odd);
  const ReductionResult result = run({file, raw_dark(39), raw_dark(40)});
  ASSERT_EQ(files_of(result.set_aside), Words{file});
  EXPECT_TRUE(result.set_aside[0].reason.starts_with("EXPTIME is -5"));
  EXPECT_TRUE(error_of<InputError>({file}).starts_with(file + ": EXPTIME is -5"));
}

TEST_F(Reduction, StrictStopsInstead) {
  settings.strict = true;
  const std::string odd = raw_science(14), text = text_file("notes.fits", "no data\n");
  const std::string one = raw_dark(38), two = raw_dark(39);
  EXPECT_NE(error_of<InputError>({one, two, odd}).find("is IMAGE, not DARK"), std::string::npos);
  EXPECT_NE(error_of<InputError>({one, two, text}).find("notes.fits"), std::string::npos);
  EXPECT_NE(error_of<InputError>({one, two, "/nonexistent/a.fits"}).find("cannot be read"),
            std::string::npos);
  EXPECT_EQ(written(), Words{});
}

// --- recipes that cannot be run ---------------------------------------------------------------

TEST_F(Reduction, UnknownRecipes) {
  EXPECT_EQ(error_of<RecipeError>({raw_science(14)}, "checkwcs"),
            "Recipe checkwcs Not Found\nNo primitive named checkwcs");
  const Frame spectrum = tiny(14, 1);
  spectrum->phu.set("ACQMIR", "Out");
  EXPECT_EQ(error_of<RecipeError>({raw(spectrum)}),
            "GNIRS recipes do not define a 'sq' recipe for these data.");
  EXPECT_TRUE(written().empty());
}

TEST_F(Reduction, ParametersAreCheckedBeforeAnythingIsDone) {
  settings.parameters = {{"stackDarks:operation", "nosuch"}};
  EXPECT_EQ(error_of<RecipeError>({raw_dark(38)}).find("ChoiceField 'operation'"), 0U);
  EXPECT_FALSE(log.has("RECIPE: makeProcessedDark"));
  EXPECT_TRUE(written().empty());
}

// --- crashes ----------------------------------------------------------------------------------

TEST_F(Reduction, FramesInProgressAreSaved) {
  settings.mixed = true;
  const Words files = {raw_dark(38), raw_science(14)};
  EXPECT_EQ(error_of<InputError>(files).find("Not all inputs have DARK tag"), 0U);
  EXPECT_EQ(written(),
            (Words{"N20120117S0014_varAdded_crash.fits", "N20120117S0038_varAdded_crash.fits"}));
  EXPECT_TRUE(log.has("Writing final outputs ..."));
  EXPECT_TRUE(log.has("\tWrote N20120117S0014_varAdded_crash.fits in output directory"));
  const AstroData saved = AstroData::open(out("N20120117S0038_varAdded_crash.fits"));
  EXPECT_FALSE(saved.extensions[0].variance.empty());
}

TEST_F(Reduction, ACrashFileKeepsItsMarkWhateverTheSuffix) {
  settings.mixed = true;
  settings.suffix = "_xyz";
  error_of<InputError>({raw_dark(38), raw_science(14)});
  EXPECT_EQ(written(),
            (Words{"N20120117S0014_varAdded_crash.fits", "N20120117S0038_varAdded_crash.fits"}));
}

TEST_F(Reduction, OneThreadSavesTheSameAsSeveral) {
  settings.parameters = {{"do_cal", "skip"}, {"add_illum_mask", false}};
  const auto saved = [&](int threads) {
    settings.threads = threads;
    settings.strict = true;
    const Frame bad = tiny(15, 1);
    std::ranges::fill(bad->extensions[0].data.pixels<float>(), std::nanf(""));
    error_of<DataError>({raw_science(14), raw(bad), raw_science(16)});
    Words names = written();
    for (const std::string& name : names) fs::remove(out(name));
    return names;
  };
  const Words one = saved(1);
  EXPECT_EQ(one,
            (Words{"N20120117S0014_dqPlaneApplied_crash.fits", "N20120117S0015_prepared_crash.fits",
                   "N20120117S0016_dqPlaneApplied_crash.fits"}));
  EXPECT_EQ(saved(3), one);
}

TEST_F(Reduction, APrimitiveRunAloneSavesNothing) {
  settings.parameters = {{"darkCorrect:do_cal", "force"}};
  error_of<CalibrationError>({raw_science(14)}, "darkCorrect");
  EXPECT_TRUE(written().empty());
}

TEST_F(Reduction, AStoppedReductionSavesNothing) {
  const std::atomic<bool> stop{true};
  settings.stop = &stop;
  EXPECT_THROW(run({raw_dark(38)}), Interrupted);
  EXPECT_TRUE(written().empty());
}

// --- compressed files of the reference --------------------------------------------------------

TEST_F(Reduction, CompressedFilesAreReadAndProductsAreWrittenPlain) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  run({(*data / "golden/small/raw/N20120102S0538.fits.bz2").string()}, "prepare");
  EXPECT_EQ(written(), Words{"N20120102S0538_prepared.fits"});
  const AstroData frame = AstroData::open(out("N20120102S0538_prepared.fits"));
  EXPECT_EQ(frame.extensions[0].data.shape(), (std::vector<std::int64_t>{1022, 1024}));
  EXPECT_EQ(frame.phu.text("ORIGNAME"), "N20120102S0538.fits.bz2");
}

}  // namespace
}  // namespace wyvern

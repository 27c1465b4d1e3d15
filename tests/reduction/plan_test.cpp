// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>

#include "base/errors.h"
#include "base/recorded_log.h"
#include "primitives/frames.h"
#include "reduction/reduce.h"
#include "support/paths.h"

// What is known, and what is found wrong, before a reduction is begun.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
namespace fs = std::filesystem;

class Plan : public ::testing::Test {
 protected:
  Plan() {
    fs::create_directories(folder.path() / "raw");
    settings.output_folder = folder.file("out");
    settings.threads = 1;
  }

  std::string raw(const Frame& frame, const std::string& name = "") {
    std::string file = folder.file("raw/" + (name.empty() ? frame->filename() : name));
    frame->write(file, true);
    return file;
  }
  std::string dark(int number, std::int64_t nx = 4) {
    const Frame frame = raw_frame(number, Plane::filled<float>(4, nx, 20.0F));
    make_dark(frame);
    return raw(frame);
  }
  std::string science(int number) {
    return raw(raw_frame(number, Plane::filled<float>(4, 4, 9.0F)));
  }

  ReductionPlan plan(Words files, const std::string& recipe = "_default") {
    settings.files = std::move(files);
    settings.recipe = recipe;
    return Reduction(settings, log).plan();
  }
  static Words texts(const ReductionPlan& plan) {
    Words found;
    for (const Problem& problem : plan.problems) found.push_back(problem.text);
    return found;
  }
  Words outputs(const ReductionPlan& plan) const {
    Words names;
    for (const std::string& path : plan.outputs) {
      EXPECT_EQ(fs::path(path).parent_path(), settings.output_folder);
      names.push_back(fs::path(path).filename().string());
    }
    return names;
  }

  TemporaryFolder folder;
  ReductionSettings settings;
  RecordedLog log;
};

TEST_F(Plan, TellsRecipeStepsAndParameters) {
  settings.parameters = {{"stackDarks:operation", "median"}, {"addVAR:skip_primitive", true}};
  const ReductionPlan made = plan({dark(38), dark(39)});
  EXPECT_EQ(texts(made), Words{});
  EXPECT_EQ(made.recipe, "makeProcessedDark");
  EXPECT_EQ(made.library, "recipes_DARK");
  EXPECT_EQ(made.primitive_class, "GNIRS");
  ASSERT_EQ(made.steps.size(), 7U);
  EXPECT_EQ(made.steps[5].parameters.text("operation"), "median");
  EXPECT_TRUE(made.steps[2].skipped);
  EXPECT_FALSE(made.steps[5].skipped);
  EXPECT_EQ(made.inputs[0].shape, (std::vector<std::int64_t>{4, 4}));
  EXPECT_FALSE(fs::exists(settings.output_folder));
}

TEST_F(Plan, NamesTheProducts) {
  EXPECT_EQ(outputs(plan({dark(38), dark(39)})), Words{"N20120117S0038_dark.fits"});
  settings.mode = "ql";
  EXPECT_EQ(outputs(plan({dark(38), dark(39)})), Words{"N20120117S0038_ql_dark.fits"});
  settings.mode = "sq";
  settings.suffix = "_mine";
  EXPECT_EQ(outputs(plan({dark(38), dark(39)})), Words{"N20120117S0038_mine.fits"});
  settings.suffix.reset();
  EXPECT_EQ(outputs(plan({science(14), science(15)}, "prepare")),
            (Words{"N20120117S0014_prepared.fits", "N20120117S0015_prepared.fits"}));
  EXPECT_EQ(outputs(plan({science(14)}, "showInputs")), Words{});
  settings.parameters = {{"do_cal", "skip"}};
  EXPECT_EQ(outputs(plan({science(14), science(15)})),
            (Words{"N20120117S0014_stack.fits", "N20120117S0014_image.fits"}));
}

TEST_F(Plan, WhatIsPlannedIsWhatIsWritten) {
  settings.files = {dark(38), dark(39)};
  Reduction reduction(settings, log);
  EXPECT_EQ(reduction.run().outputs, reduction.plan().outputs);
  EXPECT_THROW(reduction.run(), std::logic_error);
}

TEST_F(Plan, AProductDoesNotTakeAnInputsName) {
  const auto stack = [&](int number) {
    const Frame frame = raw_frame(number, Plane::filled<float>(4, 4, 9.0F));
    frame->phu.set("ORIGNAME", frame->filename());
    return raw(frame, fs::path(frame->filename()).stem().string() + "_stack.fits");
  };
  const std::string first = stack(14), second = stack(15);
  settings.output_folder = (folder.path() / "raw").string();
  EXPECT_EQ(outputs(plan({first, second}, "alignAndStack")),
            Words{"N20120117S0014_alignAndStack.fits"});
  settings.suffix = "_stack";
  const ReductionPlan made = plan({first, second}, "alignAndStack");
  ASSERT_EQ(made.problems.size(), 1U);
  EXPECT_EQ(made.problems[0].status, ExitStatus::resources);
  EXPECT_EQ(made.problems[0].text.find(first), 0U);
}

TEST_F(Plan, InputsMustGoTogether) {
  const std::string odd = science(14), wide = dark(40, 5);
  const ReductionPlan made = plan({dark(38), odd, dark(39), wide});
  ASSERT_EQ(made.problems.size(), 1U);
  const std::string& text = made.problems[0].text;
  EXPECT_EQ(made.problems[0].status, ExitStatus::bad_input);
  EXPECT_NE(text.find(odd + " is IMAGE, not DARK"), std::string::npos) << text;
  EXPECT_NE(text.find(wide + " has 5 x 4 pixels, not 4 x 4"), std::string::npos) << text;
  settings.mixed = true;
  EXPECT_EQ(texts(plan({dark(38), odd})), Words{});
  settings.mixed = false;
  settings.compat = true;
  EXPECT_EQ(texts(plan({dark(38), odd})), Words{});
}

TEST_F(Plan, ABadPixelMaskIsMadeOfFlatsAndDarks) {
  const Frame flat = raw_frame(19, Plane::filled<float>(4, 4, 9.0F));
  flat->phu.set("OBSTYPE", "FLAT");
  EXPECT_EQ(texts(plan({raw(flat), dark(38)}, "makeProcessedBPM")), Words{});
}

TEST_F(Plan, AFileGivenTwiceIsSaid) {
  const std::string file = dark(38);
  plan({file, file});
  EXPECT_TRUE(log.has(file + " is given more than once"));
}

TEST_F(Plan, MissingCalibrationsOfAllInputsAreNamed) {
  const ReductionPlan made = plan({science(14), science(15)});
  ASSERT_EQ(made.problems.size(), 2U);
  EXPECT_EQ(made.problems[0].status, ExitStatus::calibration);
  EXPECT_EQ(made.problems[0].text.find(
                "No processed dark listed for N20120117S0014.fits, N20120117S0015.fits"),
            0U);
  EXPECT_NE(made.problems[1].text.find("-p flatCorrect:do_cal=skip goes on without"),
            std::string::npos);
  settings.mode = "ql";
  EXPECT_EQ(texts(plan({science(14)})), Words{});
  settings.parameters = {{"darkCorrect:do_cal", "force"}};
  EXPECT_EQ(plan({science(14)}).problems.size(), 1U);
}

TEST_F(Plan, FilesThatParametersNameAreLookedAt) {
  const std::string there = dark(38);
  settings.parameters = {{"darkCorrect:dark", there}, {"flatCorrect:flat", "/no/flat.fits"}};
  const ReductionPlan made = plan({science(14)});
  EXPECT_EQ(texts(made), Words{"flatCorrect:flat: /no/flat.fits cannot be read"});
  ASSERT_EQ(made.calibrations.size(), 3U);
  EXPECT_EQ(made.calibrations[1].file, there);
  EXPECT_EQ(made.calibrations[1].why, "named by darkCorrect:dark");
}

TEST_F(Plan, ProblemsOfTheCallerComeFirst) {
  settings.problems = {{ExitStatus::usage, "before"}};
  settings.parameters = {{"nosuch", "1"}};
  const ReductionPlan made = plan({dark(38)});
  EXPECT_EQ(texts(made), (Words{"before", "Parameter nosuch not recognized"}));
  try {
    reduce(settings, log);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(
        error.what(),
        "2 problems; nothing has been done:\n1. before\n2. Parameter nosuch not recognized");
  }
}

TEST_F(Plan, ScienceFramesAreRefusedInModeQa) {
  settings.mode = "qa";
  const ReductionPlan made = plan({science(14)});
  ASSERT_EQ(made.problems.size(), 1U);
  EXPECT_EQ(made.problems[0].status, ExitStatus::recipe);
  EXPECT_NE(made.problems[0].text.find("use --ql"), std::string::npos);
}

TEST_F(Plan, TheRecordTellsWhatWasWritten) {
  settings.files = {dark(38), dark(39)};
  settings.parameters = {{"prepare:write_outputs", true}};
  Reduction reduction(settings, log);
  reduction.run({.step_ends = [](const RecipeStep&, const StepCost&) {}});
  const ReductionRecord& record = reduction.record();
  Words final, others;
  for (const ReductionOutput& output : record.outputs) {
    (output.final ? final : others).push_back(fs::path(output.file).filename().string());
  }
  EXPECT_EQ(final, Words{"N20120117S0038_dark.fits"});
  EXPECT_EQ(others, (Words{"N20120117S0038_prepared.fits", "N20120117S0039_prepared.fits",
                           "N20120117S0038_dark.fits"}));
  EXPECT_EQ(record.steps.size(), 7U);
}

}  // namespace
}  // namespace wyvern

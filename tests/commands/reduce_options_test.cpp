// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/reduce_options.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/errors.h"

// What command lines of `reduce` are taken for, here and in DRAGONS 3.2.

namespace wyvern::commands {
namespace {

using Words = std::vector<std::string>;

ReduceRequest request(const Words& tokens) {
  ::setenv("DRAGONSRC", "/nonexistent/dragonsrc", 1);
  const ArgumentParser parser = reduce_parser("reduce");
  return reduce_request(parser, parser.parse(tokens));
}

// The error of a line, from its last line on.
std::string error(const Words& tokens) {
  try {
    request(tokens);
  } catch (const LineError& fault) {
    const std::string text = fault.what();
    return text.substr(text.rfind("reduce: error: "));
  }
  return "";
}

class DragonsLine : public ::testing::Test {
 protected:
  DragonsLine() { ::setenv("WYVERN_COMPAT", "3.2", 1); }
  ~DragonsLine() override { ::unsetenv("WYVERN_COMPAT"); }
};

TEST(ReduceLine, FilesStandAnywhereAndAddUp) {
  EXPECT_EQ(request({"a.fits", "--qa", "b.fits", "-p", "x=1", "c.fits", "--user_cal", "d.fits"})
                .settings.files,
            (Words{"a.fits", "c.fits", "d.fits", "b.fits"}));
}

TEST(ReduceLine, OptionsTakeOneValue) {
  const ReduceRequest taken = request({"-r", "foo", "a.fits", "--suffix", "_x", "b.fits",
                                       "--logfile", "my.log", "--logm", "Quiet", "--threads=3"});
  EXPECT_EQ(taken.settings.recipe, "foo");
  EXPECT_EQ(taken.settings.suffix, "_x");
  EXPECT_EQ(taken.settings.files, (Words{"a.fits", "b.fits"}));
  EXPECT_EQ(taken.log_file, "my.log");
  EXPECT_EQ(taken.log_mode, LogMode::quiet);
  EXPECT_EQ(taken.settings.threads, 3);
  EXPECT_EQ(error({"-r"}), "reduce: error: argument -r/--recipe: expected one argument");
}

TEST(ReduceLine, ParametersReplaceThoseOfTheSameName) {
  const auto given =
      request({"-p", "a=1", "b:c=x=y", "-p", "a=None", "d=True"}).settings.parameters;
  EXPECT_EQ(given, (std::vector<UserParameter>{{"b:c", "x=y"}, {"a", {}}, {"d", true}}));
  EXPECT_EQ(
      error({"-p", "=1"}),
      "reduce: error: argument -p/--param: '=1': expected name=value or primitive:name=value");
}

TEST(ReduceLine, TheLastModeCounts) {
  EXPECT_EQ(request({"a.fits"}).settings.mode, "sq");
  EXPECT_EQ(request({"--qa", "--ql"}).settings.mode, "ql");
  EXPECT_EQ(request({"--ql", "--qa"}).settings.mode, "qa");
}

TEST(ReduceLine, UploadsAreWordsWithCommasOrBlanks) {
  const ReduceRequest taken = request({"--upload", "Metrics,", "calibs", "a.fits"});
  EXPECT_EQ(taken.upload, (Words{"metrics", "calibs"}));
  EXPECT_TRUE(taken.settings.uploads_calibrations);
  EXPECT_EQ(taken.settings.files, Words{"a.fits"});
  EXPECT_EQ(error({"--upload", "all"}),
            "reduce: error: argument --upload: invalid choice: 'all' (choose from 'metrics', "
            "'calibs', 'science')");
}

TEST(ReduceLine, WhatNamesNothingIsAProblem) {
  const auto problems = request({"a.fits", "-r", "foo", "bar"}).settings.problems;
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].text, "bar: no such file, and no option of which it could be the value");
  EXPECT_EQ(problems[0].status, ExitStatus::bad_input);
}

TEST(ReduceLine, PackagesOfPythonAreProblems) {
  const auto problems = request({"--adpkg", "mine", "--drpkg", "myrd"}).settings.problems;
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].text.find("--adpkg mine: "), 0U);
  EXPECT_EQ(problems[1].status, ExitStatus::recipe);
  EXPECT_TRUE(request({"--drpkg", "geminidr"}).settings.problems.empty());
}

TEST(ReduceLine, AllWrongCalibrationsAreProblems) {
  const auto problems =
      request({"--user_cal", "processed_dark:/no/a.fits", "dark:/no/b.fits"}).settings.problems;
  EXPECT_EQ(problems.size(), 2U);
}

TEST(ReduceLine, ShowsWhatOptionsAreTakenFor) {
  const std::string shown = displayed_flags(request({"a.fits", "-d", "--ql", "-r", "foo"}));
  EXPECT_NE(shown.find("\t['--ql']                        :: mode                 :: ql\n"),
            std::string::npos)
      << shown;
  EXPECT_NE(shown.find("Input fits file(s):\ta.fits\n"), std::string::npos);
}

TEST_F(DragonsLine, FilesBehindAnOptionReplaceThoseBefore) {
  EXPECT_EQ(request({"a.fits", "-p", "x=1", "b.fits"}).settings.files, Words{"b.fits"});
  EXPECT_EQ(request({"-d", "a.fits", "b.fits", "-r", "foo", "c.fits"}).settings.files,
            Words{"c.fits"});
  EXPECT_EQ(request({"-r", "foo", "bar", "a.fits"}).settings.recipe, "foo");
  EXPECT_EQ(error({"a.fits", "--qa", "b.fits"}), "reduce: error: unrecognized arguments: b.fits");
}

TEST_F(DragonsLine, ParametersAreCountedAndCut) {
  const ReduceRequest taken = request({"-p", "a=1", "-p", "a=2=3", "b=4"});
  EXPECT_EQ(taken.remarks, Words{"Overriding 1 parameter(s).\n"});
  EXPECT_EQ(taken.settings.parameters, (std::vector<UserParameter>{{"a", "2"}, {"b", "4"}}));
}

TEST_F(DragonsLine, ASecondDisplayFlagTakesTheFirstBack) {
  EXPECT_TRUE(request({"-d"}).display);
  EXPECT_FALSE(request({"-d", "--qa", "-d"}).display);
}

TEST_F(DragonsLine, OptionsWithoutAValueFail) {
  EXPECT_THROW(request({"-r"}), InputError);
  EXPECT_THROW(request({"--upload"}), InputError);
  EXPECT_THROW(request({"--logmode", "loud"}), InputError);
}

}  // namespace
}  // namespace wyvern::commands

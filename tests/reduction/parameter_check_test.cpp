// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/common.h"
#include "recipes/recipe.h"
#include "reduction/checks.h"

// What the parameters of the command line are checked for, and what is said.

namespace wyvern {
namespace {

const PrimitiveClass& images() {
  return *primitive_class_for({"GEMINI", "GNIRS", "IMAGE"});
}

const Recipe& recipe(const std::string& name, const Tags& tags = {"GNIRS", "IMAGE"}) {
  return *recipe_library_for(tags, "sq")->find(name);
}

// What is said about one parameter; "" when it is accepted.
std::string message(const std::string& name, const Value& value,
                    const std::optional<std::string>& primitive = std::nullopt,
                    const Recipe& of = recipe("reduce")) {
  std::vector<Problem> problems;
  checked_parameters(images(), of, {{name, value}}, primitive, false, problems);
  if (problems.empty()) return "";
  EXPECT_EQ(problems[0].status, ExitStatus::recipe);
  return problems[0].text;
}

std::vector<UserParameter> checked(std::vector<UserParameter> given,
                                   const std::optional<std::string>& primitive = std::nullopt) {
  std::vector<Problem> problems;
  given =
      checked_parameters(images(), recipe("reduce"), std::move(given), primitive, false, problems);
  EXPECT_TRUE(problems.empty() || primitive) << problems[0].text;
  return given;
}

TEST(CheckedParameters, GoodOnesComeBackAsTheyWere) {
  const std::vector<UserParameter> given = {{"stackDarks:operation", "median"},
                                            {"operation", "mean"},
                                            {"detect_thresh", "2.5"},
                                            {"associateSky:time", "900"}};
  EXPECT_EQ(checked(given), given);
}

TEST(CheckedParameters, UnknownPrimitives) {
  EXPECT_EQ(message("nosuch:par", "1"), "Primitive nosuch not recognized");
  EXPECT_EQ(message("stackframes:scale", true),
            "Primitive stackframes not recognized, did you mean stackFrames?");
  const std::string text = message("stckFrames:scale", true);
  EXPECT_EQ(text.find("Primitive stckFrames not recognized, did you mean one of ["), 0U) << text;
  EXPECT_NE(text.find("'stackFrames'"), std::string::npos) << text;
  EXPECT_NE(text.find("'stackSkyFrames'"), std::string::npos) << text;
}

TEST(CheckedParameters, UnknownParameters) {
  EXPECT_EQ(message("stackDarks:nosuch", "1"), "Parameter nosuch not recognized");
  EXPECT_EQ(message("nosuch", "1"), "Parameter nosuch not recognized");
  EXPECT_EQ(message("stackDarks:opration", "mean"),
            "Parameter opration not recognized, did you mean operation?");
  // A parameter of another primitive.
  EXPECT_EQ(message("stackDarks:tolerance", "0"), "Parameter tolerance not recognized");
}

TEST(CheckedParameters, OneColonAtMost) {
  EXPECT_EQ(message("a:b:c", "1"),
            "Expecting parameter or primitive:parameter in -p user parameters");
}

TEST(CheckedParameters, ValuesAreCheckedAtOnce) {
  EXPECT_EQ(message("stackDarks:operation", "nosuch"),
            "ChoiceField 'operation' (Averaging operation\n"
            "Allowed values:\n"
            "\tmean\tarithmetic mean\n"
            "\twtmean\tvariance-weighted mean\n"
            "\tmedian\tmedian\n"
            "\tlmedian\tlow-median\n"
            ") failed validation: Value nosuch is not allowed.\n"
            "\tAllowed values: [mean, wtmean, median, lmedian]");
  EXPECT_EQ(message("associateSky:time", "-1"),
            "RangeField 'time' (Maximum association time (seconds)\n"
            "\tValid Range = [0,inf)) failed validation: -1.0 is outside of valid range [0,inf)");
  EXPECT_NE(message("addDQ:add_illum_mask", "1"), "");
  EXPECT_NE(message("stackFrames:operation", {}), "");
}

TEST(CheckedParameters, ValuesWithoutAPrimitiveMustSuitAllThatTakeThem) {
  // True is for skyCorrect and stackFrames, "median" for normalizeFlat: in the flat's recipe the
  // lamp flat sets `scale` for its stacks itself.
  EXPECT_EQ(message("scale", true), "");
  EXPECT_NE(message("scale", "median"), "");
  const Recipe& flat = recipe("makeProcessedFlat", {"GNIRS", "IMAGE", "CAL", "FLAT"});
  EXPECT_EQ(message("scale", "median", std::nullopt, flat), "");
  EXPECT_NE(message("scale", true, std::nullopt, flat), "");
  EXPECT_NE(message("scale", "nosuch", std::nullopt, flat), "");
  EXPECT_EQ(message("operation", "nosuch").find("ChoiceField 'operation'"), 0U);
  // What no primitive of the recipe has must suit one of the others.
  EXPECT_EQ(message("dark_lo_thresh", "-5"), "");
  EXPECT_NE(message("dark_lo_thresh", "low"), "");
}

TEST(CheckedParameters, TheReferenceLooksAtNamesOnly) {
  std::vector<Problem> problems;
  checked_parameters(images(), recipe("reduce"), {{"stackFrames:operation", "nosuch"}},
                     std::nullopt, true, problems);
  EXPECT_TRUE(problems.empty());
  checked_parameters(images(), recipe("reduce"), {{"stackFrames:nosuch", "1"}}, std::nullopt, true,
                     problems);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(CheckedParameters, AllThatIsWrongIsSaid) {
  std::vector<Problem> problems;
  checked_parameters(images(), recipe("reduce"),
                     {{"nosuch:x", "1"}, {"detect_thresh", "0"}, {"associateSky:time", "-1"}},
                     std::nullopt, false, problems);
  EXPECT_EQ(problems.size(), 3U);
}

// What is said of a parameter that changes nothing in a recipe.
std::string idle(const std::string& name, const Value& value, const Recipe& of) {
  const auto lines = idle_parameters(images(), of, {{name, value}});
  return lines.empty() ? "" : lines.front();
}

TEST(IdleParameters, OfPrimitivesThatTheRecipeDoesNotRun) {
  const Recipe& dark = recipe("makeProcessedDark", {"GNIRS", "CAL", "DARK"});
  EXPECT_EQ(idle("detectSources:detect_thresh", "5", dark),
            "-p detectSources:detect_thresh=5 has no effect: makeProcessedDark does not run "
            "detectSources");
  EXPECT_EQ(idle("tolerance", "5", dark),
            "-p tolerance=5 has no effect: no primitive of makeProcessedDark has it");
  EXPECT_EQ(idle("stackDarks:operation", "median", dark), "");
  EXPECT_EQ(idle("operation", "median", dark), "");
}

TEST(IdleParameters, OfPrimitivesToWhichAnotherHandsItsOwn) {
  const Recipe& dark = recipe("makeProcessedDark", {"GNIRS", "CAL", "DARK"});
  EXPECT_EQ(idle("stackFrames:operation", "median", dark),
            "-p stackFrames:operation=median has no effect: stackDarks hands its own value to "
            "stackFrames; give stackDarks:operation");
  EXPECT_EQ(idle("stackFrames:scale", true, dark),
            "-p stackFrames:scale=True has no effect: stackDarks sets it for stackFrames");
  // In the recipe for science frames stackFrames is a step of its own.
  EXPECT_EQ(idle("stackFrames:operation", "median", recipe("reduce")), "");
  EXPECT_EQ(idle("stackFrames:suffix", "_x", recipe("reduce")), "");
}

TEST(IdleParameters, StepsOnlyCanBeSkipped) {
  EXPECT_EQ(idle("validateData:skip_primitive", true, recipe("reduce")),
            "-p validateData:skip_primitive=True has no effect: validateData is no step of reduce");
  EXPECT_EQ(idle("prepare:skip_primitive", true, recipe("reduce")), "");
}

TEST(IdleParameters, WhatTheRecipeSetsIsSaidWhenTheStepRuns) {
  EXPECT_EQ(idle("addVAR:read_noise", false, recipe("reduce")), "");
}

TEST(CheckedParameters, EveryStepCanBeSkippedOrWritten) {
  for (const Primitive& primitive : images().primitives()) {
    EXPECT_EQ(message(primitive.name + ":skip_primitive", true), "") << primitive.name;
    EXPECT_EQ(message(primitive.name + ":write_outputs", false), "") << primitive.name;
  }
  EXPECT_NE(message("prepare:skip_primitive", "yes"), "");
  // Without a primitive these two are no parameters.
  EXPECT_EQ(message("skip_primitive", true), "Parameter skip_primitive not recognized");
}

TEST(CheckedParameters, APrimitiveRunAloneNeedsNoPrefix) {
  EXPECT_EQ(
      checked({{"detect_thresh", "2"}, {"detectSources:mask", true}, {"skip_primitive", true}},
              "detectSources"),
      (std::vector<UserParameter>{{"detectSources:detect_thresh", "2"},
                                  {"detectSources:mask", true},
                                  {"detectSources:skip_primitive", true}}));
  EXPECT_EQ(message("operation", "mean", "detectSources"), "Parameter operation not recognized");
}

}  // namespace
}  // namespace wyvern

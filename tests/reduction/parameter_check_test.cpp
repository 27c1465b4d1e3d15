// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/common.h"
#include "reduction/reduce.h"

// What the parameters of the command line are checked for, and what is said.

namespace wyvern {
namespace {

const PrimitiveClass& images() {
  return *primitive_class_for({"GEMINI", "GNIRS", "IMAGE"});
}

// The message for one parameter; "" when it is accepted.
std::string message(const std::string& name, const Value& value,
                    const std::optional<std::string>& primitive = std::nullopt) {
  try {
    checked_parameters(images(), {{name, value}}, primitive);
  } catch (const RecipeError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckedParameters, GoodOnesComeBackAsTheyWere) {
  const std::vector<UserParameter> given = {{"stackDarks:operation", "median"},
                                            {"operation", "mean"},
                                            {"detect_thresh", "2.5"},
                                            {"associateSky:time", "900"}};
  EXPECT_EQ(checked_parameters(images(), given, std::nullopt), given);
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

TEST(CheckedParameters, ValuesWithoutAPrimitiveMustSuitOneThatHasThem) {
  // True is for stackFrames, skyCorrect and others, "median" is for normalizeFlat.
  EXPECT_EQ(message("scale", true), "");
  EXPECT_EQ(message("scale", "median"), "");
  EXPECT_NE(message("scale", "nosuch"), "");
  EXPECT_EQ(message("operation", "nosuch").find("ChoiceField 'operation'"), 0U);
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
  const auto checked = checked_parameters(
      images(), {{"detect_thresh", "2"}, {"detectSources:mask", true}, {"skip_primitive", true}},
      "detectSources");
  EXPECT_EQ(checked, (std::vector<UserParameter>{{"detectSources:detect_thresh", "2"},
                                                 {"detectSources:mask", true},
                                                 {"detectSources:skip_primitive", true}}));
  EXPECT_EQ(message("operation", "mean", "detectSources"), "Parameter operation not recognized");
}

}  // namespace
}  // namespace wyvern

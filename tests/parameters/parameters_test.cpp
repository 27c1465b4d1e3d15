// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "parameters/parameters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "base/errors.h"

namespace wyvern {
namespace {

std::string refusal(const Parameter& parameter, const Value& given) {
  try {
    checked_value(parameter, given);
  } catch (const RecipeError& error) {
    return error.what();
  }
  return "accepted";
}

ParameterSet associate_sky() {
  return {text("suffix", "_skyAssociated", "Filename suffix"),
          real("time", 600, "Maximum association time (seconds)", "[0,inf)"),
          real("distance", 1.0, "Minimum association distance (arcsec)", "[0,inf)"),
          or_none(integer("min_skies", 3, "Minimum number of sky frames to associate", "[0,inf)")),
          or_none(integer("max_skies", Value(), "Maximum number of sky frames to associate",
                          "[1,inf)")),
          boolean("use_all", false, "Use all frames as skies?"),
          frame_list("sky", Value(), "Sky-only frames stored on disk")};
}

Parameter operation() {
  return choice("operation", "mean", "Averaging operation",
                {{"mean", "arithmetic mean"},
                 {"wtmean", "variance-weighted mean"},
                 {"median", "median"},
                 {"lmedian", "low-median"}});
}

TEST(Description, ShowsLimitsAsDeclared) {
  EXPECT_EQ(real("lower", 0.01, "Lower limit", "[-inf,1)").description(),
            "Lower limit\n\tValid Range = [-inf,1)");
  EXPECT_EQ(real("t", 120.0, "Time", "[0.0,inf)").description(), "Time\n\tValid Range = [0.0,inf)");
  EXPECT_EQ(integer("xshift", 0, "Shift", "[-100,100]").description(),
            "Shift\n\tValid Range = [-100,100]");
}

TEST(Description, ListsChoices) {
  EXPECT_EQ(choice("scale", "median", "Statistic for scaling",
                   {{"mean", "Scale by mean"}, {"median", "Scale by median"}}, true)
                .description(),
            "Statistic for scaling\nAllowed values:\n\tmean\tScale by mean\n\tmedian\tScale by "
            "median\n\tNone\tField is optional\n");
}

TEST(Declaration, RejectsAMalformedRange) {
  EXPECT_THROW(real("x", 1.0, "X", "0-5"), std::logic_error);
}

TEST(Declaration, RealDefaultIsAFloat) {
  EXPECT_EQ(repr(real("time", 600, "Time").default_value), "600.0");
}

TEST(CheckedValue, TextBecomesTheTypeOfTheParameter) {
  EXPECT_EQ(repr(checked_value(real("x", 1.0, "X"), Value("60"))), "60.0");
  EXPECT_EQ(repr(checked_value(integer("x", 1, "X"), Value(" 7 "))), "7");
  EXPECT_EQ(repr(checked_value(boolean("x", true, "X"), Value("False"))), "False");
  EXPECT_EQ(repr(checked_value(text("x", "a", "X"), Value("12"))), "'12'");
  EXPECT_EQ(repr(checked_value(text_or_real("x", "a", "X"), Value("2"))), "2.0");
  EXPECT_EQ(repr(checked_value(text_or_real("x", "a", "X"), Value("auto"))), "'auto'");
}

TEST(CheckedValue, NumbersAreConvertedWhenNothingIsLost) {
  EXPECT_EQ(repr(checked_value(integer("x", 1, "X"), Value(3.0))), "3");
  EXPECT_EQ(repr(checked_value(integer("x", 1, "X"), Value(true))), "1");
  EXPECT_EQ(repr(checked_value(real("x", 1.0, "X"), Value(3))), "3.0");
  EXPECT_EQ(refusal(integer("x", 1, "X"), Value(3.5)),
            "Field 'x' (X) failed validation: Value 3.5 is of incorrect type float. Expected type "
            "int");
}

TEST(CheckedValue, TextOfAFloatIsNoInteger) {
  EXPECT_EQ(refusal(integer("nlow", 0, "Low", "[0,inf)"), Value("2.0")),
            "RangeField 'nlow' (Low\n\tValid Range = [0,inf)) failed validation: Value 2.0 is of "
            "incorrect type str. Expected type int");
}

TEST(CheckedValue, WrongTypesAreNamedAsTheReferenceDoes) {
  EXPECT_EQ(refusal(real("tolerance", 2.0, "Positional tolerance (arcsec)", "[0.1,inf)"), "abc"),
            "RangeField 'tolerance' (Positional tolerance (arcsec)\n\tValid Range = [0.1,inf)) "
            "failed validation: Value abc is of incorrect type str. Expected type float");
  EXPECT_EQ(
      refusal(boolean("x", true, "X"), Value("1")),
      "Field 'x' (X) failed validation: Value 1 is of incorrect type str. Expected type bool");
  EXPECT_EQ(
      refusal(boolean("x", true, "X"), Value(1)),
      "Field 'x' (X) failed validation: Value 1 is of incorrect type int. Expected type bool");
  EXPECT_EQ(refusal(text("x", "", "X"), Value(true)),
            "Field 'x' (X) failed validation: Value True is of incorrect type bool. Expected type "
            "str");
}

TEST(CheckedValue, LimitsIncludedAndExcluded) {
  const Parameter half_open = real("frac", 0.9, "Fraction", "[0.3,1)");
  EXPECT_EQ(refusal(half_open, Value(0.3)), "accepted");
  EXPECT_EQ(refusal(half_open, Value(1.0)),
            "RangeField 'frac' (Fraction\n\tValid Range = [0.3,1)) failed validation: 1.0 is "
            "outside of valid range [0.3,1)");
  EXPECT_EQ(
      refusal(real("first_pass", 2.0, "R", "(0,inf)"), Value("0")),
      "RangeField 'first_pass' (R\n\tValid Range = (0,inf)) failed validation: 0.0 is outside "
      "of valid range (0,inf)");
  EXPECT_EQ(refusal(integer("order", 1, "O", "[0,5]"), Value("5")), "accepted");
  EXPECT_NE(refusal(integer("order", 1, "O", "[0,5]"), Value("6")), "accepted");
  EXPECT_NE(refusal(real("x", 1.0, "X", "[0,inf)"), Value("nan")), "accepted");
  EXPECT_EQ(refusal(real("x", 1.0, "X", "[0,inf)"), Value("inf")), "accepted");
}

TEST(CheckedValue, NoneOnlyWhereAllowed) {
  EXPECT_TRUE(checked_value(text("x", "", "X"), Value()).is_none());
  EXPECT_EQ(refusal(real("x", 1.0, "X", "[0,1]"), Value()),
            "RangeField 'x' (X\n\tValid Range = [0,1]) failed validation: Required value cannot be "
            "None");
}

TEST(CheckedValue, ChoicesAreListed) {
  EXPECT_EQ(refusal(operation(), "nosuch"),
            "ChoiceField 'operation' (Averaging operation\nAllowed values:\n\tmean\tarithmetic "
            "mean\n\twtmean\tvariance-weighted mean\n\tmedian\tmedian\n\tlmedian\tlow-median\n) "
            "failed validation: Value nosuch is not allowed.\n\tAllowed values: [mean, wtmean, "
            "median, lmedian]");
  EXPECT_EQ(refusal(operation(), "median"), "accepted");
  const Parameter only_true = choice("override_thresh", true, "O", {{"True", "Must be"}});
  EXPECT_EQ(refusal(only_true, "True"), "accepted");
  EXPECT_NE(refusal(only_true, "False"), "accepted");
}

TEST(CheckedValue, ListsAreSplitAtCommas) {
  EXPECT_EQ(repr(checked_value(frame_list("sky", Value(), "Sky"), "a.fits,b.fits")),
            "['a.fits', 'b.fits']");
  EXPECT_EQ(repr(checked_value(frame_list("sky", Value(), "Sky"), "a.fits")), "'a.fits'");
  EXPECT_EQ(repr(checked_value(real_list("f", Value(), "F"), "1,2.5")), "[1.0, 2.5]");
  EXPECT_EQ(refusal(real_list("f", Value(), "F"), "x,2"),
            "ListField 'f' (F) failed validation: Item at position 0 with value x is of incorrect "
            "type str. Expected float");
}

TEST(CheckedValue, OwnChecksComeLast) {
  const Parameter section = checked(text("statsec", Value(), "Section"), check_section);
  for (const char* good : {"[1:100,5:60]", "1:100,5:60", " [1:2, 3:4] "}) {
    EXPECT_EQ(refusal(section, good), "accepted") << good;
  }
  EXPECT_TRUE(checked_value(section, Value()).is_none());
  for (const char* bad : {"", "[1:100,5:60", "1:100,5:60]", "100:1,5:60", "1:100", "1:5,7:7",
                          "1:5,a:7", "-1:5,1:7", "1:5,1:7x"}) {
    EXPECT_NE(refusal(section, bad), "accepted") << bad;
  }
  const Parameter replacement =
      checked(text_or_real("replace_value", "median", "Replacement"), check_replacement);
  EXPECT_EQ(repr(checked_value(replacement, "3")), "3.0");
  EXPECT_EQ(refusal(replacement, "mean"), "accepted");
  EXPECT_EQ(
      refusal(replacement, "mode"),
      "Field 'replace_value' (Replacement) failed validation: Value mode is not a valid value. "
      "Expected mean, median or a number");
}

TEST(ValueOfWord, OnlyTheThreeWords) {
  EXPECT_TRUE(value_of_word("None").is_none());
  EXPECT_EQ(repr(value_of_word("True")), "True");
  EXPECT_EQ(repr(value_of_word("true")), "'true'");
  EXPECT_EQ(repr(value_of_word("60")), "'60'");
}

TEST(Parameters, TypedAccess) {
  const ParameterSet set = associate_sky();
  Parameters parameters(set);
  parameters.set("time", "300");
  EXPECT_EQ(parameters.number("time"), 300.0);
  EXPECT_EQ(parameters.optional_integer("max_skies"), std::nullopt);
  EXPECT_EQ(parameters.integer("min_skies"), 3);
  EXPECT_FALSE(parameters.flag("use_all"));
  EXPECT_EQ(parameters.text("sky"), "");
  EXPECT_THROW(parameters["nosuch"], std::logic_error);
  EXPECT_THROW(parameters.set("time", -1.0), RecipeError);
  EXPECT_EQ(parameters.number("time"), 300.0);
}

TEST(Parameters, HistoryHasNoDebugParameters) {
  ParameterSet set = associate_sky();
  set.push_back(boolean("debug_ignore_wcs", false, "Ignore WCS?"));
  EXPECT_EQ(
      Parameters(set).history_json(),
      "{\"suffix\": \"_skyAssociated\", \"time\": 600.0, \"distance\": 1.0, \"min_skies\": 3, "
      "\"max_skies\": null, \"use_all\": false, \"sky\": null}");
}

TEST(ParameterSet, VariantsOfAPrimitive) {
  const ParameterSet set = without(with_defaults(associate_sky(), {{"time", 30}}), {"sky"});
  EXPECT_EQ(repr(find_parameter(set, "time")->default_value), "30.0");
  EXPECT_EQ(find_parameter(set, "sky"), nullptr);
  EXPECT_THROW(with_defaults(set, {{"sky", "x"}}), std::logic_error);
}

}  // namespace
}  // namespace wyvern

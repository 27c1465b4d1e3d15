// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wyvern {
namespace {

using Words = std::vector<std::string>;

TEST(Text, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,b", ','), (Words{"a", "b"}));
  EXPECT_EQ(split(",a,,", ','), (Words{"", "a", "", ""}));
  EXPECT_EQ(split("", ','), (Words{""}));
}

TEST(Text, SplitAtBlanksHasNoEmptyPieces) {
  EXPECT_EQ(split_blank("  a\tb \n c "), (Words{"a", "b", "c"}));
  EXPECT_TRUE(split_blank(" \t\n").empty());
  EXPECT_TRUE(split_blank("").empty());
}

TEST(Text, TrimAndJoinAndReplace) {
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim_right(" a "), " a");
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_EQ(replace_all("ab_ab", "ab", "xab"), "xab_xab");
  EXPECT_EQ(to_upper("a_dark1"), "A_DARK1");
  EXPECT_EQ(to_lower("A_Dark1"), "a_dark1");
}

TEST(ParseInt, TakesWholeNumbersOnly) {
  EXPECT_EQ(parse_int(" 42 "), 42);
  EXPECT_EQ(parse_int("-7"), -7);
  EXPECT_EQ(parse_int("+7"), 7);
  EXPECT_EQ(parse_int("007"), 7);
  for (const char* text : {"", " ", "2.0", "1e3", "4x", "0x10", "1 2", "--1", "+-1", "++1", "+",
                           "99999999999999999999"}) {
    EXPECT_FALSE(parse_int(text)) << text;
  }
}

TEST(ParseFloat, TakesWhatPythonTakes) {
  EXPECT_EQ(parse_float(" 2.5 "), 2.5);
  EXPECT_EQ(parse_float("1e3"), 1000.0);
  EXPECT_EQ(parse_float("-.5"), -0.5);
  EXPECT_EQ(parse_float("+5."), 5.0);
  EXPECT_EQ(parse_float("inf"), HUGE_VAL);
  EXPECT_EQ(parse_float("-Infinity"), -HUGE_VAL);
  EXPECT_EQ(parse_float("1e400"), HUGE_VAL);
  EXPECT_EQ(parse_float("-1e400"), -HUGE_VAL);
  EXPECT_EQ(parse_float("1e-400"), 0.0);
  ASSERT_TRUE(parse_float("NaN"));
  EXPECT_TRUE(std::isnan(*parse_float("nan")));
}

TEST(ParseFloat, RefusesTheRest) {
  for (const char* text : {"", ".", "1,5", "1e", "0x1p3", "1.5 x", "+-1", "--1", "nan(1)", "e5"}) {
    EXPECT_FALSE(parse_float(text)) << text;
  }
}

TEST(Soundex, IsTheReferencesVariant) {
  EXPECT_EQ(soundex("stckFrames"), "S321");
  EXPECT_EQ(soundex("stackSkyFrames"), "S321");
  EXPECT_EQ(soundex("opration"), "O163");
  EXPECT_EQ(soundex("operation"), "O163");
  EXPECT_EQ(soundex("a"), "A000");
  EXPECT_EQ(soundex(""), "0000");
  // H and W do not part equal codes, vowels do.
  EXPECT_EQ(soundex("achcs"), "A200");
  EXPECT_EQ(soundex("acacs"), "A220");
  // The first letter keeps its name but its code counts for the second.
  EXPECT_EQ(soundex("scale"), "S400");
}

const Words& primitives() {
  static const Words names = {"addDQ",       "stackBiases",    "stackFlats",
                              "stackFrames", "stackSkyFrames", "subtractSky"};
  return names;
}

TEST(DidYouMean, OffersNamesThatSoundAlike) {
  EXPECT_EQ(did_you_mean("stckFrames", primitives()),
            ", did you mean one of ['stackBiases', 'stackFlats', 'stackFrames', "
            "'stackSkyFrames']?");
  EXPECT_EQ(did_you_mean("opration", {"suffix", "operation", "scale"}),
            ", did you mean operation?");
  EXPECT_EQ(did_you_mean("nosuch", primitives()), "");
}

TEST(DidYouMean, OffersNamesWithALetterOrTwoThatDiffer) {
  EXPECT_EQ(did_you_mean("objct", {"object", "camera"}), ", did you mean object?");
  EXPECT_EQ(did_you_mean("exposre_tmie", {"exposure_time"}), ", did you mean exposure_time?");
  EXPECT_EQ(did_you_mean("ra", {"airmass"}), "");
}

TEST(DidYouMean, NamesNothingTwice) {
  EXPECT_EQ(did_you_mean("opration", {"operation", "scale", "operation"}),
            ", did you mean operation?");
}

TEST(DidYouMean, PrefersTheSameNameInOtherCase) {
  EXPECT_EQ(did_you_mean("stackframes", primitives()), ", did you mean stackFrames?");
  EXPECT_EQ(similar_names("ADDDQ", primitives()), Words{"addDQ"});
}

}  // namespace
}  // namespace wyvern

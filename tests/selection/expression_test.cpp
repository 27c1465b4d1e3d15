// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/text.h"
#include "selection/night.h"
#include "selection/selection.h"

namespace wyvern {
namespace {

using testing::keyhole_frame;

int selected(const std::string& text, bool strict = false) {
  const Expression expression = Expression::parse(text, strict);
  std::vector<std::string> warnings;
  int count = 0;
  for (const AstroData& ad : testing::night()) count += expression.matches(ad, warnings) ? 1 : 0;
  return count;
}

bool fulfils(const std::string& text, const AstroData& ad) {
  std::vector<std::string> warnings;
  return Expression::parse(text).matches(ad, warnings);
}

std::string refusal(const std::string& text) {
  try {
    Expression::parse(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string refusal_for(const std::string& text, const AstroData& ad) {
  try {
    fulfils(text, ad);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

struct Count {
  std::string expression;
  int expected;
};

// Numbers of files that the reference selected.
TEST(Expression, SelectsWhatTheReferenceSelects) {
  const std::vector<Count> counts = {{"exposure_time==60", 9},
                                     {"exposure_time==60.5", 9},
                                     {"exposure_time==60.7", 0},
                                     {"exposure_time!=60", 8},
                                     {"filter_name==\"J\"", 13},
                                     {"filter_name=='J'", 13},
                                     {"filter_name==\"Open&J_G0517\"", 0},
                                     {"filter_name==\"J_G0517\"", 0},
                                     {"filter_name==\"J\" and not object==\"GCALflat\"", 5},
                                     {"not object==\"GCALflat\"", 9},
                                     {"ut_date==\"2012-01-17\"", 13},
                                     {"ut_date>=\"2012-01-02\" and ut_date<\"2012-01-10\"", 4},
                                     {"ut_time>=\"05:30:03\" and ut_time<=\"05:32:03\"", 3},
                                     {"local_time<\"12:00:00\"", 0},
                                     {"object==\"GRB 120116A\"", 0},
                                     {"camera==\"ShortBlue\"", 0},
                                     {"camera==\"ShortBlue_G5540\"", 17},
                                     {"read_mode==\"Bright Objects\"", 17},
                                     {"disperser==\"32/mm\"", 4},
                                     {"1<exposure_time<100", 9},
                                     {"exposure_time>1 and exposure_time<100", 9},
                                     {"gcal_lamp==None", 9},
                                     {"is_ao==False", 17},
                                     {"\"DARK\" in ad.tags", 4},
                                     {"True", 17}};
  for (const auto& [text, expected] : counts) EXPECT_EQ(selected(text), expected) << text;
}

TEST(Expression, StrictKeepsComponentsAndEquality) {
  EXPECT_EQ(selected("exposure_time==60.5", true), 0);
  EXPECT_EQ(selected("exposure_time==60", true), 9);
  EXPECT_EQ(selected("filter_name==\"J\"", true), 0);
  EXPECT_EQ(selected("filter_name==\"Open&J_G0517\"", true), 13);
  EXPECT_EQ(selected("filter_name==\"J_G0517\"", true), 0);
  EXPECT_EQ(selected("disperser==\"32/mm\"", true), 0);
}

// Where the reference went wrong without saying so: brackets, blanks, the descriptor on the right.
TEST(Expression, MeansTheSameWhereverTheDescriptorStands) {
  const std::vector<Count> counts = {
      {"(filter_name==\"J\" or object==\"Dark\") and exposure_time==60", 9},
      {"( filter_name==\"J\" or object==\"Dark\" ) and exposure_time==60", 9},
      {"exposure_time==60 and(object==\"Dark\")", 4},
      {"(ut_date==\"2012-01-17\")", 13},
      {"ut_datetime>=\"2012-01-17 05:31:03\"", 12},
      {"ut_datetime>='2012-01-17T05:31:03.000'", 12},
      {"ut_datetime>'2012-01-17'", 13},
      {"object == \"Dark\"", 4},
      {"exposure_time == 60", 9},
      {"60.5 == exposure_time", 9},
      {"\"J\" == filter_name", 13},
      {"\"2012-01-10\" > ut_date", 4},
      {"\"05:30:03\" <= ut_time <= \"05:32:03\"", 3},
      {"not (exposure_time==1 and ut_date==\"2012-01-17\")", 9},
      {"ad.object()==\"Dark\" or ad.tags==None", 4},
      {"exposure_time()==60", 9},
      {"filter_name in [\"J\", \"H\"]", 13},
      {"filter_name in (\"J\",)", 13},
      {"ut_date in [\"2012-01-02\"]", 4},
      {"ad.filter_name(pretty=True)==\"Dark&J\"", 4},
      {"gcal_lamp is None and is_ao is not True", 9},
      {"\"FLAT\" not in tags", 9},
      {"not \"FLAT\" in tags", 9},
      {"\"GRB\" in object", 5}};
  for (const auto& [text, expected] : counts) EXPECT_EQ(selected(text), expected) << text;
}

TEST(Expression, Precedence) {
  const AstroData ad = keyhole_frame("x.fits", {{"EXPTIME", 6.0}, {"COADDS", 2}});
  EXPECT_TRUE(fulfils("True or True and False", ad));
  EXPECT_TRUE(fulfils("not False and True", ad));
  EXPECT_FALSE(fulfils("not (False or True)", ad));
  EXPECT_TRUE(fulfils("not not True", ad));
  EXPECT_TRUE(fulfils("2 + 3 * 4 == 14", ad));
  EXPECT_TRUE(fulfils("(2 + 3) * 4 == 20", ad));
  EXPECT_TRUE(fulfils("10 - 3 - 2 == 5", ad));
  EXPECT_TRUE(fulfils("7 / 2 == 3.5", ad));
  EXPECT_TRUE(fulfils("-2 - -3 == 1", ad));
  EXPECT_TRUE(fulfils("airmass*2 > 2.3 and airmass < 1.2e0", ad));
  EXPECT_TRUE(fulfils("coadds*3 == 6", ad));
  EXPECT_TRUE(fulfils("1 == True", ad));
  EXPECT_FALSE(fulfils("1 == '1'", ad));
  EXPECT_TRUE(fulfils("9223372036854775807 + 1 > 9e18", ad));
}

TEST(Expression, StringsAsInPython) {
  const AstroData ad = keyhole_frame("x.fits", {{"OBJECT", "it's \"M 1\""}});
  EXPECT_TRUE(fulfils("object == 'it\\'s \"M 1\"'", ad));
  EXPECT_TRUE(fulfils("object == \"it's \\\"M 1\\\"\"", ad));
  EXPECT_TRUE(fulfils("'a' + 'b' == 'ab' and 'a' < 'b'", ad));
  EXPECT_TRUE(fulfils("'\\n' != 'n'", ad));
}

TEST(Expression, ListsOfExtensionsCompareByTheirValues) {
  const AstroData ad = keyhole_frame("x.fits", {});
  EXPECT_TRUE(fulfils("gain == 13.5", ad));
  EXPECT_FALSE(fulfils("gain != 13.5", ad));
  EXPECT_TRUE(fulfils("gain == [13.5]", ad));
  EXPECT_TRUE(fulfils("gain > 13", ad));
  EXPECT_FALSE(fulfils("gain > 14", ad));
  EXPECT_TRUE(fulfils("array_name == 'SN7638228.1'", ad));
}

TEST(Expression, NoneEqualsNothingAndHasNoOrder) {
  const AstroData ad = keyhole_frame("N1.fits", {{"AIRMASS", Value()}});
  std::vector<std::string> warnings;
  EXPECT_FALSE(Expression::parse("airmass == 1").matches(ad, warnings));
  EXPECT_TRUE(Expression::parse("airmass != 1").matches(ad, warnings));
  EXPECT_TRUE(Expression::parse("airmass == None").matches(ad, warnings));
  EXPECT_EQ(warnings, std::vector<std::string>{});
  EXPECT_FALSE(Expression::parse("airmass < 2").matches(ad, warnings));
  EXPECT_FALSE(Expression::parse("2 * airmass >= 2").matches(ad, warnings));
  EXPECT_FALSE(Expression::parse("'x' in gcal_lamp").matches(ad, warnings));
  EXPECT_EQ(warnings,
            (std::vector<std::string>{"N1.fits: airmass is None; '<' with it is taken to be false",
                                      "N1.fits: airmass is None, and so is the result of '*'",
                                      "N1.fits: a value is None; '>=' with it is taken to be false",
                                      "N1.fits: gcal_lamp is None and contains nothing"}));
}

TEST(Expression, DescriptorThatCannotBeGivenIsNone) {
  const AstroData ad = keyhole_frame("N1.fits", {{"CAMERA", "Nonsense"}});
  std::vector<std::string> warnings;
  EXPECT_FALSE(Expression::parse("pixel_scale > 0.1").matches(ad, warnings));
  ASSERT_FALSE(warnings.empty());
  EXPECT_TRUE(warnings.front().starts_with("N1.fits: ")) << warnings.front();
  EXPECT_EQ(warnings.front().find("N1.fits", 1), std::string::npos) << warnings.front();
  EXPECT_TRUE(contains(warnings.front(), "pixel_scale")) << warnings.front();
}

TEST(Expression, RefusalsNameThePlace) {
  EXPECT_EQ(refusal("exposure_time=60"),
            "cannot understand the expression \"exposure_time=60\" at character 14: use '==' to "
            "compare");
  EXPECT_TRUE(
      contains(refusal("coadds==1 AND is_ao"), "character 11: unexpected 'AND'; write 'and'"));
  EXPECT_TRUE(contains(refusal("NOT is_ao"), "write 'not' in lower case"));
  EXPECT_TRUE(contains(refusal("exposure_time=="), "character 16: the expression ends too soon"));
  EXPECT_TRUE(contains(refusal(""), "ends too soon"));
  EXPECT_TRUE(contains(refusal("nosuch==1"), "character 1: 'nosuch' is not a descriptor"));
  EXPECT_TRUE(contains(refusal("Exposure_Time==1"), "did you mean exposure_time?"));
  EXPECT_TRUE(contains(refusal("object==\"Dark"), "the closing quote is missing"));
  EXPECT_TRUE(contains(refusal("ut_date==2012-01-02x"), "'02x' is not a number"));
  EXPECT_TRUE(contains(refusal("(coadds==1"), "character 11: expected ')'"));
  EXPECT_TRUE(contains(refusal("coadds==1)"), "unexpected ')'"));
  EXPECT_TRUE(contains(refusal("coadds == 1; import os"), "unexpected character ';'"));
  EXPECT_TRUE(contains(refusal("__import__('os')"), "is not a descriptor"));
  EXPECT_TRUE(contains(refusal("ad.phu"), "'phu' is not a descriptor"));
  EXPECT_TRUE(contains(refusal("coadds(3)"), "expected ')'"));
  EXPECT_TRUE(contains(refusal("ad."), "ends too soon"));
  EXPECT_TRUE(contains(refusal("and"), "unexpected 'and'"));
}

TEST(Expression, DatesAreCheckedBeforeAnyFileIsOpened) {
  for (const char* text :
       {"ut_date=='17/01/2012'", "ut_date=='2012-02-30'", "ut_time>'25:00:00'", "ut_time>'5:30'",
        "ut_datetime>'2012-01-17  05:00:00'", "ut_date in ['2012-01-02', 'x']", "'x'<local_time",
        "ut_time=='05:00:00.1234567'"}) {
    EXPECT_TRUE(contains(refusal(text), "is compared with")) << text << ": " << refusal(text);
  }
  EXPECT_EQ(refusal("ut_time=='5:3:1.25'"), "accepted");
}

TEST(Expression, HostileTextEndsInARefusal) {
  const std::string deep = std::string(100000, '(') + "True";
  EXPECT_TRUE(contains(refusal(deep), "nested deeper than 200"));
  std::string sum = "1", nots;
  for (int i = 0; i < 5000; ++i) {
    sum += "+1";
    nots += "not ";
  }
  EXPECT_TRUE(contains(refusal(sum + "==1"), "nested deeper than 200"));
  EXPECT_TRUE(contains(refusal(nots + "True"), "nested deeper than 200"));
  EXPECT_EQ(refusal(std::string(5000, '-') + "1 == 1"), "accepted");
  EXPECT_NE(refusal(std::string("a\0b", 3)), "accepted");
  EXPECT_NE(refusal("\xff\xfe"), "accepted");
  std::string many = "coadds==1";
  for (int i = 0; i < 5000; ++i) many += " or coadds==1";
  EXPECT_EQ(refusal(many), "accepted");
}

TEST(Expression, ResultMustBeATruthValue) {
  const AstroData ad = keyhole_frame("N1.fits", {});
  EXPECT_EQ(refusal_for("1", ad),
            "Expression does not return a boolean value. \"1\" gives 1 for N1.fits; compare it "
            "with something");
  EXPECT_TRUE(contains(refusal_for("object", ad), "Expression does not return a boolean value."));
  EXPECT_TRUE(contains(refusal_for("camera > 5", ad),
                       "'>' cannot be used between text and a number: 'ShortBlue_G5540' and 5"));
  EXPECT_TRUE(contains(refusal_for("camera * 2 == 1", ad), "'*' cannot be used between"));
}

}  // namespace
}  // namespace wyvern

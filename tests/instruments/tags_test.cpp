// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/tags.h"

#include <gtest/gtest.h>

#include "instruments/headers.h"
#include "instruments/tag_rules.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using instruments::Facts;
using instruments::Instrument;
using instruments::TagRule;
using testing::data_with;

bool always(const Facts&) {
  return true;
}
bool never(const Facts&) {
  return false;
}

Tags tags_by(std::span<const TagRule> rules, const Instrument* base = nullptr) {
  const Instrument instrument{.tag = "", .class_name = "", .base = base, .tag_rules = rules};
  return instruments::evaluate_tags(AstroData(), instrument);
}

TEST(TagRules, RemoveKeepsTagsOutButTakesNoneAway) {
  // Rules that remove come first, whatever their name.
  const TagRule rules[] = {
      {.name = "a", .applies = always, .add = {"X", "Y"}},
      {.name = "b", .applies = always, .add = {"Z"}, .remove = {"X"}},
  };
  EXPECT_EQ(tags_by(rules), (Tags{"Y", "Z"}));
  const TagRule late[] = {
      {.name = "a", .applies = always, .add = {"X"}},
      {.name = "b", .applies = always, .add = {"Z"}, .remove = {"X"}, .if_present = {"X"}},
  };
  EXPECT_EQ(tags_by(late), (Tags{"X", "Z"}));
}

TEST(TagRules, ABlockedTagTakesItsGroupWithIt) {
  const TagRule rules[] = {
      {.name = "a", .applies = always, .add = {"X", "Y"}},
      {.name = "z", .applies = always, .add = {"B"}, .blocks = {"X"}},
  };
  EXPECT_EQ(tags_by(rules), Tags{"B"});
}

TEST(TagRules, BlockedByAndIfPresentLookAtTheTagsSoFar) {
  const TagRule rules[] = {
      {.name = "a", .applies = always, .add = {"X"}, .blocked_by = {"P"}},
      {.name = "b", .applies = always, .add = {"Y"}, .if_present = {"P"}},
      {.name = "c", .applies = always, .add = {"Z"}, .if_present = {"Q"}},
      {.name = "z", .applies = always, .add = {"P"}},
  };
  EXPECT_EQ(tags_by(rules), (Tags{"P", "Y"}));
}

TEST(TagRules, TheFirstRowOfANameThatAppliesCounts) {
  const TagRule rules[] = {
      {.name = "a", .applies = never, .add = {"X"}},
      {.name = "a", .applies = always, .add = {"Y"}},
      {.name = "a", .applies = always, .add = {"Z"}},
  };
  EXPECT_EQ(tags_by(rules), Tags{"Y"});
}

TEST(TagRules, AnInstrumentReplacesTheRulesOfItsBase) {
  const TagRule generic[] = {{.name = "a", .applies = always, .add = {"X"}},
                             {.name = "b", .applies = always, .add = {"Y"}}};
  const TagRule own[] = {{.name = "a", .applies = never, .add = {"Z"}}};
  const Instrument base{.tag = "", .class_name = "", .tag_rules = generic};
  EXPECT_EQ(tags_by(own, &base), Tags{"Y"});
}

std::string numbered(int i) {
  return std::string("K").append(std::to_string(i));
}

TEST(KeywordIndex, FindsTheFirstCardOfAName) {
  fits::Header header;
  for (int i = 0; i < 300; ++i) header.append({numbered(i), Value(i)});
  header.append({"K7", Value("later")});
  header.append({"LONGER THAN EIGHT", Value(1)});
  const instruments::KeywordIndex index(header);
  for (int i = 0; i < 300; ++i) {
    const Value* value = index.find(numbered(i));
    ASSERT_NE(value, nullptr) << i;
    EXPECT_EQ(*value, Value(i));
  }
  EXPECT_EQ(index.find("K300"), nullptr);
  EXPECT_EQ(index.find("LONGER THAN EIGHT"), nullptr);
  EXPECT_EQ(instruments::KeywordIndex(fits::Header()).find("K1"), nullptr);
}

TEST(Tags, AProcessedFlatIsNeitherRawNorLampOn) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"},
                            {"OBSERVAT", "Gemini-North"},
                            {"OBSTYPE", "FLAT"},
                            {"ACQMIR", "In"},
                            {"SLIT", "Acq_G5530"},
                            {"GCALLAMP", "IRhigh"},
                            {"GCALSHUT", "OPEN"}});
  EXPECT_EQ(tags_of(ad), (Tags{"CAL", "FLAT", "GCALFLAT", "GCAL_IR_ON", "GEMINI", "GNIRS", "IMAGE",
                               "LAMPON", "NORTH", "RAW", "UNPREPARED"}));
  testing::set_cards(ad.phu, {{"PREPARE", "x"}, {"GEM-TLM", "x"}, {"PROCFLAT", "x"}});
  EXPECT_EQ(tags_of(ad), (Tags{"CAL", "FLAT", "GCALFLAT", "GEMINI", "GNIRS", "IMAGE", "NORTH",
                               "PREPARED", "PROCESSED"}));
  EXPECT_TRUE(has_tag(ad, "PROCESSED"));
  EXPECT_FALSE(has_tag(ad, "RAW"));
}

TEST(Tags, AKeywordWithoutValueIsPresentButHasNoText) {
  const AstroData ad = data_with(
      {{"INSTRUME", "GNIRS"}, {"OBSTYPE", {}}, {"OBSERVAT", {}}, {"SLIT", {}}, {"GEM-TLM", {}}});
  EXPECT_EQ(tags_of(ad), (Tags{"GEMINI", "GNIRS", "UNPREPARED"}));
}

TEST(Classes, AreChosenByInstrumentAndObservatory) {
  const auto class_of = [](const testing::Cards& cards) { return class_name(data_with(cards)); };
  EXPECT_EQ(class_of({{"INSTRUME", "gnirs"}}), "AstroDataGnirs");
  EXPECT_EQ(class_of({{"INSTRUME", "NIRI"}}), "AstroDataGemini");
  EXPECT_EQ(class_of({{"INSTRUME", "new"}, {"TELESCOP", "gemini-south"}}), "AstroDataGemini");
  EXPECT_EQ(class_of({{"INSTRUME", "WFC3"}, {"TELESCOP", "HST"}}), "AstroData");
  EXPECT_EQ(class_of({}), "AstroData");
  EXPECT_EQ(tags_of(data_with({})), Tags());
}

TEST(Classes, SomeNamesOfInstrumentsKeepTheirCase) {
  EXPECT_TRUE(has_tag(data_with({{"INSTRUME", "hrwfs"}}), "HRWFS"));
  EXPECT_FALSE(has_tag(data_with({{"INSTRUME", "HRWFS"}}), "HRWFS"));
  EXPECT_TRUE(has_tag(data_with({{"INSTRUME", "Flam"}}), "F2"));
}

TEST(Classes, TheAllSkyCameraIsNotAnInstrumentOfTheTelescopes) {
  EXPECT_EQ(tags_of(data_with({{"TELESCOP", "'GS_ALLSKYCAMERA'"}})),
            (Tags{"GS_ALLSKYCAMERA", "SOUTH"}));
  EXPECT_TRUE(has_tag(data_with({{"TELESCOP", "GS_ALLSKYCAMERA"}, {"OBSERVAT", "GEMINI-SOUTH"}}),
                      "GEMINI"));
}

TEST(Classes, IgrinsMayNameItselfInTheExtensionOnly) {
  AstroData ad = data_with({});
  ad.extensions.front().header.set("INSTRUME", "IGRINS");
  EXPECT_TRUE(has_tag(ad, "IGRINS"));
}

TEST(Classes, ACompressedFileIsOpenedAsFarAsItsTagsNeed) {
  const testing::TemporaryFolder folder;
  AstroData gnirs = data_with({{"INSTRUME", "GNIRS"}});
  gnirs.extensions.front().data = Plane::filled<float>(2, 2, 0.0F);
  AstroData igrins = gnirs.clone();
  igrins.phu.remove("INSTRUME");
  igrins.extensions.front().header.set("INSTRUME", "IGRINS");
  for (const char* ending : {".fits", ".fits.gz", ".fits.bz2"}) {
    const std::string path = folder.file("gnirs") + ending, other = folder.file("igrins") + ending;
    gnirs.write(path, false);
    igrins.write(other, false);
    const AstroData opened = open_for_tags(path);
    EXPECT_EQ(opened.extensions.empty(), ending != std::string_view(".fits")) << ending;
    EXPECT_EQ(tags_of(opened), tags_of(AstroData::open(path))) << ending;
    EXPECT_TRUE(has_tag(open_for_tags(other), "IGRINS")) << ending;
  }
}

}  // namespace
}  // namespace wyvern

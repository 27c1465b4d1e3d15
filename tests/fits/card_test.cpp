// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "base/errors.h"
#include "base/text.h"
#include "fits/header.h"
#include "support/paths.h"

namespace wyvern::fits {
namespace {

std::string trimmed(const std::string& text) {
  return std::string(trim_right(text));
}

std::string written(const std::string& keyword, Value value, const std::string& comment = "") {
  return trimmed(card_text(Card{keyword, std::move(value), comment, ""}));
}

Card reread(const std::string& keyword, Value value, const std::string& comment = "") {
  return parse_card(card_text(Card{keyword, std::move(value), comment, ""}));
}

nlohmann::json golden() {
  std::ifstream file(*testing::reference_data() / "golden" / "astrodata_io_expected.json");
  return nlohmann::json::parse(file);
}

Value to_value(const nlohmann::json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  return json.get<std::string>();
}

TEST(Card, LooksLikeTheReference) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const nlohmann::json expected = golden();
  ASSERT_GE(expected["card_text"].size(), 9u);
  for (const auto& sample : expected["card_text"]) {
    const std::string comment = sample[2].is_null() ? "" : sample[2].get<std::string>();
    EXPECT_EQ(written(sample[0], to_value(sample[1]), comment), sample[3].get<std::string>());
  }
}

TEST(Card, RealsAreWrittenAsByTheReferenceWhereThatLosesNothing) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  int equal = 0;
  const nlohmann::json expected = golden();
  for (const auto& sample : expected["float_card_value_text"]) {
    const double value = sample[0].get<double>();
    const std::string reference = sample[1];
    const std::string field(trim(written("X", value).substr(10)));
    if (std::stod(reference) == value) {
      EXPECT_LE(field.size(), reference.size());
    }
    equal += field == reference ? 1 : 0;
    EXPECT_EQ(std::stod(field), value) << field << " " << reference;
  }
  EXPECT_GE(equal, 14) << "of 20";
}

TEST(Card, RealsReadBackExactly) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const auto bits = random();
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value) || !std::isnormal(value)) continue;
    const std::string card = card_text({"X", value, "comment", ""});
    ASSERT_EQ(card.size(), 80u);
    const Card read = parse_card(card);
    ASSERT_TRUE(read.value.is_float()) << card;
    ASSERT_EQ(read.value.as_double(), value) << card;
  }
}

TEST(Card, RealsHaveAPointOrAnExponentAndStandInFixedFormat) {
  EXPECT_EQ(written("X", 60.0), "X       =                 60.0");
  EXPECT_EQ(written("X", 1e-5), "X       =                1E-05");
  EXPECT_EQ(written("X", 1e20), "X       =                1E+20");
  EXPECT_EQ(written("X", -9.720348346775803e-07), "X       = -9.720348346775803E-07");
  EXPECT_TRUE(reread("X", 3.0).value.is_float());
}

TEST(Card, NumbersThatFitsCannotHoldAreUndefined) {
  EXPECT_EQ(written("X", std::nan("")), "X       =");
  EXPECT_TRUE(reread("X", std::numeric_limits<double>::infinity(), "c").value.is_none());
  EXPECT_EQ(reread("X", std::numeric_limits<double>::infinity(), "c").comment, "c");
}

TEST(Card, IntegersKeepAllDigits) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{0},
                                   std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(reread("X", value).value, Value(value));
    EXPECT_TRUE(reread("X", value).value.is_int());
  }
  EXPECT_TRUE(parse_card("X       = 99999999999999999999").value.is_float());
}

TEST(Card, TextsRoundTrip) {
  for (const std::string text :
       {"", "a", "O'Neil", "''", "a/b / c", "& ", "it's a & b", "  leading", "=", "x&"}) {
    const std::string expected(trim_right(text));
    EXPECT_EQ(reread("KEY", text, "note").value, Value(expected)) << text;
    EXPECT_EQ(reread("KEY", text, "note").comment, "note");
  }
}

TEST(Card, LongTextsContinueAndReadBack) {
  for (std::size_t length = 60; length < 300; ++length) {
    std::string text;
    while (text.size() < length) text += "ab'c d''e&fgh";
    text.resize(length);
    if (text.back() == ' ') text.back() = 'z';
    const std::string card = card_text({"KEY", text, "why", ""});
    ASSERT_EQ(card.size() % 80, 0u);
    const Card read = parse_card(card);
    ASSERT_EQ(read.value, Value(text)) << card;
    if (card.size() > 80) {
      ASSERT_EQ(card.substr(80, 10), "CONTINUE  ");
    }
  }
}

TEST(Card, OtherCharactersThanAsciiAreNotWritten) {
  EXPECT_EQ(reread("OBSERVER", "C\xc3\xb4t\xc3\xa9").value, Value("C?t?"));
  EXPECT_EQ(reread("X", "a\nb").value, Value("a b"));
}

TEST(Card, LongAndUnusualKeywordsBecomeHierarch) {
  EXPECT_EQ(written("A LONG KEYWORD", 5, "c"), "HIERARCH A LONG KEYWORD = 5 / c");
  EXPECT_EQ(reread("A LONG KEYWORD", 5.5, "c").keyword, "A LONG KEYWORD");
  EXPECT_EQ(reread("A LONG KEYWORD", 5.5, "c").value, Value(5.5));
  EXPECT_EQ(reread("DET.GAIN", "x").keyword, "DET.GAIN");
  EXPECT_EQ(reread("A LONG KEYWORD", std::string(200, 'x')).value, Value(std::string(200, 'x')));
  EXPECT_THROW(card_text({std::string(90, 'K'), 1, "", ""}), DataError);
}

TEST(Card, ParsesWhatFilesHold) {
  EXPECT_EQ(parse_card("EXPTIME =                  60. / Exposure time").value, Value(60.0));
  EXPECT_EQ(parse_card("X       = 1.5D3").value, Value(1500.0));
  EXPECT_EQ(parse_card("X       = +7 / c").value, Value(7));
  EXPECT_EQ(parse_card("X       =                    T / c").value, Value(true));
  EXPECT_TRUE(parse_card("X       =                    T / c").value.is_bool());
  EXPECT_EQ(parse_card("X       = 'a''b   ' / c").value, Value("a'b"));
  EXPECT_EQ(parse_card("X       = 'a' / b / c").comment, "b / c");
  EXPECT_EQ(parse_card("object  = 'a'").keyword, "OBJECT");
  EXPECT_EQ(parse_card("COMMENT   two blanks").value, Value("  two blanks"));
  EXPECT_TRUE(parse_card("COMMENT = 5").commentary());
  EXPECT_TRUE(parse_card("").commentary());
  EXPECT_EQ(parse_card("HIERARCH ESO DET NAME = 'a' / c").keyword, "ESO DET NAME");
}

TEST(Card, WhatIsNoValueIsNoneAndKeepsItsText) {
  for (const std::string image :
       {"UND     =  / undefined", "X       = 1 2 / c", "X       = 'open", "X       = (1., 2.)",
        "X       = NaN", "X       = inf", "NOVALUE", "KEY = 5", "X       = TRUE", "X       = 1E",
        "X       = \xff\xfe"}) {
    const Card card = parse_card(image);
    EXPECT_TRUE(card.value.is_none()) << image;
    EXPECT_EQ(trimmed(card_text(card)), image);
  }
}

TEST(Card, ParsingNeverThrows) {
  std::mt19937 random(3);
  const std::string alphabet = "AZ09'=/ &.+-EDTF()\xff\0COMMENTHIERARCH CONTINUE";
  for (int i = 0; i < 20000; ++i) {
    std::string image(random() % 250, ' ');
    for (char& c : image) c = alphabet[random() % alphabet.size()];
    if (i % 3 == 0) image = "HIERARCH " + image;
    if (i % 3 == 1 && image.size() > 10) image.replace(8, 2, "= ");
    EXPECT_NO_THROW(parse_card(image));
  }
}

TEST(Card, CommentsGiveWayToValues) {
  const std::string card = card_text({"X", std::string(60, 'v'), std::string(60, 'c'), ""});
  EXPECT_EQ(card.size(), 80u);
  EXPECT_EQ(parse_card(card).value, Value(std::string(60, 'v')));
  EXPECT_EQ(card_text({"HISTORY", std::string(100, 'h'), "", ""}).size(), 160u);
}

}  // namespace
}  // namespace wyvern::fits

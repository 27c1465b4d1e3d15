// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/header.h"

#include <gtest/gtest.h>

#include <random>

#include "base/errors.h"
#include "base/text.h"
#include "fits/table.h"

namespace wyvern::fits {
namespace {

Header header_of(const std::vector<std::string>& images) {
  Header header;
  for (const std::string& image : images) {
    std::string card = image;
    card.resize(80, ' ');
    header.append(parse_card(card));
  }
  return header;
}

std::vector<std::string> texts_of(const Header& header) {
  std::vector<std::string> texts;
  for (const Card& card : header.cards()) texts.emplace_back(trim_right(card_text(card)));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Header, LookUpIgnoresCaseAndTakesTheFirst) {
  const Header header = header_of({"OBJECT  = 'a  '", "OBJECT  = 'b'", "HIERARCH ESO DET = 3"});
  EXPECT_EQ(header.get("object"), Value("a"));
  EXPECT_EQ(header.get("ESO DET"), Value(3));
  EXPECT_EQ(header.get("HIERARCH eso det"), Value(3));
  EXPECT_FALSE(header.has("OBJEC"));
}

TEST(Header, TypedLookUp) {
  const Header header = header_of(
      {"I       = 3", "D       = 2.5", "S       = 'x '", "B       = T", "N       =  / none"});
  EXPECT_EQ(header.number("I"), 3.0);
  EXPECT_EQ(header.number("D"), 2.5);
  EXPECT_EQ(header.number("B"), std::nullopt);
  EXPECT_EQ(header.integer("D"), std::nullopt);
  EXPECT_EQ(header.integer("I"), 3);
  EXPECT_EQ(header.text("S"), "x");
  EXPECT_EQ(header.text("I"), std::nullopt);
  EXPECT_EQ(header.logical("B"), true);
  ASSERT_NE(header.find("N"), nullptr);
  EXPECT_TRUE(header.find("N")->is_none());
  EXPECT_EQ(header.find("ABSENT"), nullptr);
  EXPECT_EQ(header.get("N", 7), Value(7));
  EXPECT_EQ(header.get("ABSENT", 7), Value(7));
  EXPECT_EQ(header.comment("N"), "none");
}

TEST(Header, ValueAloneKeepsTheComment) {
  Header header = header_of({"A       = 1 / first", "B       = 2"});
  header.set("a", 5);
  EXPECT_EQ(texts_of(header), (Texts{"A       =                    5 / first", "B       = 2"}));
  header.set("A", 6, "second");
  EXPECT_EQ(header.comment("A"), "second");
}

TEST(Header, EqualValueLeavesTheCardAlone) {
  Header header = header_of({"X       =   60. / s", "I       = 5", "S       = 'a       '"});
  const Texts before = texts_of(header);
  header.set("X", 60.0);
  header.set("I", 5, "");
  header.set("S", "a");
  EXPECT_EQ(texts_of(header), before);
  header.set("X", 60);
  EXPECT_EQ(texts_of(header)[0], "X       =                   60 / s");
}

TEST(Header, ARealKeepsItsDigitsWhenTheCommentChanges) {
  Header header = header_of({"X       =                  60. / s", "Y       = 1.50D+01"});
  header.set_comment("X", "seconds");
  header.set("Y", 15.0, "fifteen");
  EXPECT_EQ(texts_of(header), (Texts{"X       =                  60. / seconds",
                                     "Y       =             1.50D+01 / fifteen"}));
  EXPECT_EQ(header.get("Y"), Value(15.0));
}

TEST(Header, AValueThatWasNotUnderstoodSurvivesANewComment) {
  Header header = header_of({"X       = (1, 2) / pair"});
  header.set_comment("X", "complex");
  EXPECT_EQ(texts_of(header)[0], "X       =               (1, 2) / complex");
}

TEST(Header, NewCardsGoBehindTheLastThatIsNotCommentary) {
  Header header = header_of({"A       = 1", "HISTORY x", "B       = 2", "COMMENT y", "HISTORY z"});
  header.set("new", 3);
  EXPECT_EQ(texts_of(header), (Texts{"A       = 1", "HISTORY x", "B       = 2",
                                     "NEW     =                    3", "COMMENT y", "HISTORY z"}));
}

TEST(Header, NewCardsUseUpBlanksAtTheEnd) {
  Header header = header_of({"A       = 1", "", "", ""});
  header.set("B", 2);
  EXPECT_EQ(header.cards().size(), 4u);
  header.set("LONG", std::string(150, 'x'));  // three cards
  EXPECT_EQ(header.cards().size(), 3u);
  EXPECT_EQ(texts_of(header)[1], "B       =                    2");
  header.set("C", 2);
  header.set("D", 2);
  EXPECT_EQ(header.cards().size(), 5u);
  Header inside = header_of({"A       = 1", "", "HISTORY x"});
  inside.set("B", 2);
  EXPECT_EQ(inside.cards().size(), 4u);
}

TEST(Header, CommentaryIsAppendedAndSplit) {
  Header header = header_of({"A       = 1"});
  header.add_commentary("history", std::string(100, 'h'));
  header.set("COMMENT", "c");
  EXPECT_EQ(texts_of(header), (Texts{"A       = 1", "HISTORY " + std::string(72, 'h'),
                                     "HISTORY " + std::string(28, 'h'), "COMMENT c"}));
}

TEST(Header, RemoveTakesEveryCardOfAName) {
  Header header = header_of({"A       = 1", "B       = 1", "A       = 2"});
  header.remove("a");
  header.remove("absent");
  EXPECT_EQ(texts_of(header), (Texts{"B       = 1"}));
}

// Any sequence of changes: what was set last is found, the rest is where it was.
TEST(Header, RandomChangesKeepOrderAndValues) {
  std::mt19937 random(11);
  for (int round = 0; round < 50; ++round) {
    Header header;
    std::vector<std::pair<std::string, std::int64_t>> expected;
    for (int step = 0; step < 60; ++step) {
      const std::string name{'K', static_cast<char>('A' + random() % 12)};
      const auto at = std::find_if(expected.begin(), expected.end(),
                                   [&](const auto& item) { return item.first == name; });
      const auto value = static_cast<std::int64_t>(random() % 5);
      switch (random() % 4) {
        case 0:
          header.remove(name);
          if (at != expected.end()) expected.erase(at);
          break;
        case 1:
          header.add_commentary("HISTORY", "step");
          break;
        default:
          header.set(to_lower(name), value);
          if (at != expected.end())
            at->second = value;
          else
            expected.emplace_back(name, value);
      }
    }
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const Card& card : header.cards()) {
      if (!card.commentary()) found.emplace_back(card.keyword, card.value.as_int());
    }
    ASSERT_EQ(found, expected);
  }
}

TEST(Table, CellsRowsAndSelection) {
  Table table;
  table.name = "T";
  table.add({"N", std::vector<std::int32_t>{1, 2, 3}});
  table.add({"P", std::vector<double>{1, 2, 3, 4, 5, 6}, "", "", 0, 2});
  table.add({"S", std::vector<std::string>{"a", "b", "c"}});
  table.add({"L", std::vector<bool>{true, false, true}});
  ASSERT_EQ(table.rows(), 3u);
  EXPECT_EQ(table.columns[1].rows(), 3u);
  EXPECT_EQ(table.number("P", 1), 3.0);
  EXPECT_EQ(table.number("L", 2), 1.0);
  EXPECT_THROW(table.number("S", 0), DataError);
  EXPECT_THROW(table.cells<float>("N"), DataError);
  EXPECT_THROW(table.cells<float>("ABSENT"), DataError);
  table.select_rows({true, false, true});
  EXPECT_EQ(table.cells<std::int32_t>("N"), (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(table.cells<double>("P"), (std::vector<double>{1, 2, 5, 6}));
  EXPECT_EQ(table.cells<std::string>("S"), (std::vector<std::string>{"a", "c"}));
  EXPECT_EQ(table.cells<bool>("L"), (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace wyvern::fits

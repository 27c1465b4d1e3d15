// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The cards of a header: parsed, changed, written and parsed again.
#include "fits/header.h"
#include "fits/card_format.h"
#include "fuzz/target.h"

namespace {

using wyvern::fits::Card;
using wyvern::fits::Header;

void check_card(const Card& card) {
  wyvern::fuzz::require(wyvern::fits::card_text(card).size() % wyvern::fits::card_length == 0,
                        "a card of odd length");
  wyvern::fits::value_text(card);
  Card anew = card;
  anew.raw.clear();
  wyvern::fuzz::errors_are_answers([&] {
    const std::string text = wyvern::fits::card_text(anew);
    wyvern::fuzz::require(text.size() % wyvern::fits::card_length == 0, "a card of odd length");
    wyvern::fits::parse_card(text);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = wyvern::fuzz::text_of(data, size);
  check_card(wyvern::fits::parse_card(text));
  std::string records = text;
  records.resize((records.size() + 79) / 80 * 80, ' ');
  Header header = wyvern::fits::parse_header(records);
  for (const Card& card : header.cards()) check_card(card);
  const std::vector<Card> cards = header.cards();
  for (const Card& card : cards) {
    wyvern::fuzz::errors_are_answers([&] {
      header.set(card.keyword, card.value, card.comment);
      header.set_comment(card.keyword, "changed");
      header.text(card.keyword);
      header.number(card.keyword);
      header.integer(card.keyword);
    });
  }
  return 0;
}

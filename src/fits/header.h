// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace wyvern::fits {

// One header card. The text of a card that was read and not changed is kept byte for byte.
struct Card {
  std::string keyword;  // upper case; "COMMENT", "HISTORY" and "" are commentary
  Value value;          // None: no value field or an empty one; commentary: the text
  std::string comment;
  std::string
      raw;  // the card image(s), 80 characters each (CONTINUE cards follow on); "": to be formatted

  bool commentary() const;
};

// The card as it is written: 80 characters, or a multiple of it with CONTINUE cards.
// Formats of values: spec "astrodata" 5.4, but reals with the shortest text that reads back
// (at least one of "." and "E").
std::string card_text(const Card& card);
// Parses a card image. Never throws: what is not a value reads as None with the text kept.
Card parse_card(std::string_view image);

// The cards of an HDU in order, without END. Look-up ignores case; a keyword that occurs more than
// once answers with its first card.
class Header {
 public:
  bool has(std::string_view keyword) const;
  // Nothing when absent; a None value when the card has an empty value field.
  const Value* find(std::string_view keyword) const;
  // The value, or `fallback` when absent or None.
  Value get(std::string_view keyword, Value fallback = {}) const;
  // Typed access; nothing when absent, None or of another kind (a number serves as double).
  std::optional<std::string> text(std::string_view keyword) const;  // trailing blanks removed
  std::optional<double> number(std::string_view keyword) const;     // int or float card
  std::optional<std::int64_t> integer(std::string_view keyword) const;
  std::optional<bool> logical(std::string_view keyword) const;
  std::string comment(std::string_view keyword) const;

  // Sets in place and keeps the comment, or appends after the last card that is not COMMENT,
  // HISTORY or blank; a new card uses up a trailing blank card. Keywords are made upper case, those
  // longer than 8 characters become HIERARCH. COMMENT and HISTORY are appended. A value equal to
  // the one that is there leaves the text of the card alone. DataError when a new name is so long
  // that no value fits beside it.
  void set(std::string_view keyword, Value value);
  void set(std::string_view keyword, Value value, std::string_view comment);
  void set_comment(std::string_view keyword, std::string_view comment);
  // Appends a COMMENT or HISTORY card.
  void add_commentary(std::string_view keyword, std::string_view text);
  void remove(std::string_view keyword);  // every card of that name; nothing when absent

  const std::vector<Card>& cards() const { return cards_; }
  std::vector<Card>& cards() { return cards_; }
  void append(Card card) { cards_.push_back(std::move(card)); }

 private:
  const Card* find_card(std::string_view keyword) const;
  std::vector<Card> cards_;
};

}  // namespace wyvern::fits

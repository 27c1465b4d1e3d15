// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/card_format.h"

#include <fmt/format.h>

#include <cmath>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::fits {
namespace {

constexpr std::size_t keyword_length = 8;
constexpr std::size_t value_width = 20;  // a value of fixed format ends in column 30
constexpr std::size_t minimum_text = 8;  // characters between the quotes
constexpr std::string_view continuation = "CONTINUE  ";

std::string padded_to_cards(std::string text) {
  const std::size_t cards = std::max<std::size_t>(1, (text.size() + card_length - 1) / card_length);
  text.resize(cards * card_length, ' ');
  return text;
}

std::string real_text(double number) {
  // FITS has no way to write a NaN or an infinity as a number: the value is undefined.
  if (!std::isfinite(number)) return {};
  return to_upper(python_float(number));
}

// The text with its quotes doubled, not yet between quotes.
std::string escaped(std::string_view text) {
  return replace_all(ascii_text(text), "'", "''");
}

std::string quoted(std::string_view escaped_text) {
  if (escaped_text.empty()) return "''";
  return fmt::format("'{:<{}}'", escaped_text, minimum_text);
}

bool is_text(const Value& value) {
  return !value.is_none() && !value.is_bool() && !value.is_number();
}

std::string number_text(const Value& value) {
  if (value.is_bool()) return value.as_bool() ? "T" : "F";
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_float()) return real_text(value.as_double());
  return {};
}

struct Prefix {
  std::string text;  // keyword and value indicator
  bool hierarch;
};

Prefix prefix_of(std::string_view keyword) {
  if (is_standard_keyword(keyword)) return {fmt::format("{:<8}= ", keyword), false};
  return {fmt::format("HIERARCH {} = ", ascii_text(keyword)), true};
}

std::string with_comment(std::string text, std::string_view comment) {
  if (!comment.empty()) text += " / " + ascii_text(comment);
  return text;
}

// One card; the comment gives way, and in a HIERARCH card the blank before "=" as well.
std::string single_card(std::string_view keyword, std::string_view value, bool is_text_value,
                        std::string_view comment) {
  Prefix prefix = prefix_of(keyword);
  std::string field(value);
  if (!prefix.hierarch && !field.empty()) {
    field = is_text_value ? fmt::format("{:<{}}", value, value_width)
                          : fmt::format("{:>{}}", value, value_width);
  }
  if (prefix.hierarch && prefix.text.size() + field.size() > card_length) {
    prefix.text.replace(prefix.text.size() - 3, 3, "= ");
  }
  if (prefix.text.size() + value.size() > card_length) {
    throw DataError(
        fmt::format("Header keyword {}: the name and its value {} do not fit into the "
                    "80 characters of a FITS card; use a shorter name",
                    keyword, value));
  }
  std::string text = with_comment(prefix.text + field, comment);
  text.resize(card_length, ' ');
  return text;
}

// Length of the next piece of an escaped text: at most `room`, a doubled quote not torn apart.
std::size_t piece_length(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  std::size_t quotes = 0;
  while (quotes < room && text[room - 1 - quotes] == '\'') ++quotes;
  return quotes % 2 == 1 ? room - 1 : room;
}

// A text over several cards: every piece but the last ends in "&" (the long-string convention).
std::string continued_cards(std::string_view keyword, std::string_view escaped_text,
                            std::string_view comment) {
  std::string prefix = prefix_of(keyword).text;
  if (prefix.size() + 20 > card_length) {
    throw DataError(fmt::format(
        "Header keyword {}: the name leaves no room for a text in a FITS card; use a shorter name",
        keyword));
  }
  std::string cards;
  while (true) {
    const std::size_t room = card_length - prefix.size() - 2;
    if (escaped_text.size() <= room && !cards.empty()) break;
    const std::size_t length = piece_length(escaped_text, room - 1);
    cards += padded_to_cards(prefix + "'" + std::string(escaped_text.substr(0, length)) + "&'");
    escaped_text.remove_prefix(length);
    prefix = continuation;
  }
  std::string last = with_comment(prefix + "'" + std::string(escaped_text) + "'", comment);
  last.resize(card_length, ' ');
  return cards + last;
}

// Commentary that is longer than a card goes on in another of the same name.
std::string commentary_text(const Card& card) {
  constexpr std::size_t room = card_length - keyword_length;
  const std::string text = card.value.is_string() ? ascii_text(card.value.as_string()) : "";
  std::string cards;
  for (std::size_t begin = 0; begin == 0 || begin < text.size(); begin += room) {
    cards += padded_to_cards(
        fmt::format("{:<8}{}", card.keyword, std::string_view(text).substr(begin, room)));
  }
  return cards;
}

}  // namespace

bool is_standard_keyword(std::string_view keyword) {
  return keyword.size() <= keyword_length &&
         keyword.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
             std::string_view::npos;
}

std::string ascii_text(std::string_view text) {
  std::string ascii;
  ascii.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 127) {
      ascii += ' ';
    } else if (byte < 128) {
      ascii += c;
    } else if ((byte & 0xC0) != 0x80) {  // further bytes of a UTF-8 character are passed over
      ascii += '?';
    }
  }
  return ascii;
}

std::string card_text_with(const Card& card, std::string_view value) {
  return single_card(card.keyword, value, value.starts_with('\''), card.comment);
}

std::string card_text(const Card& card) {
  if (!card.raw.empty()) return padded_to_cards(card.raw);
  if (card.commentary()) return commentary_text(card);
  if (!is_text(card.value)) {
    return single_card(card.keyword, number_text(card.value), false, card.comment);
  }
  const std::string text = escaped(str(card.value));
  if (prefix_of(card.keyword).text.size() + quoted(text).size() > card_length) {
    return continued_cards(card.keyword, text, card.comment);
  }
  return single_card(card.keyword, quoted(text), true, card.comment);
}

}  // namespace wyvern::fits

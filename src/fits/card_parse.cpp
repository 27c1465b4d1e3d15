// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "fits/card_format.h"

namespace wyvern::fits {
namespace {

constexpr std::size_t keyword_length = 8;
constexpr std::string_view value_indicator = "= ";

bool is_commentary_keyword(std::string_view keyword) {
  return keyword.empty() || keyword == "COMMENT" || keyword == "HISTORY";
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::string_view trim_trailing_blanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Field {
  Value value;
  std::string_view value_text;  // as in the card
  std::string_view comment;
};

std::string_view comment_after(std::string_view rest) {
  const std::size_t slash = rest.find('/');
  return slash == std::string_view::npos ? std::string_view{} : trim_blanks(rest.substr(slash + 1));
}

// A quoted text that begins at field[0]; nothing when the closing quote is missing.
std::optional<Field> parse_quoted(std::string_view field) {
  std::string text;
  for (std::size_t i = 1; i < field.size(); ++i) {
    if (field[i] != '\'') {
      text += field[i];
    } else if (i + 1 < field.size() && field[i + 1] == '\'') {
      text += '\'';
      ++i;
    } else {
      text.resize(trim_trailing_blanks(text).size());
      return Field{std::move(text), field.substr(0, i + 1), comment_after(field.substr(i + 1))};
    }
  }
  return std::nullopt;
}

Value parse_number(std::string_view token) {
  if (token.find_first_not_of("0123456789+-.EeDd") != std::string_view::npos) return {};
  if (token.starts_with('+')) token.remove_prefix(1);
  const char* end = token.data() + token.size();
  std::int64_t integer = 0;
  const auto as_integer = std::from_chars(token.data(), end, integer);
  if (as_integer.ec == std::errc{} && as_integer.ptr == end) return integer;

  std::string real(token);
  for (char& c : real) {
    if (c == 'D' || c == 'd') c = 'E';
  }
  double number = 0;
  const auto as_real = std::from_chars(real.data(), real.data() + real.size(), number);
  if (as_real.ec == std::errc{} && as_real.ptr == real.data() + real.size()) return number;
  return {};
}

Field parse_field(std::string_view field) {
  while (!field.empty() && field.front() == ' ') field.remove_prefix(1);
  if (field.starts_with('\'')) {
    if (auto quoted = parse_quoted(field)) return *std::move(quoted);
  }
  const std::string_view token = trim_blanks(field.substr(0, field.find('/')));
  Field parsed{{}, token, comment_after(field)};
  if (token == "T" || token == "F") {
    parsed.value = token == "T";
  } else if (!token.empty()) {
    parsed.value = parse_number(token);
  }
  return parsed;
}

// Where the value field of a card begins, or npos when it has none.
std::size_t value_position(std::string_view record) {
  if (record.starts_with("HIERARCH ")) {
    const std::size_t equals = record.find('=');
    if (equals != std::string_view::npos) return equals + 1;
  }
  if (record.size() >= keyword_length + 1 && record.substr(keyword_length).starts_with('=') &&
      (record.size() == keyword_length + 1 ||
       record.substr(keyword_length).starts_with(value_indicator))) {
    return keyword_length + 1;
  }
  return std::string_view::npos;
}

std::string keyword_of(std::string_view record) {
  if (record.starts_with("HIERARCH ")) {
    const std::size_t equals = record.find('=');
    if (equals != std::string_view::npos) {
      return to_upper(trim_blanks(record.substr(9, equals - 9)));
    }
  }
  return to_upper(trim_trailing_blanks(record.substr(0, keyword_length)));
}

// Adds the text and comment of CONTINUE records to a card whose text ends in "&".
void parse_continuations(std::string_view records, Card& card) {
  std::string text = card.value.as_string();
  while (!records.empty() && text.ends_with('&')) {
    const std::string_view record = records.substr(0, card_length);
    records.remove_prefix(record.size());
    const Field field = parse_field(record.substr(std::min(keyword_length, record.size())));
    if (!field.value.is_string()) break;
    text.pop_back();
    text += field.value.as_string();
    if (!field.comment.empty()) {
      if (!card.comment.empty()) card.comment += ' ';
      card.comment += field.comment;
    }
  }
  card.value = std::move(text);
}

// Whether `record` continues `card`, by the long-string convention.
bool continues(std::string_view record, const Card& card) {
  return record.starts_with("CONTINUE") && card.value.is_string() && !card.commentary() &&
         card.value.as_string().ends_with('&');
}

}  // namespace

bool Card::commentary() const {
  return is_commentary_keyword(keyword);
}

Card parse_card(std::string_view image) {
  const std::string_view record = image.substr(0, card_length);
  Card card;
  card.keyword = keyword_of(record);
  card.raw = image;
  if (card.commentary()) {
    const std::size_t begin = std::min(keyword_length, record.size());
    card.value = Value(trim_trailing_blanks(record.substr(begin)));
    return card;
  }
  const std::size_t position = value_position(record);
  if (position == std::string_view::npos) return card;
  Field field = parse_field(record.substr(position));
  card.value = std::move(field.value);
  card.comment = field.comment;
  if (image.size() > card_length && card.value.is_string()) {
    parse_continuations(image.substr(card_length), card);
  }
  return card;
}

std::string_view value_text(const Card& card) {
  const std::string_view record = std::string_view(card.raw).substr(0, card_length);
  const std::size_t position = value_position(record);
  if (card.commentary() || position == std::string_view::npos) return {};
  return parse_field(record.substr(position)).value_text;
}

Header parse_header(std::string_view records) {
  Header header;
  header.cards().reserve(records.size() / card_length);
  std::size_t begin = 0;  // of the card that may be continued
  for (std::size_t i = 0; i < records.size(); i += card_length) {
    const std::string_view record = records.substr(i, card_length);
    if (!header.cards().empty() && continues(record, header.cards().back())) {
      header.cards().back() = parse_card(records.substr(begin, i + record.size() - begin));
    } else {
      begin = i;
      header.append(parse_card(record));
    }
  }
  return header;
}

}  // namespace wyvern::fits

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/header.h"

#include <algorithm>

#include "base/text.h"
#include "fits/card_format.h"

namespace wyvern::fits {
namespace {

constexpr std::string_view hierarch = "HIERARCH ";

// Upper case, without blanks round it and without the word HIERARCH that cards have before it.
std::string normalised(std::string_view keyword) {
  std::string name = to_upper(trim(keyword));
  if (name.starts_with(hierarch)) name = std::string(trim(name.substr(hierarch.size())));
  return name;
}

bool is_blank(const Card& card) {
  return card.keyword.empty() && (!card.value.is_string() || card.value.as_string().empty());
}

// Equal and of one kind: 1, 1.0 and True are written differently.
bool same(const Value& a, const Value& b) {
  if (a.variant().index() != b.variant().index()) return false;
  if (a.is_string()) return trim_right(a.as_string()) == trim_right(b.as_string());
  return a == b;
}

void change_value(Card& card, Value value) {
  if (same(card.value, value)) return;
  card.value = std::move(value);
  card.raw.clear();
}

// A real keeps the digits that it was written with, as does a value that could not be understood.
void change_comment(Card& card, std::string_view comment) {
  if (card.comment == comment) return;
  card.comment = comment;
  if (card.raw.empty()) return;
  const std::string value(value_text(card));
  card.raw.clear();
  if (!value.empty() && (card.value.is_float() || card.value.is_none())) {
    card.raw = card_text_with(card, value);
  }
}

// A new card takes the room of blank cards at the end, so that the header need not grow.
void use_up_blanks(std::vector<Card>& cards, const Card& added) {
  std::size_t wanted = card_text(added).size() / card_length;
  while (wanted > 0 && !cards.empty() && is_blank(cards.back())) {
    cards.pop_back();
    --wanted;
  }
}

void insert_new(std::vector<Card>& cards, Card card) {
  use_up_blanks(cards, card);
  const auto last = std::find_if(cards.rbegin(), cards.rend(),
                                 [](const Card& other) { return !other.commentary(); });
  cards.insert(last.base(), std::move(card));
}

}  // namespace

const Card* Header::find_card(std::string_view keyword) const {
  const std::string name = normalised(keyword);
  for (const Card& card : cards_) {
    if (card.keyword == name) return &card;
  }
  return nullptr;
}

bool Header::has(std::string_view keyword) const {
  return find_card(keyword) != nullptr;
}

const Value* Header::find(std::string_view keyword) const {
  const Card* card = find_card(keyword);
  return card == nullptr ? nullptr : &card->value;
}

Value Header::get(std::string_view keyword, Value fallback) const {
  const Value* value = find(keyword);
  return value == nullptr || value->is_none() ? std::move(fallback) : *value;
}

std::optional<std::string> Header::text(std::string_view keyword) const {
  const Value* value = find(keyword);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(trim_right(value->as_string()));
}

std::optional<double> Header::number(std::string_view keyword) const {
  const Value* value = find(keyword);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->as_double();
}

std::optional<std::int64_t> Header::integer(std::string_view keyword) const {
  const Value* value = find(keyword);
  if (value == nullptr || !value->is_int()) return std::nullopt;
  return value->as_int();
}

std::optional<bool> Header::logical(std::string_view keyword) const {
  const Value* value = find(keyword);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

std::string Header::comment(std::string_view keyword) const {
  const Card* card = find_card(keyword);
  return card == nullptr ? std::string() : card->comment;
}

void Header::set(std::string_view keyword, Value value) {
  if (Card* card = const_cast<Card*>(find_card(keyword)); card && !card->commentary()) {
    change_value(*card, std::move(value));
  } else {
    set(keyword, std::move(value), "");
  }
}

void Header::set(std::string_view keyword, Value value, std::string_view comment) {
  const std::string name = normalised(keyword);
  if (Card{name, {}, {}, {}}.commentary()) {
    add_commentary(name, str(value));
  } else if (Card* card = const_cast<Card*>(find_card(name))) {
    change_value(*card, std::move(value));
    change_comment(*card, comment);
  } else {
    insert_new(cards_, Card{name, std::move(value), std::string(comment), ""});
  }
}

void Header::set_comment(std::string_view keyword, std::string_view comment) {
  if (Card* card = const_cast<Card*>(find_card(keyword)); card && !card->commentary()) {
    change_comment(*card, comment);
  }
}

void Header::add_commentary(std::string_view keyword, std::string_view text) {
  constexpr std::size_t room = 72;
  const std::string name = normalised(keyword);
  for (std::size_t begin = 0; begin == 0 || begin < text.size(); begin += room) {
    Card card{name, Value(text.substr(begin, room)), "", ""};
    if (!is_blank(card)) use_up_blanks(cards_, card);
    cards_.push_back(std::move(card));
  }
}

void Header::remove(std::string_view keyword) {
  const std::string name = normalised(keyword);
  std::erase_if(cards_, [&](const Card& card) { return card.keyword == name; });
}

}  // namespace wyvern::fits

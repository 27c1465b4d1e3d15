// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/tag_rules.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/text.h"

namespace wyvern::instruments {
namespace {

// The characters of a keyword as a number; 0 for those that do not fit.
std::uint64_t packed(std::string_view keyword) {
  if (keyword.size() > 8) return 0;
  std::uint64_t key = 0;
  for (char c : keyword) key = (key << 8) | static_cast<unsigned char>(c);
  return key;
}

std::size_t slot_of(std::uint64_t key, std::size_t slots) {
  return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> 32) & (slots - 1);
}

// A group that is in play: a rule that applies, with the tag that the header spells out.
struct Group {
  const TagRule* rule;
  std::string also;

  auto rank() const {
    const auto kept_out = static_cast<std::ptrdiff_t>(rule->remove.size() + rule->blocks.size());
    return std::tuple(rule->if_present.size(), rule->blocked_by.size(), -kept_out, rule->name);
  }
};

bool has_rule(const Instrument& instrument, std::string_view name) {
  return std::ranges::any_of(instrument.tag_rules,
                             [&](const TagRule& rule) { return rule.name == name; });
}

// Whether an instrument between `from` and `to` (not included) has its own rule of that name.
bool is_replaced(const Instrument& from, const Instrument& to, std::string_view name) {
  for (const Instrument* at = &from; at != &to; at = at->base) {
    if (has_rule(*at, name)) return true;
  }
  return false;
}

constexpr TagRule instrument_rule{.name = "_tag_instrument",
                                  .applies = [](const Facts&) { return true; }};

std::vector<Group> groups_in_play(const Facts& facts, const Instrument& instrument) {
  std::vector<Group> groups;
  groups.reserve(32);
  if (!instrument.tag.empty()) groups.push_back({&instrument_rule, std::string(instrument.tag)});
  for (const Instrument* level = &instrument; level != nullptr; level = level->base) {
    std::string_view settled;  // alternatives stand next to each other
    for (const TagRule& rule : level->tag_rules) {
      if (rule.name == settled || is_replaced(instrument, *level, rule.name)) continue;
      if (!rule.applies(facts)) continue;
      settled = rule.name;
      groups.push_back({&rule, rule.also_add ? rule.also_add(facts) : std::string()});
    }
  }
  std::ranges::sort(groups, {}, &Group::rank);
  return groups;
}

// A small set of tags that are owned elsewhere.
class Names {
 public:
  void add(std::string_view name) {
    if (!name.empty() && !has(name)) names_.push_back(name);
  }
  void add(const TagList& names) {
    for (std::string_view name : names) add(name);
  }
  bool has(std::string_view name) const { return std::ranges::find(names_, name) != names_.end(); }
  bool has_any(const TagList& names) const {
    return std::ranges::any_of(names, [this](std::string_view name) { return has(name); });
  }
  bool has_all(const TagList& names) const {
    return std::ranges::all_of(names, [this](std::string_view name) { return has(name); });
  }
  const std::vector<std::string_view>& list() const { return names_; }

 private:
  std::vector<std::string_view> names_;
};

}  // namespace

KeywordIndex::KeywordIndex(const fits::Header& header)
    : slots_(std::bit_ceil(2 * header.cards().size() + 2)) {
  for (const fits::Card& card : header.cards()) {
    const std::uint64_t key = packed(card.keyword);
    if (key == 0) continue;
    std::size_t at = slot_of(key, slots_.size());
    while (slots_[at].first != 0 && slots_[at].first != key) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at].first == 0) slots_[at] = {key, &card.value};
  }
}

const Value* KeywordIndex::find(std::string_view keyword) const {
  const std::uint64_t key = packed(keyword);
  std::size_t at = slot_of(key, slots_.size());
  while (slots_[at].first != 0) {
    if (slots_[at].first == key) return slots_[at].second;
    at = (at + 1) & (slots_.size() - 1);
  }
  return nullptr;
}

std::string_view Facts::text(std::string_view keyword) const {
  const Value* value = find(keyword);
  const std::string* text = value == nullptr ? nullptr : value->get_if<std::string>();
  return text == nullptr ? std::string_view() : trim_right(*text);
}

bool Facts::equals(std::string_view keyword, std::string_view expected) const {
  return text(keyword) == expected;
}

bool Facts::contains(std::string_view keyword, std::string_view piece) const {
  return wyvern::contains(text(keyword), piece);
}

std::optional<double> Facts::number(std::string_view keyword) const {
  const Value* value = find(keyword);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->as_double();
  if (value->is_string()) return parse_float(value->as_string());
  return std::nullopt;
}

bool Facts::has_any(std::initializer_list<std::string_view> keywords) const {
  return std::ranges::any_of(keywords, [this](std::string_view k) { return has(k); });
}

bool Facts::any_keyword_contains(std::string_view piece) const {
  return std::ranges::any_of(ad_.phu.cards(), [piece](const fits::Card& card) {
    return card.keyword.size() >= piece.size() && wyvern::contains(card.keyword, piece);
  });
}

Tags evaluate_tags(const AstroData& ad, const Instrument& instrument) {
  const std::vector<Group> groups = groups_in_play(Facts(ad), instrument);
  Names tags, removed, blocked;
  for (const Group& group : groups) {
    const TagRule& rule = *group.rule;
    if (!tags.has_all(rule.if_present) || tags.has_any(rule.blocked_by)) continue;
    if (blocked.has_any(rule.add) || blocked.has(group.also)) continue;
    removed.add(rule.remove);
    for (std::string_view tag : rule.add) {
      if (!removed.has(tag)) tags.add(tag);
    }
    if (!removed.has(group.also)) tags.add(group.also);
    blocked.add(rule.blocks);
  }
  return Tags(tags.list().begin(), tags.list().end());
}

}  // namespace wyvern::instruments

namespace wyvern {

Tags tags_of(const AstroData& ad) {
  return instruments::evaluate_tags(ad, instruments::instrument_of(ad));
}

bool has_tag(const AstroData& ad, std::string_view tag) {
  return tags_of(ad).contains(std::string(tag));
}

AstroData open_for_tags(const std::string& path) {
  AstroData ad = AstroData::open(path, fits::Pixels::primary_if_compressed);
  if (!ad.extensions.empty() || instruments::names_instrument(ad.phu)) return ad;
  return AstroData::open(path, fits::Pixels::defer);
}

std::string class_name(const AstroData& ad) {
  return std::string(instruments::instrument_of(ad).class_name);
}

}  // namespace wyvern

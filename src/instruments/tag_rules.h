// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "astrodata/astrodata.h"
#include "instruments/instrument.h"
#include "instruments/tags.h"

namespace wyvern::instruments {

// A few tags, as a constant.
class TagList {
 public:
  constexpr TagList() = default;
  constexpr TagList(std::initializer_list<std::string_view> tags) {
    for (std::string_view tag : tags) tags_[size_++] = tag;
  }
  constexpr const std::string_view* begin() const { return tags_.data(); }
  constexpr const std::string_view* end() const { return tags_.data() + size_; }
  constexpr std::size_t size() const { return size_; }

 private:
  std::array<std::string_view, 9> tags_{};
  std::size_t size_ = 0;
};

// The keywords of a header in a hash table: tag rules ask for some forty of them, often.
class KeywordIndex {
 public:
  explicit KeywordIndex(const fits::Header& header);
  // nullptr when absent; the first card of that name. Keywords of more than 8 characters are not
  // in the index.
  const Value* find(std::string_view keyword) const;

 private:
  std::vector<std::pair<std::uint64_t, const Value*>> slots_;
};

// What tag rules look at.
class Facts {
 public:
  explicit Facts(const AstroData& ad) : ad_(ad), index_(ad.phu) {}

  const AstroData& object() const { return ad_; }
  // Of the primary header. Text: without trailing blanks, "" when absent, empty or not text.
  std::string_view text(std::string_view keyword) const;
  bool equals(std::string_view keyword, std::string_view text) const;
  bool contains(std::string_view keyword, std::string_view piece) const;
  std::optional<double> number(std::string_view keyword) const;  // a number, or text that is one
  const Value* find(std::string_view keyword) const { return index_.find(keyword); }
  bool has(std::string_view keyword) const { return find(keyword) != nullptr; }
  bool has_any(std::initializer_list<std::string_view> keywords) const;
  // Whether the name of any keyword contains `piece`.
  bool any_keyword_contains(std::string_view piece) const;

 private:
  const AstroData& ad_;
  KeywordIndex index_;
};

// A group of tags that comes into play when `applies`. Rows of one name are alternatives: the
// first that applies is the group of that name. `remove` keeps tags from being added later, it
// takes none away; `blocks` does the same for whole groups.
struct TagRule {
  std::string_view name;  // decides the order among equals
  bool (*applies)(const Facts&);
  TagList add, remove, blocked_by, blocks, if_present;
  std::string (*also_add)(const Facts&) = nullptr;  // a tag that the header spells out
};

// The rules of an instrument and its bases evaluated in the reference's order
// (astrodata/core.py, AstroData._process_tags).
Tags evaluate_tags(const AstroData& ad, const Instrument& instrument);

}  // namespace wyvern::instruments

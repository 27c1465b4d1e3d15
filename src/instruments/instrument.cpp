// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/instrument.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/text.h"
#include "instruments/descriptor_rules.h"
#include "instruments/gemini/rules.h"
#include "instruments/gemini/siblings.h"
#include "instruments/gnirs/rules.h"

namespace wyvern::instruments {
namespace {

// The few descriptors of files that are not Gemini's.
constexpr DescriptorRule plain_descriptors[] = {
    {.name = "instrument", .value = from_phu},
    {.name = "object", .value = from_phu},
    {.name = "telescope", .value = from_phu},
};
constexpr KeywordName plain_keywords[] = {
    {"instrument", "INSTRUME"}, {"object", "OBJECT"}, {"telescope", "TELESCOP"}};
constexpr Instrument plain{.tag = "",
                           .class_name = "AstroData",
                           .descriptors = plain_descriptors,
                           .keywords = plain_keywords};

bool is_at_gemini(const fits::Header& phu) {
  for (std::string_view keyword : {"OBSERVAT", "TELESCOP"}) {
    const std::string site = to_upper(card_text_or(phu, keyword, ""));
    if (site == "GEMINI-NORTH" || site == "GEMINI-SOUTH") return true;
  }
  return false;
}

const Instrument* named_instrument(std::string_view name) {
  if (name.empty()) return nullptr;
  if (to_upper(name) == "GNIRS") return &gnirs::instrument;
  return gemini::sibling(name);
}

template <class Row, class Key>
const Row* find_sorted(std::span<const Row> rows, std::string_view name, Key key) {
  const auto found = std::ranges::lower_bound(rows, name, {}, key);
  return found != rows.end() && std::invoke(key, *found) == name ? &*found : nullptr;
}

}  // namespace

bool names_instrument(const fits::Header& phu) {
  return !card_text_or(phu, "INSTRUME", "").empty();
}

const Instrument& instrument_of(const AstroData& ad) {
  const std::string name = card_text_or(ad.phu, "INSTRUME", "");
  if (const Instrument* found = named_instrument(name)) return *found;
  // IGRINS names itself in the extension only.
  if (name.empty() && !ad.extensions.empty()) {
    const fits::Header& first = ad.extensions.front().header;
    if (to_upper(card_text_or(first, "INSTRUME", "")) == "IGRINS") {
      return *gemini::sibling("IGRINS");
    }
  }
  const bool gemini = is_at_gemini(ad.phu);
  std::string telescope = card_text_or(ad.phu, "TELESCOP", "");
  std::erase(telescope, '\'');
  if (trim(telescope) == "GS_ALLSKYCAMERA") return gemini::all_sky_camera(gemini);
  return gemini ? gemini::instrument : plain;
}

std::string_view keyword_of(const Instrument& instrument, std::string_view descriptor) {
  for (const Instrument* level = &instrument; level != nullptr; level = level->base) {
    const KeywordName* row = find_sorted(level->keywords, descriptor, &KeywordName::descriptor);
    if (row != nullptr) return row->keyword;
  }
  return {};
}

const DescriptorRule* rule_of(const Instrument& instrument, std::string_view descriptor) {
  for (const Instrument* level = &instrument; level != nullptr; level = level->base) {
    const DescriptorRule* row = find_sorted(level->descriptors, descriptor, &DescriptorRule::name);
    if (row != nullptr) return row;
  }
  return nullptr;
}

}  // namespace wyvern::instruments

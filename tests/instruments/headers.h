// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "astrodata/astrodata.h"

namespace wyvern::testing {

using Cards = std::initializer_list<std::pair<std::string_view, Value>>;

inline void set_cards(fits::Header& header, const Cards& cards) {
  for (const auto& [keyword, value] : cards) header.set(keyword, value);
}

// Data in memory with these cards in the primary header and `extensions` extensions of 4 x 6
// pixels that are not there.
inline AstroData data_with(const Cards& cards, int extensions = 1) {
  AstroData ad;
  set_cards(ad.phu, cards);
  for (int i = 0; i < extensions; ++i) {
    ad.extensions.emplace_back().data = Plane::on_disk(PixelType::f32, {4, 6});
  }
  return ad;
}

}  // namespace wyvern::testing

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/bzip2_code.h"

#include <algorithm>

namespace wyvern::fits::bzip2 {

void PrefixCode::make(std::span<const std::uint8_t> lengths) {
  constexpr std::size_t lengths_and_end = kLongestCode + 2;
  std::array<std::uint32_t, lengths_and_end> first{};  // by length: place of its first symbol
  for (const std::uint8_t length : lengths) ++first[length + 1U];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  auto next = first;
  for (std::size_t s = 0; s < lengths.size(); ++s) {
    order_[next[lengths[s]]++] = static_cast<std::uint16_t>(s);
  }
  short_codes_.fill(0);
  std::uint32_t code = 0;
  for (unsigned length = 1; length <= kLongestCode; ++length) {
    code <<= 1;
    place_[length] = first[length] - code;
    const std::uint32_t codes = std::uint32_t{1} << length;
    for (std::uint32_t k = first[length]; k < first[length + 1U]; ++k, ++code) {
      if (length > kTableBits || code >= codes) continue;
      const unsigned width = kTableBits - length;
      const auto entry = static_cast<std::uint16_t>(order_[k] << 5 | length);
      std::fill_n(short_codes_.begin() + (code << width), std::size_t{1} << width, entry);
    }
    end_[length] = std::min(code, codes) << (kLongestCode - length);
  }
}

std::uint16_t PrefixCode::next_long(BitReader& bits) const {
  const auto ahead = static_cast<std::uint32_t>(bits.ahead() >> (64 - kLongestCode));
  for (unsigned length = kTableBits + 1; length <= kLongestCode; ++length) {
    if (ahead >= end_[length]) continue;
    bits.skip(length);
    return order_[(ahead >> (kLongestCode - length)) + place_[length]];
  }
  return kNoSymbol;
}

}  // namespace wyvern::fits::bzip2

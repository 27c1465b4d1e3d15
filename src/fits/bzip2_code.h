// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "fits/bzip2_bits.h"

namespace wyvern::fits::bzip2 {

constexpr int kLongestCode = 20;
constexpr int kMostSymbols = 258;  // two for runs, 255 places, the end of the block
// What bits that are no code are decoded to.
constexpr std::uint16_t kNoSymbol = 511;

// A canonical prefix code (Huffman 1952): codes of a length are consecutive numbers, in the order
// of their symbols, and follow upon the codes of the length before. Lengths that leave bits without
// a symbol, or that need more codes than there are, are taken as libbz2 takes them: a number that
// is too large for its length is nobody's.
class PrefixCode {
 public:
  // Lengths of 1 to 20 bits, for at most 258 symbols.
  void make(std::span<const std::uint8_t> lengths);

  // The next symbol of `bits`, or kNoSymbol. Takes at most 20 bits, which must have been refilled.
  std::uint16_t next(BitReader& bits) const {
    const std::uint16_t entry = short_codes_[bits.ahead() >> (64 - kTableBits)];
    if (entry == 0) return next_long(bits);
    bits.skip(entry & 31U);
    return entry >> 5;
  }

 private:
  static constexpr int kTableBits = 10;

  std::uint16_t next_long(BitReader& bits) const;

  // By the next bits: symbol and length (lowest five bits); 0: a longer code, or none.
  std::array<std::uint16_t, 1 << kTableBits> short_codes_;
  // By length: where its codes end, as 20 bits, and what to add to a code for its place in
  // `order_`.
  std::array<std::uint32_t, kLongestCode + 1> end_;
  std::array<std::uint32_t, kLongestCode + 1> place_;
  std::array<std::uint16_t, kMostSymbols> order_;  // symbols by length
};

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "fits/bzip2_bits.h"

namespace wyvern::fits::bzip2 {

constexpr std::uint32_t kBlockUnit = 100'000;  // bytes of a block per level
constexpr std::uint32_t kMostBytes = 9 * kBlockUnit;
// A block's symbols come in groups, each with one of the block's codes.
constexpr int kGroupSymbols = 50;
constexpr std::uint32_t kColumnSlack = 2 * kGroupSymbols;

// A block as it is stored: the last column of its sorted rotations (Burrows and Wheeler 1994).
struct Block {
  std::uint32_t crc = 0;
  bool randomised = false;                  // by bzip2 before 0.9.5
  std::uint32_t row = 0;                    // the rotation that is the text
  std::uint32_t size = 0;                   // bytes of the column
  std::array<std::uint32_t, 256> counts{};  // of each byte in it
};

// Reads what follows upon a block's signature, in a stream of blocks of at most `most` bytes, and
// writes the column, for which there is room for `most + kColumnSlack` bytes. False: the stream is
// damaged or ends in the block.
bool read_block(BitReader& bits, std::uint32_t most, Block& block, std::uint8_t* column);

}  // namespace wyvern::fits::bzip2

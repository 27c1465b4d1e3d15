// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/word_packing.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>
#include <vector>

namespace wyvern {
namespace {

using Words = std::vector<std::uint32_t>;

std::size_t packed_size(const Words& words) {
  std::vector<std::byte> packed(most_packed_bytes(words.size()));
  const std::size_t bytes = pack_words(words, packed.data());
  EXPECT_LE(bytes, packed.size());
  packed.resize(bytes);
  Words back(words.size(), 0xdeadbeef);
  unpack_words(packed.data(), back);
  EXPECT_EQ(back, words);
  return bytes;
}

// Words whose scatter, as signed numbers, takes `bits` bits.
Words scattered(std::size_t count, unsigned bits) {
  std::mt19937 random(bits);
  const std::uint32_t mask = bits == 32 ? ~std::uint32_t{0} : (1U << bits) - 1;
  const std::uint32_t smallest = bits >= 31 ? 0x80000000 : 0x3f000000;
  Words words(count);
  for (std::uint32_t& word : words) word = smallest + (static_cast<std::uint32_t>(random()) & mask);
  if (count > 1) {
    words[0] = smallest;
    words[1] = smallest + mask;
  }
  return words;
}

TEST(WordPacking, EveryWidthComesBack) {
  for (unsigned bits = 0; bits <= 32; ++bits) {
    EXPECT_EQ(packed_size(scattered(kPackedBlock, bits)), 5 + bits * kPackedBlock / 8) << bits;
  }
}

TEST(WordPacking, EveryLengthComesBack) {
  for (std::size_t count = 0; count < 600; ++count) packed_size(scattered(count, 13));
}

TEST(WordPacking, EqualWordsTakeNextToNothing) {
  EXPECT_EQ(packed_size(Words(1 << 20, std::bit_cast<std::uint32_t>(12.5F))), 5 << 12);
}

TEST(WordPacking, OddFloatsComeBack) {
  Words words(512, std::bit_cast<std::uint32_t>(1.0F));
  const float odd[] = {std::numeric_limits<float>::quiet_NaN(),
                       -std::numeric_limits<float>::infinity(),
                       -0.0F,
                       0.0F,
                       std::numeric_limits<float>::denorm_min(),
                       std::numeric_limits<float>::lowest()};
  for (std::size_t k = 0; k < std::size(odd); ++k) words[k] = std::bit_cast<std::uint32_t>(odd[k]);
  packed_size(words);
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The decoder of bzip2 beside libbz2, whose answer is the right one.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/errors.h"
#include "fits/bzip2_random.h"
#include "fits/compression.h"
#include "support/bzip2_reference.h"

namespace wyvern::fits {
namespace {

using testing::expanded_by_libbz2;
using testing::packed_by_libbz2;

constexpr std::size_t kMost = std::size_t{64} << 20;

std::optional<std::string> expanded(std::string_view bytes) {
  try {
    return expand(bytes, Compression::bzip2, "x.bz2");
  } catch (const InputError& error) {
    EXPECT_TRUE(std::string(error.what()).ends_with("fetch the file again)")) << error.what();
    return std::nullopt;
  }
}

std::string noise(std::size_t size, unsigned values, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random() % values);
  return text;
}

std::string words(std::size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) text += "frame dark flat sky noise " + std::to_string(random() % 90);
  return text.substr(0, size);
}

// Pixels as an instrument gives them: floats that are whole numbers.
std::string pixels(std::size_t size) {
  std::mt19937 random(11);
  std::normal_distribution<float> sky(700.0F, 12.0F);
  std::string text;
  while (text.size() < size) {
    const float value = std::round(sky(random));
    char bytes[4];
    std::memcpy(bytes, &value, 4);
    for (int k = 3; k >= 0; --k) text.push_back(bytes[k]);
  }
  return text;
}

std::string runs(std::initializer_list<std::size_t> lengths) {
  std::string text;
  for (int round = 0; round < 30; ++round) {
    for (const std::size_t length : lengths) {
      text.append(length, static_cast<char>('a' + text.size() % 3));
    }
  }
  return text;
}

void expect_round_trip(const std::string& text, int level) {
  const std::string packed = packed_by_libbz2(text, level);
  ASSERT_FALSE(packed.empty());
  const auto answer = expanded(packed);
  ASSERT_TRUE(answer.has_value()) << text.size() << " bytes, level " << level;
  EXPECT_TRUE(*answer == text) << text.size() << " bytes, level " << level;
}

void expect_answer_of_libbz2(std::string_view bytes, const std::string& what) {
  EXPECT_TRUE(expanded(bytes) == expanded_by_libbz2(bytes, kMost)) << what;
}

TEST(Bzip2, AllLevels) {
  const std::vector<std::string> texts = {noise(105000, 256, 1),
                                          noise(105000, 3, 2),
                                          std::string(300000, '\0'),
                                          words(105000),
                                          pixels(105000),
                                          runs({3, 4, 5, 254, 255, 256, 259, 260, 519}),
                                          std::string(1, '\xff'),
                                          ""};
  for (int level = 1; level <= 9; ++level) {
    for (const std::string& text : texts) expect_round_trip(text, level);
  }
}

TEST(Bzip2, EveryShortLength) {
  for (std::size_t size = 0; size < 300; ++size) {
    expect_round_trip(noise(size, 256, 3), 1);
    expect_round_trip(std::string(size, 'x'), 9);
    expect_round_trip("ab" + std::string(size, 'x') + std::string(size, 'y'), 9);
  }
}

TEST(Bzip2, AroundWholeBlocks) {
  for (const std::size_t blocks : {1u, 2u}) {
    for (const int more : {-20, -19, -18, -1, 0, 1}) {
      expect_round_trip(noise(blocks * 100000 + static_cast<std::size_t>(more), 256, 4), 1);
    }
  }
  expect_round_trip(noise(900001, 20, 5), 9);
  // No two bytes alike in their surroundings, and then all of them.
  std::string periodic;
  while (periodic.size() < 250000) periodic += "abcdefgh";
  expect_round_trip(periodic, 1);
  expect_round_trip(periodic, 9);
}

TEST(Bzip2, SeveralStreamsAndWhatFollows) {
  const std::string first = words(3000), second = noise(120000, 9, 6);
  const std::string both =
      packed_by_libbz2(first, 9) + packed_by_libbz2("", 5) + packed_by_libbz2(second, 1);
  EXPECT_EQ(expanded(both), first + second);
  EXPECT_EQ(expanded(both + "BZ and no stream"), first + second);
  EXPECT_EQ(expanded(both + std::string(100, '\0')), first + second);
  EXPECT_EQ(expanded(both + "BZh"), std::nullopt);
  EXPECT_EQ(expanded(both + "BZh0"), std::nullopt);
  EXPECT_EQ(expanded(both + "BZhello"), std::nullopt);
}

TEST(Bzip2, EachTruncation) {
  const std::string packed = packed_by_libbz2(words(900) + std::string(300, 'x'), 9);
  for (std::size_t size = 3; size < packed.size(); ++size) {
    EXPECT_EQ(expanded(std::string_view(packed).substr(0, size)), std::nullopt) << size;
  }
  const std::string blocks = packed_by_libbz2(noise(250000, 4, 8), 1);
  for (std::size_t size = 4; size < blocks.size(); size += 1777) {
    EXPECT_EQ(expanded(std::string_view(blocks).substr(0, size)), std::nullopt) << size;
  }
}

TEST(Bzip2, EachBitTurned) {
  for (const std::string& text : {words(500), runs({1, 4, 300}), noise(200, 256, 9)}) {
    const std::string packed = packed_by_libbz2(text, 1);
    for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
      std::string turned = packed;
      turned[bit / 8] = static_cast<char>(turned[bit / 8] ^ (0x80 >> bit % 8));
      expect_answer_of_libbz2(turned, fmt::format("{} bytes, bit {}", text.size(), bit));
    }
  }
}

// Bits of a stream, to write it anew.
std::string bits_of(const std::string& bytes) {
  std::string bits;
  for (const char byte : bytes) {
    for (int k = 7; k >= 0; --k) bits.push_back((byte >> k & 1) != 0 ? '1' : '0');
  }
  return bits;
}

std::string bytes_of_bits(const std::string& bits) {
  std::string bytes(bits.size() / 8, '\0');
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    if (bits[i] == '1') bytes[i / 8] = static_cast<char>(bytes[i / 8] | 0x80 >> i % 8);
  }
  return bytes;
}

constexpr std::size_t kBlockCrc = 80;  // bits before it: "BZh9" and the block's signature

// The stream of one block with other check sums.
std::string with_crc(std::string bits, const std::string& crc) {
  const std::string end = bits_of("\x17\x72\x45\x38\x50\x90");
  bits.replace(kBlockCrc, crc.size(), crc);
  bits.replace(bits.rfind(end) + end.size(), crc.size(), crc);
  return bits;
}

TEST(Bzip2, RandomisedBlocks) {
  const std::string text = noise(60000, 256, 10);
  std::string turned = text;
  bzip2::derandomise({reinterpret_cast<std::uint8_t*>(turned.data()), turned.size()});
  EXPECT_EQ(text[617] ^ turned[617], 1);  // the first distance is 619
  std::string bits = bits_of(packed_by_libbz2(turned, 9));
  bits[kBlockCrc + 32] = '1';
  const std::string crc = bits_of(packed_by_libbz2(text, 9)).substr(kBlockCrc, 32);
  const std::string packed = bytes_of_bits(with_crc(bits, crc));
  ASSERT_EQ(expanded_by_libbz2(packed, kMost), text);
  EXPECT_EQ(expanded(packed), text);
  EXPECT_EQ(expanded(bytes_of_bits(with_crc(bits, std::string(32, '0')))), std::nullopt);
}

// Each row stands for itself or leads elsewhere: a damaged block's links need not be one circle.
TEST(Bzip2, AnyRowToBeginWith) {
  const std::string packed = packed_by_libbz2(words(3000), 9);
  const std::string bits = bits_of(packed);
  for (unsigned row = 0; row < 3100; row += 31) {
    std::string other = bits;
    for (std::size_t k = 0; k < 24; ++k) {
      other[kBlockCrc + 33 + k] = (row >> (23 - k) & 1U) != 0 ? '1' : '0';
    }
    expect_answer_of_libbz2(bytes_of_bits(other), fmt::format("row {}", row));
  }
}

TEST(Bzip2, ABombIsNotUnpacked) {
  const std::string part = packed_by_libbz2(std::string(std::size_t{9} << 20, '\0'), 9);
  std::string bomb;
  for (int k = 0; k < 8; ++k) bomb += part;
  ASSERT_LT(bomb.size(), 1000u);
  try {
    expand(bomb, Compression::bzip2, "x.bz2");
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "No access, or not supported format for: x.bz2 (its bzip2 stream expands to more "
              "than 64 MB, which no frame does)");
  }
}

}  // namespace
}  // namespace wyvern::fits

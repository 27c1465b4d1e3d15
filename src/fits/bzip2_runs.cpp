// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/bzip2_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace wyvern::fits::bzip2 {
namespace {

// kCrc[k][b]: what byte b does to the sum when k more bytes follow (Kounavis and Berry 2005).
using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;
constexpr CrcTables kCrc = [] {
  CrcTables tables{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t sum = b << 24;
    for (int bit = 0; bit < 8; ++bit) sum = sum << 1 ^ ((sum >> 31) * 0x04C11DB7U);
    tables[0][b] = sum;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t b = 0; b < 256; ++b) {
      const std::uint32_t sum = tables[k - 1][b];
      tables[k][b] = sum << 8 ^ tables[0][sum >> 24];
    }
  }
  return tables;
}();

constexpr std::size_t kRun = 4;  // equal bytes that a count follows upon
constexpr std::uint64_t kOnes = 0x0101010101010101U, kHighBits = kOnes << 7;

std::uint64_t word_at(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// Copies bytes up to where four equal ones begin, or to the end, and returns how many. Up to seven
// bytes more may be read and written.
std::size_t copy_up_to_run(const std::uint8_t* from, std::size_t size, char* to) {
  static_assert(std::endian::native == std::endian::little, "the lowest byte is the first");
  for (std::size_t i = 0; i < size; i += 8) {
    const std::uint64_t word = word_at(from + i), second = word_at(from + i + 1),
                        third = word_at(from + i + 2), fourth = word_at(from + i + 3);
    std::memcpy(to + i, &word, sizeof word);
    const std::uint64_t differ = (word ^ second) | (second ^ third) | (third ^ fourth);
    const std::uint64_t zeros = (differ - kOnes) & ~differ & kHighBits;
    if (zeros != 0)
      return std::min(size, i + static_cast<std::size_t>(std::countr_zero(zeros)) / 8);
  }
  return size;
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t sum = ~std::uint32_t{0};
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const std::uint8_t* b = bytes.data() + i;
    sum = kCrc[7][b[0] ^ sum >> 24] ^ kCrc[6][b[1] ^ (sum >> 16 & 255)] ^
          kCrc[5][b[2] ^ (sum >> 8 & 255)] ^ kCrc[4][b[3] ^ (sum & 255)] ^ kCrc[3][b[4]] ^
          kCrc[2][b[5]] ^ kCrc[1][b[6]] ^ kCrc[0][b[7]];
  }
  for (; i < bytes.size(); ++i) sum = sum << 8 ^ kCrc[0][bytes[i] ^ sum >> 24];
  return ~sum;
}

void Output::reserve(std::size_t more) {
  const std::size_t needed = used + more;
  if (needed <= bytes.size()) return;
  bytes.resize(std::max(needed, std::min(most, bytes.size() * 2)));
}

Runs expand_runs(std::span<const std::uint8_t> text, Output& output) {
  std::size_t at = 0;
  output.reserve(text.size() + kTextSlack);
  while (at < text.size()) {
    char* to = output.bytes.data() + output.used;
    const std::size_t single = copy_up_to_run(text.data() + at, text.size() - at, to);
    at += single;
    output.used += single;
    if (text.size() - at < kRun) {  // what looked like a run was partly behind the end
      std::memcpy(to + single, text.data() + at, text.size() - at);
      output.used += text.size() - at;
      break;
    }
    if (text.size() - at == kRun) return Runs::damaged;
    const std::size_t run = kRun + text[at + kRun];
    if (output.used + run > output.most) return Runs::too_long;
    output.reserve(run + text.size() - at + kTextSlack);
    std::memset(output.bytes.data() + output.used, text[at], run);
    output.used += run;
    at += kRun + 1;
  }
  return output.used <= output.most ? Runs::whole : Runs::too_long;
}

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/word_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

// Words of a block stand in eight lanes, word i in lane i % 8, and each lane is a stream of bits of
// its own: so eight words are shifted at once. The layout is that of D. Lemire and L. Boytsov,
// "Decoding billions of integers per second through vectorization" (2015).

namespace wyvern {
namespace {

constexpr std::size_t kLanes = 8, kRows = kPackedBlock / kLanes;
constexpr std::size_t kHead = sizeof(std::uint32_t) + 1;  // smallest word, bits of the others
constexpr unsigned kWordBits = 32;

// A row of a block: as many registers of the machine as it takes.
using Row [[gnu::vector_size(kLanes * sizeof(std::uint32_t))]] = std::uint32_t;
using SignedRow [[gnu::vector_size(kLanes * sizeof(std::int32_t))]] = std::int32_t;

template <class T>
void load(T& row, const void* from) {
  std::memcpy(&row, from, sizeof row);
}

struct Head {
  std::uint32_t smallest;
  std::uint8_t bits;
};

// Signed numbers, which more machines compare; the differences are what they are.
Head head_of(const std::uint32_t* block) {
  SignedRow low, high;
  load(low, block);
  high = low;
  for (std::size_t row = 1; row < kRows; ++row) {
    SignedRow words;
    load(words, block + row * kLanes);
    low = words < low ? words : low;
    high = words > high ? words : high;
  }
  std::int32_t smallest = low[0], largest = high[0];
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    smallest = std::min(smallest, low[lane]);
    largest = std::max(largest, high[lane]);
  }
  const auto base = static_cast<std::uint32_t>(smallest);
  return {base,
          static_cast<std::uint8_t>(std::bit_width(static_cast<std::uint32_t>(largest) - base))};
}

// Writes `Bits` words per lane. The number is a constant so that all shifts are.
template <unsigned Bits>
void pack_block(const std::uint32_t* block, std::uint32_t smallest, std::byte* to) {
  Row gathered{};
  unsigned used = 0;
#pragma GCC unroll 32
  for (std::size_t row = 0; row < kRows; ++row) {
    Row above;
    load(above, block + row * kLanes);
    above -= smallest;
    gathered |= above << used;
    used += Bits;
    if (used < kWordBits) continue;
    used -= kWordBits;
    std::memcpy(to, &gathered, sizeof gathered);
    to += sizeof gathered;
    gathered = used == 0 ? Row{} : above >> (Bits - used) % kWordBits;
  }
}

template <unsigned Bits>
void unpack_block(const std::byte* from, std::uint32_t smallest, std::uint32_t* block) {
  constexpr std::uint32_t mask = ~std::uint32_t{0} >> (kWordBits - Bits) % kWordBits;
  Row packed;
  load(packed, from);
  unsigned used = 0;
#pragma GCC unroll 32
  for (std::size_t row = 0; row < kRows; ++row) {
    Row words = packed >> used;
    const unsigned end = used + Bits;
    if (end >= kWordBits && row + 1 < kRows) {
      from += sizeof packed;
      load(packed, from);
      if (end > kWordBits) words |= packed << (kWordBits - used) % kWordBits;
    }
    used = end % kWordBits;
    words = (words & mask) + smallest;
    std::memcpy(block + row * kLanes, &words, sizeof words);
  }
}

// By the number of bits; there is nothing to be done for 0.
using Packer = void (*)(const std::uint32_t* block, std::uint32_t smallest, std::byte* to);
using Unpacker = void (*)(const std::byte* from, std::uint32_t smallest, std::uint32_t* block);
template <unsigned... Bits>
constexpr auto make_packers(std::integer_sequence<unsigned, Bits...>) {
  return std::array<Packer, sizeof...(Bits) + 1>{nullptr, &pack_block<Bits + 1>...};
}
template <unsigned... Bits>
constexpr auto make_unpackers(std::integer_sequence<unsigned, Bits...>) {
  return std::array<Unpacker, sizeof...(Bits) + 1>{nullptr, &unpack_block<Bits + 1>...};
}
constexpr auto kPackers = make_packers(std::make_integer_sequence<unsigned, kWordBits>());
constexpr auto kUnpackers = make_unpackers(std::make_integer_sequence<unsigned, kWordBits>());

std::size_t blocks_of(std::size_t words) {
  return (words + kPackedBlock - 1) / kPackedBlock;
}

std::size_t payload(const Head& head) {
  return head.bits * kLanes * sizeof(std::uint32_t);
}

}  // namespace

std::size_t most_packed_bytes(std::size_t words) {
  return blocks_of(words) * (kHead + kPackedBlock * sizeof(std::uint32_t));
}

std::size_t pack_words(std::span<const std::uint32_t> words, std::byte* to) {
  std::byte* const begin = to;
  std::array<std::uint32_t, kPackedBlock> filled;
  for (std::size_t first = 0; first < words.size(); first += kPackedBlock) {
    const std::uint32_t* block = words.data() + first;
    if (const std::size_t size = words.size() - first; size < kPackedBlock) {
      std::fill(std::copy_n(block, size, filled.begin()), filled.end(), *block);
      block = filled.data();
    }
    const Head head = head_of(block);
    std::memcpy(to, &head.smallest, sizeof head.smallest);
    to[sizeof head.smallest] = static_cast<std::byte>(head.bits);
    to += kHead;
    if (head.bits == 0) continue;
    kPackers[head.bits](block, head.smallest, to);
    to += payload(head);
  }
  return static_cast<std::size_t>(to - begin);
}

void unpack_words(const std::byte* from, std::span<std::uint32_t> words) {
  std::array<std::uint32_t, kPackedBlock> block;
  for (std::size_t first = 0; first < words.size(); first += kPackedBlock) {
    const std::size_t size = std::min(kPackedBlock, words.size() - first);
    Head head;
    std::memcpy(&head.smallest, from, sizeof head.smallest);
    head.bits = static_cast<std::uint8_t>(from[sizeof head.smallest]);
    from += kHead;
    std::uint32_t* const to = words.data() + first;
    if (head.bits == 0) {
      std::fill_n(to, size, head.smallest);
      continue;
    }
    std::uint32_t* const all = size == kPackedBlock ? to : block.data();
    kUnpackers[head.bits](from, head.smallest, all);
    from += payload(head);
    if (all != to) std::copy_n(all, size, to);
  }
}

}  // namespace wyvern

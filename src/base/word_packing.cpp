// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/word_packing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

// Words of a block stand in eight lanes, word i in lane i % 8, and each lane is a stream of bits of
// its own: so eight words are shifted at once. The layout is that of D. Lemire and L. Boytsov,
// "Decoding billions of integers per second through vectorization" (2015).

namespace wyvern {
namespace {

constexpr std::size_t kLanes = 8, kRows = kPackedBlock / kLanes;
constexpr std::size_t kHead = sizeof(std::uint32_t) + 1;  // smallest word, bits of the others

using Block = std::array<std::uint32_t, kPackedBlock>;

struct Head {
  std::uint32_t smallest;
  std::uint8_t bits;
};

Head head_of(const Block& block) {
  std::uint32_t smallest = block[0], largest = block[0];
  for (const std::uint32_t word : block) {
    smallest = std::min(smallest, word);
    largest = std::max(largest, word);
  }
  return {smallest, static_cast<std::uint8_t>(std::bit_width(largest - smallest))};
}

// Writes `bits` words per lane.
void pack_block(const Block& block, const Head& head, std::uint32_t* to) {
  std::array<std::uint32_t, kLanes> gathered{}, above;
  unsigned used = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      above[lane] = block[row * kLanes + lane] - head.smallest;
      gathered[lane] |= above[lane] << used;
    }
    used += head.bits;
    if (used < 32) continue;
    used -= 32;
    std::memcpy(to, gathered.data(), sizeof gathered);
    to += kLanes;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      gathered[lane] = used == 0 ? 0 : above[lane] >> (head.bits - used);
    }
  }
}

void unpack_block(const std::uint32_t* from, const Head& head, Block& block) {
  const std::uint32_t mask = head.bits == 32 ? ~std::uint32_t{0} : (1U << head.bits) - 1;
  unsigned used = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    std::uint32_t* words = &block[row * kLanes];
    for (std::size_t lane = 0; lane < kLanes; ++lane) words[lane] = from[lane] >> used;
    const unsigned end = used + head.bits;
    if (end > 32) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        words[lane] |= from[kLanes + lane] << (32 - used);
      }
    }
    if (end >= 32) from += kLanes;
    used = end % 32;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      words[lane] = (words[lane] & mask) + head.smallest;
    }
  }
}

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
  Block block;
  std::array<std::uint32_t, kPackedBlock> packed;
  for (std::size_t first = 0; first < words.size(); first += kPackedBlock) {
    const std::size_t size = std::min(kPackedBlock, words.size() - first);
    std::copy_n(words.begin() + static_cast<std::ptrdiff_t>(first), size, block.begin());
    std::fill(block.begin() + static_cast<std::ptrdiff_t>(size), block.end(), block[0]);
    const Head head = head_of(block);
    std::memcpy(to, &head.smallest, sizeof head.smallest);
    to[sizeof head.smallest] = static_cast<std::byte>(head.bits);
    to += kHead;
    if (head.bits == 0) continue;
    pack_block(block, head, packed.data());
    std::memcpy(to, packed.data(), payload(head));
    to += payload(head);
  }
  return static_cast<std::size_t>(to - begin);
}

void unpack_words(const std::byte* from, std::span<std::uint32_t> words) {
  Block block;
  std::array<std::uint32_t, kPackedBlock> packed;
  for (std::size_t first = 0; first < words.size(); first += kPackedBlock) {
    const std::size_t size = std::min(kPackedBlock, words.size() - first);
    Head head;
    std::memcpy(&head.smallest, from, sizeof head.smallest);
    head.bits = static_cast<std::uint8_t>(from[sizeof head.smallest]);
    from += kHead;
    const auto to = words.begin() + static_cast<std::ptrdiff_t>(first);
    if (head.bits == 0) {
      std::fill_n(to, size, head.smallest);
      continue;
    }
    std::memcpy(packed.data(), from, payload(head));
    from += payload(head);
    unpack_block(packed.data(), head, block);
    std::copy_n(block.begin(), size, to);
  }
}

}  // namespace wyvern

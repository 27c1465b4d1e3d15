// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/digest_lanes.h"
#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

namespace {

// One word of each stream.
using Word [[gnu::vector_size(sizeof(std::uint32_t) * kDigestLanes)]] = std::uint32_t;

constexpr int kSteps = 64, kWords = 16;

// RFC 1321: the integer part of 2^32 |sin(i)|.
constexpr std::uint32_t kSine[kSteps] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
// How far each step of a round rotates, and which word it takes: factor * step + first.
constexpr int kRotation[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
constexpr int kFactor[4] = {1, 5, 3, 7}, kFirst[4] = {0, 1, 5, 0};

template <int Round>
Word mixed(const Word& b, const Word& c, const Word& d) {
  if constexpr (Round == 0) return d ^ (b & (c ^ d));
  if constexpr (Round == 1) return c ^ (d & (b ^ c));
  if constexpr (Round == 2) return b ^ c ^ d;
  return c ^ (b | ~d);
}

template <int Round>
void round_of(Word (&state)[4], const Word (&message)[kWords]) {
#pragma GCC unroll 16
  for (int i = 0; i < kWords; ++i) {
    const int rotation = kRotation[Round][i % 4];
    const Word sum = state[0] + mixed<Round>(state[1], state[2], state[3]) +
                     message[(kFactor[Round] * i + kFirst[Round]) % kWords] +
                     kSine[kWords * Round + i];
    const Word next = state[1] + ((sum << rotation) | (sum >> (32 - rotation)));
    state[0] = state[3];
    state[3] = state[2];
    state[2] = state[1];
    state[1] = next;
  }
}

// Exchanges rows and columns of eight vectors.
void transpose(Word (&v)[kDigestLanes]) {
  Word pair[kDigestLanes], four[kDigestLanes];
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pair[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int k = 0; k < 2; ++k) {
      const Word a = pair[i + k], b = pair[i + 2 + k];
      four[i + 2 * k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      four[i + 2 * k + 1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int k = 0; k < 4; ++k) {
    v[k] = __builtin_shufflevector(four[k], four[4 + k], 0, 1, 2, 3, 8, 9, 10, 11);
    v[4 + k] = __builtin_shufflevector(four[k], four[4 + k], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// Half of the words of a block of each stream.
void load_half(const std::byte* const* from, std::size_t offset, Word* message) {
  Word half[kDigestLanes];
  for (std::size_t k = 0; k < kDigestLanes; ++k) half[k] = load<Word>(from[k] + offset);
  transpose(half);
  for (std::size_t k = 0; k < kDigestLanes; ++k) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (std::size_t i = 0; i < kDigestLanes; ++i) half[k][i] = __builtin_bswap32(half[k][i]);
#endif
    message[k] = half[k];
  }
}

void md5_blocks(DigestState& state, const std::byte* const* from, std::size_t blocks) {
  Word now[4];
  for (int i = 0; i < 4; ++i) now[i] = load<Word>(state.word[i]);
  for (std::size_t block = 0; block < blocks; ++block) {
    Word message[kWords];
    load_half(from, block * kDigestBlock, message);
    load_half(from, block * kDigestBlock + kDigestBlock / 2, message + kWords / 2);
    Word next[4] = {now[0], now[1], now[2], now[3]};
    round_of<0>(next, message);
    round_of<1>(next, message);
    round_of<2>(next, message);
    round_of<3>(next, message);
    for (int i = 0; i < 4; ++i) now[i] += next[i];
  }
  for (int i = 0; i < 4; ++i) store(state.word[i], now[i]);
}

}  // namespace

extern const DigestFunctions digest_functions;
const DigestFunctions digest_functions = {.md5_blocks = md5_blocks};

}  // namespace wyvern::kernels::WYVERN_TARGET

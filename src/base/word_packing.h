// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace wyvern {

// 32-bit words in less room, without loss: each block of 256 words keeps its smallest word
// (taken as a signed number) and the bits that the others have above it. Blocks of equal words take
// five bytes. Made for float32 planes, whose neighbouring pixels share sign, exponent and leading
// bits: the smaller the scatter, the fewer bits are left. Any words are allowed.

inline constexpr std::size_t kPackedBlock = 256;

// The most bytes that pack_words() writes for so many words.
std::size_t most_packed_bytes(std::size_t words);
// Packs `words` to `to` and returns the number of bytes written.
std::size_t pack_words(std::span<const std::uint32_t> words, std::byte* to);
// The words that pack_words() was given; `words` has their number.
void unpack_words(const std::byte* from, std::span<std::uint32_t> words);

}  // namespace wyvern

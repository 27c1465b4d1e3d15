// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/byte_order.h"

#include <cstdint>
#include <cstring>

#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

namespace {

std::uint16_t turned(std::uint16_t word) {
  return __builtin_bswap16(word);
}
std::uint32_t turned(std::uint32_t word) {
  return __builtin_bswap32(word);
}
std::uint64_t turned(std::uint64_t word) {
  return __builtin_bswap64(word);
}

// The compiler makes byte shuffles of this where there are any.
template <class Word>
void swap(std::byte* words, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    Word word;
    std::memcpy(&word, words + k * sizeof word, sizeof word);
    word = turned(word);
    std::memcpy(words + k * sizeof word, &word, sizeof word);
  }
}

}  // namespace

extern const ByteOrderFunctions byte_order_functions;
const ByteOrderFunctions byte_order_functions = {&swap<std::uint16_t>, &swap<std::uint32_t>,
                                                 &swap<std::uint64_t>};

}  // namespace wyvern::kernels::WYVERN_TARGET

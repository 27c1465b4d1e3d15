// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/tile_streams.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>

namespace wyvern::fits {
namespace {

// Reads bits, the highest of each byte first; beyond the end they are no more.
class Bits {
 public:
  explicit Bits(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool skip(std::int64_t count) {
    at_ += count;
    return at_ <= end();
  }
  // -1 beyond the end.
  int take(int count) {
    if (at_ + count > end()) return -1;
    int value = 0;
    for (int k = 0; k < count; ++k, ++at_) value = value * 2 + bit();
    return value;
  }
  // Passes over zeros and the one behind them.
  bool skip_unary() {
    while (at_ < end()) {
      const auto rest =
          static_cast<std::uint8_t>(bytes_[static_cast<std::size_t>(at_ / 8)] << (at_ % 8));
      if (rest != 0) return skip(std::countl_zero(rest) + 1);
      at_ = (at_ / 8 + 1) * 8;
    }
    return false;
  }

 private:
  std::int64_t end() const { return std::ssize(bytes_) * 8; }
  int bit() const { return bytes_[static_cast<std::size_t>(at_ / 8)] >> (7 - at_ % 8) & 1; }

  std::span<const std::uint8_t> bytes_;
  std::int64_t at_ = 0;
};

int word_at(std::span<const std::uint8_t> list, std::int64_t index) {
  const auto at = static_cast<std::size_t>(2 * index);
  return static_cast<std::int16_t>(list[at] << 8 | list[at + 1]);
}

std::int64_t int_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t k = at; k < at + 4; ++k) value = value << 8 | bytes[k];
  return static_cast<std::int32_t>(value);
}

}  // namespace

bool rice_is_whole(std::span<const std::uint8_t> stream, std::int64_t pixels, int bytes_per_pixel,
                   std::int64_t block) {
  // Bits of the number of split bits, and the number that marks pixels that are not coded.
  const int split_bits = bytes_per_pixel == 1 ? 3 : bytes_per_pixel == 2 ? 4 : 5;
  const int verbatim = bytes_per_pixel == 1 ? 6 : bytes_per_pixel == 2 ? 14 : 25;
  Bits bits(stream);
  // The decoder reads the byte behind the first pixel even when there is nothing to be decoded.
  if (std::ssize(stream) <= bytes_per_pixel || !bits.skip(std::int64_t{8} * bytes_per_pixel)) {
    return false;
  }
  for (std::int64_t done = 0; done < pixels; done += block) {
    const std::int64_t count = std::min(block, pixels - done);
    const int split = bits.take(split_bits) - 1;
    if (split < -1) return false;
    if (split == -1) continue;  // all are equal
    if (split == verbatim) {
      if (!bits.skip(count * 8 * bytes_per_pixel)) return false;
      continue;
    }
    for (std::int64_t k = 0; k < count; ++k) {
      if (!bits.skip_unary() || !bits.skip(split)) return false;
    }
  }
  return true;
}

std::int64_t gzip_size(std::span<const std::uint8_t> stream, std::int64_t most) {
  z_stream state{};
  if (::inflateInit2(&state, 15 + 16) != Z_OK) return -1;
  state.next_in = const_cast<std::uint8_t*>(stream.data());
  state.avail_in = static_cast<uInt>(stream.size());
  std::array<std::uint8_t, 16384> part{};
  std::int64_t size = 0;
  int result = Z_OK;
  while (result == Z_OK && size <= most) {
    state.next_out = part.data();
    state.avail_out = static_cast<uInt>(part.size());
    result = ::inflate(&state, Z_NO_FLUSH);
    size += std::ssize(part) - state.avail_out;
  }
  ::inflateEnd(&state);
  return result == Z_STREAM_END && size <= most ? size : -1;
}

bool plio_is_whole(std::span<const std::uint8_t> list) {
  const std::int64_t words = std::ssize(list) / 2;
  if (words < 3) return false;
  const bool old = word_at(list, 2) > 0;  // the older form has a head of three words
  if (!old && words < 5) return false;
  const std::int64_t length =
      old ? word_at(list, 2) : word_at(list, 4) * std::int64_t{32768} + word_at(list, 3);
  const std::int64_t first = old ? 3 : word_at(list, 1);
  if (first < 0 || length > words) return false;
  constexpr int set_high = 1;  // takes the word behind it, too
  for (std::int64_t k = first; k < length; ++k) {
    if (word_at(list, k) / 4096 == set_high && ++k >= words) return false;
  }
  return true;
}

bool hcompress_fits(std::span<const std::uint8_t> stream, std::int64_t pixels) {
  constexpr std::size_t head = 25;  // magic number, sizes, scale, sum, planes
  if (stream.size() < head || stream[0] != 0xDD || stream[1] != 0x99) return false;
  const std::int64_t columns = int_at(stream, 2), rows = int_at(stream, 6);
  return columns > 0 && rows > 0 && rows <= pixels && columns * rows == pixels;
}

}  // namespace wyvern::fits

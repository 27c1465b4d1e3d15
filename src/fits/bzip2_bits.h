// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wyvern::fits::bzip2 {

// Bits of a byte string, the highest of each byte first. Behind the end there are zeros; overrun()
// tells whether one of them has been taken.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes)
      : bytes_(reinterpret_cast<const std::uint8_t*>(bytes.data())), size_(bytes.size()) {}

  // After this at least 56 bits may be looked at and taken.
  void refill() {
    if (at_ + 8 > size_) return refill_slowly();
    std::uint64_t word = 0;
    for (int k = 0; k < 8; ++k) word = word << 8 | bytes_[at_ + k];
    buffer_ |= word >> count_;
    at_ += (63 - count_) >> 3;
    count_ |= 56;
  }

  // The bits to come, the first of them the highest.
  std::uint64_t ahead() const { return buffer_; }
  void skip(unsigned bits) {
    buffer_ <<= bits;
    count_ -= bits;
  }
  // The next 1 to 32 bits.
  std::uint32_t take(unsigned bits) {
    refill();
    const auto value = static_cast<std::uint32_t>(buffer_ >> (64 - bits));
    skip(bits);
    return value;
  }

  bool overrun() const { return bits_taken() > std::uint64_t{size_} * 8; }
  // Leaves the rest of the byte out, and says how many bytes have been taken.
  std::size_t end_of_byte() {
    skip(count_ % 8);
    return static_cast<std::size_t>(bits_taken() / 8);
  }

 private:
  std::uint64_t bits_taken() const { return std::uint64_t{at_} * 8 - count_; }
  void refill_slowly() {
    while (count_ <= 56) {
      const std::uint64_t byte = at_ < size_ ? bytes_[at_] : 0;
      buffer_ |= byte << (56 - count_);
      ++at_;
      count_ += 8;
    }
  }

  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t at_ = 0;        // of the first byte of which bits_taken() knows nothing
  std::uint64_t buffer_ = 0;  // below the first count_ bits: zeros or what comes there anyway
  unsigned count_ = 0;
};

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The entropy coding of a bzip2 block: up to six prefix codes, one for each group of fifty symbols;
// the symbols are places in a list of the bytes, of which the one that was used goes to the front
// (Bentley, Sleator, Tarjan and Wei 1986), and digits of runs of the byte in front.
#include "fits/bzip2_block.h"

#include <bit>
#include <cstring>

#include "fits/bzip2_code.h"

namespace wyvern::fits::bzip2 {
namespace {

constexpr unsigned kFewestCodes = 2, kMostCodes = 6;
constexpr std::uint32_t kMostGroups = kMostBytes / kGroupSymbols + 2;
constexpr std::uint32_t kLargestDigit = 1U << 20;  // no block has so long a run

using Order = std::array<std::uint8_t, 256>;

// The bytes that occur in the block. Returns how many.
unsigned read_bytes_in_use(BitReader& bits, Order& bytes) {
  unsigned count = 0;
  const std::uint32_t ranges = bits.take(16);
  for (unsigned i = 0; i < 16; ++i) {
    if ((ranges >> (15 - i) & 1U) == 0) continue;
    const std::uint32_t used = bits.take(16);
    for (unsigned j = 0; j < 16; ++j) {
      if ((used >> (15 - j) & 1U) != 0) bytes[count++] = static_cast<std::uint8_t>(16 * i + j);
    }
  }
  return count;
}

// Which code each group has. Surplus groups, which some programs write, are passed over.
class Selectors {
 public:
  bool read(BitReader& bits, unsigned codes) {
    const std::uint32_t announced = bits.take(15);
    std::array<std::uint8_t, kMostCodes> order{0, 1, 2, 3, 4, 5};
    for (std::uint32_t i = 0; i < announced; ++i) {
      bits.refill();
      const auto place = static_cast<unsigned>(std::countl_one(bits.ahead()));
      if (place >= codes) return false;
      bits.skip(place + 1);
      const std::uint8_t code = order[place];
      for (unsigned k = place; k > 0; --k) order[k] = order[k - 1];
      order[0] = code;
      if (i < kMostGroups) code_[count_++] = code;
    }
    return announced > 0;
  }
  std::uint32_t count() const { return count_; }
  std::uint8_t operator[](std::uint32_t group) const { return code_[group]; }

 private:
  std::array<std::uint8_t, kMostGroups> code_;
  std::uint32_t count_ = 0;
};

// The lengths of a code: each is told by its difference to the one before.
bool read_code(BitReader& bits, unsigned symbols, PrefixCode& code) {
  std::array<std::uint8_t, kMostSymbols> lengths;
  unsigned length = bits.take(5);
  for (unsigned s = 0; s < symbols; ++s) {
    while (true) {
      if (length < 1 || length > kLongestCode) return false;
      bits.refill();
      const auto step = static_cast<unsigned>(bits.ahead() >> 62);
      bits.skip(step < 2 ? 1 : 2);
      if (step < 2) break;
      length += step == 2 ? 1U : -1U;
    }
    lengths[s] = static_cast<std::uint8_t>(length);
  }
  code.make({lengths.data(), symbols});
  return true;
}

// The list of bytes, eight to a word, the front lowest.
class MoveToFront {
 public:
  explicit MoveToFront(const Order& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      words_[i / 8] |= std::uint64_t{bytes[i]} << (i % 8 * 8);
    }
  }
  std::uint8_t front() const { return static_cast<std::uint8_t>(words_[0]); }
  // Moves the byte at `place`, at most 255, to the front.
  std::uint8_t take(unsigned place) {
    const unsigned last = place / 8, shift = place % 8 * 8;
    const auto byte = static_cast<std::uint8_t>(words_[last] >> shift);
    std::uint64_t carry = byte;
    for (unsigned k = 0; k < last; ++k) {
      const std::uint64_t word = words_[k];
      words_[k] = word << 8 | carry;
      carry = word >> 56;
    }
    const std::uint64_t stays = ~std::uint64_t{0xFF} << shift;
    const std::uint64_t word = words_[last];
    words_[last] = (word & stays) | ((word << 8 | carry) & ~stays);
    return byte;
  }

 private:
  std::array<std::uint64_t, 32> words_{};
};

// The column of a block, from its symbols.
class ColumnWriter {
 public:
  ColumnWriter(const Order& bytes, unsigned in_use, std::uint32_t most, Block& block,
               std::uint8_t* column)
      : list_(bytes), end_(in_use + 1), most_(most), block_(block), column_(column) {}

  enum class State { more, end, damaged };
  // Symbols of one group; `used` is how many of them belong to the block.
  State add(const std::array<std::uint16_t, kGroupSymbols>& symbols, int& used) {
    for (int i = 0; i < kGroupSymbols; ++i) {
      const unsigned symbol = symbols[static_cast<std::size_t>(i)];
      if (symbol < 2) {
        if (digit_ > kLargestDigit) return State::damaged;
        run_ += digit_ << symbol;
        digit_ <<= 1;
        continue;
      }
      if (run_ > 0 && !write_run()) return State::damaged;
      if (symbol >= end_) {
        used = i + 1;
        return symbol == end_ ? State::end : State::damaged;
      }
      const std::uint8_t byte = list_.take(symbol - 1);
      ++block_.counts[byte];
      column_[block_.size++] = byte;
    }
    return block_.size > most_ ? State::damaged : State::more;
  }

 private:
  bool write_run() {
    if (std::uint64_t{block_.size} + run_ > most_) return false;
    const std::uint8_t byte = list_.front();
    std::memset(column_ + block_.size, byte, run_);
    block_.counts[byte] += run_;
    block_.size += run_;
    run_ = 0;
    digit_ = 1;
    return true;
  }

  MoveToFront list_;
  unsigned end_;  // the symbol of the block's end
  std::uint32_t most_;
  Block& block_;
  std::uint8_t* column_;
  std::uint32_t run_ = 0, digit_ = 1;  // a number of digits 1 and 2, the lowest first
};

// A group is decoded as a whole; what lies behind the block's end is put back.
bool read_symbols(BitReader& bits, const Selectors& selectors,
                  const std::array<PrefixCode, kMostCodes>& codes, ColumnWriter& writer) {
  std::array<std::uint16_t, kGroupSymbols> symbols;
  for (std::uint32_t group = 0; group < selectors.count(); ++group) {
    const PrefixCode& code = codes[selectors[group]];
    BitReader ahead = bits;
    for (std::size_t i = 0; i < symbols.size(); i += 2) {
      ahead.refill();
      symbols[i] = code.next(ahead);
      symbols[i + 1] = code.next(ahead);
    }
    int used = 0;
    const ColumnWriter::State state = writer.add(symbols, used);
    if (state == ColumnWriter::State::damaged) return false;
    if (state == ColumnWriter::State::more) {
      bits = ahead;
      continue;
    }
    for (int i = 0; i < used; ++i) {
      bits.refill();
      code.next(bits);
    }
    return true;
  }
  return false;  // the groups have ended, the block has not
}

}  // namespace

bool read_block(BitReader& bits, std::uint32_t most, Block& block, std::uint8_t* column) {
  block.crc = bits.take(32);
  block.randomised = bits.take(1) != 0;
  block.row = bits.take(24);
  block.size = 0;
  block.counts.fill(0);
  Order bytes{};
  const unsigned in_use = read_bytes_in_use(bits, bytes);
  if (in_use == 0) return false;
  const unsigned count = bits.take(3);
  if (count < kFewestCodes || count > kMostCodes) return false;
  Selectors selectors;
  if (!selectors.read(bits, count)) return false;
  std::array<PrefixCode, kMostCodes> codes;
  for (unsigned k = 0; k < count; ++k) {
    if (!read_code(bits, in_use + 2, codes[k])) return false;
  }
  ColumnWriter writer(bytes, in_use, most, block, column);
  if (!read_symbols(bits, selectors, codes, writer)) return false;
  return block.size <= most && block.row < block.size && !bits.overrun();
}

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/bzip2.h"

#include <bit>

namespace wyvern::fits::bzip2 {
namespace {

constexpr std::string_view kMagic = "BZh";
// Signatures of 48 bits: of a block, of the end of a stream.
constexpr std::uint64_t kBlock = 0x314159265359U, kEnd = 0x177245385090U;

}  // namespace

Decoder::Decoder(std::string_view bytes) : rest_(bytes) {}

Decoder::State Decoder::advance(Output& output) {
  if (!in_stream_) {
    if (!rest_.starts_with(kMagic)) return State::end;
    if (!begin_stream()) return State::damaged;
  }
  const std::uint64_t high = bits_.take(24);
  const std::uint64_t signature = high << 24 | bits_.take(24);
  if (signature == kEnd) return end_stream() ? State::more : State::damaged;
  Block block;
  if (signature != kBlock || !read_block(bits_, most_, block, rotations_.bytes())) {
    return State::damaged;
  }
  rotations_.restore(block);
  return append(block, output);
}

bool Decoder::begin_stream() {
  if (rest_.size() <= kMagic.size()) return false;
  const char level = rest_[kMagic.size()];
  if (level < '1' || level > '9') return false;
  most_ = static_cast<std::uint32_t>(level - '0') * kBlockUnit;
  bits_ = BitReader(rest_);
  bits_.take(32);
  crc_ = 0;
  in_stream_ = true;
  return true;
}

Decoder::State Decoder::append(const Block& block, Output& output) {
  const std::size_t start = output.used;
  const Runs runs = expand_runs({rotations_.bytes(), block.size}, output);
  if (runs == Runs::damaged) return State::damaged;
  if (runs == Runs::too_long) return State::too_long;
  const auto* written = reinterpret_cast<const std::uint8_t*>(output.bytes.data()) + start;
  const std::uint32_t crc = crc32({written, output.used - start});
  if (crc != block.crc) return State::damaged;
  crc_ = std::rotl(crc_, 1) ^ crc;
  return State::more;
}

bool Decoder::end_stream() {
  if (bits_.take(32) != crc_ || bits_.overrun()) return false;
  rest_.remove_prefix(bits_.end_of_byte());
  in_stream_ = false;
  return true;
}

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "fits/bzip2_block.h"

namespace wyvern::fits::bzip2 {

// Turns columns of sorted rotations back into texts, block by block. 6.4 MB, of which a block takes
// no more than its size needs.
class Rotations {
 public:
  Rotations();  // std::bad_alloc

  // Room for a block's column, which restore() replaces by its text: kMostBytes + kColumnSlack.
  std::uint8_t* bytes() { return bytes_; }
  // `block` has been read by read_block() into bytes().
  void restore(const Block& block);

 private:
  // The text is found in pieces, of which each begins at a row that was marked beforehand.
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kMostMarks = 1024;
  struct Piece {
    std::uint32_t link = 0;  // of its first row
    std::uint32_t next = 0;  // the piece that follows in the text
    const std::uint8_t* begin = nullptr;
    std::uint32_t size = 0;
  };

  void link(const Block& block);
  std::uint32_t mark(std::uint32_t row);
  void walk_together();
  void walk_rest(std::uint8_t* text);
  void join(std::uint32_t size);

  std::shared_ptr<std::byte> memory_;
  std::uint32_t* links_;
  std::uint8_t* bytes_;
  std::uint8_t* found_;  // texts of the pieces
  std::array<Piece, kMostMarks + kWays> pieces_;
  std::uint32_t marked_ = 0;  // pieces that have a row
  std::uint32_t begun_ = 0;   // pieces that have been walked to their ends, or are being walked
};

}  // namespace wyvern::fits::bzip2

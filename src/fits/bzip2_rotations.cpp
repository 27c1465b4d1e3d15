// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The inverse of the transform of Burrows and Wheeler ("A block-sorting lossless data compression
// algorithm", SRC report 124, 1994): each row of the sorted rotations has a link to the row that
// begins one byte later, and the text is read off along the links.
//
// The links of a block (3.6 MB) lie beyond the near caches, and each waits for the one before. So
// some rows are marked, and the ways from eight of them are walked side by side, each to the next
// mark that it meets, where the text of another piece begins. Then the pieces are joined.
#include "fits/bzip2_rotations.h"

#include <algorithm>
#include <cstring>

#include "base/buffer_pool.h"
#include "fits/bzip2_random.h"

namespace wyvern::fits::bzip2 {
namespace {

constexpr std::size_t kLinkBytes = kMostBytes * sizeof(std::uint32_t);
constexpr std::size_t kColumnBytes = kMostBytes + kColumnSlack;
// The pieces of the ways that are walked together fill at most one block, and so do the others.
constexpr std::size_t kFoundBytes = 2 * std::size_t{kMostBytes};
constexpr std::uint32_t kFewestRowsPerMark = 512;
// A link is the number of a row, above the byte with which its own row begins. That of a marked
// row has gone into the piece, and this bit and the piece's number stand in its place.
constexpr std::uint32_t kMark = 1U << 31;

}  // namespace

Rotations::Rotations()
    : memory_(pooled_block(kLinkBytes + kColumnBytes + kFoundBytes)),
      links_(reinterpret_cast<std::uint32_t*>(memory_.get())),
      bytes_(reinterpret_cast<std::uint8_t*>(memory_.get()) + kLinkBytes),
      found_(bytes_ + kColumnBytes) {}

void Rotations::restore(const Block& block) {
  link(block);
  marked_ = begun_ = 0;
  mark(block.row);
  const std::uint32_t marks =
      std::min<std::uint32_t>(kMostMarks - 1, block.size / kFewestRowsPerMark);
  for (std::uint32_t k = 0; k < marks; ++k) {
    mark(static_cast<std::uint32_t>(std::uint64_t{k} * block.size / marks));
  }
  if (marked_ >= kWays) walk_together();
  walk_rest(found_ + kMostBytes);
  join(block.size);
  if (block.randomised) derandomise({bytes_, block.size});
}

// Equal bytes have the same order in the first column of the rotations as in the last.
void Rotations::link(const Block& block) {
  std::array<std::uint32_t, 256> next{};
  for (std::size_t byte = 1; byte < next.size(); ++byte) {
    next[byte] = next[byte - 1] + block.counts[byte - 1];
  }
  std::uint32_t* const links = links_;
  const std::uint8_t* const column = bytes_;
  for (std::uint32_t i = 0; i < block.size; ++i) {
    const std::uint8_t byte = column[i];
    links[next[byte]++] = i << 8 | byte;
  }
}

// Lets a piece begin at a row, if none does. Returns the number of the row's piece.
std::uint32_t Rotations::mark(std::uint32_t row) {
  if ((links_[row] & kMark) != 0) return links_[row] & ~kMark;
  pieces_[marked_] = {links_[row], 0, nullptr, 0};
  links_[row] = kMark | marked_;
  return marked_++;
}

// Walks until there are no pieces left to begin; what is left of those that have been begun becomes
// pieces of their own.
void Rotations::walk_together() {
  constexpr std::size_t stride = kMostBytes / kWays;  // no row is met twice, so this is room enough
  static_assert(kMostBytes % kWays == 0);
  std::array<std::uint32_t, kWays> links, rows, piece, begin;
  std::uint8_t* const texts = found_;
  const std::uint32_t* const all = links_;
  const auto begin_piece = [&](std::size_t k, std::uint32_t at) {
    piece[k] = begun_++;
    begin[k] = at;
    links[k] = pieces_[piece[k]].link;
  };
  const auto end_piece = [&](std::size_t k, std::uint32_t at, std::uint32_t next) {
    Piece& ended = pieces_[piece[k]];
    ended.next = next;
    ended.begin = texts + k * stride + begin[k];
    ended.size = at - begin[k];
  };
  for (std::size_t k = 0; k < kWays; ++k) begin_piece(k, 0);
  for (std::uint32_t at = 1;; ++at) {
    std::uint32_t marks = 0;
    for (std::size_t k = 0; k < kWays; ++k) {
      texts[k * stride + at - 1] = static_cast<std::uint8_t>(links[k]);
      rows[k] = links[k] >> 8;
      links[k] = all[rows[k]];
      marks |= links[k];
    }
    if ((marks & kMark) == 0) continue;
    if (marked_ - begun_ < kWays) {
      for (std::size_t k = 0; k < kWays; ++k) end_piece(k, at, mark(rows[k]));
      return;
    }
    for (std::size_t k = 0; k < kWays; ++k) {
      if ((links[k] & kMark) == 0) continue;
      end_piece(k, at, links[k] & ~kMark);
      begin_piece(k, at);
    }
  }
}

// Walks the ways of the remaining pieces one after the other.
void Rotations::walk_rest(std::uint8_t* text) {
  for (; begun_ < marked_; ++begun_) {
    Piece& piece = pieces_[begun_];
    piece.begin = text;
    std::uint32_t link = piece.link;
    while ((link & kMark) == 0) {
      *text++ = static_cast<std::uint8_t>(link);
      link = links_[link >> 8];
    }
    piece.size = static_cast<std::uint32_t>(text - piece.begin);
    piece.next = link & ~kMark;
  }
}

// The block's row is in piece 0. Links that form more than one circle, as only a damaged block's
// do, are followed round and round until the text is long enough.
void Rotations::join(std::uint32_t size) {
  std::uint8_t* to = bytes_;
  std::uint32_t number = 0;
  while (size > 0) {
    const Piece& piece = pieces_[number];
    const std::uint32_t part = std::min(size, piece.size);
    std::memcpy(to, piece.begin, part);
    to += part;
    size -= part;
    number = piece.next;
  }
}

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fits/bzip2_bits.h"
#include "fits/bzip2_rotations.h"
#include "fits/bzip2_runs.h"

namespace wyvern::fits::bzip2 {

// Decodes streams of bzip2 (https://sourceware.org/bzip2) from memory to memory, with the results
// and the errors of libbz2 1.0.8 in a fraction of its time. One thread at a time.
class Decoder {
 public:
  enum class State { more, end, damaged, too_long };

  explicit Decoder(std::string_view bytes);  // which are borrowed; std::bad_alloc

  // Appends the next block, or goes to the next stream. end: all streams have been decoded; what
  // follows the last and does not begin like one is ignored. too_long: output.most was reached.
  State advance(Output& output);

 private:
  bool begin_stream();
  bool end_stream();
  State append(const Block& block, Output& output);

  std::string_view rest_;  // from the current stream's first byte
  BitReader bits_{{}};
  Rotations rotations_;
  std::uint32_t most_ = 0;  // bytes of a block of the stream
  std::uint32_t crc_ = 0;   // of the stream
  bool in_stream_ = false;
};

}  // namespace wyvern::fits::bzip2

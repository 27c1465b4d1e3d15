// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fits/header.h"
#include "fits/input_file.h"

namespace wyvern::fits {

// An HDU as it lies in the file.
struct Unit {
  enum class Kind { image, table, other };

  int number = 0;     // from 1
  std::string label;  // "HDU 2 (SCI,1)", for messages
  Header header;      // of the image, for a tile-compressed one
  Kind kind = Kind::other;
  std::optional<Header> tile_table;  // of a tile-compressed image: the header of its table
  std::int64_t data_start = 0;
  std::int64_t end = 0;  // where the next HDU would begin

  bool tile_compressed() const { return tile_table.has_value(); }
};

// The HDU that begins at `start`, or nothing when the file has no more: what follows the last HDU
// and does not begin like one is ignored. InputError when the header has no END, lacks what its
// kind must have, or announces data that the file is too short for. All this is checked before
// CFITSIO sees the HDU, which takes memory on the word of a header, and in 4.2 on the word of a
// variable it has not set when a table's header is incomplete.
std::optional<Unit> scan_unit(const InputFile& file, int number, std::int64_t start);

// The header of the first HDU alone, whatever follows it. InputError when it has no END.
Header scan_primary_header(const InputFile& file);

// InputError about a part of a file: "NAME: HDU 2 (SCI,1): WHAT; fetch the file again".
[[noreturn]] void throw_damaged(const InputFile& file, std::string_view where,
                                std::string_view what);

}  // namespace wyvern::fits

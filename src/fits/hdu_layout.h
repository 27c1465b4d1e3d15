// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/plane.h"
#include "fits/header.h"

namespace wyvern::fits {

// Where the END card begins in the records of a header, at or behind the card at `from`; npos when
// it is not there.
std::size_t find_end_card(std::string_view records, std::size_t from = 0);

// Whether the HDU is a binary table that holds a tile-compressed image (".fz").
bool is_tile_compressed(const Header& header);
// The header of the image in such a table: its structural cards as of an IMAGE extension, without
// the cards that describe the compression or the table.
Header tile_compressed_image_header(const Header& table);

// Axes in numpy's order, the slowest first; empty for an HDU without pixels.
std::vector<std::int64_t> image_shape(const Header& header);
// How the pixels of an image are read.
struct PixelReading {
  PixelType type;
  bool scaled;  // integers with a scale, which BLANK can make undefined
};
PixelReading pixel_reading(const Header& header);

// Bytes of the data unit that a header announces, without the filling of its last record.
// Nothing when the cards are missing or impossible, or their product is beyond 63 bits.
std::optional<std::int64_t> data_bytes(const Header& header);

// Whether a keyword is one of those that CFITSIO reads as a number or truth value when it opens an
// HDU or reads its data.
bool is_number_of_layout(std::string_view keyword);

// Whether a keyword describes the structure of an HDU or its table columns, or sums its bytes:
// such cards are made anew when the HDU is written.
bool is_structural_of_image(std::string_view keyword);
bool is_structural_of_table(std::string_view keyword);

}  // namespace wyvern::fits

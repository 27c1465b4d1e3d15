// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "fits/hdu_scan.h"

namespace wyvern::fits {

// CFITSIO trusts what it is told of a tile-compressed image. These checks come before it sees one:
// after them its decoders stay within their memory, whatever the bytes are.

// By the header alone: method, columns, parameters, number and sizes of tiles. `table` is the
// header of the table that holds the image. InputError otherwise.
void check_tile_header(const InputFile& file, const Unit& unit, const Header& table);

// By the bytes: DATASUM, and each tile is followed through to its last pixel. `unit` is tile-
// compressed and has passed check_tile_header. Takes memory for the table as it is in the file.
// InputError when they disagree, or with a tile of HCOMPRESS, which cannot be followed, and no
// DATASUM.
void check_tile_data(const InputFile& file, const Unit& unit);

}  // namespace wyvern::fits

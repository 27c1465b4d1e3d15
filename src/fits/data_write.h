// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "base/plane.h"
#include "fits/cfitsio.h"
#include "fits/table.h"

namespace wyvern::fits {

// CFITSIO's code of a pixel type.
int cfitsio_type(PixelType type);

// Write the data unit of the HDU that `file` stands at, whose header is complete. As in CFITSIO,
// nothing is done when `status` is not 0, and it is set when something fails.
void write_pixels(fitsfile* file, const Plane& plane, int& status);
void write_cells(fitsfile* file, const Table& table, int& status);

}  // namespace wyvern::fits

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "fits/input_file.h"
#include "fits/table.h"

namespace wyvern::fits {

// The table in the HDU that `file` stands at; `header` holds its cards. `label` names the HDU in
// the text of an InputError. Types that a Column does not know become the nearest that holds their
// values: unsigned 16 and 32 bits the next larger signed type, unsigned 64 bits and scaled columns
// double, complex numbers two reals, bits logicals. Cells of variable length are filled up to the
// longest with zeros, NaN or blanks.
Table read_table(const InputFile& file, const Header& header, const std::string& label);

}  // namespace wyvern::fits

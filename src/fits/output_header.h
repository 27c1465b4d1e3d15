// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/plane.h"
#include "fits/header.h"
#include "fits/table.h"

namespace wyvern::fits {

// The cards of a header as they are written, 80 characters each, without END: structural cards as
// the data have them, then the other cards of the header as they are. Sums over the bytes of a
// former file are left out.
std::string primary_records(const Header& header, bool has_extensions);
std::string image_records(const Header& header, const Plane* plane);
std::string table_records(const Table& table, std::optional<std::int64_t> extver);

// Characters of one text of a column in the file, and bytes of one cell of any column.
std::int64_t text_width(const Column& column);
std::int64_t cell_bytes(const Column& column);

}  // namespace wyvern::fits

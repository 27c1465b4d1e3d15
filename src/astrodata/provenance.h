// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "astrodata/astrodata.h"

namespace wyvern {

// The PROVENANCE and HISTORY tables: spec "astrodata" 11. Rows that exist already are not repeated.
void add_provenance(AstroData& ad, const std::string& filename, const std::string& md5,
                    const std::string& primitive, const std::string& timestamp);
void add_history(AstroData& ad, const std::string& start, const std::string& stop,
                 const std::string& primitive, const std::string& args);
// Rows of `from` appended to those of `to`.
void copy_provenance(AstroData& to, const AstroData& from);
void copy_history(AstroData& to, const AstroData& from);

// Both tables as text for a screen of `width` columns, the arguments of steps spread over several
// lines; columns that do not fit give way to "...", as in the reference. All rows are shown.
std::string provenance_summary(const AstroData& ad, std::size_t width = 80);
// The same one by one.
std::string provenance_text(const AstroData& ad, std::size_t width = 80);
std::string history_text(const AstroData& ad);

}  // namespace wyvern

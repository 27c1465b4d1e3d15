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

}  // namespace wyvern

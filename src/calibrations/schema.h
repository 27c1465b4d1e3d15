// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "calibrations/sqlite.h"

namespace wyvern::calibrations {

// The tables of a calibration database as GeminiObsDB 1.0 (DRAGONS 3.2) makes them, to the letter:
// either program can use a file that the other has made.

// Makes all tables and indices in an empty database.
void create_tables(const Database& database);

// DatabaseError when the tables are not those of a calibration database of DRAGONS 3.
void check_tables(const Database& database);

// Tables of the database that have a column of this name ("header_id": those of the instruments).
std::vector<std::string> tables_pointing_to(const Database& database, const std::string& column);

// Adds a row and gives its id. Column names are the program's own, never a user's text.
std::int64_t insert_row(const Database& database, const std::string& table, const Row& row);

}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Tables of what went into a file and what was done to it. Method: astrodata/provenance.py of the
// reference.
#include "astrodata/provenance.h"

#include <algorithm>
#include <array>

namespace wyvern {

namespace {

using Texts = std::vector<std::string>;
using Row = std::array<std::string, 4>;

constexpr std::int64_t timestamp_width = 28, text_width = 128;
constexpr std::array<const char*, 4> provenance_columns{"timestamp", "filename", "md5",
                                                        "provenance_added_by"};
constexpr std::array<const char*, 4> history_columns{"primitive", "args", "timestamp_start",
                                                     "timestamp_stop"};

std::int64_t longest(const Texts& texts) {
  std::size_t width = 0;
  for (const std::string& text : texts) width = std::max(width, text.size());
  return static_cast<std::int64_t>(width);
}

// The rows of a table; a column that it does not have reads as empty text.
std::vector<Row> rows_of(const fits::Table& table, const std::array<const char*, 4>& columns) {
  std::vector<Row> rows(table.rows());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const fits::Column* column = table.find(columns[c]);
    const Texts* texts = column == nullptr ? nullptr : std::get_if<Texts>(&column->cells);
    if (texts == nullptr) continue;
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][c] = (*texts)[i];
  }
  return rows;
}

fits::Column text_column(const char* name, const std::vector<Row>& rows, std::size_t index) {
  Texts texts;
  for (const Row& row : rows) texts.push_back(row[index]);
  fits::Column column;
  column.name = name;
  column.width = longest(texts);
  column.cells = std::move(texts);
  return column;
}

// Text longer than the reference's fixed widths widens its column instead of being cut.
fits::Table provenance_table(const std::vector<Row>& rows) {
  fits::Table table;
  table.name = "PROVENANCE";
  for (std::size_t c = 0; c < provenance_columns.size(); ++c) {
    fits::Column column = text_column(provenance_columns[c], rows, c);
    column.width = std::max(column.width, c == 0 ? timestamp_width : text_width);
    table.add(std::move(column));
  }
  return table;
}

fits::Table history_table(const std::vector<Row>& rows) {
  fits::Table table;
  table.name = "HISTORY";
  for (std::size_t c = 0; c < history_columns.size(); ++c) {
    fits::Column column = text_column(history_columns[c], rows, c);
    if (c == 1) {
      ++column.width;
    } else {
      column.width = std::max(column.width, c == 0 ? text_width : timestamp_width);
    }
    table.add(std::move(column));
  }
  return table;
}

const fits::Table* find_table(const AstroData& ad, const char* name) {
  const auto found = ad.tables.find(name);
  return found == ad.tables.end() ? nullptr : &found->second;
}

std::vector<Row> provenance_rows(const AstroData& ad) {
  const fits::Table* table = find_table(ad, "PROVENANCE");
  return table == nullptr ? std::vector<Row>{} : rows_of(*table, provenance_columns);
}

// HISTORY was called PROVHISTORY by older versions of the reference.
std::vector<Row> history_rows(const AstroData& ad) {
  const fits::Table* table = find_table(ad, "HISTORY");
  if (table == nullptr) table = find_table(ad, "PROVHISTORY");
  return table == nullptr ? std::vector<Row>{} : rows_of(*table, history_columns);
}

// The same file used by the same step is one row whatever the time.
bool same_use(const Row& a, const Row& b) {
  return std::equal(a.begin() + 1, a.end(), b.begin() + 1);
}

void append_provenance(AstroData& ad, const std::vector<Row>& added) {
  std::vector<Row> rows = provenance_rows(ad);
  const std::size_t before = rows.size();
  for (const Row& row : added) {
    if (std::none_of(rows.begin(), rows.end(), [&](const Row& r) { return same_use(r, row); })) {
      rows.push_back(row);
    }
  }
  if (rows.size() > before) ad.tables["PROVENANCE"] = provenance_table(rows);
}

void append_history(AstroData& ad, const std::vector<Row>& added) {
  std::vector<Row> rows = history_rows(ad);
  const std::size_t before = rows.size();
  for (const Row& row : added) {
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  if (rows.size() == before) return;
  ad.tables["HISTORY"] = history_table(rows);
  ad.tables.erase("PROVHISTORY");
}

}  // namespace

void add_provenance(AstroData& ad, const std::string& filename, const std::string& md5,
                    const std::string& primitive, const std::string& timestamp) {
  append_provenance(ad, {{timestamp, filename, md5, primitive}});
}

void add_history(AstroData& ad, const std::string& start, const std::string& stop,
                 const std::string& primitive, const std::string& args) {
  append_history(ad, {{primitive, args, start, stop}});
}

void copy_provenance(AstroData& to, const AstroData& from) {
  append_provenance(to, provenance_rows(from));
}

void copy_history(AstroData& to, const AstroData& from) {
  append_history(to, history_rows(from));
}

}  // namespace wyvern

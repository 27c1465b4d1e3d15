// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/copyable_variant.h"
#include "fits/header.h"

namespace wyvern::fits {

// A column of a binary table. `repeat` cells per row (1 for a scalar column), row after row.
struct Column {
  using Cells = CopyableVariant<std::vector<std::string>, std::vector<std::uint8_t>,
                                std::vector<std::int16_t>, std::vector<std::int32_t>,
                                std::vector<std::int64_t>, std::vector<float>, std::vector<double>,
                                std::vector<bool>>;
  std::string name;
  Cells cells;
  std::string unit;        // TUNITn, "" for none
  std::string display;     // TDISPn, "" for none
  std::int64_t width = 0;  // of text, in characters; longer cells widen the column when written
  std::int64_t repeat = 1;
  std::string dimensions;  // TDIMn, "" for none

  std::size_t rows() const;
};

// A binary table with the cards of its header that do not describe its structure.
class Table {
 public:
  std::string name;  // EXTNAME
  std::vector<Column> columns;
  Header header;  // of the HDU it was read from; structural cards are made anew on writing

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().rows(); }
  const Column* find(std::string_view column) const;  // nullptr when absent
  Column* find(std::string_view column);
  // The cells of a column of type T; DataError when there is no such column of that type.
  template <class T>
  const std::vector<T>& cells(std::string_view column) const {
    const Column* found = find(column);
    const std::vector<T>* cells = found ? std::get_if<std::vector<T>>(&found->cells) : nullptr;
    if (cells == nullptr) missing(column);
    return *cells;
  }
  template <class T>
  std::vector<T>& cells(std::string_view column) {
    return const_cast<std::vector<T>&>(std::as_const(*this).template cells<T>(column));
  }
  // Row `i` of a numeric column as double.
  double number(std::string_view column, std::size_t i) const;
  Column& add(Column column) { return columns.emplace_back(std::move(column)); }
  // Keeps the rows for which keep[i]; keep.size() == rows().
  void select_rows(const std::vector<bool>& keep);

 private:
  [[noreturn]] void missing(std::string_view column) const;
};

}  // namespace wyvern::fits

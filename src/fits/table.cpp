// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/errors.h"

namespace wyvern::fits {
namespace {

std::size_t repeat_of(const Column& column) {
  return static_cast<std::size_t>(std::max<std::int64_t>(1, column.repeat));
}

template <class T>
void keep_rows(std::vector<T>& cells, std::size_t repeat, const std::vector<bool>& keep) {
  std::vector<T> kept;
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (!keep[row]) continue;
    for (std::size_t i = row * repeat; i < (row + 1) * repeat; ++i) {
      kept.push_back(std::move(cells[i]));
    }
  }
  cells = std::move(kept);
}

template <>
void keep_rows(std::vector<bool>& cells, std::size_t repeat, const std::vector<bool>& keep) {
  std::vector<bool> kept;
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (!keep[row]) continue;
    for (std::size_t i = row * repeat; i < (row + 1) * repeat; ++i) kept.push_back(cells[i]);
  }
  cells = std::move(kept);
}

}  // namespace

std::size_t Column::rows() const {
  return std::visit([](const auto& values) { return values.size(); }, cells) / repeat_of(*this);
}

const Column* Table::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

Column* Table::find(std::string_view column) {
  return const_cast<Column*>(std::as_const(*this).find(column));
}

double Table::number(std::string_view column, std::size_t i) const {
  const Column* found = find(column);
  if (found == nullptr) missing(column);
  return std::visit(
      [&](const auto& cells) -> double {
        if constexpr (std::is_same_v<std::decay_t<decltype(cells)>, std::vector<std::string>>) {
          missing(column);
        } else {
          return static_cast<double>(cells.at(i * repeat_of(*found)));
        }
      },
      found->cells);
}

void Table::select_rows(const std::vector<bool>& keep) {
  if (keep.size() != rows()) {
    throw std::logic_error(
        fmt::format("table {}: a selection of {} rows for {}", name, keep.size(), rows()));
  }
  for (Column& column : columns) {
    std::visit([&](auto& cells) { keep_rows(cells, repeat_of(column), keep); }, column.cells);
  }
}

void Table::missing(std::string_view column) const {
  if (find(column) == nullptr) {
    throw DataError(fmt::format("Table {} has no column {}", name, column));
  }
  throw DataError(fmt::format("Table {}: column {} has another type than is needed", name, column));
}

}  // namespace wyvern::fits

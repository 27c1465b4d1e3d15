// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/data_write.h"

#include <algorithm>

#include "fits/card_format.h"
#include "fits/output_header.h"

namespace wyvern::fits {
namespace {

template <class T>
constexpr int cell_type() {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return TBYTE;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return TSHORT;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return TINT;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return TLONGLONG;
  else if constexpr (std::is_same_v<T, float>)
    return TFLOAT;
  else
    return TDOUBLE;
}

// Writes one column of the table; `offset` is where its cells begin in a row.
struct ColumnWriter {
  fitsfile* file;
  const Column& column;
  int number;
  std::int64_t offset;
  int& status;

  template <class T>
  void operator()(const std::vector<T>& cells) const {
    if (cells.empty()) return;
    ffpcl(file, cell_type<T>(), number, 1, 1, std::ssize(cells), const_cast<T*>(cells.data()),
          &status);
  }

  void operator()(const std::vector<bool>& cells) const {
    if (cells.empty()) return;
    std::vector<char> logicals(cells.begin(), cells.end());
    ffpcl(file, TLOGICAL, number, 1, 1, std::ssize(logicals), logicals.data(), &status);
  }

  // Texts are filled up with NUL, each on its own, and written a row's cell at a time.
  void operator()(const std::vector<std::string>& cells) const {
    const auto width = static_cast<std::size_t>(text_width(column));
    const auto repeat = static_cast<std::size_t>(std::max<std::int64_t>(1, column.repeat));
    for (std::size_t row = 0; row < cells.size() / repeat; ++row) {
      std::string cell;
      for (std::size_t i = 0; i < repeat; ++i) {
        cell += ascii_text(cells[row * repeat + i]);
        cell.resize((i + 1) * width, '\0');
      }
      ffptbb(file, static_cast<LONGLONG>(row) + 1, offset + 1, std::ssize(cell),
             reinterpret_cast<unsigned char*>(cell.data()), &status);
    }
  }
};

}  // namespace

int cfitsio_type(PixelType type) {
  switch (type) {
    case PixelType::u8:
      return TBYTE;
    case PixelType::i16:
      return TSHORT;
    case PixelType::u16:
      return TUSHORT;
    case PixelType::i32:
      return TINT;
    case PixelType::u32:
      return TUINT;
    case PixelType::i64:
      return TLONGLONG;
    case PixelType::u64:
      return TULONGLONG;
    case PixelType::f32:
      return TFLOAT;
    case PixelType::f64:
      break;
  }
  return TDOUBLE;
}

void write_pixels(fitsfile* file, const Plane& plane, int& status) {
  ffppr(file, cfitsio_type(plane.type()), 1, plane.size(), const_cast<std::byte*>(plane.raw()),
        &status);
}

void write_cells(fitsfile* file, const Table& table, int& status) {
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    std::visit(ColumnWriter{file, column, static_cast<int>(i) + 1, offset, status}, column.cells);
    offset += cell_bytes(column);
  }
}

}  // namespace wyvern::fits

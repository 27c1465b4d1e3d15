// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/table_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::fits {
namespace {

// Cells that take no place in a row, or are filled up to the longest one, may not take more memory
// than this and so many times the file's size.
constexpr std::int64_t harmless_bytes = std::int64_t{64} << 20;
constexpr std::int64_t harmless_growth = 16;
constexpr std::int64_t text_object = sizeof(std::string);
// CFITSIO's buffer for a cell of text, which it does not hold cells against (DBUFFSIZE).
constexpr std::int64_t cell_buffer = 28800;

// A column as CFITSIO describes it.
struct ColumnForm {
  int number = 0;            // from 1
  int type = 0;              // CFITSIO's code of the values, scaling applied
  bool variable = false;     // cells of variable length
  std::int64_t repeat = 0;   // values in a cell; characters, of text
  std::int64_t width = 0;    // characters of one text
  std::int64_t offset = -1;  // of a fixed cell in the row of a binary table, in bytes
};

class TableReader {
 public:
  TableReader(const InputFile& file, const Header& header, const std::string& label)
      : file_(file), header_(header), label_(label) {}

  Table read() {
    int columns = 0;
    LONGLONG rows = 0;
    int status = 0;
    ffgncl(file_.handle(), &columns, &status);
    ffgnrwll(file_.handle(), &rows, &status);
    check(status, "its columns");
    rows_ = rows;
    binary_ = header_.text("XTENSION") != "TABLE";

    Table table;
    table.name = header_.text("EXTNAME").value_or("");
    table.header = header_;
    for (int number = 1; number <= columns; ++number) {
      const ColumnForm form = form_of(number);
      if (form.repeat > 0 || form.type == TSTRING) table.add(read_column(form));
    }
    return table;
  }

 private:
  void check(int status, std::string_view what) const {
    if (status == 0) return;
    throw InputError(fmt::format("{}: {}: {} cannot be read: {}", file_.path(), label_, what,
                                 status_text(status)));
  }

  std::string text(std::string_view root, int number) const {
    return header_.text(fmt::format("{}{}", root, number)).value_or("");
  }

  std::string name_of(int number) const {
    const std::string name = text("TTYPE", number);
    return name.empty() ? fmt::format("col{}", number) : name;
  }

  ColumnForm form_of(int number) {
    ColumnForm form{.number = number};
    int stored = 0;
    LONGLONG repeat = 0;
    LONGLONG width = 0;
    int status = 0;
    ffgtclll(file_.handle(), number, &stored, &repeat, &width, &status);
    ffeqtyll(file_.handle(), number, &form.type, nullptr, nullptr, &status);
    check(status, fmt::format("column {}", name_of(number)));
    form.variable = stored < 0;
    form.type = std::abs(form.type);
    if (!binary_)
      check(width > cell_buffer ? BAD_TFORM : 0, fmt::format("column {}", name_of(number)));
    if (form.type == TSTRING && !binary_) repeat = width;
    form.offset = row_bytes_;
    row_bytes_ += bytes_in_row(number, stored, repeat, width);
    form.repeat = form.variable ? longest_cell(number, form.type) : repeat;
    form.width = form.variable ? form.repeat : width;
    if (form.type == TSTRING && !form.variable) apply_text_dimensions(form);
    if (form.repeat == 0) check_empty_column(form);
    return form;
  }

  std::int64_t bytes_in_row(int number, int stored, std::int64_t repeat, std::int64_t width) const {
    if (stored < 0) return contains(text("TFORM", number), "Q") ? 16 : 8;
    if (stored == TSTRING) return repeat;
    return stored == TBIT ? (repeat + 7) / 8 : repeat * width;
  }

  // Such columns are in no byte of the file, whatever the number of rows that the header gives.
  void check_empty_column(const ColumnForm& form) {
    ++empty_columns_;
    check(fits_memory(empty_columns_ * text_object) ? 0 : BAD_DIMEN,
          fmt::format("column {}", name_of(form.number)));
  }

  // TDIMn = '(10,3)' of 30 characters: three texts of 10.
  void apply_text_dimensions(ColumnForm& form) const {
    const std::string dimensions = text("TDIM", form.number);
    if (!dimensions.starts_with('(')) return;
    const auto first = parse_int(dimensions.substr(1, dimensions.find_first_of(",)") - 1));
    if (first && *first > 0 && *first < form.repeat && form.repeat % *first == 0) {
      form.width = *first;
    }
  }

  // Values in a cell of variable length.
  std::int64_t cell_length(int number, std::int64_t row, int& status) const {
    LONGLONG length = 0;
    LONGLONG offset = 0;
    ffgdesll(file_.handle(), number, row + 1, &length, &offset, &status);
    return length;
  }

  // Whether so much more memory for each row is not too much.
  bool fits_memory(std::int64_t row_bytes) const {
    std::int64_t bytes = 0;
    return !__builtin_mul_overflow(rows_, row_bytes, &bytes) &&
           (bytes - harmless_bytes) / harmless_growth <= file_.size();
  }

  std::int64_t longest_cell(int number, int type) const {
    std::int64_t longest = 0;
    int status = 0;
    for (std::int64_t row = 0; row < rows_ && status == 0; ++row) {
      longest = std::max(longest, cell_length(number, row, status));
    }
    const std::int64_t cell_bytes = type == TSTRING ? text_object + longest : 16 * longest;
    if (status == 0 && (longest > file_.size() * 8 || !fits_memory(cell_bytes)))
      status = BAD_HEAP_PTR;
    check(status, fmt::format("column {}", name_of(number)));
    return longest;
  }

  Column read_column(const ColumnForm& form) const {
    Column column;
    column.name = name_of(form.number);
    column.unit = text("TUNIT", form.number);
    column.display = text("TDISP", form.number);
    if (!form.variable) column.dimensions = text("TDIM", form.number);
    column.repeat = form.repeat;
    read_cells(form, column);
    return column;
  }

  void read_cells(const ColumnForm& form, Column& column) const {
    switch (form.type) {
      case TSTRING:
        return read_texts(form, column);
      case TLOGICAL:
      case TBIT:
        return read_logicals(form, column);
      case TBYTE:
        return read_numbers<std::uint8_t>(form, TBYTE, column);
      case TSBYTE:
      case TSHORT:
        return read_numbers<std::int16_t>(form, TSHORT, column);
      case TUSHORT:
      case TINT:
      case TLONG:
        return read_numbers<std::int32_t>(form, TINT, column);
      case TUINT:
      case TULONG:
      case TLONGLONG:
        return read_numbers<std::int64_t>(form, TLONGLONG, column);
      case TFLOAT:
        return read_numbers<float>(form, TFLOAT, column);
      case TCOMPLEX:
        column.repeat *= 2;
        return read_numbers<float>(form, TCOMPLEX, column);
      case TDBLCOMPLEX:
        column.repeat *= 2;
        return read_numbers<double>(form, TDBLCOMPLEX, column);
      default:
        return read_numbers<double>(form, TDOUBLE, column);
    }
  }

  // Values of a column of fixed or variable length; a complex value takes two of T.
  template <class T>
  std::vector<T> read_values(const ColumnForm& form, int type, std::int64_t repeat, T fill) const {
    std::vector<T> values(static_cast<std::size_t>(rows_ * repeat), fill);
    if (values.empty()) return values;
    int status = 0;
    int any_undefined = 0;
    if (!form.variable) {
      ffgcv(file_.handle(), type, form.number, 1, 1, rows_ * form.repeat, nullptr, values.data(),
            &any_undefined, &status);
    }
    for (std::int64_t row = 0; form.variable && row < rows_ && status == 0; ++row) {
      const std::int64_t length = cell_length(form.number, row, status);
      if (length == 0) continue;
      ffgcv(file_.handle(), type, form.number, row + 1, 1, length, nullptr,
            values.data() + row * repeat, &any_undefined, &status);
    }
    check(status, fmt::format("column {}", name_of(form.number)));
    return values;
  }

  template <class T>
  void read_numbers(const ColumnForm& form, int type, Column& column) const {
    T fill{};
    if constexpr (std::numeric_limits<T>::has_quiet_NaN) {
      if (form.variable) fill = std::numeric_limits<T>::quiet_NaN();
    }
    column.cells = read_values<T>(form, type, column.repeat, fill);
  }

  void read_logicals(const ColumnForm& form, Column& column) const {
    const auto bytes = read_values<char>(form, form.type, column.repeat, 0);
    std::vector<bool> logicals(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) logicals[i] = bytes[i] == 1;
    column.cells = std::move(logicals);
  }

  // Texts are read as whole cells: CFITSIO does not know of texts that TDIMn cuts a cell into.
  void read_texts(const ColumnForm& form, Column& column) const {
    column.width = std::max<std::int64_t>(1, form.width);
    column.repeat = form.variable ? 1 : std::max<std::int64_t>(1, form.repeat / column.width);
    std::vector<std::string> cells(static_cast<std::size_t>(rows_ * column.repeat));
    const auto cell_width = static_cast<std::size_t>(form.repeat);
    std::string cell(cell_width + 1, '\0');
    for (std::int64_t row = 0; row < rows_ && form.repeat > 0; ++row) {
      read_text_cell(form, row, cell);
      for (std::int64_t i = 0; i < column.repeat; ++i) {
        const std::string_view text = std::string_view(cell).substr(
            static_cast<std::size_t>(i * column.width), static_cast<std::size_t>(column.width));
        cells[static_cast<std::size_t>(row * column.repeat + i)] = std::string(end_text(text));
      }
    }
    column.cells = std::move(cells);
  }

  // A text ends at its first NUL; blanks at its end do not count.
  static std::string_view end_text(std::string_view text) {
    text = text.substr(0, text.find('\0'));
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  }

  // The characters of a cell of variable length, straight from where they are: CFITSIO would put
  // them into its buffer, however many there are.
  void read_heap_text(int number, std::int64_t row, std::string& cell, int& status) const {
    LONGLONG length = 0;
    LONGLONG offset = 0;
    LONGLONG data_start = 0;
    ffgdesll(file_.handle(), number, row + 1, &length, &offset, &status);
    ffghadll(file_.handle(), nullptr, &data_start, nullptr, &status);
    if (status != 0 || length == 0) return;
    const std::int64_t row_bytes = header_.integer("NAXIS1").value_or(0);
    const std::int64_t left = file_.size() - data_start;
    const std::int64_t heap = header_.integer("THEAP").value_or(row_bytes * rows_);
    if (heap < 0 || heap > left || offset < 0 || offset > left - heap || length < 0 ||
        length > left - heap - offset || length > std::ssize(cell)) {
      status = BAD_HEAP_PTR;
      return;
    }
    file_.bytes(data_start + heap + offset, length).copy(cell.data(), cell.size());
  }

  // The bytes of a cell: of texts in a cell, each may be filled up with NUL.
  void read_text_cell(const ColumnForm& form, std::int64_t row, std::string& cell) const {
    std::fill(cell.begin(), cell.end(), '\0');
    int status = 0;
    int any_undefined = 0;
    if (binary_ && !form.variable) {
      ffgtbb(file_.handle(), row + 1, form.offset + 1, form.repeat,
             reinterpret_cast<unsigned char*>(cell.data()), &status);
    } else if (form.variable) {
      read_heap_text(form.number, row, cell, status);
    } else {
      char* begin = cell.data();
      ffgcv(file_.handle(), TSTRING, form.number, row + 1, 1, 1, nullptr, &begin, &any_undefined,
            &status);
    }
    check(status, fmt::format("column {}", name_of(form.number)));
  }

  const InputFile& file_;
  const Header& header_;
  const std::string& label_;
  std::int64_t rows_ = 0;
  bool binary_ = true;
  std::int64_t row_bytes_ = 0;  // of the columns described so far
  std::int64_t empty_columns_ = 0;
};

}  // namespace

Table read_table(const InputFile& file, const Header& header, const std::string& label) {
  return TableReader(file, header, label).read();
}

}  // namespace wyvern::fits

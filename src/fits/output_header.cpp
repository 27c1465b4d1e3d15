// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/output_header.h"

#include <fmt/format.h>

#include <algorithm>

#include "fits/card_format.h"
#include "fits/hdu_layout.h"

namespace wyvern::fits {
namespace {

void add(std::string& records, std::string keyword, Value value, std::string_view comment = "") {
  records += card_text(Card{std::move(keyword), std::move(value), std::string(comment), ""});
}

// A card that was read with a keyword against the standard is written as a HIERARCH card.
void add(std::string& records, const Card& card) {
  if (card.keyword == "END") return;
  const bool read_as_standard = !card.raw.empty() && !card.raw.starts_with("HIERARCH ");
  if (read_as_standard && !is_standard_keyword(card.keyword)) {
    records += card_text_with(card, value_text(card));
  } else {
    records += card_text(card);
  }
}

struct Stored {
  int bitpix;
  Value zero;  // of unsigned integers, which FITS stores as signed ones with an offset
};

Stored stored_as(PixelType type) {
  switch (type) {
    case PixelType::u8:
      return {8, {}};
    case PixelType::i16:
      return {16, {}};
    case PixelType::u16:
      return {16, 32768};
    case PixelType::i32:
      return {32, {}};
    case PixelType::u32:
      return {32, std::int64_t{1} << 31};
    case PixelType::i64:
      return {64, {}};
    case PixelType::u64:
      return {64, 9223372036854775808.0};
    case PixelType::f32:
      return {-32, {}};
    case PixelType::f64:
      break;
  }
  return {-64, {}};
}

// BLANK marks undefined values of signed integers and is against the standard elsewhere.
bool may_have_blank(const Plane* plane) {
  if (plane == nullptr) return false;
  const Stored stored = stored_as(plane->type());
  return stored.bitpix > 0 && stored.zero.is_none();
}

void add_bzero(std::string& records, const Stored& stored) {
  if (stored.zero.is_none()) return;
  add(records, "BSCALE", 1);
  if (stored.zero.is_int()) {
    add(records, "BZERO", stored.zero);
  } else {
    records += card_text_with(Card{"BZERO", stored.zero, "", ""}, "9223372036854775808");
  }
}

struct ColumnForm {
  char code;
  std::int64_t bytes;
};

ColumnForm form_of(const Column& column) {
  constexpr ColumnForm forms[] = {{'A', 1}, {'B', 1}, {'I', 2}, {'J', 4},
                                  {'K', 8}, {'E', 4}, {'D', 8}, {'L', 1}};
  return forms[column.cells.index()];
}

std::int64_t repeat_of(const Column& column) {
  return std::max<std::int64_t>(1, column.repeat);
}

bool is_text(const Column& column) {
  return std::holds_alternative<std::vector<std::string>>(column.cells);
}

void add_column(std::string& records, const Column& column, std::size_t number) {
  const auto key = [&](std::string_view root) { return fmt::format("{}{}", root, number); };
  const std::int64_t count = cell_bytes(column) / form_of(column).bytes;
  const std::string repeat = count == 1 && !is_text(column) ? "" : std::to_string(count);
  std::string dimensions = column.dimensions;
  if (is_text(column) && repeat_of(column) > 1) {
    dimensions = fmt::format("({},{})", text_width(column), repeat_of(column));
  }
  add(records, key("TTYPE"), column.name);
  add(records, key("TFORM"), repeat + form_of(column).code);
  if (!column.unit.empty()) add(records, key("TUNIT"), column.unit);
  if (!column.display.empty()) add(records, key("TDISP"), column.display);
  if (!dimensions.empty()) add(records, key("TDIM"), dimensions);
}

}  // namespace

std::int64_t text_width(const Column& column) {
  std::size_t width = static_cast<std::size_t>(std::max<std::int64_t>(1, column.width));
  if (const auto* cells = std::get_if<std::vector<std::string>>(&column.cells)) {
    for (const std::string& cell : *cells) width = std::max(width, ascii_text(cell).size());
  }
  return static_cast<std::int64_t>(width);
}

std::int64_t cell_bytes(const Column& column) {
  if (is_text(column)) return text_width(column) * repeat_of(column);
  return repeat_of(column) * form_of(column).bytes;
}

std::string primary_records(const Header& header, bool has_extensions) {
  const auto& cards = header.cards();
  const bool as_read = cards.size() >= 3 && cards[0].keyword == "SIMPLE" &&
                       cards[1].keyword == "BITPIX" && cards[2].keyword == "NAXIS" &&
                       cards[0].value.is_bool() && cards[1].value.is_int() &&
                       cards[2].value == Value(0);
  std::string records;
  if (as_read) {
    for (std::size_t i = 0; i < 3; ++i) add(records, cards[i]);
  } else {
    add(records, "SIMPLE", true, "conforms to FITS standard");
    add(records, "BITPIX", 8, "array data type");
    add(records, "NAXIS", 0, "number of array dimensions");
  }
  if (!header.has("EXTEND")) add(records, "EXTEND", true);
  for (const Card& card : cards) {
    if (card.keyword == "EXTEND") {
      if (has_extensions && card.value != Value(true)) {
        add(records, "EXTEND", true, card.comment);
      } else {
        add(records, card);
      }
    } else if (!is_structural_of_image(card.keyword) && (as_read || card.keyword != "BLANK")) {
      add(records, card);
    }
  }
  return records;
}

std::string image_records(const Header& header, const Plane* plane) {
  const Stored stored = plane == nullptr ? Stored{8, {}} : stored_as(plane->type());
  std::vector<std::int64_t> shape;
  if (plane != nullptr) shape = plane->shape();
  std::string records;
  add(records, "XTENSION", "IMAGE", "Image extension");
  add(records, "BITPIX", stored.bitpix, "array data type");
  add(records, "NAXIS", std::int64_t(shape.size()), "number of array dimensions");
  for (std::size_t i = 1; i <= shape.size(); ++i) {
    add(records, fmt::format("NAXIS{}", i), shape[shape.size() - i]);
  }
  add(records, "PCOUNT", 0, "number of parameters");
  add(records, "GCOUNT", 1, "number of groups");
  add_bzero(records, stored);
  for (const Card& card : header.cards()) {
    const bool stale_blank = card.keyword == "BLANK" && !may_have_blank(plane);
    if (!is_structural_of_image(card.keyword) && !stale_blank) add(records, card);
  }
  return records;
}

std::string table_records(const Table& table, std::optional<std::int64_t> extver) {
  std::int64_t row_bytes = 0;
  for (const Column& column : table.columns) row_bytes += cell_bytes(column);
  std::string records;
  add(records, "XTENSION", "BINTABLE", "binary table extension");
  add(records, "BITPIX", 8, "array data type");
  add(records, "NAXIS", 2, "number of array dimensions");
  add(records, "NAXIS1", row_bytes, "length of dimension 1");
  add(records, "NAXIS2", std::int64_t(table.rows()), "length of dimension 2");
  add(records, "PCOUNT", 0, "number of group parameters");
  add(records, "GCOUNT", 1, "number of groups");
  add(records, "TFIELDS", std::int64_t(table.columns.size()), "number of table fields");
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    add_column(records, table.columns[i], i + 1);
  }

  Header others;
  for (const Card& card : table.header.cards()) {
    if (!is_structural_of_table(card.keyword)) others.append(card);
  }
  if (!table.name.empty()) others.set("EXTNAME", table.name, "added by AstroData");
  if (extver) {
    others.set("EXTVER", *extver, "extension value");
  } else {
    others.remove("EXTVER");
  }
  for (const Card& card : others.cards()) add(records, card);
  return records;
}

}  // namespace wyvern::fits

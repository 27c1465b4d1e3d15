// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/hdu_scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/errors.h"
#include "base/text.h"
#include "fits/card_format.h"
#include "fits/hdu_layout.h"
#include "fits/tile_check.h"

namespace wyvern::fits {
namespace {

constexpr std::int64_t record_length = 2880;
constexpr std::int64_t records_at_once = 5;  // most headers of this instrument in one read
constexpr std::int64_t longest_header = std::int64_t{64} << 20;
constexpr std::int64_t most_columns = 999;

std::string label_of(int number, const Header& header) {
  const auto name = header.text("EXTNAME");
  if (number == 1) return "HDU 1 (primary)";
  if (!name || name->empty()) return fmt::format("HDU {}", number);
  const auto version = header.integer("EXTVER");
  return version ? fmt::format("HDU {} ({},{})", number, *name, *version)
                 : fmt::format("HDU {} ({})", number, *name);
}

// The records of the header that begins at `start`, without END.
std::string header_records(const InputFile& file, int number, std::int64_t start) {
  std::string records;
  while (true) {
    const auto searched = static_cast<std::int64_t>(records.size());
    const std::int64_t more =
        std::min(record_length * records_at_once, file.size() - start - searched);
    if (more <= 0 || searched > longest_header) {
      throw_damaged(file, fmt::format("HDU {}", number), "its header is cut short (no END card)");
    }
    records += file.bytes(start + searched, more);
    const std::size_t whole_cards = static_cast<std::size_t>(searched) / card_length * card_length;
    const std::size_t end = find_end_card(records, whole_cards);
    if (end != std::string::npos) {
      records.resize(end);
      return records;
    }
  }
}

bool begins_unit(const InputFile& file, int number, std::int64_t start) {
  const std::string_view begin = number == 1 ? "SIMPLE  =" : "XTENSION=";
  return start + std::ssize(begin) <= file.size() && file.bytes(start, std::ssize(begin)) == begin;
}

Unit::Kind kind_of(int number, const Header& header) {
  if (number == 1) return Unit::Kind::image;
  const std::string type = header.text("XTENSION").value_or("");
  if (type == "IMAGE" || type == "IUEIMAGE") return Unit::Kind::image;
  if (type == "BINTABLE" || type == "A3DTABLE" || type == "TABLE") return Unit::Kind::table;
  return Unit::Kind::other;
}

// CFITSIO 4.2 has no room for its message about a number that is 30 characters long and none, nor
// for a column's name that fills its card because it has no quotes: it ends the program.
void check_values(const InputFile& file, const Unit& unit) {
  constexpr std::size_t longest_number = 29, longest_name = 68;
  for (const Card& card : unit.header.cards()) {
    const bool number = is_number_of_layout(card.keyword) && !card.value.is_number();
    const bool name = card.keyword.starts_with("TTYPE") && !card.value.is_string();
    if (!number && !name) continue;
    if (value_text(card).size() > (number ? longest_number : longest_name)) {
      throw_damaged(file, unit.label,
                    fmt::format("{} is not a {}", card.keyword, number ? "number" : "text"));
    }
  }
}

// Whether CFITSIO and we read the same keyword and both see a value, or both none: it takes a
// keyword up to the first blank or equals sign, and needs no blank behind the equals sign.
bool is_read_alike(const Card& card, std::string_view name) {
  const bool blank = card.raw.size() < 10 || card.raw[8] != '=' || card.raw[9] == ' ';
  return name == card.keyword && blank;
}

// CFITSIO takes for an image what has a card ZIMAGE that begins with T, whichever it is. What it
// would understand otherwise than we do is refused.
void check_names(const InputFile& file, const Unit& unit) {
  bool told = false;
  for (const Card& card : unit.header.cards()) {
    const std::string_view record = std::string_view(card.raw).substr(0, 8);
    const std::string_view name = record.substr(0, record.find_first_of(" ="));
    const bool matters = is_number_of_layout(name) || is_structural_of_table(name);
    if (matters && !is_read_alike(card, name)) {
      throw_damaged(file, unit.label, fmt::format("its card {} is none of FITS", name));
    }
    if (name != "ZIMAGE") continue;
    if (told || !card.value.is_bool()) {
      throw_damaged(file, unit.label, "ZIMAGE is not one card with T or F");
    }
    told = true;
  }
}

// The cards that must begin the header of a table, all of them integers but the first.
void check_table(const InputFile& file, const Unit& unit) {
  constexpr std::array<std::string_view, 8> keywords = {"XTENSION", "BITPIX", "NAXIS",  "NAXIS1",
                                                        "NAXIS2",   "PCOUNT", "GCOUNT", "TFIELDS"};
  const auto& cards = unit.header.cards();
  for (std::size_t i = 0; i < keywords.size(); ++i) {
    if (i >= cards.size() || cards[i].keyword != keywords[i] ||
        (i > 0 && !cards[i].value.is_int())) {
      throw_damaged(file, unit.label,
                    fmt::format("card {} of a table's header must be {}", i + 1, keywords[i]));
    }
  }
  const std::int64_t columns = cards[7].value.as_int();
  if (cards[1].value.as_int() != 8 || cards[2].value.as_int() != 2 || columns < 0 ||
      columns > most_columns) {
    throw_damaged(file, unit.label, "BITPIX, NAXIS or TFIELDS is not possible for a table");
  }
}

// Bytes of the data unit, which are there.
std::int64_t checked_data_bytes(const InputFile& file, const Unit& unit) {
  const auto announced = data_bytes(unit.header);
  if (!announced) {
    throw_damaged(file, unit.label, "the header gives no possible type and size of its data");
  }
  const std::int64_t left = file.size() - unit.data_start;
  if (*announced > left) {
    throw_damaged(file, unit.label,
                  fmt::format("the header announces {} bytes of data, but the file ends after {}",
                              *announced, left));
  }
  return *announced;
}

std::int64_t in_records(std::int64_t bytes) {
  return (bytes + record_length - 1) / record_length * record_length;
}

}  // namespace

Header scan_primary_header(const InputFile& file) {
  return parse_header(header_records(file, 1, 0));
}

std::optional<Unit> scan_unit(const InputFile& file, int number, std::int64_t start) {
  if (!begins_unit(file, number, start)) return std::nullopt;
  const std::string records = header_records(file, number, start);
  Unit unit;
  unit.number = number;
  unit.header = parse_header(records);
  unit.label = label_of(number, unit.header);
  unit.kind = kind_of(number, unit.header);
  unit.data_start = start + in_records(std::ssize(records) + std::int64_t{card_length});
  if (unit.data_start > file.size()) {
    throw_damaged(file, unit.label, "the file ends within the last record of the header");
  }
  check_values(file, unit);
  if (unit.kind == Unit::Kind::table) {
    check_names(file, unit);
    check_table(file, unit);
  }
  unit.end = unit.data_start + in_records(checked_data_bytes(file, unit));
  if (is_tile_compressed(unit.header)) {
    unit.tile_table = std::move(unit.header);
    unit.header = tile_compressed_image_header(*unit.tile_table);
    unit.kind = Unit::Kind::image;
    check_tile_header(file, unit, *unit.tile_table);
  }
  return unit;
}

void throw_damaged(const InputFile& file, std::string_view where, std::string_view what) {
  throw InputError(fmt::format("{}: {}: {}; fetch the file again", file.path(), where, what));
}

}  // namespace wyvern::fits

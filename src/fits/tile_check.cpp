// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/tile_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include "base/text.h"
#include "fits/checksum.h"
#include "fits/hdu_layout.h"
#include "fits/tile_streams.h"

namespace wyvern::fits {
namespace {

constexpr std::int64_t most_axes_of_tiles = 6;  // CFITSIO's MAX_COMPRESS_DIM
constexpr std::int64_t most_dither_seed = 10000;
// Memory that a header may ask for on its own word.
constexpr std::int64_t harmless_bytes = std::int64_t{64} << 20;
constexpr std::int64_t harmless_growth = 16;

// A column of a table that holds tiles.
struct TileColumn {
  std::string name;
  char kind = ' ';          // the letter of TFORMn
  char element = ' ';       // of the values, for an array of variable length
  std::int64_t offset = 0;  // in a row, bytes
  std::int64_t width = 0;   // bytes
};

std::string indexed(std::string_view root, std::int64_t i) {
  return fmt::format("{}{}", root, i);
}

std::int64_t bytes_of(char kind) {
  constexpr std::string_view kinds = "LBAIJEKDCMPQ";
  constexpr std::array<std::int64_t, 12> bytes = {1, 1, 1, 2, 4, 4, 8, 8, 8, 16, 8, 16};
  const std::size_t found = kinds.find(kind);
  return found == std::string_view::npos ? 0 : bytes[found];
}

// "1PB(30)", "D"; nothing for a form that such a table does not have.
std::optional<TileColumn> parse_form(const std::string& form) {
  const std::size_t letter = form.find_first_not_of("0123456789");
  if (letter == std::string::npos || letter > 6) return std::nullopt;
  const std::int64_t repeat = letter == 0 ? 1 : parse_int(form.substr(0, letter)).value_or(0);
  TileColumn column;
  column.kind = form[letter];
  const bool variable = column.kind == 'P' || column.kind == 'Q';
  if (variable && letter + 1 < form.size()) column.element = form[letter + 1];
  if (variable && (repeat != 1 || bytes_of(column.element) == 0)) return std::nullopt;
  column.width = column.kind == 'X' ? (repeat + 7) / 8 : repeat * bytes_of(column.kind);
  if (column.width == 0) return std::nullopt;
  return column;
}

bool holds_tiles(const TileColumn& column) {
  return column.name == "COMPRESSED_DATA" || column.name == "GZIP_COMPRESSED_DATA" ||
         column.name == "UNCOMPRESSED_DATA";
}

// The parameters of Rice compression by CFITSIO's rules: the first is the length of blocks and the
// second the bytes of a pixel, whatever their names are, or the other way round.
struct RiceParameters {
  std::int64_t block = 0;
  std::int64_t bytes_per_pixel = 4;
};

RiceParameters rice_parameters(const Header& table) {
  RiceParameters rice;
  rice.block = table.integer("ZVAL1").value_or(0);
  if (table.text("ZNAME2") != "NOISEBIT" && table.has("ZVAL2")) {
    rice.bytes_per_pixel = table.integer("ZVAL2").value_or(0);
  }
  if (rice.block < 16 && rice.bytes_per_pixel > 8) std::swap(rice.block, rice.bytes_per_pixel);
  return rice;
}

bool is_rice(const std::string& method) {
  return method == "RICE_1" || method == "RICE_ONE";
}

std::int64_t tile_length(const Header& table, std::int64_t axis) {
  const std::string key = indexed("ZTILE", axis);
  if (table.has(key)) return table.integer(key).value_or(0);
  return axis == 1 ? table.integer("ZNAXIS1").value_or(0) : 1;
}

// The part of the checks that reads cards only.
class HeaderCheck {
 public:
  HeaderCheck(const InputFile& file, const Unit& unit, const Header& table)
      : file_(file), unit_(unit), table_(table) {}

  void run() const {
    check_once();
    check_size();
    check_method();
    check_columns();
    check_tiles();
    check_memory();
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw_damaged(file_, unit_.label, what);
  }

  // Of two cards with a keyword CFITSIO takes the one that comes next, we take the first.
  void check_once() const {
    std::set<std::string> seen;
    for (const Card& card : table_.cards()) {
      const bool told = card.keyword.starts_with('Z') || is_structural_of_table(card.keyword);
      if (told && !seen.insert(card.keyword).second) {
        refuse(fmt::format("the compressed image has two cards {}", card.keyword));
      }
    }
  }

  // So that what follows cannot overflow.
  void check_size() const {
    if (!data_bytes(unit_.header)) {
      refuse("the header gives no possible type and size of its image");
    }
  }

  void check_method() const {
    constexpr std::array<std::string_view, 6> methods = {"RICE_1", "RICE_ONE", "GZIP_1",
                                                         "GZIP_2", "PLIO_1",   "HCOMPRESS_1"};
    const std::string method = table_.text("ZCMPTYPE").value_or("");
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) {
      refuse(fmt::format("its compression '{}' is not known", method));
    }
    const RiceParameters rice = rice_parameters(table_);
    if (is_rice(method) && rice.block != 16 && rice.block != 32) {
      refuse("its compression has an impossible BLOCKSIZE");
    }
    // Reals are compressed as 32-bit integers.
    const std::int64_t bitpix = unit_.header.integer("BITPIX").value_or(0);
    const std::int64_t bytes = bitpix < 0 ? 4 : bitpix / 8;
    if (is_rice(method) && rice.bytes_per_pixel != 4 &&
        (rice.bytes_per_pixel != bytes || bytes > 4)) {
      refuse("its compression has an impossible BYTEPIX");
    }
    // Counts the random numbers of the dithering, of which CFITSIO has a table.
    const std::int64_t seed = table_.integer("ZDITHER0").value_or(1);
    if (table_.has("ZDITHER0") &&
        (seed < 0 || seed > most_dither_seed || !table_.get("ZDITHER0").is_int())) {
      refuse("its dithering has an impossible ZDITHER0");
    }
  }

  void check_columns() const {
    std::int64_t width = 0;
    const std::int64_t columns = table_.integer("TFIELDS").value_or(0);
    std::set<std::string> seen;
    for (std::int64_t i = 1; i <= columns; ++i) {
      auto column = parse_form(table_.text(indexed("TFORM", i)).value_or(""));
      if (!column) refuse(fmt::format("TFORM{} is not that of tiles", i));
      column->name = to_upper(table_.text(indexed("TTYPE", i)).value_or(""));
      if (!column->name.empty() && !seen.insert(column->name).second) {
        refuse(fmt::format("the compressed image has two columns {}", column->name));
      }
      if (holds_tiles(*column) && column->element == ' ') {
        refuse(fmt::format("TFORM{} is not that of tiles", i));
      }
      width += column->width;
    }
    if (!seen.contains("COMPRESSED_DATA")) refuse("the compressed image has no column of tiles");
    if (width != table_.integer("NAXIS1")) refuse("its columns do not fill its rows");
  }

  void check_tiles() const {
    const std::int64_t axes = table_.integer("ZNAXIS").value_or(0);
    if (axes < 0 || axes > most_axes_of_tiles) refuse("the compressed image has too many axes");
    std::int64_t tiles = 1;
    std::int64_t tile_pixels = 1;
    std::int64_t pixels = 1;
    for (std::int64_t i = 1; i <= axes; ++i) {
      const std::int64_t length = unit_.header.integer(indexed("NAXIS", i)).value_or(0);
      if (length <= 0) return;  // no pixels
      const std::int64_t tile = tile_length(table_, i);
      if (tile <= 0) refuse("a tile of the compressed image has no size");
      tiles *= (length - 1) / tile + 1;  // at most the number of pixels, which does not overflow
      pixels *= length;
      if (__builtin_mul_overflow(tile_pixels, tile, &tile_pixels)) tile_pixels = -1;
      if (tile_pixels < 0) refuse("its tiles are impossibly large");
    }
    if (tile_pixels > std::max(pixels, harmless_bytes / 8))
      refuse("its tiles are impossibly large");
    if (tiles != table_.integer("NAXIS2")) refuse("tiles of the compressed image are missing");
  }

  // Of these methods the bytes do not tell how many pixels there are.
  void check_memory() const {
    const std::int64_t bytes = data_bytes(unit_.header).value_or(0);
    const std::string method = table_.text("ZCMPTYPE").value_or("");
    if ((method == "PLIO_1" || method == "HCOMPRESS_1") && bytes > harmless_bytes &&
        (bytes - harmless_bytes) / harmless_growth > file_.size()) {
      refuse(
          fmt::format("the compressed image claims {} bytes, which the file cannot hold", bytes));
    }
  }

  const InputFile& file_;
  const Unit& unit_;
  const Header& table_;
};

// The part that reads the table and its heap.
class DataCheck {
 public:
  DataCheck(const InputFile& file, const Unit& unit)
      : file_(file), unit_(unit), table_(*unit.tile_table) {
    method_ = table_.text("ZCMPTYPE").value_or("");
    rows_ = table_.integer("NAXIS2").value_or(0);
    row_bytes_ = table_.integer("NAXIS1").value_or(0);
    heap_ = table_.has("THEAP") ? table_.integer("THEAP").value_or(-1) : rows_ * row_bytes_;
    rice_ = rice_parameters(table_);
    bitpix_ = unit.header.integer("BITPIX").value_or(0);
  }

  void run() {
    bytes_ = file_.bytes(unit_.data_start, std::min(unit_.end, file_.size()) - unit_.data_start);
    bytes_.resize(static_cast<std::size_t>(unit_.end - unit_.data_start));
    const bool summed = check_sum();
    if (method_ == "HCOMPRESS_1" && !summed) {
      refuse("it is compressed with HCOMPRESS and has no DATASUM that vouches for it");
    }
    if (image_shape(unit_.header).empty()) return;
    find_columns();
    for (std::int64_t row = 0; row < rows_; ++row) check_row(row);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw_damaged(file_, unit_.label, what);
  }

  bool check_sum() const {
    const auto text = table_.text("DATASUM");
    const auto sum = text ? parse_int(*text) : std::nullopt;
    if (!sum) return false;
    if (ones_complement_sum(std::as_bytes(std::span(bytes_))) != *sum) {
      refuse("the compressed pixels do not agree with their DATASUM");
    }
    return true;
  }

  void find_columns() {
    std::int64_t offset = 0;
    const std::int64_t columns = table_.integer("TFIELDS").value_or(0);
    for (std::int64_t i = 1; i <= columns; ++i) {
      TileColumn column = *parse_form(table_.text(indexed("TFORM", i)).value_or(""));
      column.name = to_upper(table_.text(indexed("TTYPE", i)).value_or(""));
      column.offset = offset;
      offset += column.width;
      scaled_ = scaled_ || column.name == "ZSCALE" || column.name == "ZZERO";
      if (holds_tiles(column)) columns_.push_back(std::move(column));
    }
  }

  std::int64_t number_at(std::int64_t at, std::int64_t length) const {
    std::uint64_t value = 0;
    for (std::int64_t k = at; k < at + length; ++k) {
      value = value << 8 | static_cast<std::uint8_t>(bytes_[static_cast<std::size_t>(k)]);
    }
    return length == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
  }

  // The bytes of a tile in the heap.
  std::span<const std::uint8_t> stream(const TileColumn& column, std::int64_t row) const {
    const std::int64_t half = column.width / 2;
    const std::int64_t at = row * row_bytes_ + column.offset;
    const std::int64_t length = number_at(at, half), offset = number_at(at + half, half);
    const std::int64_t end = data_bytes(table_).value_or(0);
    std::int64_t size = 0;
    if (heap_ < rows_ * row_bytes_ || heap_ > end || length < 0 || offset < 0 ||
        __builtin_mul_overflow(length, bytes_of(column.element), &size) || size > end - heap_ ||
        offset > end - heap_ - size) {
      refuse(fmt::format("tile {} lies outside the data", row + 1));
    }
    const auto* first = reinterpret_cast<const std::uint8_t*>(bytes_.data()) + heap_ + offset;
    return {first, static_cast<std::size_t>(size)};
  }

  // Tiles at the far end of an axis are shorter.
  std::int64_t pixels_of(std::int64_t row) const {
    std::int64_t pixels = 1;
    const std::int64_t axes = table_.integer("ZNAXIS").value_or(0);
    for (std::int64_t i = 1; i <= axes; ++i) {
      const std::int64_t length = unit_.header.integer(indexed("NAXIS", i)).value_or(0);
      const std::int64_t tile = tile_length(table_, i);
      const std::int64_t count = (length - 1) / tile + 1;
      pixels *= std::min(tile, length - row % count * tile);
      row /= count;
    }
    return pixels;
  }

  // CFITSIO takes the first of the columns that has bytes for the tile.
  void check_row(std::int64_t row) const {
    const std::int64_t pixels = pixels_of(row);
    for (const char* name : {"COMPRESSED_DATA", "UNCOMPRESSED_DATA", "GZIP_COMPRESSED_DATA"}) {
      for (const TileColumn& column : columns_) {
        if (column.name != name) continue;
        const auto bytes = stream(column, row);
        if (bytes.empty()) continue;
        if (!is_whole(column, bytes, pixels)) {
          refuse(fmt::format("tile {} of the compressed image is damaged", row + 1));
        }
        return;
      }
    }
    refuse(fmt::format("tile {} of the compressed image is missing", row + 1));
  }

  bool is_whole(const TileColumn& column, std::span<const std::uint8_t> bytes,
                std::int64_t pixels) const {
    if (column.name == "UNCOMPRESSED_DATA") {
      return std::ssize(bytes) == pixels * bytes_of(column.element);
    }
    if (column.name == "GZIP_COMPRESSED_DATA") {
      const std::int64_t size = bitpix_ == -64 ? 8 * pixels : 4 * pixels;
      return bitpix_ < 0 && column.element == 'B' && gzip_size(bytes, size) == size;
    }
    if (dithered() && table_.integer("ZDITHER0").value_or(1) < 1) return false;
    if (method_ == "PLIO_1") return column.element == 'I' && plio_is_whole(bytes);
    if (column.element != 'B') return false;
    if (method_ == "HCOMPRESS_1") return hcompress_fits(bytes, pixels);
    if (method_ == "GZIP_1" || method_ == "GZIP_2") {
      const std::int64_t size = gzip_size(bytes, 8 * pixels);
      const bool short_pixels = size == pixels || size == 2 * pixels;
      return (short_pixels && !unquantized()) || size == 4 * pixels || size == 8 * pixels;
    }
    if (unquantized() && rice_.bytes_per_pixel != 4) return false;
    return rice_is_whole(bytes, pixels, static_cast<int>(rice_.bytes_per_pixel), rice_.block);
  }

  // CFITSIO takes such pixels for reals of four or eight bytes without a look at their size.
  bool unquantized() const {
    return table_.text("ZQUANTIZ") == "NONE" || (bitpix_ < 0 && !scaled_);
  }

  bool dithered() const {
    return bitpix_ < 0 && table_.text("ZQUANTIZ").value_or("").starts_with("SUBTRACTIVE");
  }

  const InputFile& file_;
  const Unit& unit_;
  const Header& table_;
  std::string method_, bytes_;
  std::int64_t rows_ = 0, row_bytes_ = 0, heap_ = 0, bitpix_ = 0;
  bool scaled_ = false;  // reals, by columns of scales
  RiceParameters rice_;
  std::vector<TileColumn> columns_;
};

}  // namespace

void check_tile_header(const InputFile& file, const Unit& unit, const Header& table) {
  HeaderCheck(file, unit, table).run();
}

void check_tile_data(const InputFile& file, const Unit& unit) {
  DataCheck(file, unit).run();
}

}  // namespace wyvern::fits

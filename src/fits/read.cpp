// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/errors.h"
#include "fits/card_format.h"
#include "fits/data_write.h"
#include "fits/file.h"
#include "fits/hdu_layout.h"
#include "fits/input_file.h"
#include "fits/table_read.h"

namespace wyvern::fits {
namespace {

// A compressed image may be this many times larger than its file, or this large in any case: more
// is a damaged header and not worth the memory.
constexpr std::int64_t largest_expansion = 5000;
constexpr std::int64_t harmless_bytes = std::int64_t{1} << 30;

constexpr int unknown_record = UNKNOWN_REC;

// An HDU as it lies in the file.
struct Unit {
  std::string label;  // "HDU 2 (SCI,1)", for messages
  Header header;
  int type = IMAGE_HDU;
  bool tile_compressed = false;
  std::int64_t end = 0;  // where the next HDU would begin
};

std::string label_of(int number, const Header& header) {
  const auto name = header.text("EXTNAME");
  if (number == 1) return "HDU 1 (primary)";
  if (!name || name->empty()) return fmt::format("HDU {}", number);
  const auto version = header.integer("EXTVER");
  return version ? fmt::format("HDU {} ({},{})", number, *name, *version)
                 : fmt::format("HDU {} ({})", number, *name);
}

[[noreturn]] void damaged(const InputFile& file, std::string_view where, std::string_view what) {
  throw InputError(fmt::format("{}: {}: {}; fetch the file again", file.path(), where, what));
}

// The records of a header up to END.
std::string_view up_to_end(std::string_view records) {
  for (std::size_t i = 0; i + card_length <= records.size(); i += card_length) {
    if (records.substr(i, 8) == "END     ") return records.substr(0, i);
  }
  return records;
}

// Moves to HDU `number` (from 1). False beyond the last: what follows it and is no HDU is not read.
bool move_to(const InputFile& file, int number, int& type) {
  int status = 0;
  ffmahd(file.handle(), number, &type, &status);
  if (status == END_OF_FILE || (number > 1 && status == unknown_record)) return false;
  if (status != 0) {
    damaged(file, fmt::format("HDU {}", number),
            fmt::format("its header cannot be understood: {}", status_text(status)));
  }
  return true;
}

void check_size(const InputFile& file, const Unit& unit, std::int64_t data_start) {
  const auto announced = data_bytes(unit.header);
  if (!announced) damaged(file, unit.label, "the header gives no possible size of its data");
  if (*announced > file.size() - data_start) {
    damaged(file, unit.label,
            fmt::format("the header announces {} bytes of data, but the file ends after {}",
                        *announced, std::max<std::int64_t>(0, file.size() - data_start)));
  }
}

// Tiles that are missing or a size that no compression reaches are found before memory is taken.
void check_tiles(const InputFile& file, const Unit& unit, const Header& table) {
  const auto bytes = data_bytes(unit.header);
  if (!bytes) damaged(file, unit.label, "the header gives no possible size of its image");
  std::int64_t tiles = 1;
  const std::int64_t axes = unit.header.integer("NAXIS").value_or(0);
  for (std::int64_t i = 1; i <= axes; ++i) {
    const std::int64_t length = unit.header.integer(fmt::format("NAXIS{}", i)).value_or(0);
    const std::int64_t tile =
        table.integer(fmt::format("ZTILE{}", i)).value_or(i == 1 ? length : 1);
    if (tile <= 0) damaged(file, unit.label, "a tile of the compressed image has no size");
    tiles *= (length + tile - 1) / tile;  // at most the number of pixels, which does not overflow
  }
  if (tiles > table.integer("NAXIS2").value_or(0)) {
    damaged(file, unit.label, "tiles of the compressed image are missing");
  }
  if (*bytes > harmless_bytes && *bytes / largest_expansion > file.size()) {
    damaged(
        file, unit.label,
        fmt::format("the compressed image claims {} bytes, which the file cannot hold", *bytes));
  }
}

// What follows the last HDU may be anything but the beginning of another one.
void check_end(const InputFile& file, int number, std::int64_t end) {
  constexpr std::string_view start = "XTENSION";
  if (end + std::ssize(start) <= file.size() && file.bytes(end, std::ssize(start)) == start) {
    damaged(file, fmt::format("HDU {}", number), "its header is cut short or cannot be understood");
  }
}

// Reads the header of the HDU that the file stands at and checks the sizes that it announces.
Unit read_unit(const InputFile& file, int number, int type) {
  LONGLONG header_start = 0;
  LONGLONG data_start = 0;
  LONGLONG data_end = 0;
  int status = 0;
  ffghadll(file.handle(), &header_start, &data_start, &data_end, &status);
  if (status != 0 || data_start > file.size()) {
    damaged(file, fmt::format("HDU {}", number), "the header is cut short");
  }
  Unit unit;
  unit.type = type;
  unit.header = parse_header(up_to_end(file.bytes(header_start, data_start - header_start)));
  unit.label = label_of(number, unit.header);
  check_size(file, unit, data_start);
  unit.end = data_end;
  if (is_tile_compressed(unit.header)) {
    const Header table = std::move(unit.header);
    unit.header = tile_compressed_image_header(table);
    unit.tile_compressed = true;
    unit.type = IMAGE_HDU;
    check_tiles(file, unit, table);
  }
  return unit;
}

// Pixels of the HDU that the file stands at, straight into a block of the pool.
Plane read_pixels(const InputFile& file, const Unit& unit) {
  const PixelReading reading = pixel_reading(unit.header);
  Plane plane(reading.type, image_shape(unit.header));
  float undefined_f32 = std::numeric_limits<float>::quiet_NaN();
  double undefined_f64 = std::numeric_limits<double>::quiet_NaN();
  // Integers that BLANK marks become NaN where there is a NaN; NaN pixels pass unchecked otherwise.
  void* undefined = nullptr;
  if (reading.scaled || unit.tile_compressed) {
    if (reading.type == PixelType::f32) undefined = &undefined_f32;
    if (reading.type == PixelType::f64) undefined = &undefined_f64;
  }
  int status = 0;
  int any_undefined = 0;  // CFITSIO writes here without asking whether it may
  ffgpv(file.handle(), cfitsio_type(reading.type), 1, plane.size(), undefined, plane.raw(),
        &any_undefined, &status);
  if (status != 0) {
    damaged(file, unit.label, fmt::format("its pixels cannot be read: {}", status_text(status)));
  }
  return plane;
}

bool has_pixels(const Unit& unit) {
  return unit.type == IMAGE_HDU && !image_shape(unit.header).empty();
}

Hdu read_hdu(const InputFile& file, Unit unit, Pixels pixels) {
  Hdu hdu;
  if (has_pixels(unit)) {
    const bool load =
        pixels == Pixels::load || (pixels == Pixels::load_if_expanded && file.expanded());
    hdu.data = load ? read_pixels(file, unit)
                    : Plane::on_disk(pixel_reading(unit.header).type, image_shape(unit.header));
  } else if (unit.type != IMAGE_HDU) {
    hdu.data = read_table(file, unit.header, unit.label);
  }
  hdu.header = std::move(unit.header);
  return hdu;
}

}  // namespace

std::string Hdu::extname() const {
  return header.text("EXTNAME").value_or("");
}

std::optional<std::int64_t> Hdu::extver() const {
  return header.integer("EXTVER");
}

std::vector<Hdu> read_file(const std::string& path, Pixels pixels) {
  const InputFile file(path);
  std::vector<Hdu> hdus;
  int type = IMAGE_HDU;
  int number = 1;
  std::int64_t end = 0;
  for (; move_to(file, number, type); ++number) {
    Unit unit = read_unit(file, number, type);
    end = unit.end;
    hdus.push_back(read_hdu(file, std::move(unit), pixels));
  }
  check_end(file, number, end);
  return hdus;
}

std::vector<Plane> read_planes(const std::string& path, const std::vector<int>& hdus) {
  const InputFile file(path);
  std::vector<Plane> planes;
  for (const int index : hdus) {
    int type = IMAGE_HDU;
    const bool found = move_to(file, index + 1, type);
    const Unit unit = found ? read_unit(file, index + 1, type) : Unit{};
    if (!found || !has_pixels(unit)) {
      throw InputError(fmt::format(
          "{}: HDU {} was an image when the file was opened and is none any more: the file has "
          "been changed; start again",
          path, index + 1));
    }
    planes.push_back(read_pixels(file, unit));
  }
  return planes;
}

}  // namespace wyvern::fits

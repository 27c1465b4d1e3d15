// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/errors.h"
#include "fits/data_write.h"
#include "fits/file.h"
#include "fits/hdu_layout.h"
#include "fits/hdu_scan.h"
#include "fits/input_file.h"
#include "fits/table_read.h"
#include "fits/tile_check.h"

namespace wyvern::fits {
namespace {

// Lets CFITSIO stand at an HDU, which it must find where we found it.
void move_to(const InputFile& file, const Unit& unit) {
  int status = 0;
  LONGLONG data_start = 0;
  ffmahd(file.handle(), unit.number, nullptr, &status);
  ffghadll(file.handle(), nullptr, &data_start, nullptr, &status);
  if (status != 0 || data_start != unit.data_start) {
    throw_damaged(file, unit.label,
                  fmt::format("its header cannot be understood: {}",
                              status != 0 ? status_text(status) : "it does not end at END"));
  }
}

// Pixels of an image, straight into a block of the pool.
Plane read_pixels(const InputFile& file, const Unit& unit) {
  if (unit.tile_compressed()) check_tile_data(file, unit);
  move_to(file, unit);
  const PixelReading reading = pixel_reading(unit.header);
  Plane plane(reading.type, image_shape(unit.header));
  float undefined_f32 = std::numeric_limits<float>::quiet_NaN();
  double undefined_f64 = std::numeric_limits<double>::quiet_NaN();
  // Integers that BLANK marks become NaN where there is a NaN; NaN pixels pass unchecked otherwise.
  void* undefined = nullptr;
  if (reading.scaled || unit.tile_compressed()) {
    if (reading.type == PixelType::f32) undefined = &undefined_f32;
    if (reading.type == PixelType::f64) undefined = &undefined_f64;
  }
  int status = 0;
  int any_undefined = 0;  // CFITSIO writes here without asking whether it may
  ffgpv(file.handle(), cfitsio_type(reading.type), 1, plane.size(), undefined, plane.raw(),
        &any_undefined, &status);
  if (status != 0) {
    throw_damaged(file, unit.label,
                  fmt::format("its pixels cannot be read: {}", status_text(status)));
  }
  return plane;
}

bool has_pixels(const Unit& unit) {
  return unit.kind == Unit::Kind::image && !image_shape(unit.header).empty();
}

Hdu read_hdu(const InputFile& file, Unit unit, Pixels pixels) {
  Hdu hdu;
  if (has_pixels(unit)) {
    const bool load =
        pixels == Pixels::load || (pixels == Pixels::load_if_expanded && file.expanded());
    hdu.data = load ? read_pixels(file, unit)
                    : Plane::on_disk(pixel_reading(unit.header).type, image_shape(unit.header));
  } else if (unit.kind == Unit::Kind::table) {
    move_to(file, unit);
    hdu.data = read_table(file, unit.header, unit.label);
  }
  hdu.header = std::move(unit.header);
  return hdu;
}

// Headers of all HDUs up to number `last`, or of all.
std::vector<Unit> scan(const InputFile& file, int last = std::numeric_limits<int>::max()) {
  std::vector<Unit> units;
  std::int64_t start = 0;
  while (std::ssize(units) < last) {
    auto unit = scan_unit(file, static_cast<int>(units.size()) + 1, start);
    if (!unit) break;
    start = unit->end;
    units.push_back(*std::move(unit));
  }
  return units;
}

}  // namespace

std::string Hdu::extname() const {
  return header.text("EXTNAME").value_or("");
}

std::optional<std::int64_t> Hdu::extver() const {
  return header.integer("EXTVER");
}

std::vector<Hdu> read_file(const std::string& path, Pixels pixels) {
  const bool primary = pixels == Pixels::primary_if_compressed;
  const InputFile file(path, primary ? Extent::primary_header : Extent::whole);
  std::vector<Hdu> hdus;
  if (file.expanded_in_part()) {
    hdus.emplace_back().header = scan_primary_header(file);
    return hdus;
  }
  for (Unit& unit : scan(file)) hdus.push_back(read_hdu(file, std::move(unit), pixels));
  return hdus;
}

std::vector<Plane> read_planes(const std::string& path, const std::vector<int>& hdus) {
  std::vector<Plane> planes;
  if (hdus.empty()) return planes;
  const InputFile file(path);
  const auto units = scan(file, *std::max_element(hdus.begin(), hdus.end()) + 1);
  for (const int index : hdus) {
    if (index < 0 || index >= std::ssize(units) || !has_pixels(units[index])) {
      throw InputError(fmt::format(
          "{}: HDU {} was an image when the file was opened and is none any more: the file has "
          "been changed; start again",
          path, index + 1));
    }
    planes.push_back(read_pixels(file, units[index]));
  }
  return planes;
}

}  // namespace wyvern::fits

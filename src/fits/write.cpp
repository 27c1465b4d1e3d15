// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <numeric>
#include <stdexcept>

#include "base/buffer_pool.h"
#include "base/errors.h"
#include "base/files.h"
#include "fits/card_format.h"
#include "fits/checksum.h"
#include "fits/compression.h"
#include "fits/data_write.h"
#include "fits/file.h"
#include "fits/output_header.h"

namespace wyvern::fits {
namespace {

constexpr std::size_t record_length = 2880;

std::size_t in_records(std::size_t bytes) {
  return (bytes + record_length - 1) / record_length * record_length;
}

// An HDU as it will lie in the file.
struct PlannedUnit {
  std::string records;  // of the header, without END
  const Plane* plane = nullptr;
  const Table* table = nullptr;
  std::size_t data_bytes = 0;  // without filling

  std::size_t header_size() const { return in_records(records.size() + card_length); }
  std::size_t size() const { return header_size() + in_records(data_bytes); }
};

PlannedUnit planned(const OutputImage& image) {
  const bool has_pixels = image.plane != nullptr && !image.plane->empty();
  if (has_pixels && !image.plane->loaded()) {
    throw std::logic_error("a plane is written whose pixels have not been read");
  }
  PlannedUnit unit;
  unit.plane = has_pixels ? image.plane : nullptr;
  unit.records = image_records(*image.header, unit.plane);
  unit.data_bytes = has_pixels ? image.plane->bytes() : 0;
  return unit;
}

PlannedUnit planned(const OutputTable& output) {
  PlannedUnit unit;
  unit.table = output.table;
  unit.records = table_records(*output.table, output.extver);
  for (const Column& column : output.table->columns) {
    unit.data_bytes += static_cast<std::size_t>(cell_bytes(column)) * output.table->rows();
  }
  return unit;
}

std::vector<PlannedUnit> plan(const OutputFile& content, bool checksums) {
  std::vector<PlannedUnit> units(1);
  units.front().records = primary_records(*content.primary, !content.extensions.empty());
  for (const auto& extension : content.extensions) {
    units.push_back(std::visit([](const auto& output) { return planned(output); }, extension));
  }
  if (checksums) {
    for (PlannedUnit& unit : units) unit.records += checksum_records();
  }
  return units;
}

// The whole file, built by CFITSIO in memory of exactly its size.
class FileImage {
 public:
  FileImage(std::string path, const std::vector<PlannedUnit>& units)
      : path_(std::move(path)), units_(units) {
    size_ = std::accumulate(units.begin(), units.end(), std::size_t{0},
                            [](std::size_t sum, const PlannedUnit& u) { return sum + u.size(); });
    block_ = pooled_block(size_);
    clear_starts();
    build();
  }

  std::span<std::byte> bytes() { return {block_.get(), size_}; }

 private:
  // CFITSIO takes memory for a file that is there already; an HDU of a former use of the block
  // must not be found where the next one is to begin.
  void clear_starts() {
    std::byte* begin = block_.get();
    for (const PlannedUnit& unit : units_) {
      std::memset(begin, 0, record_length);
      begin += unit.size();
    }
  }

  void build() {
    prepare_cfitsio();
    void* begin = block_.get();
    std::size_t room = size_;
    int status = 0;
    fitsfile* file = nullptr;
    ffimem(&file, &begin, &room, 0, nullptr, &status);
    check(status, 0);
    Handle handle(file);
    for (std::size_t i = 0; i < units_.size(); ++i) write_unit(handle.get(), i);
    ffflus(handle.get(), &status);
    LONGLONG end = 0;
    ffghadll(handle.get(), nullptr, nullptr, &end, &status);
    check(status, units_.size() - 1);
    ffclos(handle.release(), &status);
    check(status, units_.size() - 1);
    if (static_cast<std::size_t>(end) != size_) {
      throw std::logic_error(fmt::format("{}: {} bytes planned, {} written", path_, size_, end));
    }
  }

  void write_unit(fitsfile* file, std::size_t index) const {
    const PlannedUnit& unit = units_[index];
    int status = 0;
    ffcrhd(file, &status);
    for (std::size_t i = 0; i < unit.records.size(); i += card_length) {
      ffprec(file, unit.records.substr(i, card_length).c_str(), &status);
    }
    ffrdef(file, &status);
    if (unit.plane != nullptr) write_pixels(file, *unit.plane, status);
    if (unit.table != nullptr) write_cells(file, *unit.table, status);
    check(status, index);
  }

  void check(int status, std::size_t unit) const {
    if (status == 0) return;
    throw OutputError(fmt::format("{}: HDU {} cannot be written as FITS: {}", path_, unit + 1,
                                  status_text(status)));
  }

  std::string path_;
  const std::vector<PlannedUnit>& units_;
  std::size_t size_ = 0;
  std::shared_ptr<std::byte> block_;
};

void fill_all_checksums(std::span<std::byte> file, const std::vector<PlannedUnit>& units) {
  const std::size_t length = checksum_records().size();
  std::size_t begin = 0;
  for (const PlannedUnit& unit : units) {
    fill_checksums(file.subspan(begin, unit.size()), unit.records.size() - length,
                   unit.header_size());
    begin += unit.size();
  }
}

}  // namespace

void write_file(const std::string& path, const OutputFile& content, const WriteOptions& options) {
  if (!options.overwrite && std::filesystem::exists(path)) {
    throw OutputError(
        fmt::format("File {} already exists. If you mean to replace it then use the "
                    "argument \"overwrite=True\".",
                    path));
  }
  const std::vector<PlannedUnit> units = plan(content, options.checksums);
  FileImage file(path, units);
  if (options.checksums) fill_all_checksums(file.bytes(), units);

  const std::string_view bytes(reinterpret_cast<const char*>(file.bytes().data()),
                               file.bytes().size());
  const Compression compression = compression_wanted(path);
  if (compression == Compression::none) {
    write_file_atomically(path, bytes);
  } else {
    write_file_atomically(path, compress(bytes, compression));
  }
}

}  // namespace wyvern::fits

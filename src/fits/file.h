// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/plane.h"
#include "fits/header.h"
#include "fits/table.h"

namespace wyvern::fits {

// One header-data unit as it is in the file: no renaming, no sorting.
struct Hdu {
  Header header;                                    // all cards, structural ones included
  std::variant<std::monostate, Plane, Table> data;  // nothing: an HDU without data

  bool is_image() const { return std::holds_alternative<Plane>(data); }
  bool is_table() const { return std::holds_alternative<Table>(data); }
  std::string extname() const;  // "" when absent or not text; trailing blanks removed
  std::optional<std::int64_t> extver() const;
};

// load_if_expanded: like defer, but the pixels of a gzip or bzip2 file come loaded, since finding
// its headers has expanded it and expanding it again costs most (bzip2: 0.1 s a frame).
// primary_if_compressed: like defer, but of a gzip or bzip2 file the primary header alone is read:
// the file is not expanded further, and what is damaged behind goes unnoticed.
enum class Pixels { load, defer, load_if_expanded, primary_if_compressed };

// Reads a FITS file: plain, gzip, bzip2 or tile-compressed (.fz), told by its content and never by
// its name, which is only a name ("a[1].fits" opens the file a[1].fits). Image types follow spec
// "astrodata" 3.3 (BZERO of unsigned integers, other scalings as float); an 8-bit SCI, VAR or DQ
// image becomes uint16. With Pixels::defer image planes are Plane::on_disk; tables are always read.
// InputError names the file, the HDU and what is wrong ("No access, or not supported format for:
// NAME" begins the text of a file that is not FITS). A missing file: InputError "[Errno 2] No such
// file or directory: 'NAME'".
std::vector<Hdu> read_file(const std::string& path, Pixels pixels);

// Reads the pixels of the HDUs with Plane::on_disk planes in `wanted` (indices into the file).
// The file must be the one that was read before (InputError when its layout changed).
std::vector<Plane> read_planes(const std::string& path, const std::vector<int>& hdus);

// Holds the data of each HDU against the DATASUM that write_file() gave it. InputError names the
// first HDU whose data have been damaged since. Sums of other programs prove nothing and are left
// out: DRAGONS copies those of the raw file into its products.
void verify_data_sums(const std::string& path);

// A source of the pixels of an HDU for Plane::deferred_to, or nullptr when they can't be read in
// parts: the file or the image is compressed, or they are scaled or unsigned integers. Its read()
// throws InputError when the file has changed since.
std::shared_ptr<const PlaneSource> deferred_pixels(const std::string& path, int hdu);

// What is to be written; pixels are borrowed for the time of the call.
struct OutputImage {
  const Header* header;  // non-structural cards
  const Plane* plane;    // nullptr: header only
};
struct OutputTable {
  const Table* table;
  std::optional<std::int64_t> extver;
};
struct OutputFile {
  const Header* primary;
  std::vector<std::variant<OutputImage, OutputTable>> extensions;
};

struct WriteOptions {
  bool overwrite = false;
  bool checksums = true;  // CHECKSUM and DATASUM in every HDU
};

// Writes a file whole or not at all: to a temporary name in the same folder, synced, renamed. A
// name that ends in .gz or .bz2 is compressed accordingly. Order and comments of structural cards:
// spec "astrodata" 5.3 and 5.5. OutputError when the file exists and overwrite is false ("File X
// already exists. If you mean to replace it then use the argument "overwrite=True"."), or when the
// disk does not take it.
void write_file(const std::string& path, const OutputFile& content, const WriteOptions& options);

}  // namespace wyvern::fits

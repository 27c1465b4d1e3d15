// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/plane.h"
#include "fits/file.h"
#include "fits/header.h"
#include "fits/table.h"
#include "wcs/wcs.h"

namespace wyvern {

// Bits of the data-quality mask (uint16), the reference's datatypes.DQ.
namespace dq {
inline constexpr std::uint16_t bad_pixel = 1, non_linear = 2, saturated = 4, cosmic_ray = 8,
                               no_data = 16, overlap = 32, unilluminated = 64;
inline constexpr std::uint16_t max = 65535;
inline constexpr std::uint16_t fail = bad_pixel | saturated | cosmic_ray | no_data;
inline constexpr std::uint16_t not_signal = max ^ (non_linear | saturated);
}  // namespace dq

// What a science extension carries beside its three planes: OBJMASK, REJMAP … or OBJCAT.
using Attachment = std::variant<Plane, fits::Table>;

// A science extension. All planes have the shape of `data`.
struct Extension {
  Plane data;      // SCI: any pixel type as read; float32 (float64 for integer raws) once converted
  Plane variance;  // float32/float64, units of data squared; empty() when absent
  Plane mask;      // uint16, bits of namespace dq; empty() when absent
  std::vector<std::pair<std::string, Attachment>> other;  // by name, in order of attachment
  fits::Header header;  // cards of SCI; VAR, DQ and attached images are written with the same cards
  std::optional<Wcs> wcs;
  std::int64_t extver = 0;  // as read; 0: to be given on writing
  // A WCS table (serialised model) that came with the extension. It is not decoded: the header's
  // WCS serves, and the table goes back to the file as long as that WCS has not changed.
  std::optional<fits::Table> wcs_table;
  // Where planes that are still on disk stand in the file: name and HDU index.
  std::vector<std::pair<std::string, int>> source_hdus;

  const Attachment* find(std::string_view name) const;
  const Plane* plane(std::string_view name) const;  // nullptr when absent or a table
  Plane* plane(std::string_view name);
  const fits::Table* table(std::string_view name) const;
  fits::Table* table(std::string_view name);
  void attach(std::string name, Attachment value);  // replaces one of the same name in place
  void detach(std::string_view name);               // nothing when absent
  // A deep copy; a new extension, hence without a number.
  Extension clone() const;
};

// One file of data: a primary header, science extensions, tables of the whole file. A value that
// moves; a copy is asked for with clone(). Model: spec "astrodata" 1.
class AstroData {
 public:
  AstroData() = default;
  AstroData(AstroData&&) noexcept = default;
  AstroData& operator=(AstroData&&) noexcept = default;

  fits::Header phu;
  std::vector<Extension> extensions;
  std::map<std::string, fits::Table> tables;  // REFCAT, HISTORY, PROVENANCE …

  // Opens a file (spec "astrodata" 2 and 3). The header is normalised (EXTNAME, EXTVER, ORIGNAME);
  // what had to be dropped is said in warnings(). InputError as fits::read_file, and when VAR or DQ
  // do not have the shape of their SCI.
  static AstroData open(const std::string& path, fits::Pixels pixels = fits::Pixels::load);
  // Reads planes that are still on disk or deferred. InputError when the file is gone or has
  // changed its layout.
  void load_pixels();
  // Lets planes that are still on disk be read in parts (Plane::deferred), where the file allows
  // it; others are loaded. For steps that need no plane as a whole.
  void defer_pixels();

  const std::string& path() const { return path_; }  // as given to open; "" when made in memory
  void set_path(std::string path);
  // The file that open() read, whatever the object is called now; "" when made in memory.
  const std::string& opened_path() const { return source_path_; }
  std::string filename() const;  // base name of path
  // Renames: the last component of the path (spec "astrodata" 7). InputError for an absolute path.
  void set_filename(const std::string& name);
  const std::string& original_filename() const { return original_filename_; }
  // spec "astrodata" 7, with .fits.gz/.fits.bz2/.fits.fz taken as one extension and written as
  // .fits (quirk F1). nullopt: not given.
  void update_filename(std::optional<std::string> prefix, std::optional<std::string> suffix,
                       bool strip);

  // Writes as spec "astrodata" 5; sets NEXTEND. `path` relative to the working directory; "" is
  // path(). The object keeps its name. InputError without a name, OutputError as fits::write_file.
  void write(const std::string& path, bool overwrite);

  // A deep copy; its extensions are numbered anew on writing.
  AstroData clone() const;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  std::string path_, original_filename_;
  std::vector<std::string> warnings_;
  std::string source_path_;  // absolute: where planes on disk are read from
};

using Frame = std::shared_ptr<AstroData>;
using FrameList = std::vector<Frame>;

// The WCS that a header gives, else that of the primary header.
std::optional<Wcs> wcs_from_headers(const fits::Header& header, const fits::Header& phu,
                                    int pixel_axes);

// The name rule of update_filename on its own (pure text).
std::string updated_filename(const std::string& filename, const std::string& original_name,
                             const std::optional<std::string>& prefix,
                             const std::optional<std::string>& suffix, bool strip);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// From an object to the HDUs of a file. Method: astrodata/fits.py of the reference (ad_to_hdulist).
#include <algorithm>
#include <deque>
#include <set>

#include "astrodata/astrodata.h"
#include "base/errors.h"

namespace wyvern {

namespace {

// The header of an extension's image HDUs, but for EXTNAME. Cards of the layout and sums of what
// was read may stay in it: the writer makes its own.
fits::Header image_header(const Extension& extension, const fits::Header& phu,
                          std::int64_t version) {
  fits::Header header = extension.header;
  const auto axes = static_cast<int>(extension.data.shape().size());
  const auto as_read = wcs_from_headers(extension.header, phu, axes);
  const bool unchanged = extension.wcs == as_read;
  const bool leave_alone = unchanged && (extension.wcs_table || axes != 2);
  if (extension.wcs && !leave_alone) extension.wcs->write_to(header);
  if (!header.has("EXTNAME")) header.set("EXTNAME", "SCI");
  header.set("EXTVER", version);
  return header;
}

bool keeps_wcs_table(const Extension& extension, const fits::Header& phu) {
  const auto axes = static_cast<int>(extension.data.shape().size());
  return extension.wcs_table && extension.wcs == wcs_from_headers(extension.header, phu, axes);
}

// Extensions that came from the file keep their number, others follow the highest. A number that
// occurs twice would mix up companions, so its second bearer counts as new.
std::vector<std::int64_t> versions(const std::vector<Extension>& extensions) {
  std::int64_t highest = 0;
  for (const Extension& extension : extensions) highest = std::max(highest, extension.extver);
  std::set<std::int64_t> taken;
  std::vector<std::int64_t> result;
  for (const Extension& extension : extensions) {
    const bool keep = extension.extver > 0 && taken.insert(extension.extver).second;
    result.push_back(keep ? extension.extver : ++highest);
  }
  return result;
}

// Collects the HDUs of a file; owns the headers that are made for it.
class FileBuilder {
 public:
  explicit FileBuilder(const AstroData& ad) {
    primary_ = ad.phu;
    const std::vector<std::int64_t> numbers = versions(ad.extensions);
    for (std::size_t i = 0; i < ad.extensions.size(); ++i) {
      add_extension(ad.extensions[i], ad.phu, numbers[i]);
    }
    for (const auto& [name, table] : ad.tables) add_table(name, table, std::nullopt);
  }
  FileBuilder(const FileBuilder&) = delete;
  FileBuilder& operator=(const FileBuilder&) = delete;

  fits::OutputFile file(std::int64_t number_of_extensions) {
    primary_.set("NEXTEND", number_of_extensions);
    return {&primary_, hdus_};
  }
  std::int64_t size() const { return static_cast<std::int64_t>(hdus_.size()); }

 private:
  void add_extension(const Extension& extension, const fits::Header& phu, std::int64_t version) {
    const fits::Header header = image_header(extension, phu, version);
    add_image("SCI", header, extension.data.empty() ? nullptr : &extension.data);
    if (!extension.variance.empty()) add_image("VAR", header, &extension.variance);
    if (!extension.mask.empty()) add_image("DQ", header, &extension.mask);
    if (keeps_wcs_table(extension, phu)) add_table("WCS", *extension.wcs_table, version);
    for (const auto& [name, attachment] : extension.other) {
      if (const auto* plane = std::get_if<Plane>(&attachment)) {
        add_image(name, header, plane);
      } else {
        add_table(name, std::get<fits::Table>(attachment), version);
      }
    }
  }

  void add_image(const std::string& name, const fits::Header& header, const Plane* plane) {
    fits::Header& own = headers_.emplace_back(header);
    own.set("EXTNAME", name);
    hdus_.emplace_back(fits::OutputImage{&own, plane});
  }

  void add_table(const std::string& name, const fits::Table& table,
                 std::optional<std::int64_t> version) {
    const fits::Table* named = &table;
    if (table.name != name) {
      fits::Table& renamed = tables_.emplace_back(table);
      renamed.name = name;
      named = &renamed;
    }
    hdus_.emplace_back(fits::OutputTable{named, version});
  }

  fits::Header primary_;
  std::deque<fits::Header> headers_;  // a deque: pointers to its elements stay valid
  std::deque<fits::Table> tables_;
  std::vector<std::variant<fits::OutputImage, fits::OutputTable>> hdus_;
};

}  // namespace

void AstroData::write(const std::string& path, bool overwrite) {
  const std::string& target = path.empty() ? path_ : path;
  if (target.empty()) throw InputError("A filename needs to be specified");
  load_pixels();
  FileBuilder builder(*this);
  phu.set("NEXTEND", builder.size());
  fits::WriteOptions options;
  options.overwrite = overwrite;
  fits::write_file(target, builder.file(builder.size()), options);
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// From the HDUs of a file to science extensions and tables. Method: astrodata/fits.py of the
// reference (fits_loader, prepare_hdulist).
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "astrodata/arithmetic.h"
#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/text.h"

namespace wyvern {

namespace {

constexpr std::int64_t no_version = -1;
constexpr std::int64_t last_version = std::int64_t{1} << 32;
constexpr const char* added = "Added by AstroData";
constexpr const char* negative_variance = "Negative variance values found. Setting to zero.";

// An HDU with the name and the version that it goes by.
struct NamedHdu {
  fits::Hdu hdu;
  int index = 0;     // in the file
  std::string name;  // upper case
  std::int64_t version = no_version;
  bool used = false;
};

struct Contents {
  std::vector<Extension> extensions;
  std::map<std::string, fits::Table> tables;
  std::vector<std::string> warnings;
};

std::vector<NamedHdu> named_hdus(std::vector<fits::Hdu> hdus) {
  std::vector<NamedHdu> named;
  for (std::size_t i = 1; i < hdus.size(); ++i) {
    NamedHdu item;
    item.name = to_upper(hdus[i].extname());
    item.version = hdus[i].extver().value_or(no_version);
    item.index = static_cast<int>(i);
    item.hdu = std::move(hdus[i]);
    named.push_back(std::move(item));
  }
  return named;
}

// Images without EXTNAME become SCI, those without EXTVER are numbered after the highest.
void complete_names(std::vector<NamedHdu>& hdus) {
  const auto complete = [](const NamedHdu& item) {
    return !item.name.empty() && item.version != no_version;
  };
  std::int64_t highest = 0;
  for (const NamedHdu& item : hdus) {
    if (complete(item)) highest = std::max(highest, item.version);
  }
  for (NamedHdu& item : hdus) {
    if (complete(item) || item.hdu.is_table()) continue;
    ++highest;
    if (!item.hdu.header.has("EXTNAME")) {
      item.name = "SCI";
      item.hdu.header.set("EXTNAME", item.name, added);
    }
    if (item.version == no_version) {
      item.version = highest;
      item.hdu.header.set("EXTVER", item.version, added);
    }
  }
}

void sort_by_version(std::vector<NamedHdu>& hdus) {
  const auto key = [](const NamedHdu& item) {
    const std::string name = item.name == "SCI"  ? item.name
                             : item.name.empty() ? "zzzz"
                                                 : "z" + item.name;
    return std::pair(item.version == no_version ? last_version : item.version, name);
  };
  std::stable_sort(hdus.begin(), hdus.end(),
                   [&](const NamedHdu& a, const NamedHdu& b) { return key(a) < key(b); });
}

Plane as_type(Plane plane, PixelType type) {
  if (plane.empty() || plane.type() == type) return plane;
  return plane.loaded() ? plane.converted_to(type) : Plane::on_disk(type, plane.shape());
}

// Pixel types as the reference has them in memory: bytes are no science data, masks are uint16;
// variances are real numbers.
PixelType data_type(PixelType stored) {
  return stored == PixelType::u8 ? PixelType::u16 : stored;
}
PixelType variance_type(PixelType stored) {
  if (stored == PixelType::f32 || stored == PixelType::f64) return stored;
  return size_of(stored) <= 2 ? PixelType::f32 : PixelType::f64;
}

// The pixels of an HDU: taken from it, or copied when another extension needs them too.
Plane plane_of(NamedHdu& item, bool copy) {
  if (!item.hdu.is_image()) return {};
  Plane& plane = std::get<Plane>(item.hdu.data);
  return copy ? plane.clone() : std::move(plane);
}

fits::Table table_of(NamedHdu& item, bool copy) {
  fits::Table& table = std::get<fits::Table>(item.hdu.data);
  return copy ? table : std::move(table);
}

void set_variance(Extension& extension, Plane plane, std::vector<std::string>& warnings) {
  if (plane.empty()) return;
  const PixelType type = variance_type(plane.type());
  extension.variance = as_type(std::move(plane), type);
  if (extension.variance.loaded() && zero_negative_variance(extension.variance)) {
    warnings.emplace_back(negative_variance);
  }
}

void add_companion(Extension& extension, NamedHdu& item, bool copy,
                   std::vector<std::string>& warnings) {
  const bool on_disk = item.hdu.is_image() && !std::get<Plane>(item.hdu.data).loaded();
  if (on_disk) extension.source_hdus.emplace_back(item.name, item.index);
  if (item.name.empty()) {
    warnings.push_back(
        fmt::format("Skip HDU {} of the file because it has no EXTNAME", item.index));
  } else if (item.hdu.is_table()) {
    if (item.name == "WCS") {
      extension.wcs_table = table_of(item, copy);
    } else {
      extension.attach(item.name, table_of(item, copy));
    }
  } else if (item.name == "VAR") {
    set_variance(extension, plane_of(item, copy), warnings);
  } else if (item.name == "DQ") {
    extension.mask = as_type(plane_of(item, copy), PixelType::u16);
  } else if (Plane plane = plane_of(item, copy); !plane.empty()) {
    extension.attach(item.name, std::move(plane));
  }
}

void check_shapes(const Extension& extension, const std::string& path) {
  for (const auto& [name, plane] :
       {std::pair("VAR", &extension.variance), std::pair("DQ", &extension.mask)}) {
    if (plane->empty() || plane->shape() == extension.data.shape()) continue;
    throw InputError(fmt::format(
        "{}: the {} plane of SCI,{} has not the shape of the SCI plane; the file cannot "
        "be used. Remove that plane or get the file again.",
        path, name, extension.extver));
  }
}

Extension science_extension(NamedHdu& science) {
  Extension extension;
  extension.extver = science.version;
  extension.header = std::move(science.hdu.header);
  if (to_upper(extension.header.text("EXTNAME").value_or("SCI")) !=
      extension.header.text("EXTNAME").value_or("SCI")) {
    extension.header.set("EXTNAME", "SCI");
  }
  if (science.hdu.is_image()) {
    Plane& plane = std::get<Plane>(science.hdu.data);
    if (!plane.loaded()) extension.source_hdus.emplace_back("SCI", science.index);
    const PixelType type = data_type(plane.type());
    extension.data = as_type(std::move(plane), type);
  }
  science.used = true;
  return extension;
}

void build_extensions(std::vector<NamedHdu>& hdus, const std::string& path, Contents& contents) {
  std::map<std::int64_t, int> total, seen;
  for (const NamedHdu& item : hdus) {
    if (item.name == "SCI" && !item.hdu.is_table()) ++total[item.version];
  }
  for (NamedHdu& science : hdus) {
    if (science.name != "SCI" || science.hdu.is_table()) continue;
    const std::int64_t version = science.version;
    if (++seen[version] == 2) {
      contents.warnings.push_back(fmt::format("Multiple SCI extension with EXTVER {}", version));
    }
    Extension extension = science_extension(science);
    const bool copy = seen[version] < total[version];
    for (NamedHdu& item : hdus) {
      if (item.version != version || item.name == "SCI" || item.name == "REFCAT" ||
          item.name == "MDF") {
        continue;
      }
      item.used = true;
      add_companion(extension, item, copy, contents.warnings);
    }
    check_shapes(extension, path);
    contents.extensions.push_back(std::move(extension));
  }
}

std::string free_table_name(const Contents& contents) {
  for (int n = 1;; ++n) {
    const std::string name = fmt::format("TABLE{}", n);
    const bool attached =
        std::any_of(contents.extensions.begin(), contents.extensions.end(),
                    [&](const Extension& extension) { return extension.find(name) != nullptr; });
    if (!attached && !contents.tables.contains(name)) return name;
  }
}

void take_tables(std::vector<NamedHdu>& hdus, Contents& contents) {
  for (NamedHdu& item : hdus) {
    if (item.used) continue;
    const std::string name = item.hdu.extname();
    if (item.hdu.is_table()) {
      if (name != item.name) {
        contents.warnings.push_back(fmt::format("extension name '{}' should be uppercase", name));
      }
      fits::Table table = table_of(item, false);
      table.name = name.empty() ? free_table_name(contents) : item.name;
      contents.tables[table.name] = std::move(table);
    } else {
      const std::string reason =
          item.name == "VAR" || item.name == "DQ"
              ? fmt::format("'{}' need to be associated to a 'SCI' one", item.name)
              : "Arbitrary image extensions can only be added in association to a 'SCI'";
      contents.warnings.push_back(fmt::format("Discarding {} :\n {}", name, reason));
    }
  }
}

// A file that is one image: its header serves as primary header and as that of the extension.
Contents single_image(fits::Hdu& primary) {
  NamedHdu science;
  science.name = "SCI";
  science.version = 1;
  science.hdu.header = primary.header;
  science.hdu.header.remove("SIMPLE");
  science.hdu.header.remove("EXTEND");
  science.hdu.header.set("EXTNAME", "SCI", added);
  science.hdu.header.set("EXTVER", 1, added);
  science.hdu.data = std::move(primary.data);
  Contents contents;
  contents.extensions.push_back(science_extension(science));
  return contents;
}

Contents multi_extension(std::vector<fits::Hdu> hdus, const std::string& path) {
  std::vector<NamedHdu> named = named_hdus(std::move(hdus));
  complete_names(named);
  sort_by_version(named);
  Contents contents;
  build_extensions(named, path, contents);
  take_tables(named, contents);
  return contents;
}

// A plane that is still on disk, and what it is within its extension.
struct PendingPlane {
  Plane* plane;
  PixelType type;
  bool variance;
  int hdu;
};

void find_pending(Extension& extension, std::vector<PendingPlane>& pending) {
  for (const auto& [name, hdu] : extension.source_hdus) {
    Plane* plane = name == "SCI"   ? &extension.data
                   : name == "VAR" ? &extension.variance
                   : name == "DQ"  ? &extension.mask
                                   : extension.plane(name);
    if (plane == nullptr || plane->empty() || plane->loaded() || plane->deferred()) continue;
    pending.push_back({plane, plane->type(), name == "VAR", hdu});
  }
}

}  // namespace

AstroData AstroData::open(const std::string& path, fits::Pixels pixels) {
  std::vector<fits::Hdu> hdus = fits::read_file(path, pixels);
  AstroData ad;
  ad.set_path(path);
  ad.source_path_ = std::filesystem::absolute(path).string();
  ad.phu = hdus.front().header;
  Contents contents = hdus.size() == 1 && hdus.front().is_image()
                          ? single_image(hdus.front())
                          : multi_extension(std::move(hdus), path);
  ad.extensions = std::move(contents.extensions);
  ad.tables = std::move(contents.tables);
  ad.warnings_ = std::move(contents.warnings);
  for (Extension& extension : ad.extensions) {
    extension.wcs =
        wcs_from_headers(extension.header, ad.phu, static_cast<int>(extension.data.shape().size()));
  }
  if (!ad.phu.has("ORIGNAME")) {
    ad.phu.set("ORIGNAME", ad.original_filename_, "Original filename prior to processing");
  }
  return ad;
}

void AstroData::defer_pixels() {
  std::vector<PendingPlane> pending;
  for (Extension& extension : extensions) find_pending(extension, pending);
  for (const PendingPlane& item : pending) {
    // A variance is looked through as a whole when it is loaded.
    const auto source = item.variance ? nullptr : fits::deferred_pixels(source_path_, item.hdu);
    if (source == nullptr || item.type != item.plane->type()) return load_pixels();
    *item.plane = Plane::deferred_to(source, item.type, item.plane->shape());
  }
  for (Extension& extension : extensions) extension.source_hdus.clear();
}

void AstroData::load_pixels() {
  for (Extension& extension : extensions) {
    extension.data.load();
    extension.variance.load();
    extension.mask.load();
    for (auto& [name, attachment] : extension.other) {
      if (auto* plane = std::get_if<Plane>(&attachment)) plane->load();
    }
  }
  std::vector<PendingPlane> pending;
  for (Extension& extension : extensions) find_pending(extension, pending);
  if (pending.empty()) return;
  std::vector<int> wanted;
  for (const PendingPlane& item : pending) wanted.push_back(item.hdu);
  std::vector<Plane> planes = fits::read_planes(source_path_, wanted);
  for (std::size_t i = 0; i < pending.size(); ++i) {
    *pending[i].plane = as_type(std::move(planes[i]), pending[i].type);
    if (pending[i].variance && zero_negative_variance(*pending[i].plane)) {
      warnings_.emplace_back(negative_variance);
    }
  }
  for (Extension& extension : extensions) extension.source_hdus.clear();
}

}  // namespace wyvern

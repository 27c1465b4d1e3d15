// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/astrodata.h"

#include <algorithm>
#include <filesystem>

#include "base/errors.h"

namespace wyvern {

namespace {

template <class Entries>
auto entry(Entries& entries, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(),
                      [&](const auto& item) { return item.first == name; });
}

Attachment clone_attachment(const Attachment& attachment) {
  if (const auto* plane = std::get_if<Plane>(&attachment)) return plane->clone();
  return std::get<fits::Table>(attachment);
}

}  // namespace

const Attachment* Extension::find(std::string_view name) const {
  const auto found = entry(other, name);
  return found == other.end() ? nullptr : &found->second;
}

const Plane* Extension::plane(std::string_view name) const {
  const Attachment* found = find(name);
  return found == nullptr ? nullptr : std::get_if<Plane>(found);
}

Plane* Extension::plane(std::string_view name) {
  return const_cast<Plane*>(std::as_const(*this).plane(name));
}

const fits::Table* Extension::table(std::string_view name) const {
  const Attachment* found = find(name);
  return found == nullptr ? nullptr : std::get_if<fits::Table>(found);
}

fits::Table* Extension::table(std::string_view name) {
  return const_cast<fits::Table*>(std::as_const(*this).table(name));
}

void Extension::attach(std::string name, Attachment value) {
  if (auto* table = std::get_if<fits::Table>(&value)) table->name = name;
  const auto found = entry(other, name);
  if (found != other.end()) {
    found->second = std::move(value);
  } else {
    other.emplace_back(std::move(name), std::move(value));
  }
}

void Extension::detach(std::string_view name) {
  const auto found = entry(other, name);
  if (found != other.end()) other.erase(found);
}

Extension Extension::clone() const {
  Extension copy;
  copy.data = data.clone();
  copy.variance = variance.clone();
  copy.mask = mask.clone();
  for (const auto& [name, attachment] : other) {
    copy.other.emplace_back(name, clone_attachment(attachment));
  }
  copy.header = header;
  copy.wcs = wcs;
  copy.wcs_table = wcs_table;
  copy.source_hdus = source_hdus;
  return copy;
}

AstroData AstroData::clone() const {
  AstroData copy;
  copy.phu = phu;
  for (const Extension& extension : extensions) copy.extensions.push_back(extension.clone());
  copy.tables = tables;
  copy.path_ = path_;
  copy.original_filename_ = original_filename_;
  copy.warnings_ = warnings_;
  copy.source_path_ = source_path_;
  return copy;
}

void AstroData::set_path(std::string path) {
  path_ = std::move(path);
  if (original_filename_.empty()) original_filename_ = filename();
}

std::string AstroData::filename() const {
  return std::filesystem::path(path_).filename().string();
}

void AstroData::set_filename(const std::string& name) {
  const std::filesystem::path file(name);
  if (file.is_absolute()) throw InputError("Cannot set the filename to an absolute path!");
  if (path_.empty()) {
    set_path(std::filesystem::absolute(file).string());
  } else {
    set_path((std::filesystem::path(path_).parent_path() / file).string());
  }
}

void AstroData::update_filename(std::optional<std::string> prefix,
                                std::optional<std::string> suffix, bool strip) {
  std::string name = filename();
  if (name.empty()) name = phu.text("ORIGNAME").value_or("");
  if (name.empty()) throw InputError("A filename needs to be set before it can be updated");
  if (!phu.has("ORIGNAME")) {
    phu.set("ORIGNAME", original_filename_, "Original filename prior to processing");
  }
  const std::string original = phu.text("ORIGNAME").value_or("");
  set_filename(updated_filename(name, original, prefix, suffix, strip));
}

std::optional<Wcs> wcs_from_headers(const fits::Header& header, const fits::Header& phu,
                                    int pixel_axes) {
  if (auto wcs = Wcs::from_header(header, pixel_axes)) return wcs;
  return Wcs::from_header(phu, 0);
}

}  // namespace wyvern

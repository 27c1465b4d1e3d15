// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/astrodata.h"
#include "base/text.h"

namespace wyvern {

namespace {

struct NameParts {
  std::string root, extension;
};

// A compressed name has one extension, and what is made of such a file is written plain; the
// reference splits at the last dot and makes names like X.fits_dark.bz2.
NameParts split_name(const std::string& name) {
  const std::string lower = to_lower(name);
  for (const std::string_view compressed : {".gz", ".bz2", ".fz"}) {
    const std::string ending = ".fits" + std::string(compressed);
    if (!lower.ends_with(ending)) continue;
    const std::size_t root = name.size() - ending.size();
    return {name.substr(0, root), name.substr(root, 5)};
  }
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return {name, ""};
  return {name.substr(0, dot), name.substr(dot)};
}

}  // namespace

std::string updated_filename(const std::string& filename, const std::string& original_name,
                             const std::optional<std::string>& prefix,
                             const std::optional<std::string>& suffix, bool strip) {
  const NameParts parts = split_name(filename);
  if (!strip) return prefix.value_or("") + parts.root + suffix.value_or("") + parts.extension;

  std::string root = split_name(original_name).root, before, after;
  const std::size_t at = parts.root.rfind(root);
  if (at != std::string::npos) {
    before = parts.root.substr(0, at);
    after = parts.root.substr(at + root.size());
    const std::size_t bar = after.rfind('_');  // only the last _xxx is a suffix
    if (bar != std::string::npos) {
      root += after.substr(0, bar);
      after = after.substr(bar);
    }
  } else {
    const std::size_t bar = parts.root.rfind('_');
    root = parts.root.substr(0, bar);
    after = bar == std::string::npos ? "" : parts.root.substr(bar);
  }
  return prefix.value_or(before) + root + suffix.value_or(after) + parts.extension;
}

}  // namespace wyvern

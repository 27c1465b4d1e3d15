// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/types.h"
#include "instruments/tags.h"

namespace wyvern {
namespace {

struct TypeTags {
  std::string type;
  std::vector<std::string> tags;
};

const std::vector<TypeTags>& types_with_tags() {
  static const std::vector<TypeTags> table = {
      {"processed_arc", {"PROCESSED", "ARC"}},
      {"processed_bias", {"PROCESSED", "BIAS"}},
      {"processed_dark", {"PROCESSED", "DARK"}},
      {"processed_flat", {"PROCESSED", "FLAT"}},
      {"processed_fringe", {"PROCESSED", "FRINGE"}},
      {"processed_standard", {"PROCESSED", "STANDARD"}},
      {"processed_slitillum", {"PROCESSED", "SLITILLUM"}},
      {"processed_bpm", {"PROCESSED", "BPM"}},
      {"processed_pinhole", {"PROCESSED", "PINHOLE"}},
      {"processed_slitflat", {"PROCESSED", "FLAT", "SLITV"}},
      {"processed_slit", {"PROCESSED", "SLITV"}},
      {"bpm", {"BPM"}},
      {"mask", {"MASK"}},
  };
  return table;
}

std::string refusal(const std::string& given, const std::string& why) {
  return fmt::format("--user_cal {}: {}", given, why);
}

void check_type(const std::string& given, const std::string& type) {
  const std::vector<std::string>& known = calibration_types();
  if (std::find(known.begin(), known.end(), type) == known.end()) {
    throw InputError(refusal(
        given, fmt::format("Unknown calibration type '{}'{}", type, did_you_mean(type, known))));
  }
  if (split(type, '_').size() != 2) {
    throw InputError(refusal(
        given, fmt::format("calibrations of type '{}' cannot be given with this option", type)));
  }
}

void check_file(const std::string& given, const std::string& type, const std::string& path) {
  Tags tags;
  try {
    tags = tags_of(AstroData::open(path, fits::Pixels::defer));
  } catch (const InputError& error) {
    throw InputError(refusal(given, error.what()));
  }
  for (const std::string& word : split(to_upper(type), '_')) {
    if (tags.contains(word)) continue;
    throw InputError(refusal(
        given, fmt::format("Calibration type {} does not match file {}: it has no tag {} (its "
                           "tags: {})",
                           type, path, word, join({tags.begin(), tags.end()}, ", "))));
  }
}

}  // namespace

const std::vector<std::string>& calibration_types() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const TypeTags& entry : types_with_tags()) list.push_back(entry.type);
    return list;
  }();
  return names;
}

std::vector<std::string> required_tags(std::string_view calibration_type) {
  for (const TypeTags& entry : types_with_tags()) {
    if (entry.type == calibration_type) return entry.tags;
  }
  return {};
}

void calibrations::check_calibration_type(const std::string& type) {
  if (!required_tags(type).empty()) return;
  throw InputError(fmt::format("Calibration type '{}' not recognized{}", type,
                               did_you_mean(type, calibration_types())));
}

bool calibrations::is_calibration(const std::set<std::string>& tags) {
  const auto has_all = [&tags](const std::vector<std::string>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(),
                       [&tags](const std::string& tag) { return tags.contains(tag); });
  };
  return std::any_of(types_with_tags().begin(), types_with_tags().end(),
                     [&](const TypeTags& entry) { return has_all(entry.tags); });
}

std::map<std::string, std::string> parse_user_calibrations(const std::vector<std::string>& given) {
  std::map<std::string, std::string> paths;
  for (const std::string& text : given) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) {
      throw InputError(refusal(text, "TYPE:FILE is needed, as in processed_dark:mydark.fits"));
    }
    const std::string type = text.substr(0, colon), path = text.substr(colon + 1);
    check_type(text, type);
    check_file(text, type, path);
    paths[type] = path;
  }
  return paths;
}

}  // namespace wyvern

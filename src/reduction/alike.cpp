// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numbers>

#include "base/datetime.h"
#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "reduction/checks.h"

// Which inputs are not like the others, or cannot be used at all, as far as headers tell.

namespace wyvern {
namespace {

constexpr double kFarDegrees = 1.0;  // offsets to blank sky stay well within

// What inputs are compared in: a text for each; "" is like anything.
struct Trait {
  std::string_view says;  // "its exposure time is {}, not {}"
  std::function<std::string(std::size_t)> of;
};

std::string described(const AstroData& frame, std::string_view name, bool pretty = false) {
  DescriptorOptions options;
  options.pretty = options.strip_id = pretty;
  try {
    const Value value = describe(frame, name, options);
    if (value.is_none()) return "unknown";
    return value.is_number() ? fmt::format("{:g}", value.as_double()) : str(value);
  } catch (const InputError&) {
    return "unknown";
  }
}

// Compares `members` in one trait: those that differ from the value that more than half of them
// have become unlike. False when there is no such value.
bool compare(const Trait& trait, std::vector<std::size_t>& members, Majority& majority) {
  std::map<std::string, std::size_t> counts;
  std::size_t asked = 0;
  for (const std::size_t k : members) {
    if (const std::string value = trait.of(k); !value.empty()) {
      ++counts[value];
      ++asked;
    }
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (counts.size() < 2) return true;
  if (2 * most->second <= asked) return false;
  std::erase_if(members, [&](std::size_t k) {
    const std::string value = trait.of(k);
    if (value.empty() || value == most->first) return false;
    majority.unlike[k] = fmt::format(fmt::runtime(trait.says), value, most->first);
    return true;
  });
  return true;
}

struct Direction {
  double ra = 0.0, dec = 0.0;  // degrees
};

std::optional<Direction> direction_of(const AstroData& frame) {
  try {
    const Value ra = describe(frame, "target_ra"), dec = describe(frame, "target_dec");
    if (!ra.is_number() || !dec.is_number()) return std::nullopt;
    const Direction at{ra.as_double(), dec.as_double()};
    if (!std::isfinite(at.ra) || !std::isfinite(at.dec)) return std::nullopt;
    return at;
  } catch (const InputError&) {
    return std::nullopt;
  }
}

double degrees_between(const Direction& a, const Direction& b) {
  constexpr double radian = std::numbers::pi / 180.0;
  const double sine = std::sin((a.dec - b.dec) * radian / 2.0);
  const double turn = std::sin((a.ra - b.ra) * radian / 2.0);
  const double square =
      sine * sine + std::cos(a.dec * radian) * std::cos(b.dec * radian) * turn * turn;
  return 2.0 * std::asin(std::sqrt(std::clamp(square, 0.0, 1.0))) / radian;
}

// Images that point elsewhere than more than half of them do.
void compare_pointing(const FrameList& frames, std::vector<std::size_t>& members,
                      Majority& majority) {
  std::vector<std::optional<Direction>> at(frames.size());
  for (const std::size_t k : members) at[k] = direction_of(*frames[k]);
  const auto near = [&](std::size_t a, std::size_t b) {
    return !at[a] || !at[b] || degrees_between(*at[a], *at[b]) <= kFarDegrees;
  };
  for (const std::size_t centre : members) {
    if (!at[centre]) continue;
    const auto neighbours = std::count_if(members.begin(), members.end(),
                                          [&](std::size_t k) { return near(centre, k); });
    if (2 * static_cast<std::size_t>(neighbours) <= members.size()) continue;
    std::erase_if(members, [&](std::size_t k) {
      if (near(centre, k)) return false;
      majority.unlike[k] = fmt::format("it points {:.1f} degrees away from the others",
                                       degrees_between(*at[centre], *at[k]));
      return true;
    });
    return;
  }
}

// The traits in which raw frames of a kind must agree.
std::vector<Trait> traits_of(const FrameList& frames, const std::string& kind) {
  std::vector<Trait> traits;
  const auto add = [&](std::string_view says, const char* descriptor, bool pretty = false) {
    traits.push_back({says, [&frames, descriptor, pretty](std::size_t k) {
                        return described(*frames[k], descriptor, pretty);
                      }});
  };
  if (kind != "DARK") {
    add("its camera is {}, not {}", "camera");
    add("its filter is {}, not {}", "filter_name", true);
  }
  add("its exposure time is {} s, not {} s", "exposure_time");
  add("its number of co-adds is {}, not {}", "coadds");
  add("its read mode is {}, not {}", "read_mode");
  add("its region of interest is {}, not {}", "detector_roi_setting");
  return traits;
}

// Raw frames of one kind, lamps on and off apart, in what must agree for that kind.
void compare_in_detail(const FrameList& frames, const std::vector<PlannedInput>& inputs,
                       const std::vector<std::size_t>& alike, Majority& majority) {
  std::map<std::pair<std::string, bool>, std::vector<std::size_t>> groups;
  for (const std::size_t k : alike) {
    const Tags& tags = inputs[k].tags;
    if (is_raw(tags)) groups[{kind_of(tags), tags.contains("LAMPON")}].push_back(k);
  }
  for (auto& [group, members] : groups) {
    if (group.first == "BPM") continue;
    for (const Trait& trait : traits_of(frames, group.first)) {
      if (compare(trait, members, majority)) continue;
      const std::string value = trait.of(members[0]);
      const auto other = std::find_if(members.begin(), members.end(),
                                      [&](std::size_t k) { return trait.of(k) != value; });
      majority.remarks.push_back(
          fmt::format("the inputs are not alike, as {} shows: {}", inputs[*other].file,
                      fmt::format(fmt::runtime(trait.says), trait.of(*other), value)));
    }
    if (group.first == "IMAGE") compare_pointing(frames, members, majority);
  }
}

std::string number_fault(const AstroData& frame, std::string_view keyword) {
  if (!frame.phu.has(keyword)) return fmt::format("{} is missing", keyword);
  const std::optional<double> number = frame.phu.number(keyword);
  if (!number) {
    return fmt::format("{} is {}, not a number", keyword, repr(frame.phu.get(keyword)));
  }
  return fmt::format("{} is {:g}", keyword, *number);
}

std::string exposure_fault(const AstroData& frame) {
  constexpr double most_coadds = 1e6;
  const std::optional<double> coadds = frame.phu.number("COADDS");
  if (!coadds || *coadds < 1.0 || *coadds > most_coadds) {
    return number_fault(frame, "COADDS") + ": a number of co-adds is needed";
  }
  const std::optional<double> seconds = exposure_time(frame);
  if (seconds && *seconds >= 0.0) return "";
  return number_fault(frame, "EXPTIME") + ": an exposure time is needed";
}

std::string detector_fault(const AstroData& frame) {
  for (const std::string_view name :
       {"gain", "read_noise", "saturation_level", "non_linear_level"}) {
    if (!describe(frame, 0, name).is_none()) continue;
    return fmt::format(
        "no {} is known for its detector configuration (ARRAYID {}, LNRS {}, NDAVGS {}, DETBIAS "
        "{})",
        name, str(frame.phu.get("ARRAYID")), str(frame.phu.get("LNRS")),
        str(frame.phu.get("NDAVGS")), str(frame.phu.get("DETBIAS")));
  }
  return "";
}

std::string camera_fault(const AstroData& frame) {
  if (pixel_scale(frame)) return "";
  return fmt::format("CAMERA is {}: its pixel scale is not known", repr(frame.phu.get("CAMERA")));
}

bool is_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = parse_int(text.substr(0, 4)), month = parse_int(text.substr(5, 2)),
             day = parse_int(text.substr(8, 2));
  return year && month && day &&
         is_valid({static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day)});
}

bool has_singular_wcs(const AstroData& frame) {
  const auto cd = [&](const char* keyword) { return frame.phu.number(keyword); };
  const auto a = cd("CD1_1"), b = cd("CD1_2"), c = cd("CD2_1"), d = cd("CD2_2");
  return a && b && c && d && *a * *d - *b * *c == 0.0;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Files by size and, where that does not tell them apart, by digest. Each is digested once: many
// frames may bear one label.
class Sameness {
 public:
  bool same_bytes(const std::string& a, const std::string& b) {
    std::error_code error;
    const auto size = std::filesystem::file_size(a, error);
    if (error || size != std::filesystem::file_size(b, error) || error) return false;
    return digest_of(a) == digest_of(b);
  }

 private:
  const std::string& digest_of(const std::string& path) {
    std::string& digest = digests_[path];
    if (digest.empty()) digest = md5_of_file(path);
    return digest;
  }

  std::map<std::string, std::string> digests_;
};

}  // namespace

std::size_t first_of_most(const std::vector<PlannedInput>& inputs) {
  std::map<std::string, std::pair<std::size_t, std::size_t>> groups;  // count, first
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    auto& group = groups[inputs[k].instrument + "/" + kind_of(inputs[k].tags)];
    if (group.first++ == 0) group.second = k;
  }
  for (const auto& [name, group] : groups) {
    if (2 * group.first > inputs.size()) return group.second;
  }
  return 0;
}

Majority unlike_majority(const FrameList& frames, const std::vector<PlannedInput>& inputs,
                         const Recipe& recipe) {
  const Tags selected = selected_kinds(recipe);
  const std::vector<Trait> traits = {
      {"it is of {}, not of {}",
       [&](std::size_t k) {
         return inputs[k].instrument.empty() ? std::string("no known instrument (INSTRUME)")
                                             : inputs[k].instrument;
       }},
      {"it is {}, not {}",
       [&](std::size_t k) {
         const std::string kind = kind_of(inputs[k].tags);
         return selected.contains(kind) ? std::string() : kind;
       }},
      {"it has {} pixels, not {}", [&](std::size_t k) {
         return is_raw(inputs[k].tags) ? shape_text(inputs[k].shape) : std::string();
       }}};
  Majority majority;
  std::vector<std::size_t> members(inputs.size());
  for (std::size_t k = 0; k < members.size(); ++k) members[k] = k;
  for (const Trait& trait : traits) {
    if (!compare(trait, members, majority)) return {};
  }
  if (2 * members.size() <= inputs.size()) return {};
  majority.exists = true;
  compare_in_detail(frames, inputs, members, majority);
  return majority;
}

std::string header_fault(const AstroData& frame, const Tags& tags) {
  if (!tags.contains("GNIRS") || !is_raw(tags) || tags.contains("BPM")) return "";
  if (frame.extensions.size() != 1) {
    return fmt::format("it has {} science extensions, raw frames of GNIRS have one",
                       frame.extensions.size());
  }
  const std::size_t axes = frame.extensions[0].data.shape().size();
  if (axes != 2) {
    return axes == 0 ? "its science extension has no pixels"
                     : fmt::format("its science extension has NAXIS = {}, not 2", axes);
  }
  try {
    for (const auto& fault : {exposure_fault, detector_fault, camera_fault}) {
      if (std::string text = fault(frame); !text.empty()) return text;
    }
  } catch (const InputError& error) {
    const std::string text = error.what(), name = frame.filename() + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  }
  return "";
}

std::vector<std::string> header_remarks(const AstroData& frame, const Tags& tags) {
  std::vector<std::string> remarks;
  if (!tags.contains("GNIRS") || !is_raw(tags)) return remarks;
  if (!frame.phu.has("DATE-OBS")) {
    remarks.emplace_back("DATE-OBS is missing: the date is taken from elsewhere, if at all");
  } else if (!is_date(frame.phu.text("DATE-OBS").value_or(""))) {
    remarks.push_back(fmt::format("DATE-OBS is {}, no date: it is taken from elsewhere, if at all",
                                  repr(frame.phu.get("DATE-OBS"))));
  }
  if (has_singular_wcs(frame)) {
    remarks.emplace_back(
        "its WCS cannot be used: the matrix of CD1_1, CD1_2, CD2_1, CD2_2 is singular");
  }
  for (const fits::Card& card : frame.phu.cards()) {
    if (card.value.is_string() && !is_printable(card.value.as_string())) {
      remarks.push_back(card.keyword + " has characters that are not ASCII");
    }
  }
  return remarks;
}

std::vector<std::pair<std::string, std::string>> copies_among(
    const FrameList& frames, const std::vector<std::string>& files) {
  std::vector<std::pair<std::string, std::string>> copies;
  std::map<std::string, std::vector<std::size_t>> seen;  // by data label
  Sameness sameness;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const std::string label = frames[k]->phu.text("DATALAB").value_or("");
    if (label.empty()) continue;
    std::vector<std::size_t>& others = seen[label];
    const auto same = std::find_if(others.begin(), others.end(), [&](std::size_t other) {
      return frames[other]->opened_path() != frames[k]->opened_path() &&
             sameness.same_bytes(frames[other]->opened_path(), frames[k]->opened_path());
    });
    if (same == others.end()) {
      others.push_back(k);
    } else {
      copies.emplace_back(files[k], files[*same]);
    }
  }
  return copies;
}

bool names_files_by_frame(const std::vector<UserParameter>& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), [](const UserParameter& given) {
    const std::string name = given.first.substr(given.first.find(':') + 1);
    if (name != "dark" && name != "flat") return false;
    if (given.second.is_list()) return given.second.as_list().size() > 1;
    return given.second.is_string() && contains(given.second.as_string(), ",");
  });
}

}  // namespace wyvern

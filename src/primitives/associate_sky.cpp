// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/frame_fault.h"
#include "primitives/common.h"
#include "primitives/families.h"

// associateSky: which sky frames go with each science frame. Reference:
// geminidr/core/primitives_preprocess.py, gempy/gemini/gemini_tools.py (matching_inst_config).

namespace wyvern {
namespace {

// What the choice of skies needs of a frame.
struct Exposure {
  double x = 0.0, y = 0.0;  // offsets of the telescope, arcsec
  DateTime start;
  std::vector<Value> configuration;
  std::optional<double> seconds;
};

constexpr std::string_view kConfiguration[] = {
    "data_section", "detector_roi_setting", "read_mode",        "well_depth_setting",
    "gain_setting", "detector_x_bin",       "detector_y_bin",   "coadds",
    "camera",       "filter_name",          "focal_plane_mask", "lyot_stop",
    "decker",       "pupil_mask",           "disperser"};

// The two keywords with the offsets. Only distances count, so that any two axes do, the same for
// all.
using OffsetKeywords = std::array<const char*, 2>;
constexpr OffsetKeywords kXY = {"XOFFSET", "YOFFSET"}, kPQ = {"POFFSET", "QOFFSET"};

bool has_offsets(const AstroData& frame, const OffsetKeywords& keywords) {
  return std::ranges::all_of(
      keywords, [&](const char* keyword) { return frame.phu.number(keyword).has_value(); });
}

// XOFFSET and YOFFSET as DRAGONS, POFFSET and QOFFSET when a frame has only those.
OffsetKeywords offset_keywords(const FrameList& frames, const FrameList& skies, Journal& log) {
  for (const FrameList& list : {frames, skies}) {
    for (const Frame& frame : list) {
      if (has_offsets(*frame, kXY) || !has_offsets(*frame, kPQ)) continue;
      log.stdinfo(fmt::format(
          "{} has no XOFFSET and YOFFSET: POFFSET and QOFFSET tell how far the frames are apart",
          frame->filename()));
      return kPQ;
    }
  }
  return kXY;
}

double keyword_number(const AstroData& frame, std::string_view keyword) {
  const std::optional<double> value = frame.phu.number(keyword);
  if (!value) {
    throw FrameFault(
        ExitStatus::bad_input, frame.opened_path(),
        fmt::format("{}: {} is missing or not a number; associateSky needs the telescope offsets",
                    frame.filename(), keyword));
  }
  return *value;
}

Exposure exposure_of(const AstroData& frame, const OffsetKeywords& keywords) {
  Exposure exposure;
  exposure.x = keyword_number(frame, keywords[0]);
  exposure.y = keyword_number(frame, keywords[1]);
  const std::optional<DateTime> start = ut_datetime(frame);
  if (!start) {
    throw FrameFault(ExitStatus::bad_input, frame.opened_path(),
                     fmt::format("{}: no date and time of observation (DATE-OBS, UT) in the header",
                                 frame.filename()));
  }
  exposure.start = *start;
  for (const std::string_view name : kConfiguration) {
    exposure.configuration.push_back(describe(frame, name));
  }
  exposure.seconds = exposure_time(frame);
  return exposure;
}

bool same_configuration(const Exposure& a, const Exposure& b) {
  if (a.configuration != b.configuration) return false;
  if (!a.seconds || !b.seconds) return a.seconds == b.seconds;
  return std::abs(*a.seconds - *b.seconds) <= 0.01;
}

struct Limits {
  double time, distance;
  std::size_t min_skies, max_skies;
};

// Indices of the skies for one science frame, in order of time.
std::vector<std::size_t> choose_skies(const Exposure& science, const std::vector<Exposure>& skies,
                                      const Limits& limits) {
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < skies.size(); ++k) {
    const double dx = skies[k].x - science.x, dy = skies[k].y - science.y;
    if (same_configuration(science, skies[k]) &&
        dx * dx + dy * dy > limits.distance * limits.distance) {
      chosen.push_back(k);
    }
  }
  const auto gap = [&](std::size_t k) {
    return std::abs(seconds_between(science.start, skies[k].start));
  };
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](std::size_t a, std::size_t b) { return gap(a) < gap(b); });
  const auto near = static_cast<std::size_t>(std::count_if(
      chosen.begin(), chosen.end(), [&](std::size_t k) { return gap(k) <= limits.time; }));
  chosen.resize(std::min({chosen.size(), limits.max_skies, std::max(limits.min_skies, near)}));
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](std::size_t a, std::size_t b) { return skies[a].start < skies[b].start; });
  return chosen;
}

fits::Table sky_table(const FrameList& skies, const std::vector<std::size_t>& chosen) {
  std::vector<std::string> names;
  for (const std::size_t k : chosen) names.push_back(skies[k]->filename());
  fits::Table table;
  table.name = "SKYTABLE";
  table.add({.name = "SKYNAME", .cells = std::move(names)});
  return table;
}

FrameList sky_frames(ListCall& call) {
  const Value& given = call.parameters["sky"];
  if (given.is_none()) return call.context.streams["sky"];
  const ValueList names = given.is_list() ? given.as_list() : ValueList{given};
  FrameList skies;
  for (const Value& name : names) {
    skies.push_back(std::make_shared<AstroData>(AstroData::open(str(name))));
  }
  return skies;
}

// Frames without skies leave the stream when others have some.
FrameList move_unassociated(const FrameList& frames, ListCall& call) {
  FrameList kept, lost;
  for (const Frame& frame : frames) {
    (frame->tables.contains("SKYTABLE") ? kept : lost).push_back(frame);
  }
  if (kept.empty()) {
    call.log.warning(
        "Sky frames could not be associated to any input frames.Sky subtraction will "
        "not be possible.");
    return frames;
  }
  if (!lost.empty()) call.log.stdinfo("");
  for (auto frame = lost.rbegin(); frame != lost.rend(); ++frame) {
    call.log.warning(
        fmt::format("{} does not have any associated skies and cannot be sky-subtracted, moving to "
                    "\"no_skies\" stream",
                    (*frame)->filename()));
    call.context.streams["no_skies"].push_back(*frame);
  }
  return kept;
}

void stamp(const FrameList& frames, const FrameList& done, ListCall& call) {
  for (const Frame& frame : frames) {
    if (std::find(done.begin(), done.end(), frame) != done.end()) continue;
    mark_history(*frame, call.context, "ASSOCSKY", "associateSky");
    rename(*frame, call.parameters);
  }
}

Limits limits_of(const Parameters& p) {
  const auto whole = [](std::optional<std::int64_t> value, std::size_t otherwise) {
    return value ? static_cast<std::size_t>(*value) : otherwise;
  };
  return {p.number("time"), p.number("distance"), whole(p.optional_integer("min_skies"), 0),
          whole(p.optional_integer("max_skies"), std::numeric_limits<std::size_t>::max())};
}

FrameList associate_sky(FrameList frames, ListCall& call) {
  const FrameList skies = sky_frames(call);
  const bool use_all = call.parameters.flag("use_all");
  // Read before anything is changed: a header may lack what is needed.
  std::vector<Exposure> exposures, own;
  if (!frames.empty() && !skies.empty()) {
    const OffsetKeywords keywords =
        call.context.compat ? kXY : offset_keywords(frames, skies, call.log);
    for (const Frame& sky : skies) exposures.push_back(exposure_of(*sky, keywords));
    for (std::size_t k = 0; k < frames.size() && !use_all; ++k)
      own.push_back(exposure_of(*frames[k], keywords));
  }
  stamp(frames, {}, call);
  stamp(skies, frames, call);
  call.context.streams["sky"] = skies;
  if (frames.empty() || skies.empty()) {
    call.log.warning(
        "Cannot associate sky frames, since at least one science AstroData object and one sky "
        "AstroData object are required for associateSky");
    return frames;
  }
  const Limits limits = limits_of(call.parameters);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Frame& frame = frames[i];
    std::vector<std::size_t> chosen;
    if (use_all) {
      call.log.stdinfo(fmt::format("Associating all available sky AstroData objects with {}",
                                   frame->filename()));
      for (std::size_t k = 0; k < skies.size(); ++k) chosen.push_back(k);
    } else {
      chosen = choose_skies(own[i], exposures, limits);
    }
    if (chosen.empty()) {
      call.log.warning("No sky frames available for " + frame->filename());
      continue;
    }
    call.log.stdinfo(fmt::format("The sky frames associated with {} are:", frame->filename()));
    for (const std::size_t k : chosen) call.log.stdinfo("  " + skies[k]->filename());
    frame->tables["SKYTABLE"] = sky_table(skies, chosen);
  }
  return move_unassociated(frames, call);
}

}  // namespace

std::vector<Primitive> associate_sky_primitives() {
  return {deferring(
      {"associateSky",
       {text("suffix", "_skyAssociated", "Filename suffix"),
        real("time", 600.0, "Maximum association time (seconds)", "[0,inf)"),
        real("distance", 1.0, "Minimum association distance (arcsec)", "[0,inf)"),
        or_none(integer("min_skies", 3, "Minimum number of sky frames to associate", "[0,inf)")),
        or_none(integer("max_skies", {}, "Maximum number of sky frames to associate", "[1,inf)")),
        boolean("use_all", false, "Use all frames as skies?"),
        Parameter{.name = "sky",
                  .type = ParameterType::frame_list,
                  .label = "Sky-only frames stored on disk",
                  .optional = true}},
       nullptr,
       associate_sky})};
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/frame_fault.h"
#include "base/text.h"
#include "instruments/gnirs/keyhole.h"
#include "kernels/keyhole.h"
#include "primitives/common.h"
#include "primitives/families.h"

// separateSky: which frames are objects, which are sky. Reference:
// geminidr/core/primitives_preprocess.py, gempy/gemini/gemini_tools.py (ExposureGroup),
// geminidr/gnirs/lookups/FOV.py.

namespace wyvern {
namespace {

struct Pointing {
  double x = 0.0, y = 0.0;  // detector offsets, px
};

double offset_of(const AstroData& frame, std::string_view descriptor) {
  constexpr double farthest = 1e6;  // px; no telescope goes so far
  const Value value = describe(frame, descriptor);
  if (!value.is_number() || !(std::abs(value.as_double()) <= farthest)) {
    throw FrameFault(
        ExitStatus::bad_input, frame.opened_path(),
        fmt::format("{}: its offset ({}) is {}: POFFSET, QOFFSET and CAMERA are needed, or a WCS "
                    "(CRVAL, CD, PA) from which prepare takes the offsets",
                    frame.filename(), descriptor, str(value)));
  }
  return value.as_double();
}

Pointing pointing_of(const AstroData& frame) {
  return {offset_of(frame, "detector_x_offset"), offset_of(frame, "detector_y_offset")};
}

// The illuminated part of the detector and whether it overlaps itself when shifted.
class FieldOfView {
 public:
  explicit FieldOfView(const AstroData& frame)
      : ny_(frame.extensions[0].data.ny()),
        nx_(frame.extensions[0].data.nx()),
        keyhole_(keyhole_of(frame)) {
    if (!known()) return;
    const std::vector<std::uint8_t> dark =
        kernels::keyhole_mask(*keyhole_, keyhole_->x0, keyhole_->y0, 0, 0, ny_, nx_);
    rows_.resize(ny_);
    for (std::int64_t y = 0; y < ny_; ++y) {
      for (std::int64_t x = 0; x < nx_; ++x) {
        if (dark[y * nx_ + x] != 0) continue;
        if (rows_[y].empty() || rows_[y].back().last != x - 1) rows_[y].push_back({x, x});
        rows_[y].back().last = x;
      }
    }
  }

  bool known() const { return keyhole_.has_value(); }
  bool is_also_of(const AstroData& frame) const {
    return ny_ == frame.extensions[0].data.ny() && nx_ == frame.extensions[0].data.nx() &&
           keyhole_ == keyhole_of(frame);
  }

  bool overlaps_shifted(std::int64_t sx, std::int64_t sy) const {
    if (std::abs(sx) >= nx_ || std::abs(sy) >= nx_) return false;
    if (!known()) return std::abs(sy) < ny_;
    for (std::int64_t y = std::max<std::int64_t>(0, sy); y < std::min(ny_, ny_ + sy); ++y) {
      for (const Run& here : rows_[y]) {
        for (const Run& there : rows_[y - sy]) {
          const std::int64_t first = std::max({here.first, there.first + sx, std::int64_t{0}});
          if (first <= std::min({here.last, there.last + sx, nx_ - 1})) return true;
        }
      }
    }
    return false;
  }

 private:
  struct Run {
    std::int64_t first, last;  // lit columns of a row
  };

  std::int64_t ny_, nx_;
  std::optional<kernels::Keyhole> keyhole_;
  std::vector<std::vector<Run>> rows_;
};

struct Group {
  std::vector<std::size_t> members;
  Pointing centre;

  void add(std::size_t frame, const Pointing& at) {
    const auto n = static_cast<double>(members.size());
    centre = {(centre.x * n + at.x) / (n + 1.0), (centre.y * n + at.y) / (n + 1.0)};
    members.push_back(frame);
  }
  double squared_distance() const { return centre.x * centre.x + centre.y * centre.y; }
};

std::vector<Group> group_exposures(const FrameList& frames, double frac_fov, Journal& log) {
  std::vector<Pointing> at;
  for (const Frame& frame : frames) at.push_back(pointing_of(*frame));
  std::vector<Group> groups;
  bool warned = false;
  std::optional<FieldOfView> last;  // the frames of a list differ little
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (!last || !last->is_also_of(*frames[k])) last.emplace(*frames[k]);
    const FieldOfView& view = *last;
    if (!view.known() && !warned) {
      log.warning(
          fmt::format("No keyhole is known for {} and camera {}: the whole detector is "
                      "taken as the field of view",
                      frames[k]->filename(), text_descriptor(*frames[k], "camera")));
      warned = true;
    }
    const auto overlaps = [&](const Pointing& other) {
      const auto shift = [&](double a, double b) {
        return -static_cast<std::int64_t>(std::trunc((a - b) / frac_fov));
      };
      return view.overlaps_shifted(shift(at[k].x, other.x), shift(at[k].y, other.y));
    };
    auto found = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& group) { return overlaps(group.centre); });
    if (found == groups.end()) {
      found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
        return std::any_of(group.members.begin(), group.members.end(),
                           [&](std::size_t member) { return overlaps(at[member]); });
      });
    }
    if (found == groups.end()) found = groups.insert(groups.end(), Group{});
    found->add(k, at[k]);
  }
  return groups;
}

// Frames as objects and as skies, by index.
struct Roles {
  std::set<std::size_t> objects, skies;
};

bool guided(const AstroData& frame) {
  return !describe(frame, "wavefront_sensor").is_none() || !frame.phu.has("PWFS1_ST") ||
         !frame.phu.has("PWFS2_ST") || !frame.phu.has("OIWFS_ST");
}

// Adds the first frame whose name contains each of the comma-separated names; names without a
// frame are appended to `missing`.
void assign_named(const FrameList& frames, const std::optional<std::string>& names,
                  std::set<std::size_t>& to, bool to_objects, std::vector<std::string>& missing,
                  Journal& log) {
  if (!names) return;
  for (const std::string& piece : split(*names, ',')) {
    std::string name(trim(piece));
    if (name.ends_with(".fits")) name.resize(name.size() - 5);
    if (name.empty()) continue;
    const auto found = std::find_if(frames.begin(), frames.end(), [&](const Frame& frame) {
      return contains(frame->filename(), name);
    });
    if (found == frames.end()) {
      missing.push_back(name);
      continue;
    }
    const fits::Header& phu = (*found)->phu;
    const bool object = phu.has("OBJFRAME"), sky = phu.has("SKYFRAME");
    if (to_objects ? sky && !object : object && !sky) {
      log.warning(fmt::format("{} previously classified as {}; added {} as requested",
                              (*found)->filename(), to_objects ? "SKY" : "OBJECT",
                              to_objects ? "OBJECT" : "SKY"));
    }
    to.insert(static_cast<std::size_t>(found - frames.begin()));
  }
}

// Members of a group share the role of any of them.
void spread_over_groups(const std::vector<Group>& groups, std::set<std::size_t>& role) {
  for (const Group& group : groups) {
    const bool any = std::any_of(group.members.begin(), group.members.end(),
                                 [&](std::size_t k) { return role.contains(k); });
    if (any) role.insert(group.members.begin(), group.members.end());
  }
}

std::set<std::size_t> others(std::size_t count, const std::set<std::size_t>& than) {
  std::set<std::size_t> rest;
  for (std::size_t k = 0; k < count; ++k) {
    if (!than.contains(k)) rest.insert(k);
  }
  return rest.empty() ? than : rest;
}

// Roles from the groups alone: those nearest to the target are the objects.
void classify_groups(const std::vector<Group>& groups, std::size_t count, Roles& roles,
                     Journal& log) {
  if (groups.size() < 2) {
    log.stdinfo("Treating a single group as both object and sky");
    roles.objects = roles.skies = others(count, {});
    return;
  }
  std::vector<const Group*> nearest;
  for (const Group& group : groups) nearest.push_back(&group);
  std::stable_sort(nearest.begin(), nearest.end(), [](const Group* a, const Group* b) {
    return a->squared_distance() < b->squared_distance();
  });
  std::size_t wanted = 1;
  if (groups.size() == 2) {
    log.stdinfo("Treating 1 group as object and 1 as sky, based on target proximity");
  } else {
    log.stdinfo("Classifying groups based on target proximity and observation efficiency");
    wanted = count / 2;
  }
  for (const Group* group : nearest) {
    if (!roles.objects.empty() && roles.objects.size() >= wanted) break;
    roles.objects.insert(group->members.begin(), group->members.end());
  }
  roles.skies = others(count, roles.objects);
}

void log_names(const char* title, const FrameList& frames, Journal& log) {
  log.stdinfo(title);
  for (const Frame& frame : frames) log.stdinfo("  " + frame->filename());
}

Roles classify(const FrameList& frames, const std::vector<Group>& groups, ListCall& call) {
  Roles roles;
  std::vector<std::string> missing;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (frames[k]->phu.has("OBJFRAME")) roles.objects.insert(k);
    if (frames[k]->phu.has("SKYFRAME")) roles.skies.insert(k);
  }
  const Parameters& p = call.parameters;
  assign_named(frames, p.optional_text("ref_obj"), roles.objects, true, missing, call.log);
  assign_named(frames, p.optional_text("ref_sky"), roles.skies, false, missing, call.log);
  spread_over_groups(groups, roles.objects);
  spread_over_groups(groups, roles.skies);
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (guided(*frames[k])) continue;
    if (roles.objects.contains(k)) {
      call.log.warning(frames[k]->filename() + " manually flagged as OBJECT but it's unguided!");
    } else if (roles.skies.insert(k).second) {
      call.log.stdinfo(
          fmt::format("Treating {} as SKY since it's unguided", frames[k]->filename()));
    }
  }
  if (!missing.empty()) {
    call.log.warning(
        "Failed to find the following file(s), specified via ref_obj/ref_sky "
        "parameters, in the input:");
    for (const std::string& name : missing) call.log.warning("  " + name);
  }
  if (roles.objects.empty() && roles.skies.empty()) {
    classify_groups(groups, frames.size(), roles, call.log);
  } else if (roles.skies.empty()) {
    roles.skies = others(frames.size(), roles.objects);
  } else if (roles.objects.empty()) {
    roles.objects = others(frames.size(), roles.skies);
  }
  return roles;
}

FrameList pick(const FrameList& frames, const std::set<std::size_t>& which) {
  FrameList picked;
  for (const std::size_t k : which) picked.push_back(frames[k]);
  return picked;
}

void warn_of_ignored(const FrameList& frames, const Roles& roles, Journal& log) {
  std::vector<std::string> ignored;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (!roles.objects.contains(k) && !roles.skies.contains(k)) {
      ignored.push_back(frames[k]->filename());
    }
  }
  if (ignored.empty()) return;
  log.warning(
      "Ignoring the following input file(s), which could not be classified as object or "
      "sky after applying incomplete prior classifications from the input:");
  for (const std::string& name : ignored) log.warning("  " + name);
}

FrameList separate_sky(FrameList frames, ListCall& call) {
  const std::vector<Group> groups =
      group_exposures(frames, call.parameters.number("frac_FOV"), call.log);
  call.log.stdinfo(fmt::format("Identified {} group(s) of exposures", groups.size()));
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const std::size_t k : groups[g].members) {
      frames[k]->phu.set("EXPGROUP", static_cast<std::int64_t>(g));
    }
  }
  const Roles roles = classify(frames, groups, call);
  warn_of_ignored(frames, roles, call.log);
  const FrameList objects = pick(frames, roles.objects), skies = pick(frames, roles.skies);
  log_names("Science frames:", objects, call.log);
  for (const Frame& frame : objects) frame->phu.set("OBJFRAME", "TRUE");
  log_names("Sky frames:", skies, call.log);
  for (const Frame& frame : skies) frame->phu.set("SKYFRAME", "TRUE");
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (!roles.objects.contains(k) && !roles.skies.contains(k)) continue;
    mark_history(*frames[k], call.context, "SEPSKY", "separateSky");
    rename(*frames[k], call.parameters);
  }
  call.context.streams["sky"] = skies;
  return objects;
}

}  // namespace

std::vector<Primitive> separate_sky_primitives() {
  return {deferring({"separateSky",
                     {text("suffix", "_skySeparated", "Filename suffix"),
                      text("ref_obj", {}, "Manually-assigned object files"),
                      text("ref_sky", {}, "Manually-assigned sky files"),
                      real("frac_FOV", 0.9, "Field of view scaling for coaddition", "[0.3,1)")},
                     nullptr,
                     separate_sky})};
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/sky_stacks.h"
#include "primitives/sky_subtraction.h"
#include "primitives/stacking.h"

// skyCorrect, stackSkyFrames and subtractSky. Reference: geminidr/core/primitives_preprocess.py,
// primitives_stack.py.

namespace wyvern {
namespace {

// --- stackSkyFrames ---------------------------------------------------------------------------

// Copies of the frames with their objects flagged in DQ.
FrameList with_objects_masked(const FrameList& frames, ListCall& call) {
  FrameList masked;
  for (const Frame& frame : frames) masked.push_back(std::make_shared<AstroData>(frame->clone()));
  return call.nested("addObjectMaskToDQ", std::move(masked));
}

FrameList stack_sky_frames(FrameList frames, ListCall& call) {
  const Parameters& p = call.parameters;
  if (p.flag("mask_objects")) {
    if (p.number("dilation") >= 1.0) frames = call.nested("dilateObjectMask", std::move(frames));
    frames = with_objects_masked(frames, call);
  }
  if (frames.size() > 1) {
    const JournalBlock block(call.log, "stackFrames");
    const Parameters stacking = sky_stack_parameters(p, call.context, frames.size(), call.log);
    frames = {stack_of(frames, stacking, call.context, call.log)};
  }
  for (const Frame& frame : frames) rename(*frame, p);
  return frames;
}

// --- skyCorrect -------------------------------------------------------------------------------

std::vector<std::string> sky_names(const AstroData& frame) {
  const auto table = frame.tables.find("SKYTABLE");
  if (table == frame.tables.end()) return {};
  std::vector<std::string> names = table->second.cells<std::string>("SKYNAME");
  for (std::string& name : names) name = std::string(trim(name));
  std::sort(names.begin(), names.end());
  return names;
}

// Finds the frames that SKYTABLEs name: in the sky stream, else on disk.
class SkyFinder {
 public:
  SkyFinder(const FrameList& skies, const Context& context, Journal& log)
      : skies_(skies), log_(log) {
    associated_ = suffix_of("associateSky", context);
    separated_ = suffix_of("separateSky", context);
  }

  Frame find(const std::string& name) {
    const auto [entry, is_new] = found_.try_emplace(name);
    if (is_new) entry->second = look_up(name);
    return entry->second;
  }

 private:
  static std::string suffix_of(std::string_view primitive, const Context& context) {
    return resolve(context.primitives->at(primitive), context.user_parameters, {}).text("suffix");
  }

  Frame look_up(const std::string& name) {
    const std::string earlier = replace_all(name, associated_, separated_);
    for (const Frame& sky : skies_) {
      if (sky->filename() == name || sky->filename() == earlier) return sky;
    }
    try {
      Frame sky = std::make_shared<AstroData>(AstroData::open(name));
      log_.stdinfo(fmt::format("Found {} on disk", name));
      return sky;
    } catch (const InputError&) {
      log_.warning(fmt::format("Cannot find a sky file named {}. Ignoring it.", name));
      return nullptr;
    }
  }

  const FrameList& skies_;
  Journal& log_;
  std::string associated_, separated_;
  std::map<std::string, Frame> found_;
};

std::vector<SkyList> sky_lists(const FrameList& frames, const FrameList& stream, ListCall& call) {
  SkyFinder finder(stream, call.context, call.log);
  std::vector<SkyList> lists;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const std::vector<std::string> names = sky_names(*frames[k]);
    if (names.empty()) {
      call.log.warning(frames[k]->filename() + " has no SKYTABLE so cannot subtract a sky frame");
      continue;
    }
    FrameList skies;
    for (const std::string& name : names) {
      if (const Frame sky = finder.find(name)) skies.push_back(sky);
    }
    if (skies.empty()) continue;
    auto same = std::find_if(lists.begin(), lists.end(),
                             [&](const SkyList& list) { return list.skies == skies; });
    if (same == lists.end()) {
      lists.emplace_back();
      same = std::prev(lists.end());
      same->skies = std::move(skies);
    }
    same->users.push_back(k);
  }
  return lists;
}

// Objects of the skies are masked in copies, one per frame.
void mask_objects(std::vector<SkyList>& lists, ListCall& call) {
  FrameList skies;
  for (const SkyList& list : lists) {
    for (const Frame& sky : list.skies) {
      if (std::find(skies.begin(), skies.end(), sky) == skies.end()) skies.push_back(sky);
    }
  }
  FrameList copies;
  for (const Frame& sky : skies) copies.push_back(std::make_shared<AstroData>(sky->clone()));
  copies = call.nested("dilateObjectMask", std::move(copies));
  copies = call.nested("addObjectMaskToDQ", std::move(copies));
  for (SkyList& list : lists) {
    for (Frame& sky : list.skies) {
      const auto found = std::find(skies.begin(), skies.end(), sky);
      sky = copies[static_cast<std::size_t>(found - skies.begin())];
    }
  }
}

// Writes the log in the reference's order: a frame is subtracted as soon as no later stack needs
// it. Stacks are made in the order of their first users.
void report(std::vector<SkyList>& lists, const FrameList& frames, std::vector<Journal>& logs,
            Journal& log) {
  std::vector<SkyList*> made_for(frames.size(), nullptr);
  std::map<const AstroData*, std::size_t> stacks_to_come;  // by sky
  for (SkyList& list : lists) {
    for (const std::size_t user : list.users) made_for[user] = &list;
    for (const Frame& sky : list.skies) ++stacks_to_come[sky.get()];
  }
  const auto needed_later = [&](const Frame& frame) {
    const auto count = stacks_to_come.find(frame.get());
    return count != stacks_to_come.end() && count->second > 0;
  };
  std::set<const SkyList*> made;
  std::set<std::size_t> waiting;  // for their subtraction to be reported, of stacks that are made
  for (std::size_t k = 0; k < frames.size(); ++k) {
    SkyList* list = made_for[k];
    if (list == nullptr) {
      log.stdinfo("Cannot subtract sky from " + frames[k]->filename());
      continue;
    }
    if (made.insert(list).second) {
      log.stdinfo("Creating sky frame for " + frames[k]->filename());
      log.append(std::move(list->log));
      for (const std::size_t user : list->users) {
        waiting.insert(user);
        if (user != k) {
          log.stdinfo("This sky will also be used for " + frames[user]->filename());
        }
      }
      for (const Frame& sky : list->skies) --stacks_to_come[sky.get()];
    }
    std::erase_if(waiting, [&](std::size_t user) {
      if (needed_later(frames[user])) return false;
      log.append(std::move(logs[user]));
      return true;
    });
  }
}

FrameList sky_correct(FrameList frames, ListCall& call) {
  FrameList& stream = call.context.streams["sky"];
  if (call.parameters.flag("scale") && call.parameters.flag("zero")) {
    call.log.warning("Both the scale and zero parameters are set. Setting zero=False.");
  }
  if (stream.empty()) {
    call.log.warning("Sky stream is empty. Will search for sky frames in main stream.");
  }
  std::vector<SkyList> lists = sky_lists(frames, stream.empty() ? frames : stream, call);
  if (call.parameters.flag("mask_objects")) mask_objects(lists, call);
  std::vector<Journal> logs(frames.size());
  correct_with_skies(lists, frames, call, logs);
  for (const Frame& frame : frames) frame->tables.erase("SKYTABLE");
  report(lists, frames, logs, call.log);
  for (const SkyList& list : lists) {
    for (const std::size_t user : list.users) {
      mark_history(*frames[user], call.context, "SUBSKY", "subtractSky");
      rename(*frames[user], call.parameters);
    }
  }
  return frames;
}

// --- subtractSky ------------------------------------------------------------------------------

FrameList subtract_sky_primitive(FrameList frames, ListCall& call) {
  const Value& given = call.parameters["sky"];
  const ValueList names = given.is_none()   ? ValueList{}
                          : given.is_list() ? given.as_list()
                                            : ValueList{given};
  if (names.size() > 1 && names.size() != frames.size()) {
    throw RecipeError(
        fmt::format("subtractSky:sky names {} files for {} frames: give one, or one "
                    "per frame",
                    names.size(), frames.size()));
  }
  const SkySubtraction settings = sky_subtraction(call.parameters, call.log);
  for (std::size_t k = 0; k < frames.size(); ++k) {
    AstroData& frame = *frames[k];
    if (already_done(frame, "SUBSKY", "subtractSky", call.log)) continue;
    const auto sky = names.empty() ? std::nullopt
                                   : call.context.calibrations->open(
                                         str(names[names.size() == 1 ? 0 : k]), call.log);
    if (!sky) {
      call.log.warning(fmt::format("No changes will be made to {}, since no sky was specified",
                                   frame.filename()));
    } else {
      call.log.stdinfo(fmt::format("Subtracting {} from the science frame {}",
                                   sky->frame->filename(), frame.filename()));
      subtract_sky(frame, *sky->frame, settings, call.log);
      if (settings.save) save_sky(*sky->frame, frame, call.context, call.log);
    }
    mark_history(frame, call.context, "SUBSKY", "subtractSky");
    rename(frame, call.parameters);
  }
  return frames;
}

ParameterSet sky_stacking_parameters() {
  ParameterSet stacking = with_defaults(stacking_parameters(), {{"operation", "median"},
                                                                {"reject_method", "minmax"},
                                                                {"nlow", 1},
                                                                {"nhigh", 1},
                                                                {"scale", true}});
  stacking.push_back(boolean("mask_objects", true, "Mask objects before stacking?"));
  stacking.push_back(real("dilation", 2.0, "Object dilation radius (pixels)", "[0,inf)"));
  return stacking;
}

ParameterSet subtraction_parameters(const char* suffix) {
  return {text("suffix", suffix, "Filename suffix"),
          boolean("reset_sky", false, "Replace lost sky counts?"),
          boolean("scale_sky", true, "Scale sky frame to science frame?"),
          boolean("offset_sky", false, "Apply offset to sky frame to match science frame?"),
          Parameter{.name = "sky",
                    .type = ParameterType::frame_list,
                    .label = "Sky frame to subtract",
                    .optional = true},
          boolean("save_sky", false, "Save sky frame to disk?"),
          real("debug_threshold", 0.001, "Convergence threshold when scaling")};
}

}  // namespace

std::vector<Primitive> sky_correct_primitives() {
  ParameterSet correct = subtraction_parameters("_skyCorrected");
  ParameterSet stacked = sky_stacking_parameters();
  correct.insert(correct.end(), stacked.begin(), stacked.end());
  stacked.insert(stacked.begin(), text("suffix", "_skyStacked", "Filename suffix"));
  return {
      deferring({"skyCorrect",
                 correct,
                 nullptr,
                 sky_correct,
                 nullptr,
                 {{"dilateObjectMask"},
                  {"addObjectMaskToDQ"},
                  {"stackSkyFrames", {"suffix"}},
                  {"stackFrames", {"suffix"}},
                  {"subtractSky", {"suffix"}}}}),
      deferring({"stackSkyFrames",
                 stacked,
                 nullptr,
                 stack_sky_frames,
                 nullptr,
                 {{"dilateObjectMask"}, {"addObjectMaskToDQ"}, {"stackFrames", {"suffix"}}},
                 {},
                 true}),
      {"subtractSky", subtraction_parameters("_skySubtracted"), nullptr, subtract_sky_primitive},
  };
}

}  // namespace wyvern

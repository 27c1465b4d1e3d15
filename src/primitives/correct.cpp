// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/provenance.h"
#include "base/errors.h"
#include "instruments/optical_elements.h"
#include "primitives/auxiliary.h"
#include "primitives/common.h"
#include "primitives/families.h"

// darkCorrect and flatCorrect. Reference: geminidr/core/primitives_preprocess.py.

namespace wyvern {
namespace {

// What tells the two corrections apart.
struct Correction {
  std::string_view primitive, stamp, used_keyword, grade_keyword, parameter, type, kind,
      switched_off, action, missing;
  void (*apply)(AstroData&, const AstroData&);
  bool compare_units, compare_filter;
};

constexpr Correction kDark{"darkCorrect",
                           "DARKCORR",
                           "DARKIM",
                           "DARKGRAD",
                           "dark",
                           "processed_dark",
                           "dark",
                           "Dark correction has been turned off.",
                           "subtracting the dark",
                           "no dark was specified",
                           subtract,
                           true,
                           false};
constexpr Correction kFlat{"flatCorrect",
                           "FLATCORR",
                           "FLATIM",
                           "FLATGRAD",
                           "flat",
                           "processed_flat",
                           "flat",
                           "Flat correction has been turned off.",
                           "dividing by the flat",
                           "no flatfield has been specified",
                           divide,
                           false,
                           true};

// The file that the parameter names for this frame: one for all, or one each.
std::optional<std::string> named_file(const Value& given, std::size_t index, std::size_t frames,
                                      const Correction& correction) {
  if (given.is_none()) return std::nullopt;
  if (!given.is_list()) return str(given);
  const ValueList& list = given.as_list();
  if (list.empty()) return std::nullopt;
  if (list.size() != 1 && list.size() != frames) {
    throw RecipeError(fmt::format("{}:{} names {} files for {} frames: give one, or one per frame",
                                  correction.primitive, correction.parameter, list.size(), frames));
  }
  return str(list[list.size() == 1 ? 0 : index]);
}

std::optional<Calibration> calibration_for(const AstroData& frame, FrameCall& call,
                                           const Correction& correction) {
  const std::size_t frames = call.frames;
  const auto file =
      named_file(call.parameters[correction.parameter], call.index, frames, correction);
  if (file) return call.context.calibrations->open(*file, call.log);
  return call.context.calibrations->find(frame, std::string(correction.type), call.log);
}

// The reference wants the same elements in the same wheels.
bool same_filters(const Value& a, const Value& b, bool compat) {
  return a == b || (!compat && !a.is_none() && !b.is_none() &&
                    optical_elements(str(a)) == optical_elements(str(b)));
}

void check_match(const AstroData& frame, const AstroData& calibration, const Correction& correction,
                 bool compat) {
  const auto disagree = [&](std::string_view what) {
    throw DataError(fmt::format("{} and its {} {} have different {}", frame.filename(),
                                correction.kind, calibration.filename(), what));
  };
  if (describe(frame, "detector_x_bin") != describe(calibration, "detector_x_bin") ||
      describe(frame, "detector_y_bin") != describe(calibration, "detector_y_bin")) {
    disagree("binning");
  }
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    if (correction.compare_units && is_in_adu(frame, i) != is_in_adu(calibration, i)) {
      disagree("units");
    }
  }
  if (correction.compare_filter &&
      !same_filters(describe(frame, "filter_name"), describe(calibration, "filter_name"), compat)) {
    disagree(fmt::format("filters ({} and {})", str(describe(frame, "filter_name")),
                         str(describe(calibration, "filter_name"))));
  }
}

void warn_of_exposure_times(const AstroData& frame, const AstroData& dark, Journal& log,
                            double scale) {
  const auto science = exposure_time(frame), calibration = exposure_time(dark);
  if (science && calibration && std::abs(*science - *calibration * scale) > 0.01) {
    log.warning(fmt::format("{}: exposure time {} s differs from that of the dark {}: {} s",
                            frame.filename(), python_float(*science), dark.filename(),
                            python_float(*calibration)));
  }
}

// The calibration as it is to be applied; `copy` holds it when it has to be another.
const AstroData& scaled_to(const Calibration& calibration, const AstroData& fitting,
                           AstroData& copy) {
  if (calibration.scale == 1.0) return fitting;
  copy = fitting.clone();
  for (Extension& extension : copy.extensions) multiply(extension, calibration.scale);
  return copy;
}

// A product made with a calibration that does not fit exactly says so.
void mark_grade(AstroData& frame, const Calibration& calibration, Journal& log,
                const Correction& correction) {
  if (calibration.grade.empty()) return;
  frame.phu.set(correction.grade_keyword, calibration.grade);
  const std::string scaled =
      calibration.scale == 1.0 ? ""
                               : fmt::format(", multiplied by {}", python_float(calibration.scale));
  log.warning(fmt::format("{}: the {} {} does not fit exactly (grade '{}'{})", frame.filename(),
                          correction.kind, calibration.frame->filename(), calibration.grade,
                          scaled));
}

// Arithmetic takes over tables that only the other frame has; the calibration's own history is no
// history of the frame.
void apply_without_its_past(AstroData& frame, const AstroData& calibration,
                            const Correction& correction) {
  std::vector<std::string> foreign;
  for (const char* table : {"HISTORY", "PROVENANCE"}) {
    if (!frame.tables.contains(table)) foreign.push_back(table);
  }
  correction.apply(frame, calibration);
  for (const std::string& table : foreign) frame.tables.erase(table);
}

// The error of a calibration that is missing; in a reduction in the reference's ways without the
// explanation that the reference does not give.
[[noreturn]] void fail_without(const AstroData& frame, const FrameCall& call,
                               const Correction& correction) {
  std::string why = fmt::format("No processed {} listed for {}", correction.kind, frame.filename());
  std::string reasons;
  if (!call.context.compat) {
    reasons = call.context.calibrations->explain(frame, std::string(correction.type));
  }
  throw CalibrationError(reasons.empty() ? why : why + "\n" + reasons);
}

void correct(AstroData& frame, FrameCall& call, const Correction& correction) {
  const std::string requirement = call.parameters.text("do_cal");
  if (requirement == "skip") {
    if (call.index == 0) call.log.warning(correction.switched_off);
    return;
  }
  if (!frame.phu.get(correction.stamp).is_none()) {
    call.log.warning(fmt::format("{}: already processed by {}. Continuing.", frame.filename(),
                                 correction.primitive));
    return;
  }
  const std::optional<Calibration> calibration = calibration_for(frame, call, correction);
  if (!calibration) {
    if (call.context.mode == "sq" || requirement == "force") {
      fail_without(frame, call, correction);
    }
    call.log.warning(fmt::format("No changes will be made to {}, since {}", frame.filename(),
                                 correction.missing));
    return;
  }
  AstroData clipped;
  const AstroData& other = matched_to(*calibration->frame, frame, clipped);
  check_match(frame, other, correction, call.context.compat);
  AstroData scaled;
  const AstroData& used = scaled_to(*calibration, other, scaled);
  if (correction.compare_units) warn_of_exposure_times(frame, other, call.log, calibration->scale);
  const std::string name = calibration->frame->filename();
  call.log.stdinfo(fmt::format(
      "{}: {} {}{}", frame.filename(), correction.action, name,
      calibration->origin.empty() ? "" : fmt::format(" (obtained from {})", calibration->origin)));
  apply_without_its_past(frame, used, correction);
  set_keyword(frame.phu, correction.used_keyword, name);
  mark_grade(frame, *calibration, call.log, correction);
  mark_history(frame, call.context, correction.stamp, correction.primitive);
  rename(frame, call.parameters);
  if (!calibration->path.empty()) {
    add_provenance(frame, name, calibration->md5, std::string(correction.primitive),
                   iso_format(call.context.clock()));
  }
}

void dark_correct(AstroData& frame, FrameCall& call) {
  correct(frame, call, kDark);
}

void flat_correct(AstroData& frame, FrameCall& call) {
  correct(frame, call, kFlat);
}

Parameter requirement() {
  return choice("do_cal", "procmode", "Calibration requirement",
                {{"procmode", "Use the default rules set by the processingmode."},
                 {"force", "Require a calibration regardless of theprocessing mode."},
                 {"skip", "Skip this correction, no calibration required."}});
}

Parameter frames(const char* name, const char* label) {
  return {.name = name, .type = ParameterType::frame_list, .label = label, .optional = true};
}

}  // namespace

std::vector<Primitive> correct_primitives() {
  return {
      {"darkCorrect",
       {requirement(), text("suffix", "_darkCorrected", "Filename suffix"),
        frames("dark", "Dark frame")},
       dark_correct,
       nullptr,
       nullptr,
       {},
       CalibrationNeed{"processed_dark", "dark", "DARKCORR"}},
      {"flatCorrect",
       {requirement(), text("suffix", "_flatCorrected", "Filename suffix"),
        frames("flat", "Flatfield frame")},
       flat_correct,
       nullptr,
       nullptr,
       {},
       CalibrationNeed{"processed_flat", "flat", "FLATCORR"}},
  };
}

}  // namespace wyvern

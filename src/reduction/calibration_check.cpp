// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <fmt/format.h>

#include <map>

#include "base/text.h"
#include "reduction/checks.h"

// Finds all calibrations before the work, so that all that are missing can be named at once.

namespace wyvern {
namespace {

enum class Wanted { no, if_there, yes };

Wanted wanted(const PlannedStep& step, const std::string& mode) {
  if (!step.parameters.has("do_cal")) return Wanted::if_there;
  const std::string rule = step.parameters.text("do_cal");
  if (rule == "skip") return Wanted::no;
  return rule == "force" || mode == "sq" ? Wanted::yes : Wanted::if_there;
}

// The file that the parameter names for a frame; "" when the databases are to be asked.
std::string named_file(const Value& given, std::size_t index) {
  if (given.is_none() || given == Value("default")) return "";
  if (!given.is_list()) return str(given);
  const ValueList& list = given.as_list();
  if (list.empty()) return "";
  return str(list[list.size() == 1 ? 0 : std::min(index, list.size() - 1)]);
}

// Frames for which a required calibration is missing.
struct Missing {
  std::vector<std::string> files;
  std::string why;        // of the first
  std::string primitive;  // that wants it
};

std::string kind_of(const std::string& type) {
  return type.starts_with("processed_") ? type.substr(10) : type;
}

// The explanation of a search, and what went wrong in the search itself: the explanation looks
// anew, and trouble may have passed by then.
std::string with_trouble(std::string explanation, const std::vector<std::string>& trouble) {
  for (std::string_view line : trouble) {
    if (line.starts_with(kSearchTrouble)) line.remove_prefix(kSearchTrouble.size());
    if (!contains(explanation, line)) explanation += "\n  " + std::string(line);
  }
  return explanation;
}

std::string missing_text(const std::string& type, const Missing& missing) {
  std::string text =
      fmt::format("No processed {} listed for {}", kind_of(type), join(missing.files, ", "));
  if (!missing.why.empty()) text += "\n" + missing.why;
  if (!contains(text, "--user_cal")) {
    text += fmt::format("\ngive one with --user_cal {}:FILE", type);
  }
  return text + fmt::format("\n-p {}:do_cal=skip goes on without", missing.primitive);
}

}  // namespace

std::vector<PlannedCalibration> planned_calibrations(
    const FrameList& frames, const PrimitiveClass& primitives,
    const std::vector<PlannedStep>& steps, const Context& context, const std::set<std::size_t>& odd,
    SharedCalibrations& calibrations, std::vector<Problem>& problems) {
  std::vector<PlannedCalibration> planned;
  std::map<std::string, Missing> missing;
  std::set<std::string> unreadable;
  for (const PlannedStep& step : steps) {
    const Primitive& primitive = primitives.at(step.step.primitive);
    if (!primitive.need || step.skipped) continue;
    const CalibrationNeed& need = *primitive.need;
    const Wanted want = wanted(step, context.mode);
    const Value& given = step.parameters[need.parameter];
    // For masks None means: do without; for the others it is the default.
    const bool without =
        given.is_none() && want == Wanted::if_there && !step.parameters.has("do_cal");
    if (want == Wanted::no || without) continue;
    for (std::size_t k = 0; k < frames.size(); ++k) {
      const AstroData& frame = *frames[k];
      if (!frame.phu.get(need.stamp).is_none() || odd.contains(k)) continue;
      PlannedCalibration found;
      found.input = frame.path();
      found.primitive = primitive.name;
      found.type = need.type;
      found.required = want == Wanted::yes;
      const std::string file = named_file(given, k);
      if (!file.empty()) {
        found.file = file;
        found.why = "named by " + primitive.name + ":" + need.parameter;
        if (::access(file.c_str(), R_OK) != 0 && unreadable.insert(file).second) {
          problems.push_back(
              {ExitStatus::bad_input,
               fmt::format("{}:{}: {} cannot be read", primitive.name, need.parameter, file)});
        }
      } else {
        const std::vector<std::string> trouble = calibrations.look_up(frame, found);
        if (found.file.empty() && want == Wanted::yes) {
          Missing& entry = missing[need.type];
          entry.primitive = primitive.name;
          if (entry.files.empty()) {
            entry.why = with_trouble(calibrations.explain(frame, need.type), trouble);
          }
          entry.files.push_back(frame.filename());
        }
      }
      planned.push_back(std::move(found));
    }
  }
  for (const auto& [type, entry] : missing) {
    problems.push_back({ExitStatus::calibration, missing_text(type, entry)});
  }
  return planned;
}

}  // namespace wyvern

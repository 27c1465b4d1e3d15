// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "primitives/wcs_check.h"

// standardizeWCS and checkWCS. Reference: spec "primitives-toolbox" 6.1 and 6.2, which is what
// DRAGONS 4 does; DRAGONS 3.2 leaves the WCS of GNIRS alone.

namespace wyvern {
namespace {

constexpr const char* kFindings = "wcs findings";

// What survey_wcs() leaves for the frames: what is said about each and the WCS that it gets.
struct WcsRepair {
  std::string said;  // "": nothing is wrong
  std::optional<Wcs> wcs;
  std::string from;              // name of the frame whose WCS served, "header" for none
  std::optional<Point> offsets;  // (p, q) that the header lacks, arcsec
};
using WcsRepairs = std::vector<WcsRepair>;

WcsLimits limits_of(const Parameters& parameters) {
  return {parameters.number("wcs_limit"), parameters.number("debug_consistency_limit")};
}

WcsRepair repair_for(const FrameList& frames, std::size_t i, const WcsFinding& finding,
                     const std::string& choice) {
  WcsRepair repair;
  if (finding.fault.empty()) return repair;
  repair.said = fmt::format("{}: {}", frames[i]->filename(), finding.fault);
  if (finding.offsets) {
    repair.offsets = finding.offsets;
    repair.said += fmt::format("; the offsets (POFFSET, QOFFSET) are taken from it: {:.2f}, {:.2f}",
                               finding.offsets->x, finding.offsets->y);
  }
  if (!finding.bad) return repair;
  if (choice == "ignore") {
    repair.said += "; nothing is changed (bad_wcs=ignore)";
    return repair;
  }
  if (finding.base) {
    repair.from = frames[*finding.base]->filename();
    repair.wcs = wcs_from_base(*frames[i], *frames[*finding.base]);
  } else if (choice == "new") {
    repair.from = "header";
    repair.wcs = wcs_from_header_pointing(*frames[i]);
  }
  if (!repair.wcs) {
    repair.said += finding.base || choice == "new"
                       ? "; it is left as it is, since RA, DEC, POFFSET, QOFFSET or PA are missing"
                       : "; it is left as it is, since no frame of its observation has a good one "
                         "(bad_wcs=new makes one from RA, DEC, POFFSET, QOFFSET and PA)";
  } else if (finding.base) {
    repair.said += fmt::format("; repaired with the WCS of {}", repair.from);
  } else {
    repair.said += "; made anew from RA, DEC, POFFSET, QOFFSET and PA";
  }
  return repair;
}

void refuse_bad(const FrameList& frames, const std::vector<WcsFinding>& findings) {
  std::vector<std::string> bad;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (findings[i].bad) bad.push_back(frames[i]->filename() + ": " + findings[i].fault);
  }
  if (bad.empty()) return;
  throw InputError(fmt::format(
      "Some files have bad WCS information and bad_wcs=exit ends the reduction:\n    {}\nUse "
      "-p prepare:bad_wcs=fix to repair them, or leave them out",
      join(bad, "\n    ")));
}

const WcsRepair* repair_of(const FrameCall& call) {
  const auto found = call.shared.find(kFindings);
  if (found == call.shared.end()) return nullptr;
  const auto& repairs = std::any_cast<const WcsRepairs&>(found->second);
  return call.index < repairs.size() ? &repairs[call.index] : nullptr;
}

// The keywords of raw GNIRS frames stand in the primary header, from where preparation copies them.
void write_keywords(const Wcs& wcs, AstroData& frame) {
  const Point crpix = wcs.crpix(), crval = wcs.projection_centre();
  const auto& cd = wcs.cd();
  const std::pair<const char*, Value> cards[] = {
      {"CTYPE1", "RA---TAN"},    {"CTYPE2", "DEC--TAN"}, {"CRPIX1", crpix.x + 1.0},
      {"CRPIX2", crpix.y + 1.0}, {"CRVAL1", crval.x},    {"CRVAL2", crval.y},
      {"CD1_1", cd[0][0]},       {"CD1_2", cd[0][1]},    {"CD2_1", cd[1][0]},
      {"CD2_2", cd[1][1]}};
  for (const auto& [keyword, value] : cards) {
    fits::Header& header = frame.extensions[0].header;
    if (header.has(keyword)) header.set(keyword, value);
    frame.phu.set(keyword, value);
  }
}

void standardize_wcs(AstroData& frame, FrameCall& call) {
  if (call.context.compat) return;
  const WcsRepair* repair = repair_of(call);
  if (repair == nullptr || repair->said.empty()) return;
  call.log.warning(repair->said);
  if (repair->offsets) {
    frame.phu.set("POFFSET", repair->offsets->x, "[arcsec] from the WCS");
    frame.phu.set("QOFFSET", repair->offsets->y, "[arcsec] from the WCS");
  }
  if (!repair->wcs) return;
  frame.extensions[0].wcs = repair->wcs;
  write_keywords(*repair->wcs, frame);
  frame.phu.set("WCSFIXED", repair->from, "WCS repaired with that of this frame");
  mark_history(frame, call.context, "SDZWCS", "standardizeWCS");
}

// --- checkWCS -----------------------------------------------------------------------------------

void check_alike(const FrameList& frames) {
  for (const Frame& frame : frames) {
    if (describe(*frame, "instrument") != describe(*frames.front(), "instrument")) {
      throw InputError("Not all data are from the same instrument: " + frame->filename());
    }
    if (frame->phu.has("PREPARE")) {
      throw InputError("'checkWCS' requires unprepared data: " + frame->filename());
    }
  }
}

// Frames are listed by their distance from where most of their observation are.
FrameList check_wcs(FrameList frames, ListCall& call) {
  if (frames.empty()) return frames;
  check_alike(frames);
  const double tolerance = call.parameters.number("tolerance");
  call.log.stdinfo(fmt::format("Using {} as the reference", frames.front()->filename()));
  const std::vector<WcsFinding> findings = find_bad_wcs(frames, {tolerance, 30.0});
  std::size_t off = 0, unchecked = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const WcsFinding& finding = findings[i];
    if (finding.measured && finding.discrepancy_arcsec > tolerance) {
      call.log.stdinfo(fmt::format("{} has a discrepancy of {:.2f} arcsec", frames[i]->filename(),
                                   finding.discrepancy_arcsec));
    }
    if (!finding.fault.empty()) {
      call.log.warning(frames[i]->filename() + ": " + finding.fault);
    }
    off += finding.bad ? 1 : 0;
    unchecked += !finding.bad && !finding.fault.empty() ? 1 : 0;
  }
  if (findings.front().bad && frames.size() > 1) {
    call.log.stdinfo(fmt::format("The first frame ({}) is likely to be the one in error",
                                 frames.front()->filename()));
  }
  if (off == 0 && unchecked == 0) call.log.stdinfo("All files appear to be OK");
  return frames;
}

}  // namespace

ParameterSet wcs_check_parameters() {
  return {
      added(choice("bad_wcs", "fix", "Method for WCS handling",
                   {{"exit", "Exit reduction if a bad WCS is found"},
                    {"fix", "Repair it with a good one of the same observation"},
                    {"new", "The same, or make one from the pointing without any"},
                    {"ignore", "Report it only"}})),
      added(real("wcs_limit", 10.0,
                 "Largest discrepancy between a frame's WCS and pointing (arcsec)", "[1,inf)")),
      added(real("debug_consistency_limit", 30.0,
                 "Maximum discrepancy of frames without others to compare (arcsec)", "[2,inf)"))};
}

void survey_wcs(const FrameList& frames, const Parameters& parameters, const Context& context,
                SharedResults& shared) {
  if (context.compat) return;
  const std::string choice = parameters.text("bad_wcs");
  const std::vector<WcsFinding> findings = find_bad_wcs(frames, limits_of(parameters));
  if (choice == "exit") refuse_bad(frames, findings);
  WcsRepairs repairs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    repairs.push_back(repair_for(frames, i, findings[i], choice));
  }
  shared[kFindings] = std::move(repairs);
}

bool has_wcs_finding(const FrameCall& call) {
  const WcsRepair* repair = repair_of(call);
  return repair != nullptr && !repair->said.empty();
}

std::vector<Primitive> wcs_primitives() {
  ParameterSet parameters = {text("suffix", "_structureStandardized", "Filename suffix")};
  for (Parameter& parameter : wcs_check_parameters()) parameters.push_back(std::move(parameter));
  Primitive standardize{"standardizeWCS", std::move(parameters), standardize_wcs};
  standardize.overview = survey_wcs;
  return {deferring(std::move(standardize)),
          deferring({"checkWCS",
                     {real("tolerance", 2.0, "Positional tolerance (arcsec)", "[0.1,inf)")},
                     nullptr,
                     check_wcs})};
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/text.h"
#include "calibrations/rows.h"

namespace wyvern::calibrations {
namespace {

constexpr std::array kFitting = {Grade::exact, Grade::wider, Grade::other};

// The place of a text in a list, 0 when it does not stand there.
template <std::size_t N>
int place(const Value& value, const std::array<const char*, N>& worst_first) {
  const auto found = std::find_if(worst_first.begin(), worst_first.end(),
                                  [&](const char* name) { return value == Value(name); });
  return found == worst_first.end() ? 0 : static_cast<int>(found - worst_first.begin()) + 1;
}

int mode_rank(const Value& mode) {
  return place(mode, std::to_array<const char*>({"qa", "ql", "sq"}));
}

int quality_rank(const Value& quality) {
  return place(quality, std::to_array<const char*>({"CHECK", "Undefined", "Usable", "Pass"}));
}

// Whole seconds between candidate and request.
std::int64_t distance(const Row& candidate, const Row& request) {
  const auto wanted = parse_database_time(at(request, "ut_datetime"));
  const Value seconds = at(candidate, "ut_datetime_secs");
  if (!wanted || !seconds.is_int()) return std::numeric_limits<std::int64_t>::max();
  return std::abs(seconds.as_int() - seconds_since_2000(*wanted));
}

// Smaller is better.
struct Rank {
  Grade grade;
  int failures;
  std::vector<bool> lacks;  // what is preferred
  bool absent;
  std::int64_t distance;
  int mode, quality;
  auto operator<=>(const Rank&) const = default;
};

Rank rank_of(const Judged& judged, const Row& request) {
  Rank rank{judged.grade,
            0,
            {},
            at(judged.row, "present") != Value(1),
            distance(judged.row, request),
            -mode_rank(at(judged.row, "procmode")),
            -quality_rank(at(judged.row, "qa_state"))};
  for (const CriterionVerdict& verdict : judged.verdicts) {
    if (!verdict.required) rank.lacks.push_back(!verdict.passed);
    if (judged.grade == Grade::none && verdict.required && !verdict.passed) ++rank.failures;
  }
  return rank;
}

}  // namespace

Row request_row(const AstroData& frame, const std::string& mode) {
  Row row;
  for (const char* name :
       {"instrument", "exposure_time", "coadds", "read_mode", "well_depth_setting", "disperser",
        "camera", "filter_name", "focal_plane_mask", "array_name"}) {
    row[name] = single_value(frame, name);
  }
  row["central_wavelength"] =
      has_tag(frame, "SPECT") ? single_value(frame, "central_wavelength", {.as_micrometers = true})
                              : Value();
  row["detector_binning"] = binning_text(frame);
  const Value moment = single_value(frame, "ut_datetime");
  const DateTime* when = moment.get_if<DateTime>();
  row["ut_datetime"] = when == nullptr ? Value() : Value(database_time(*when));
  const Value observation = single_value(frame, "observation_id");
  row["observation_id"] = observation.is_none() ? Value() : Value(to_upper(str(observation)));
  row["mode"] = mode;
  return row;
}

Judged judge(const Rule& rule, Row candidate, const Row& request, bool with_files) {
  Judged judged{std::move(candidate), {}, Grade::none};
  std::array<bool, kFitting.size()> fits{true, true, true};
  for (const Criterion& criterion : rule.criteria) {
    CriterionVerdict verdict{criterion.name, criterion.unit, at(judged.row, criterion.column),
                             criterion.asked.empty() ? Value() : at(request, criterion.asked),
                             requirement_text(criterion.asks[0])};
    verdict.required = !criterion.preferred;
    verdict.passes = Grade::none;
    for (std::size_t k = kFitting.size(); k-- > 0;) {
      const bool left_out = criterion.from_file && !with_files;
      if (left_out || fulfils(criterion, kFitting[k], judged.row, request)) {
        verdict.passes = kFitting[k];
      } else if (verdict.required) {
        fits[k] = false;
      }
    }
    verdict.passed = verdict.passes == Grade::exact;
    judged.verdicts.push_back(std::move(verdict));
  }
  for (std::size_t k = kFitting.size(); k-- > 0;) {
    if (fits[k]) judged.grade = kFitting[k];
  }
  return judged;
}

void rank(std::vector<Judged>& candidates, const Row& request) {
  std::vector<std::pair<Rank, Judged>> ranked;
  for (Judged& judged : candidates) {
    Rank place_of_it = rank_of(judged, request);
    ranked.emplace_back(std::move(place_of_it), std::move(judged));
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  candidates.clear();
  for (auto& [place_of_it, judged] : ranked) candidates.push_back(std::move(judged));
}

}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/rules.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/text.h"
#include "calibrations/rows.h"

namespace wyvern::calibrations {
namespace {

bool known(const Value& value) {
  return !value.is_none() && value != Value("Unknown");
}

bool equal(const Value& candidate, const Value& asked) {
  return known(candidate) && known(asked) && candidate == asked;
}

// The product of a co-add's time and the number of co-adds is not exactly the number that a header
// card holds (3 × 0.1 s), while no two settings of the array are nearer than this.
bool same_exposure(const Value& candidate, const Value& asked) {
  if (!candidate.is_number() || !asked.is_number()) return false;
  constexpr double absolute = 0.005, relative = 1e-4;  // s, fraction
  const double wanted = asked.as_double();
  return std::abs(candidate.as_double() - wanted) <=
         std::max(absolute, relative * std::abs(wanted));
}

constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;

template <int days>
bool nearer_than_days(const Value& candidate, const Value& asked) {
  const auto stored = parse_database_time(candidate), wanted = parse_database_time(asked);
  if (!stored || !wanted) return false;
  return std::abs(microseconds(*stored) - microseconds(*wanted)) < days * kMicrosecondsPerDay;
}

bool not_later(const Value& candidate, const Value& asked) {
  const auto stored = parse_database_time(candidate), wanted = parse_database_time(asked);
  return stored && wanted && *stored <= *wanted;
}

// Only of spectra; an image has no central wavelength in the request.
bool same_wavelength(const Value& candidate, const Value& asked) {
  if (asked.is_none()) return true;
  constexpr double tolerance_micrometers = 0.001;
  return candidate.is_number() && asked.is_number() &&
         std::abs(candidate.as_double() - asked.as_double()) < tolerance_micrometers;
}

// Science quality asks for the same of its calibrations; the quicker modes take what there is.
bool good_enough_mode(const Value& candidate, const Value& asked) {
  return asked != Value("sq") || candidate == Value("sq");
}

bool not_failed(const Value& candidate, const Value&) {
  return candidate.is_string() && candidate != Value("Fail");
}

bool not_engineering(const Value& candidate, const Value&) {
  return candidate == Value(0);
}

bool continuum_lamp(const Value& candidate, const Value&) {
  return candidate.is_string() &&
         (candidate == Value("IRhigh") || to_upper(candidate.as_string()).starts_with("QH"));
}

constexpr Criterion kMode{"processing mode", "procmode", "mode", good_enough_mode};
constexpr Criterion kQuality{"quality", "qa_state", "", not_failed};
constexpr Criterion kRegular{"not engineering", "engineering", "", not_engineering};
constexpr Criterion kWithin90Days{"within 90 days", "ut_datetime", "ut_datetime",
                                  nearer_than_days<90>};

// Camera, filter, slit and mirror make no difference to a dark.
constexpr std::array kGnirsDark = std::to_array<Criterion>({
    kMode,
    kQuality,
    kRegular,
    {"exposure time", "exposure_time", "exposure_time", same_exposure},
    {"coadds", "coadds", "coadds", equal},
    {"read mode", "read_mode", "read_mode", equal},
    {"well depth", "well_depth_setting", "well_depth_setting", equal},
    kWithin90Days,
});

// The lamp that a processed flat names is that of its first frame, which may be a lamp-off one:
// a flat with another lamp is second choice, but a flat.
constexpr std::array kGnirsFlat = std::to_array<Criterion>({
    kMode,
    kQuality,
    kRegular,
    {"disperser", "disperser", "disperser", equal},
    {"camera", "camera", "camera", equal},
    {"filter", "filter_name", "filter_name", equal},
    {"well depth", "well_depth_setting", "well_depth_setting", equal},
    {"focal plane mask", "focal_plane_mask", "focal_plane_mask", equal},
    {"central wavelength", "central_wavelength", "central_wavelength", same_wavelength},
    kWithin90Days,
    {"lamp", "gcal_lamp", "", continuum_lamp, false},
    {"same observation", "observation_id", "observation_id", equal, false},
});

// A mask of bad pixels is valid from its date on, whatever mode it was made in.
constexpr std::array kGnirsBpm = std::to_array<Criterion>({
    kQuality,
    {"instrument", "instrument", "instrument", equal},
    {"binning", "detector_binning", "detector_binning", equal},
    {"not later than the frame", "ut_datetime", "ut_datetime", not_later},
    {"processing mode", "procmode", "mode", good_enough_mode, false},
});

constexpr std::array kRules = std::to_array<Rule>({
    {"GNIRS", "processed_dark", "PROCESSED_DARK", kGnirsDark},
    {"GNIRS", "processed_flat", "PROCESSED_FLAT", kGnirsFlat},
    {"GNIRS", "processed_bpm", "PROCESSED_BPM", kGnirsBpm},
});

Value at(const Row& row, std::string_view column) {
  const auto found = row.find(column);
  return found == row.end() ? Value() : found->second;
}

int mode_rank(const Value& mode) {
  if (!mode.is_string()) return 0;
  constexpr std::array worst_first = {"qa", "ql", "sq"};
  const auto found = std::find(worst_first.begin(), worst_first.end(), mode.as_string());
  return found == worst_first.end() ? 0 : static_cast<int>(found - worst_first.begin()) + 1;
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
  std::vector<bool> lacks;  // what is preferred
  bool absent;
  std::int64_t distance;
  int mode;
  auto operator<=>(const Rank&) const = default;
};

struct Judged {
  Row row;
  Rank rank;
};

}  // namespace

const Rule* find_rule(std::string_view instrument, std::string_view type) {
  const auto found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    return rule.instrument == instrument && rule.type == type;
  });
  return found == kRules.end() ? nullptr : &*found;
}

Row request_row(const AstroData& frame, const std::string& mode) {
  Row row;
  for (const char* name :
       {"instrument", "exposure_time", "coadds", "read_mode", "well_depth_setting", "disperser",
        "camera", "filter_name", "focal_plane_mask"}) {
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

std::vector<Judgement> judge(const Rule& rule, const Row& candidate, const Row& request) {
  std::vector<Judgement> judgements;
  for (const Criterion& criterion : rule.criteria) {
    const Value has = at(candidate, criterion.column);
    const Value wants = criterion.asked.empty() ? Value() : at(request, criterion.asked);
    judgements.push_back({&criterion, has, wants, criterion.agrees(has, wants)});
  }
  return judgements;
}

std::vector<Row> ranked(const Rule& rule, std::vector<Row> candidates, const Row& request) {
  std::vector<Judged> fit;
  for (Row& candidate : candidates) {
    const std::vector<Judgement> judgements = judge(rule, candidate, request);
    const bool fits = std::all_of(judgements.begin(), judgements.end(), [](const Judgement& j) {
      return j.passed || !j.criterion->required;
    });
    if (!fits) continue;
    Rank rank{{},
              at(candidate, "present") != Value(1),
              distance(candidate, request),
              -mode_rank(at(candidate, "procmode"))};
    for (const Judgement& j : judgements) {
      if (!j.criterion->required) rank.lacks.push_back(!j.passed);
    }
    fit.push_back({std::move(candidate), std::move(rank)});
  }
  std::stable_sort(fit.begin(), fit.end(),
                   [](const Judged& a, const Judged& b) { return a.rank < b.rank; });
  std::vector<Row> rows;
  for (Judged& judged : fit) rows.push_back(std::move(judged.row));
  return rows;
}

}  // namespace wyvern::calibrations

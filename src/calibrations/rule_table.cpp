// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The rules, each criterion in one line. The command `caldb rules` prints this table.
#include <algorithm>

#include "calibrations/rules.h"

namespace wyvern::calibrations {
namespace {

constexpr Requirement kAny{Test::any};
constexpr Requirement kNever{Test::never};

std::array<Requirement, 3> always(Test test, double limit = 0.0) {
  const Requirement asks{test, limit};
  return {asks, asks, asks};
}

std::array<Requirement, 3> exact_only(Requirement asks) {
  return {asks, kNever, kNever};
}

constexpr Requirement days(double limit) {
  return {Test::days, limit};
}

// What the reference asks for is what follows it; the two wider grades ask for better quality.
Criterion mode() {
  return {"processing mode",
          "procmode",
          "mode",
          {Requirement{Test::run_mode}, Requirement{Test::science_mode}, kAny}};
}

Criterion quality() {
  return {"quality", "qa_state", "", always(Test::not_failed)};
}

Criterion no_engineering() {
  return {"engineering", "engineering", "", always(Test::regular)};
}

// A column of the database that the frame has under the same name.
Criterion same(const std::string& name, const std::string& column) {
  return {name, column, column, always(Test::equal)};
}

Criterion time(std::array<Requirement, 3> asks) {
  return {"time", "ut_datetime", "ut_datetime", asks};
}

Criterion preferred(const std::string& name, const std::string& column, const std::string& asked,
                    Test test) {
  return {name, column, asked, always(test), true};
}

Criterion array_of_the_file(std::array<Requirement, 3> asks, std::optional<Requirement> compat) {
  Criterion criterion{"array", "array_name", "array_name", asks};
  criterion.from_file = true;
  criterion.compat = compat;
  return criterion;
}

// Camera, filter, slit and mirror make no difference to a dark.
Rule gnirs_dark() {
  Criterion exposure{
      "exposure time",
      "exposure_time",
      "exposure_time",
      {Requirement{Test::exposure}, Requirement{Test::exposure}, Requirement{Test::coadd_time}}};
  exposure.unit = "s";
  Criterion coadds{
      "coadds", "coadds", "coadds", {Requirement{Test::equal}, Requirement{Test::equal}, kAny}};
  return {"GNIRS",
          "processed_dark",
          "PROCESSED_DARK",
          "Camera, filter, slit, decker, disperser and observation class do not count. A dark of "
          "grade `other` is multiplied by the ratio of the co-adds.",
          {mode(), quality(), no_engineering(), exposure, coadds, same("read mode", "read_mode"),
           same("well depth", "well_depth_setting"), time({days(90), days(365), kAny}),
           array_of_the_file({kAny, Requirement{Test::equal}, Requirement{Test::equal}}, kAny)}};
}

// The lamp that a processed flat names is that of its first frame, which may be a lamp-off one:
// a flat with another lamp is second choice, but a flat.
Rule gnirs_flat() {
  Criterion filter{"filter", "filter_name", "filter_name", always(Test::elements)};
  Criterion mask{"focal plane mask", "focal_plane_mask", "focal_plane_mask",
                 always(Test::slit_mask)};
  Criterion lamp = preferred("lamp", "gcal_lamp", "", Test::lamp);
  lamp.compat = Requirement{Test::lamp_or_off};
  return {"GNIRS",
          "processed_flat",
          "PROCESSED_FLAT",
          "Read mode, exposure time and co-adds do not count.",
          {mode(),
           quality(),
           no_engineering(),
           same("disperser", "disperser"),
           same("camera", "camera"),
           filter,
           same("well depth", "well_depth_setting"),
           mask,
           {"central wavelength", "central_wavelength", "central_wavelength",
            always(Test::wavelength, 0.001)},
           time({days(90), days(365), kNever}),
           lamp,
           preferred("lamp of cross-dispersed", "gcal_lamp", "disperser", Test::crossed_lamp),
           preferred("observation", "observation_id", "observation_id", Test::equal)}};
}

// A mask of bad pixels is valid from its date on, whatever mode it was made in.
Rule gnirs_bpm() {
  Criterion any_mode = preferred("processing mode", "procmode", "mode", Test::run_mode);
  any_mode.compat = Requirement{Test::run_mode};
  return {"GNIRS",
          "processed_bpm",
          "PROCESSED_BPM",
          "The nearest in time of those that are not newer than the frame.",
          {quality(), same("instrument", "instrument"), same("binning", "detector_binning"),
           time(exact_only({Test::not_later})),
           array_of_the_file(always(Test::equal_if_known), kAny), any_mode}};
}

Criterion known_wavelength() {
  Criterion criterion{"central wavelength", "central_wavelength", "central_wavelength",
                      always(Test::wavelength_known, 0.001)};
  criterion.compat = Requirement{Test::identical};
  return criterion;
}

Rule gnirs_arc() {
  return {"GNIRS",
          "processed_arc",
          "PROCESSED_ARC",
          "",
          {mode(), quality(), no_engineering(), known_wavelength(), same("disperser", "disperser"),
           same("focal plane mask", "focal_plane_mask"), same("filter", "filter_name"),
           same("camera", "camera"), time(exact_only(days(365)))}};
}

Rule gnirs_pinhole() {
  return {"GNIRS",
          "processed_pinhole",
          "PROCESSED_PINHOLE",
          "",
          {mode(), quality(), no_engineering(), known_wavelength(), same("disperser", "disperser"),
           same("camera", "camera"), time(exact_only(days(365)))}};
}

Rule gnirs_standard() {
  return {"GNIRS",
          "processed_standard",
          "PROCESSED_STANDARD",
          "",
          {mode(),
           {"quality", "qa_state", "", always(Test::pass_undefined)},
           no_engineering(),
           known_wavelength(),
           same("disperser", "disperser"),
           same("focal plane mask", "focal_plane_mask"),
           same("camera", "camera"),
           same("filter", "filter_name"),
           time(exact_only(days(1)))}};
}

// What the reference compares as SQL does, and what it does not know.
Requirement as_in_dragons(const Criterion& criterion) {
  if (criterion.compat) return *criterion.compat;
  const Requirement& exact = criterion.asks[0];
  const bool by_sql =
      exact.test == Test::equal || exact.test == Test::exposure || exact.test == Test::elements;
  return by_sql ? Requirement{Test::identical} : exact;
}

}  // namespace

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = {gnirs_dark(), gnirs_flat(),    gnirs_bpm(),
                                          gnirs_arc(),  gnirs_pinhole(), gnirs_standard()};
  return rules;
}

std::optional<Rule> rule_for(std::string_view instrument, std::string_view type, bool compat) {
  const std::vector<Rule>& rules = all_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.instrument == instrument && rule.type == type;
  });
  if (found == rules.end()) return std::nullopt;
  Rule rule = *found;
  if (!compat) return rule;
  for (Criterion& criterion : rule.criteria) {
    criterion.asks = exact_only(as_in_dragons(criterion));
    if (criterion.compat) criterion.preferred = false;
  }
  return rule;
}

void set_window(Rule& rule, double limit) {
  for (Criterion& criterion : rule.criteria) {
    if (criterion.asks[0].test == Test::days) criterion.asks[0].limit = limit;
  }
}

}  // namespace wyvern::calibrations

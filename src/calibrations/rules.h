// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"
#include "calibrations/search.h"
#include "calibrations/sqlite.h"

namespace wyvern::calibrations {

// Which calibration belongs to which frame, as data. Method: GNIRS rules of gemini_calmgr 1.1
// (CalibrationGNIRS), with exposure times compared within a tolerance, values that are not known
// never matching, and what is no property of a processed product no longer required of it.

// A way to compare a value of a candidate with that of the frame.
enum class Test {
  any,               // nothing is asked for
  never,             // this grade does not exist
  equal,             // both known and equal
  identical,         // the same number or text; what is not known equals what is not known
  equal_if_known,    // not both known and different
  exposure,          // seconds, within the tolerance of exposure_tolerance()
  coadd_time,        // seconds per co-add, within the same tolerance
  days,              // less than `limit` days apart
  not_later,         // not after the frame
  wavelength,        // less than `limit` micrometres apart, when the frame is a spectrum
  wavelength_known,  // less than `limit` micrometres apart
  elements,          // the same optical elements, in whatever wheel
  slit_mask,         // equal; of a pinhole frame the decker only
  run_mode,          // sq when the reduction is sq
  science_mode,      // sq
  not_failed,        // quality not "Fail"
  pass_undefined,    // quality "Pass" or "Undefined"
  regular,           // no engineering frame
  lamp,              // a continuum lamp: IRhigh or QH
  lamp_or_off,       // the same, or Off from 4.25 micrometres on
  crossed_lamp,      // IRhigh, when the frame is cross-dispersed
};

struct Requirement {
  Test test = Test::any;
  double limit = 0.0;
};

// In words: "less than 90 days apart".
std::string requirement_text(const Requirement& requirement);
// By how much two exposure times (s) may differ: max(0.005 s, 1e-4 t).
double exposure_tolerance(double seconds);

// One thing that a candidate is judged by.
struct Criterion {
  std::string name;    // for users: "exposure time"
  std::string column;  // of the candidate
  std::string asked;   // of the request; "" when the criterion looks at the candidate alone
  std::array<Requirement, 3> asks;  // for exact, wider, other
  // A candidate that fails what is only preferred comes after those that do not fail.
  bool preferred = false;
  // The value is not in the database but in the header of the file.
  bool from_file = false;
  std::string unit;
  // What DRAGONS 3.2 asks for, where that does not follow from the exact grade.
  std::optional<Requirement> compat;
};

struct Rule {
  std::string instrument, type;
  std::string reduction;  // column `reduction` of the candidates
  std::string remark;     // for the page of the rules
  std::vector<Criterion> criteria;
};

const std::vector<Rule>& all_rules();
// The rule as it applies with these settings; nothing when no calibration of this type goes with
// frames of this instrument.
std::optional<Rule> rule_for(std::string_view instrument, std::string_view type, bool compat);
// Replaces the limit in time of exact matches.
void set_window(Rule& rule, double days);

// What a request is made of: descriptors of the frame as it is in memory, and the mode (sq, ql,
// qa). ut_datetime as database text, central_wavelength in micrometres and of spectra only.
Row request_row(const AstroData& frame, const std::string& mode);

// The value of a column, None when there is none.
Value at(const Row& row, std::string_view column);

// Whether a candidate fulfils what one grade asks for.
bool fulfils(const Criterion& criterion, Grade grade, const Row& candidate, const Row& request);

// A candidate with the verdicts on it, in the order of the rule's criteria.
struct Judged {
  Row row;
  std::vector<CriterionVerdict> verdicts;
  Grade grade = Grade::none;  // the best one of which all that is required is fulfilled
};
// `with_files`: false leaves out, as if fulfilled, the criteria whose values stand in the file.
Judged judge(const Rule& rule, Row candidate, const Row& request, bool with_files = true);

// Days from the frame to the candidate; nothing when a time is not known.
std::optional<double> days_between(const Row& candidate, const Row& request);

// Puts candidates in the order of preference: by grade; then those that have what is preferred, in
// the order of the rule; present on disk; near in time; made in the better mode; of better quality;
// entered early. Those that do not fit come last, those that fail least first.
void rank(std::vector<Judged>& candidates, const Row& request);

}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"
#include "calibrations/sqlite.h"

namespace wyvern::calibrations {

// Which calibration belongs to which frame, as data. Method: GNIRS rules of gemini_calmgr 1.1
// (CalibrationGNIRS), with exposure times compared within a tolerance, values that are not known
// never matching, and what is no property of a processed product no longer required of it.

// One thing that a candidate is judged by.
struct Criterion {
  std::string_view name;    // for users: "exposure time"
  std::string_view column;  // of the candidate
  std::string_view asked;   // of the request; "" when the criterion looks at the candidate alone
  bool (*agrees)(const Value& candidate, const Value& asked);
  // A candidate that fails what is not required comes after those that do not fail.
  bool required = true;
};

struct Rule {
  std::string_view instrument, type;
  std::string_view reduction;  // column `reduction` of the candidates
  std::span<const Criterion> criteria;
};

// nullptr: no calibration of this type goes with frames of this instrument.
const Rule* find_rule(std::string_view instrument, std::string_view type);

// What a request is made of: descriptors of the frame as it is in memory, and the mode (sq, ql,
// qa). ut_datetime as database text, central_wavelength in micrometres and of spectra only.
Row request_row(const AstroData& frame, const std::string& mode);

// A criterion with both values and the verdict.
struct Judgement {
  const Criterion* criterion;
  Value candidate, asked;
  bool passed;
};
std::vector<Judgement> judge(const Rule& rule, const Row& candidate, const Row& request);

// The candidates that fulfil all that is required, best first: those that have what is preferred,
// in the order of the rule; present on disk; near in time; made in the better mode; entered early.
std::vector<Row> ranked(const Rule& rule, std::vector<Row> candidates, const Row& request);

}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace wyvern {

// How well a calibration fits a frame; what each grade asks for stands in the rules
// (docs/calibration-rules.md). `exact` is what the reference asks for, `wider` reaches further in
// time, `other` also takes darks with another number of co-adds, scaled; `none`: it does not fit.
enum class Grade { exact, wider, other, none };

std::string_view grade_name(Grade grade);
// Nothing for a text that names none of exact, wider, other.
std::optional<Grade> parse_grade(std::string_view text);

// How a search is made.
struct CalibrationSettings {
  std::string mode = "sq";  // of the reduction: sq, ql, qa
  bool compat = false;      // the rules of DRAGONS 3.2 to the letter
  // The worst grade that is taken; nothing: what the configuration's `accept` says, else exact.
  std::optional<Grade> accept;
  // Days that an exact match may be away, by type, in place of the rule's; those of the
  // configuration (`dark_window_days`, `flat_window_days`) go for types that are not named here.
  std::map<std::string, double> window_days;
  bool upload_calibrations = false;         // new calibrations go to servers with `store`, too
  const std::atomic<bool>* stop = nullptr;  // set from outside: transfers end with Interrupted
};

// One criterion of a rule and what came of it.
struct CriterionVerdict {
  std::string criterion;  // "read mode"
  std::string unit;       // "s" or ""
  Value has, wanted;      // of the calibration and of the frame; None: not known, or nothing asked
  std::string asks;       // of an exact match: "equal", "less than 90 days apart"
  bool required = true;   // false: it only ranks the candidates
  bool passed = true;     // as an exact match
  Grade passes = Grade::exact;  // the best grade for which it is fulfilled
};

// A calibration of the right type in one of the databases.
struct Candidate {
  std::string database;  // as written in dragonsrc
  std::string name, path;
  Grade grade = Grade::none;
  bool chosen = false;
  std::string trouble;         // why the file itself cannot be used: gone, changed; "" when it can
  std::optional<double> days;  // from the frame to the calibration; negative: it is earlier
  double scale = 1.0;          // what a dark of grade `other` is to be multiplied with
  std::vector<CriterionVerdict> criteria;  // in the order of the rule
  std::size_t failures() const;            // required ones that an exact match fails
};

// All that a request met, whether it found something or not.
struct SearchReport {
  std::string frame, type, mode;
  Grade accepted = Grade::exact;  // the worst grade that was taken
  // In the order of preference: those that fit, then those that fail least, then the nearest.
  std::vector<Candidate> candidates;
  std::string winner, origin;      // path and database (or "user_cals"); "" when there is none
  std::vector<std::string> asked;  // databases, in order
  std::vector<std::string> notes;  // databases that cannot be used, files that are gone …
};

// The report for people: each candidate with all its criteria. Ends with a line end.
std::string search_text(const SearchReport& report);
// The same in a few lines for an error: of the best `most` candidates, what they fail. No line end
// at the end.
std::string short_search_text(const SearchReport& report, std::size_t most = 3);
// The same as JSON, an object of schema "wyvern.calibration-search", version 1.
std::string search_json(const SearchReport& report);

// docs/calibration-rules.md: the rules as Markdown.
std::string calibration_rules_page();

}  // namespace wyvern

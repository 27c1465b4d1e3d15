// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The rules as a page for people.
#include <fmt/format.h>

#include <algorithm>

#include "calibrations/rules.h"

namespace wyvern {
namespace {

using calibrations::Criterion;
using calibrations::Requirement;
using calibrations::Rule;
using calibrations::Test;

constexpr const char* kIntroduction =
    R"(# Rules for calibrations

<!-- Made from the declarations by `make docs`. -->

`caldb rules` prints this page.

A calibration in a database fits a frame when it fulfils every criterion of its rule. `caldb why FRAME --type TYPE` shows
how each candidate fares.

A calibration fits in one of three grades:

* **exact**: what DRAGONS asks for. The default: only these are taken.
* **wider**: further away in time, of science quality and of the same array.
* **other**: darks of any time and of another number of co-adds, scaled.

Which grades are taken is said in the configuration, in the section `[calibs]`, or with `caldb why --accept`:

| key | default | meaning |
|---|---|---|
| `accept` | `exact` | the worst grade that is taken: `exact`, `wider` or `other` |
| `dark_window_days` | 90 | days that an exact dark may be away |
| `flat_window_days` | 90 | days that an exact flat may be away |

Of several that fit, the better grade comes first; then what is preferred (below), in the order of the table; then files
that are there; then the nearest in time; then the better mode (sq, ql, qa) and quality (Pass, Usable, Undefined, CHECK);
then what was entered first. A file that is gone or has changed is passed over, and the next one taken. Databases are
asked in the order of the configuration: the first that has an answer gives it.

A value that is not known never agrees with anything. With `--compat 3.2` the criteria are those of DRAGONS 3.2 to the
letter: numbers and filter names identical, what is not known equal to what is not known, only exact grades.
)";

std::string cell(const Criterion& criterion, std::size_t grade) {
  return calibrations::requirement_text(criterion.asks.at(grade));
}

// Whether a grade exists for the rule.
bool has_grade(const Rule& rule, std::size_t grade) {
  return std::none_of(rule.criteria.begin(), rule.criteria.end(), [&](const Criterion& criterion) {
    return criterion.asks.at(grade).test == Test::never;
  });
}

std::string row(const Rule& rule, const Criterion& criterion) {
  const std::string place =
      criterion.from_file ? "header of the file" : fmt::format("`{}`", criterion.column);
  const std::string frame = criterion.asked.empty() ? "" : fmt::format("`{}`", criterion.asked);
  std::string text = fmt::format("| {} | {} | {} | {}", criterion.name, place, frame,
                                 criterion.preferred ? "preferred" : "required");
  for (std::size_t grade = 0; grade < criterion.asks.size(); ++grade) {
    if (has_grade(rule, grade)) text += " | " + cell(criterion, grade);
  }
  return text + " |\n";
}

std::string section(const Rule& rule) {
  std::string text = fmt::format("\n## {}: {}\n\n", rule.instrument, rule.type);
  if (!rule.remark.empty()) text += rule.remark + "\n\n";
  std::string head = "| criterion | calibration | frame | role | exact",
              line = "|---|---|---|---|---";
  for (const auto& [grade, name] :
       {std::pair<std::size_t, const char*>{1, "wider"}, {2, "other"}}) {
    if (!has_grade(rule, grade)) continue;
    head += fmt::format(" | {}", name);
    line += "|---";
  }
  text += head + " |\n" + line + "|\n";
  for (const Criterion& criterion : rule.criteria) text += row(rule, criterion);
  return text;
}

}  // namespace

std::string calibration_rules_page() {
  std::string page = kIntroduction;
  for (const Rule& rule : calibrations::all_rules()) page += section(rule);
  return page;
}

}  // namespace wyvern

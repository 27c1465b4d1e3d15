// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Reports of searches as text and JSON.
#include "calibrations/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace wyvern {
namespace {

constexpr std::array<std::string_view, 4> kGradeNames = {"exact", "wider", "other", "none"};

// A value as people read it: no ".0" of whole numbers, no fraction of a second that is zero.
std::string shown(const Value& value, const std::string& unit) {
  if (value.is_none()) return "not known";
  std::string text = value.is_float() ? fmt::format("{:g}", value.as_double()) : str(value);
  constexpr std::string_view no_fraction = ".000000";
  if (value.is_string() && text.ends_with(no_fraction)) {
    text.resize(text.size() - no_fraction.size());
  }
  return unit.empty() ? text : text + " " + unit;
}

std::string distance_text(const std::optional<double>& days) {
  if (!days) return "time not known";
  const double size = std::abs(*days);
  const std::string much =
      size < 1.0 ? fmt::format("{:.1f} h", size * 24.0) : fmt::format("{:.1f} days", size);
  return much + (*days < 0 ? " before the frame" : " after the frame");
}

std::string verdict_word(const CriterionVerdict& verdict) {
  if (verdict.passed) return "ok";
  return verdict.required ? "NO" : "no";
}

// Why a candidate was taken or not, in a few words.
std::string outcome(const Candidate& candidate, Grade accepted) {
  if (candidate.chosen) return fmt::format("CHOSEN ({})", grade_name(candidate.grade));
  if (!candidate.trouble.empty()) return "fits, but its file cannot be used";
  if (candidate.grade == Grade::none) {
    const std::size_t failures = candidate.failures();
    return fmt::format("does not fit: {} {}", failures,
                       failures == 1 ? "criterion fails" : "criteria fail");
  }
  if (candidate.grade > accepted) {
    return fmt::format("fits as '{}' only, which is not accepted", grade_name(candidate.grade));
  }
  return fmt::format("fits ({}), another comes first", grade_name(candidate.grade));
}

using Cells = std::array<std::string, 5>;

Cells cells_of(const CriterionVerdict& verdict) {
  const bool asks_frame = !verdict.wanted.is_none();
  Cells cells{verdict_word(verdict), verdict.criterion, shown(verdict.has, verdict.unit),
              asks_frame ? shown(verdict.wanted, verdict.unit) : "", verdict.asks};
  if (!verdict.required) cells[4] += " (preferred)";
  if (!verdict.passed && verdict.passes != Grade::none && verdict.required) {
    cells[4] += fmt::format("; enough for '{}'", grade_name(verdict.passes));
  }
  return cells;
}

// Characters of a UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t to) {
  return text + std::string(to > width(text) ? to - width(text) : 0, ' ');
}

std::string table(const std::vector<Cells>& rows) {
  Cells::size_type columns = Cells().size();
  std::array<std::size_t, Cells().size()> widths{};
  for (const Cells& row : rows) {
    for (std::size_t k = 0; k < columns; ++k) widths[k] = std::max(widths[k], width(row[k]));
  }
  std::string text;
  for (const Cells& row : rows) {
    std::string line = "    ";
    for (std::size_t k = 0; k < columns; ++k) line += padded(row[k], widths[k]) + "  ";
    text += std::string(trim_right(line)) + "\n";
  }
  return text;
}

std::string block(const Candidate& candidate, Grade accepted) {
  // A server says which one it chose, not why.
  if (candidate.criteria.empty()) {
    return fmt::format("  {}  {}; chosen by the server\n    from {}, file {}\n", candidate.name,
                       outcome(candidate, accepted), candidate.database, candidate.path);
  }
  std::string text = fmt::format("  {}  {}; {}\n", candidate.name, outcome(candidate, accepted),
                                 distance_text(candidate.days));
  text += fmt::format("    in {}, file {}\n", candidate.database, candidate.path);
  if (!candidate.trouble.empty()) text += "    " + candidate.trouble + "\n";
  std::vector<Cells> rows = {{"", "criterion", "calibration", "frame", "asked for"}};
  for (const CriterionVerdict& verdict : candidate.criteria) rows.push_back(cells_of(verdict));
  return text + table(rows);
}

std::string failure_text(const CriterionVerdict& verdict) {
  const std::string has = shown(verdict.has, verdict.unit);
  if (verdict.wanted.is_none()) {
    return fmt::format("{} is {} (asked for: {})", verdict.criterion, has, verdict.asks);
  }
  return fmt::format("{} is {}, the frame's {} ({})", verdict.criterion, has,
                     shown(verdict.wanted, verdict.unit), verdict.asks);
}

std::string short_line(const Candidate& candidate) {
  std::vector<std::string> reasons;
  for (const CriterionVerdict& verdict : candidate.criteria) {
    if (verdict.required && !verdict.passed) reasons.push_back(failure_text(verdict));
  }
  if (!candidate.trouble.empty()) reasons.push_back(candidate.trouble);
  const bool accepted_later = candidate.grade == Grade::wider || candidate.grade == Grade::other;
  if (reasons.empty() && !accepted_later) {
    reasons.emplace_back("could not be read a moment ago, now it can: try again");
  }
  std::string line = fmt::format("  {} ({}): {}", candidate.name, distance_text(candidate.days),
                                 join(reasons, "; "));
  if (accepted_later) {
    line += fmt::format(" - accepted with 'accept = {}' in [calibs]", grade_name(candidate.grade));
  }
  return line;
}

// What went wrong in the search, a line each.
std::string notes_text(const SearchReport& report, std::size_t most) {
  std::string text;
  for (std::size_t k = 0; k < std::min(most, report.notes.size()); ++k) {
    text += "\n  " + report.notes[k];
  }
  return text;
}

nlohmann::ordered_json json_value(const Value& value) {
  return nlohmann::ordered_json::parse(json(value));
}

nlohmann::ordered_json or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

nlohmann::ordered_json json_of(const Candidate& candidate) {
  nlohmann::ordered_json object;
  object["database"] = candidate.database;
  object["name"] = candidate.name;
  object["path"] = candidate.path;
  object["chosen"] = candidate.chosen;
  object["grade"] = grade_name(candidate.grade);
  object["days"] = nullptr;
  if (candidate.days) object["days"] = *candidate.days;
  object["scale"] = candidate.scale;
  object["trouble"] = candidate.trouble;
  object["criteria"] = nlohmann::ordered_json::array();
  for (const CriterionVerdict& verdict : candidate.criteria) {
    object["criteria"].push_back({{"criterion", verdict.criterion},
                                  {"calibration", json_value(verdict.has)},
                                  {"frame", json_value(verdict.wanted)},
                                  {"asks", verdict.asks},
                                  {"required", verdict.required},
                                  {"passed", verdict.passed},
                                  {"passes", grade_name(verdict.passes)}});
  }
  return object;
}

}  // namespace

std::string_view grade_name(Grade grade) {
  return kGradeNames.at(static_cast<std::size_t>(grade));
}

std::optional<Grade> parse_grade(std::string_view text) {
  for (const Grade grade : {Grade::exact, Grade::wider, Grade::other}) {
    if (grade_name(grade) == text) return grade;
  }
  return std::nullopt;
}

std::size_t Candidate::failures() const {
  return static_cast<std::size_t>(std::count_if(
      criteria.begin(), criteria.end(),
      [](const CriterionVerdict& verdict) { return verdict.required && !verdict.passed; }));
}

std::string search_text(const SearchReport& report) {
  std::string text = fmt::format("{} for {} (mode {}, accepted: {})\n", report.type, report.frame,
                                 report.mode, grade_name(report.accepted));
  if (report.asked.empty()) {
    text += "no database is configured\n";
  } else {
    text += fmt::format("searched in {}\n", join(report.asked, ", "));
  }
  for (const std::string& note : report.notes) text += note + "\n";
  for (const Candidate& candidate : report.candidates) {
    text += "\n" + block(candidate, report.accepted);
  }
  text += report.candidates.empty() ? "" : "\n";
  if (report.winner.empty()) {
    return text + (report.candidates.empty()
                       ? fmt::format("There is no {} in the databases.\n", report.type)
                       : fmt::format("None of them is used.\n"));
  }
  return text + fmt::format("Used: {} (from {})\n", report.winner, report.origin);
}

std::string short_search_text(const SearchReport& report, std::size_t most) {
  if (report.candidates.empty()) {
    if (report.asked.empty()) {
      return fmt::format(
          "no calibration database is configured: name one in ~/.dragons/dragonsrc, or give the "
          "file with --user_cal {}:FILE",
          report.type);
    }
    const std::string places = join(report.asked, ", ");
    if (report.notes.empty()) {
      return fmt::format("there is no {} for this instrument in {}", report.type, places);
    }
    return fmt::format("no {} was found in {}:{}", report.type, places, notes_text(report, most));
  }
  std::string text = "candidates and what they fail:";
  const std::size_t shown_ones = std::min(most, report.candidates.size());
  for (std::size_t k = 0; k < shown_ones; ++k) text += "\n" + short_line(report.candidates[k]);
  if (report.candidates.size() > shown_ones) {
    text += fmt::format("\n  and {} more", report.candidates.size() - shown_ones);
  }
  return text + notes_text(report, most) +
         fmt::format("\n'caldb why FRAME --type {}' shows every criterion", report.type);
}

std::string search_json(const SearchReport& report) {
  nlohmann::ordered_json object;
  object["schema"] = "wyvern.calibration-search";
  object["version"] = 1;
  object["frame"] = report.frame;
  object["type"] = report.type;
  object["mode"] = report.mode;
  object["accepted"] = grade_name(report.accepted);
  object["databases"] = report.asked;
  object["notes"] = report.notes;
  object["winner"] = or_null(report.winner);
  object["origin"] = or_null(report.origin);
  object["candidates"] = nlohmann::ordered_json::array();
  for (const Candidate& candidate : report.candidates) {
    object["candidates"].push_back(json_of(candidate));
  }
  return object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace wyvern

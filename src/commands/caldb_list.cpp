// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// `caldb list` and `caldb check`: what is in the database, and whether it is on disk.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "commands/caldb_action.h"

namespace wyvern::commands {
namespace {

using Entry = CalibrationStore::Entry;
using Checked = CalibrationStore::Checked;
using State = CalibrationStore::FileState;
using nlohmann::ordered_json;

std::string printed(const ordered_json& object) {
  return object.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json json_of(const Entry& entry) {
  ordered_json object{{"name", entry.name}, {"folder", entry.folder}, {"type", entry.type}};
  for (const auto& [column, value] : entry.values)
    object[column] = ordered_json::parse(json(value));
  return object;
}

// The text of a column; "-" for what is not known.
std::string cell(const Entry& entry, const char* column) {
  const Value& value = entry.values.at(column);
  if (value.is_none()) return "-";
  return value.is_float() ? fmt::format("{:g}", value.as_double()) : str(value);
}

std::string long_line(const Entry& entry) {
  const std::string when = cell(entry, "ut_datetime").substr(0, 19);
  const bool of_light = entry.type != "processed_dark";
  const std::string what =
      of_light ? fmt::format("{} {} {}", cell(entry, "camera"), cell(entry, "filter_name"),
                             cell(entry, "disperser"))
               : fmt::format("{} s, {} coadd{}, {}, {}", cell(entry, "exposure_time"),
                             cell(entry, "coadds"), cell(entry, "coadds") == "1" ? "" : "s",
                             cell(entry, "read_mode"), cell(entry, "well_depth_setting"));
  return fmt::format("{:<30} {:<18} {:<19} {:<2} {:<9} {}  {}", entry.name, entry.type, when,
                     cell(entry, "procmode"), cell(entry, "qa_state"), what, entry.folder);
}

std::vector<Entry> wanted_entries(const Action& action, const std::string& path) {
  std::vector<Entry> entries = CalibrationStore(path).list();
  if (!action.has("type")) return entries;
  const std::vector<std::string> types = action.all("type");
  std::erase_if(entries, [&](const Entry& entry) {
    return std::find(types.begin(), types.end(), entry.type) == types.end();
  });
  return entries;
}

void print_json(const std::string& database, const std::vector<Entry>& entries) {
  ordered_json object{{"schema", "wyvern.calibration-list"}, {"version", 1}};
  object["database"] = database;
  object["calibrations"] = ordered_json::array();
  for (const Entry& entry : entries) object["calibrations"].push_back(json_of(entry));
  fmt::print("{}\n", printed(object));
}

std::string_view state_name(State state) {
  switch (state) {
    case State::intact:
      return "intact";
    case State::gone:
      return "gone";
    case State::changed:
      return "changed";
    case State::unreadable:
      return "unreadable";
  }
  return "";
}

const char* remedy(State state) {
  switch (state) {
    case State::gone:
      return "'caldb remove NAME' takes the entry out, 'caldb add FILE' tells where it is now";
    case State::changed:
      return "'caldb add FILE' registers the file as it is now";
    case State::unreadable:
      return "check the permissions of the file and of its folder";
    case State::intact:
      break;
  }
  return "";
}

void print_checked(const std::vector<Checked>& all, const std::vector<std::string>& problems) {
  std::map<State, std::size_t> counts;
  for (const Checked& checked : all) {
    ++counts[checked.state];
    if (checked.state == State::intact) continue;
    fmt::print("{:<10} {}: {}\n", state_name(checked.state), checked.entry.path(), checked.why);
  }
  for (const std::string& problem : problems) fmt::print("{:<10} {}\n", "database", problem);
  fmt::print("{} files: {} intact", all.size(), counts[State::intact]);
  for (const State state : {State::gone, State::changed, State::unreadable}) {
    if (counts[state] > 0) fmt::print(", {} {}", counts[state], state_name(state));
  }
  fmt::print("\n");
  for (const State state : {State::gone, State::changed, State::unreadable}) {
    if (counts[state] > 0) fmt::print("{}: {}\n", state_name(state), remedy(state));
  }
}

void print_json(const std::string& database, const std::vector<Checked>& all,
                const std::vector<std::string>& problems) {
  ordered_json object{{"schema", "wyvern.calibration-check"}, {"version", 1}};
  object["database"] = database;
  object["problems"] = problems;
  object["calibrations"] = ordered_json::array();
  for (const Checked& checked : all) {
    object["calibrations"].push_back({{"name", checked.entry.name},
                                      {"path", checked.entry.path()},
                                      {"state", state_name(checked.state)},
                                      {"why", checked.why}});
  }
  fmt::print("{}\n", printed(object));
}

}  // namespace

int caldb_list(const Action& action) {
  const std::string path = action.database();
  const bool plain = !action.has("json") && !action.has("paths");
  if (plain) fmt::print("Database: {}\n", path);
  const std::vector<Entry> entries = wanted_entries(action, path);
  if (action.has("json")) {
    print_json(path, entries);
    return static_cast<int>(ExitStatus::ok);
  }
  for (const Entry& entry : entries) {
    if (action.has("paths")) {
      fmt::print("{}\n", entry.path());
    } else if (action.has("long")) {
      fmt::print("{}\n", long_line(entry));
    } else {
      fmt::print("{:<30} {}\n", entry.name, entry.folder);
    }
  }
  if (entries.empty() && plain) {
    fmt::print("There are no files {}in the database\n", action.has("type") ? "of this type " : "");
  }
  return static_cast<int>(ExitStatus::ok);
}

int caldb_check(const Action& action) {
  const std::string path = action.database();
  const CalibrationStore store(path);
  const std::vector<std::string> problems = store.integrity_problems();
  const std::vector<Checked> all = store.check(action.has("quick"));
  if (action.has("json")) {
    print_json(path, all, problems);
  } else {
    fmt::print("Database: {}\n", path);
    print_checked(all, problems);
  }
  if (!problems.empty()) return static_cast<int>(ExitStatus::database);
  const bool intact = std::all_of(all.begin(), all.end(), [](const Checked& checked) {
    return checked.state == State::intact;
  });
  return static_cast<int>(intact ? ExitStatus::ok : ExitStatus::bad_input);
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// `caldb why`: which calibrations of a type there are for a frame, and which of them is used.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "commands/caldb_action.h"
#include "commands/environment.h"

namespace wyvern::commands {
namespace {

constexpr const char* kUsualType = "processed_dark";

// The databases of the configuration, or the one given with -d.
CalibrationConfig databases_of(const Action& action) {
  CalibrationConfig config;
  if (!action.has("database") || action.has("config")) config = action.config();
  if (!action.has("database")) return config;
  DatabaseLine line;
  line.location = line.path = action.given_database();
  config.databases = {line};
  return config;
}

CalibrationSettings settings_of(const Action& action) {
  CalibrationSettings settings;
  settings.mode = action.one("mode", "sq");
  settings.compat = compatible_with_dragons();
  if (!action.has("accept")) return settings;
  settings.accept = parse_grade(action.one("accept"));
  return settings;
}

std::vector<std::string> types_of(const Action& action) {
  return action.has("type") ? action.all("type") : std::vector<std::string>{kUsualType};
}

}  // namespace

int caldb_why(const Action& action) {
  const CalibrationConfig config = databases_of(action);
  for (const std::string& warning : config.warnings) complain(warning);
  const CalibrationService service({}, config, settings_of(action));
  bool all_found = true;
  std::vector<std::string> reports;
  for (const std::string& path : action.all("frames")) {
    const AstroData frame = AstroData::open(path, fits::Pixels::defer);
    for (const std::string& type : types_of(action)) {
      const SearchReport report = service.explain(frame, type);
      all_found = all_found && !report.winner.empty();
      reports.push_back(action.has("json") ? search_json(report) : search_text(report));
    }
  }
  if (action.has("json")) {
    fmt::print("[{}]\n", join(reports, ",\n"));
  } else {
    fmt::print("{}", join(reports, "\n"));
  }
  return static_cast<int>(all_found ? ExitStatus::ok : ExitStatus::calibration);
}

int caldb_rules(const Action& /*action*/) {
  fmt::print("{}", calibration_rules_page());
  return static_cast<int>(ExitStatus::ok);
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// `caldb config`: which configuration and databases are used.
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

namespace fs = std::filesystem;

// "('~/.dragons/dragonsrc',)"
std::string python_tuple(const std::vector<std::string>& files, const std::string& home) {
  std::vector<std::string> quoted;
  for (const std::string& file : files) {
    const bool usual = !home.empty() && file == home + "/.dragons/dragonsrc";
    quoted.push_back("'" + (usual ? "~/.dragons/dragonsrc" : file) + "'");
  }
  return "(" + join(quoted, ", ") + (quoted.size() == 1 ? ",)" : ")");
}

void show_sources(const Action& action, const CalibrationConfig& config) {
  const Environment surroundings = environment();
  fmt::print("\n");
  if (!action.has("config") && surroundings.dragonsrc) {
    fmt::print(
        "{}\n\n",
        bold("DRAGONS rc file override from environment: " + *surroundings.dragonsrc, stdout));
  }
  for (const std::string& warning : config.warnings) fmt::print("{}\n\n", bold(warning, stdout));
  fmt::print("Using configuration files: {}\n",
             bold(python_tuple(config.files, surroundings.home), stdout));
}

void show_database(const DatabaseLine& line) {
  fmt::print("\n{}\n  Type:  {}\n  Get:   {}\n  Store: {}\n", line.location,
             line.remote ? "RemoteDB" : "LocalDB", line.get ? "True" : "False",
             line.store ? "True" : "False");
}

void show_file(const std::string& path) {
  fmt::print("Database file: {}\n", bold(path, stdout));
  std::error_code ignored;
  if (fs::exists(path, ignored)) return;
  fmt::print(
      "   NB: The database does not exist. Please initialize it.\n"
      "       (Read the help message about 'init' command)\n");
}

void show_downloads(const RemoteSettings& remote) {
  fmt::print("Downloads are kept in {}\n",
             remote.cache_folder.empty() ? "no folder: set cache_dir" : remote.cache_folder);
  if (remote.offline) fmt::print("Off-line: only what was downloaded before is used\n");
}

}  // namespace

int caldb_config(const Action& action) {
  const CalibrationConfig config = action.config();
  show_sources(action, config);
  for (const DatabaseLine& line : config.databases) show_database(line);
  std::vector<std::string> files;
  if (action.has("database")) files.push_back(action.given_database());
  bool remote = false;
  for (const DatabaseLine& line : config.databases) {
    remote = remote || line.remote;
    if (!line.remote && !action.has("database")) files.push_back(line.path);
  }
  fmt::print("\n\n");
  for (const std::string& file : files) show_file(file);
  if (files.empty()) fmt::print("There is no local database\n");
  // The blank at the end of the first line is the reference's.
  fmt::print("\n{}\n", remote ? "There are remote dbs configured, meaning that remote calibrations "
                                "will be downloaded."
                              : "The calibration dbs are all local, meaning that remote "
                                "calibrations will not be downloaded ");
  if (remote && !compatible_with_dragons()) show_downloads(config.remote);
  return static_cast<int>(ExitStatus::ok);
}

}  // namespace wyvern::commands

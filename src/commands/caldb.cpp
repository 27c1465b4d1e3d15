// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "commands/caldb_action.h"
#include "commands/caldb_parsers.h"
#include "commands/commands.h"
#include "commands/environment.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;

constexpr int kOk = static_cast<int>(ExitStatus::ok);

int initialize(const Action& action) {
  const std::string path = action.database();
  std::error_code ignored;
  if (fs::exists(path, ignored) && !action.has("wipe")) {
    complain(
        bold("Can't initialize an existing database. If you're sure about this, either\n"
             "remove the file first, or pass the -w option to confirm that you want\n"
             "to wipe the contents.",
             stderr));
    fmt::print(stderr, "\n\n{}", action.parser().help());
    return failed(ExitStatus::database);
  }
  action.tell(fmt::format("Initializing {}...", path));
  CalibrationStore::create(path, action.has("wipe"));
  return kOk;
}

int list(const Action& action) {
  const std::string path = action.database();
  fmt::print("Database: {}\n", path);
  const std::vector<CalibrationStore::Entry> entries = CalibrationStore(path).list();
  for (const CalibrationStore::Entry& entry : entries) {
    fmt::print("{:<30} {}\n", entry.name, entry.folder);
  }
  if (entries.empty()) fmt::print("There are no files in the database\n");
  return kOk;
}

bool is_fits_name(const fs::path& path) {
  return path.extension() == ".fits";
}

// Sorted, so that of two files with one name always the same one comes last.
std::vector<std::string> fits_files(const std::string& folder, bool below) {
  std::vector<std::string> files;
  const auto take = [&files](const fs::directory_entry& entry) {
    std::error_code ignored;
    if (is_fits_name(entry.path()) && entry.is_regular_file(ignored)) {
      files.push_back(entry.path().string());
    }
  };
  try {
    constexpr auto leniently = fs::directory_options::skip_permission_denied;
    if (below) {
      for (const auto& entry : fs::recursive_directory_iterator(folder, leniently)) take(entry);
    } else {
      for (const auto& entry : fs::directory_iterator(folder)) take(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, error.code().message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Files that are no calibrations are to be expected in a folder: they are named and passed over.
void add_folder(CalibrationStore& store, const Action& action, const std::string& folder) {
  const bool below = action.has("walk") || compatible_with_dragons();
  action.tell(
      fmt::format("Ingesting the files {} {}", action.has("walk") ? "under" : "at", folder));
  const std::vector<std::string> files = fits_files(folder, below);
  if (files.empty()) {
    complain(fmt::format("There are no *.fits files in {}{}", folder,
                         below ? " or below" : " (-k looks below it, too)"));
  }
  for (const std::string& file : files) {
    try {
      store.add(file);
    } catch (const InputError& error) {
      complain(fmt::format("Skipped: {}", error.what()));
    }
  }
}

int add(const Action& action) {
  CalibrationStore store(action.database());
  int status = kOk;
  for (const std::string& path : action.all("files")) {
    try {
      std::error_code ignored;
      if (fs::is_directory(path, ignored)) {
        add_folder(store, action, path);
      } else {
        store.add(path);
        action.tell("Ingested " + path);
      }
    } catch (const InputError& error) {
      complain(error.what());
      status = static_cast<int>(error.status());
    }
  }
  return status;
}

int remove(const Action& action) {
  CalibrationStore store(action.database());
  int status = kOk;
  for (const std::string& name : action.all("files")) {
    try {
      store.remove(name);
      action.tell("Removed " + name);
    } catch (const InputError& error) {
      complain(error.what());
      status = static_cast<int>(error.status());
    }
  }
  return status;
}

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

int show_config(const Action& action) {
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
  fmt::print("\n{}\n",
             remote ? "There are remote dbs configured, but they are not asked: remote "
                      "calibrations will not be downloaded."
                    : "The calibration dbs are all local, meaning that remote calibrations will "
                      "not be downloaded ");
  return kOk;
}

int run_action(const std::string& program, const std::vector<std::string>& line) {
  static const std::map<std::string, int (*)(const Action&)> actions = {
      {"init", initialize}, {"list", list},          {"add", add},
      {"remove", remove},   {"config", show_config}, {"why", caldb_why}};
  ArgumentParser parser = caldb_action_parser(program, line[0]);
  ArgumentParser::Parsed parsed = parser.parse({line.begin() + 1, line.end()});
  if (help_printed(parser, parsed)) return kOk;
  try {
    return actions.at(line[0])(Action(std::move(parser), std::move(parsed)));
  } catch (const UsageError&) {
    throw;
  } catch (const DatabaseError& error) {
    complain(bold(error.what(), stderr));
    return failed(error.status());
  } catch (const Error& error) {
    complain(error.what());
    return static_cast<int>(error.status());
  }
}

}  // namespace

int run_caldb(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser parser = caldb_parser(program);
  const ArgumentParser::Parsed parsed = parser.parse(tokens);
  if (help_printed(parser, parsed)) return kOk;
  const std::vector<std::string> line = parsed.all("action");
  if (!line.empty()) return run_action(program, line);
  complain(bold("\n\tNo action specified for caldb", stderr));
  fmt::print(stderr, "\n\n{}", parser.help());
  return failed(ExitStatus::usage);
}

}  // namespace wyvern::commands

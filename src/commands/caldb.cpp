// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "commands/caldb_parsers.h"
#include "commands/commands.h"
#include "commands/environment.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;

constexpr int kOk = static_cast<int>(ExitStatus::ok);

// Escape sequences are for eyes, not for files.
std::string bold(const std::string& text, FILE* stream) {
  return ::isatty(::fileno(stream)) == 1 ? "\x1b[1m" + text + "\x1b[0m" : text;
}

void complain(const std::string& text) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", bold(text, stderr));
}

// An action with the options that all have.
class Action {
 public:
  Action(ArgumentParser parser, ArgumentParser::Parsed parsed)
      : parser_(std::move(parser)), parsed_(std::move(parsed)) {}

  bool has(const std::string& option) const { return parsed_.has(option); }
  std::vector<std::string> paths() const { return parsed_.all("files"); }
  const ArgumentParser& parser() const { return parser_; }

  // What is being done, for -v.
  void tell(const std::string& text) const {
    if (has("verbose")) fmt::print(stderr, "{}\n", text);
  }

  CalibrationConfig config() const {
    std::optional<std::string> file;
    if (has("config")) file = parsed_.one("config");
    return read_calibration_config(file, environment());
  }

  // The file given with -d, which may be a folder; "" when not given.
  std::string given_database() const {
    if (!has("database")) return "";
    const fs::path path = parsed_.one("database");
    std::error_code ignored;
    return fs::is_directory(path, ignored) ? (path / "cal_manager.db").string() : path.string();
  }

  // The one database that is meant.
  std::string database() const {
    if (has("database")) return given_database();
    const CalibrationConfig found = config();
    if (found.files.empty()) {
      std::string why = "Cannot read config file.";
      for (const std::string& warning : found.warnings) why += " " + warning + ".";
      throw InputError(why + " Write ~/.dragons/dragonsrc, or name a database with -d.");
    }
    std::vector<std::string> local;
    for (const DatabaseLine& line : found.databases) {
      if (!line.remote) local.push_back(line.path);
    }
    if (local.size() == 1) return local[0];
    if (local.empty()) {
      throw InputError(fmt::format("No local database is listed in {}: name one with -d.",
                                   join(found.files, ", ")));
    }
    throw InputError(fmt::format(
        "Multiple local database files are listed in the config file. Choose one with -d: {}",
        join(local, ", ")));
  }

 private:
  ArgumentParser parser_;
  ArgumentParser::Parsed parsed_;
};

int initialize(const Action& action) {
  const std::string path = action.database();
  std::error_code ignored;
  if (fs::exists(path, ignored) && !action.has("wipe")) {
    complain(
        "Can't initialize an existing database. If you're sure about this, either\n"
        "remove the file first, or pass the -w option to confirm that you want\n"
        "to wipe the contents.");
    fmt::print(stderr, "\n\n{}", action.parser().help());
    return static_cast<int>(ExitStatus::database);
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
  for (const std::string& path : action.paths()) {
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
  for (const std::string& name : action.paths()) {
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
  static const std::map<std::string, int (*)(const Action&)> actions = {{"init", initialize},
                                                                        {"list", list},
                                                                        {"add", add},
                                                                        {"remove", remove},
                                                                        {"config", show_config}};
  ArgumentParser parser = caldb_action_parser(program, line[0]);
  ArgumentParser::Parsed parsed = parser.parse({line.begin() + 1, line.end()});
  if (help_printed(parser, parsed)) return kOk;
  try {
    return actions.at(line[0])(Action(std::move(parser), std::move(parsed)));
  } catch (const UsageError&) {
    throw;
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
  complain("\n\tNo action specified for caldb");
  fmt::print(stderr, "\n\n{}", parser.help());
  return static_cast<int>(ExitStatus::usage);
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/caldb_action.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/errors.h"
#include "base/text.h"
#include "commands/environment.h"

namespace wyvern::commands {

namespace fs = std::filesystem;

std::string bold(const std::string& text, std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1 || compatible_with_dragons() ? "\x1b[1m" + text + "\x1b[0m"
                                                                      : text;
}

void complain(const std::string& text) {
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", text);
}

void complain_of(const std::string& program, const std::string& what) {
  complain(compatible_with_dragons() ? what : program + ": error: " + what);
}

int failed(ExitStatus status) {
  constexpr int any_failure = 255;
  return compatible_with_dragons() ? any_failure : static_cast<int>(status);
}

void Action::tell(const std::string& text) const {
  if (has("verbose")) fmt::print(stderr, "{}\n", text);
}

CalibrationConfig Action::config() const {
  std::optional<std::string> file;
  if (has("config")) file = parsed_.one("config");
  return read_calibration_config(file, environment());
}

std::string Action::given_database() const {
  if (!has("database")) return "";
  const fs::path path = parsed_.one("database");
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? (path / "cal_manager.db").string() : path.string();
}

std::string Action::database() const {
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

}  // namespace wyvern::commands

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
    complain_of(action.parser().program(),
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

int remove(const Action& action) {
  CalibrationStore store(action.database());
  int status = kOk;
  for (const std::string& name : action.all("files")) {
    try {
      store.remove(name);
      action.tell("Removed " + name);
    } catch (const InputError& error) {
      complain_of(action.parser().program(), error.what());
      status = static_cast<int>(error.status());
    }
  }
  return status;
}

int run_action(const std::string& program, const std::vector<std::string>& line) {
  static const std::map<std::string, int (*)(const Action&)> actions = {
      {"init", initialize},   {"list", caldb_list},     {"add", caldb_add},     {"remove", remove},
      {"check", caldb_check}, {"config", caldb_config}, {"rules", caldb_rules}, {"why", caldb_why}};
  ArgumentParser parser = caldb_action_parser(program, line[0]);
  const std::string name = parser.program();
  ArgumentParser::Parsed parsed = parser.parse({line.begin() + 1, line.end()});
  if (help_printed(parser, parsed)) return kOk;
  try {
    return actions.at(line[0])(Action(std::move(parser), std::move(parsed)));
  } catch (const UsageError&) {
    throw;
  } catch (const DatabaseError& error) {
    complain_of(name, bold(error.what(), stderr));
    return failed(error.status());
  } catch (const Error& error) {
    complain_of(name, error.what());
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
  const bool exact = compatible_with_dragons();
  complain_of(program,
              bold(exact ? "\n\tNo action specified for caldb" : "no action is named", stderr));
  fmt::print(stderr, "\n\n{}", parser.help());
  return failed(ExitStatus::usage);
}

}  // namespace wyvern::commands

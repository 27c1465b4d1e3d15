// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/caldb_parsers.h"

namespace wyvern::commands {

ArgumentParser caldb_parser(const std::string& program) {
  return finished(ArgumentParser(
      program, "Calibration Database Management Tool",
      {{.names = {"action"},
        .arity = Arity::command,
        .help = "Sub-command help",
        .commands = {
            {"init", "Create and initialize a new database."},
            {"list", "List calib files in the current database."},
            {"add",
             "Add files to the calibration database. One or more files or directories may be "
             "specified."},
            {"remove",
             "Remove files from the calibration database. One or more files may be specified."},
            {"config", "Show configuration for caldb"}}}}));
}

ArgumentParser caldb_action_parser(const std::string& program, const std::string& action) {
  std::vector<Argument> arguments;
  if (action == "init") {
    arguments.push_back({.names = {"-w", "--wipe"},
                         .help = "Force the initialization of an already existing database."});
  } else if (action == "add") {
    arguments.push_back({.names = {"files"},
                         .arity = Arity::at_least_one,
                         .help = "Files to add, or directories: all their *.fits that are "
                                 "processed calibrations are added.",
                         .metavar = "path",
                         .anywhere = true});
    arguments.push_back({.names = {"-k", "--walk"},
                         .help = "Look into the directories below the directories, too."});
  } else if (action == "remove") {
    arguments.push_back({.names = {"files"},
                         .arity = Arity::at_least_one,
                         .help = "Names of files as `list` shows them. The files themselves are "
                                 "left alone.",
                         .metavar = "name",
                         .anywhere = true});
  }
  arguments.push_back({.names = {"-c", "--config"},
                       .arity = Arity::one,
                       .help = "Path to the config file, if not the default location, or defined "
                               "by the environment variable."});
  arguments.push_back({.names = {"-d", "--database"},
                       .arity = Arity::one,
                       .help = "Path to the database file. Optional if the config file defines a "
                               "single database.",
                       .metavar = "DB_PATH"});
  arguments.push_back({.names = {"-v", "--verbose"},
                       .help = "Give information about the operations being performed."});
  return finished(ArgumentParser(program + " " + action, "", std::move(arguments)));
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/caldb_parsers.h"

#include "calibrations/calibrations.h"

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
            {"config", "Show configuration for caldb"},
            {"check", "Tell which files of the database are gone or have changed."},
            {"why", "Tell which calibrations there are for a frame, and why one is used or not."},
            {"rules", "Print the rules by which calibrations are chosen."}}}}));
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
  } else if (action == "list") {
    arguments.push_back(
        {.names = {"-l", "--long"}, .help = "Show type, time, mode, quality and settings, too."});
    arguments.push_back({.names = {"-t", "--type"},
                         .arity = Arity::one,
                         .help = "Only calibrations of this type; may be repeated.",
                         .choices = calibration_types()});
    arguments.push_back({.names = {"--paths"}, .help = "Print whole paths and nothing else."});
    arguments.push_back({.names = {"--json"}, .help = "Print JSON."});
  } else if (action == "check") {
    arguments.push_back(
        {.names = {"-q", "--quick"}, .help = "Compare sizes only; no file is read."});
    arguments.push_back({.names = {"--json"}, .help = "Print JSON."});
  } else if (action == "why") {
    arguments.push_back({.names = {"frames"},
                         .arity = Arity::at_least_one,
                         .help = "Frames that calibrations are looked for.",
                         .metavar = "frame",
                         .anywhere = true});
    arguments.push_back({.names = {"-t", "--type"},
                         .arity = Arity::one,
                         .help = "Type of calibration (default: processed_dark); may be repeated.",
                         .choices = calibration_types()});
    arguments.push_back({.names = {"--mode"},
                         .arity = Arity::one,
                         .help = "Mode of the reduction (default: sq).",
                         .choices = {"sq", "ql", "qa"}});
    arguments.push_back({.names = {"--accept"},
                         .arity = Arity::one,
                         .help = "The worst grade that is taken (default: as configured, else "
                                 "exact).",
                         .choices = {"exact", "wider", "other"}});
    arguments.push_back({.names = {"--json"}, .help = "Print JSON."});
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

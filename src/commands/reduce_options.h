// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/command_log.h"
#include "commands/commands.h"
#include "reduction/reduce.h"

namespace wyvern::commands {

// What a command line of `reduce` asks for.
struct ReduceRequest {
  ReductionSettings settings;
  LogMode log_mode = LogMode::standard;
  std::string log_file = "reduce.log";
  bool json_events = false;           // --log-format json
  std::optional<std::string> report;  // --json FILE; "-" for the standard output
  bool dry_run = false;
  bool debug = false;
  bool display = false;  // -d

  // As given, for -d and the report.
  std::vector<std::string> parameters, user_calibrations, upload;
  std::optional<std::string> recipe, config, adpkg;
  std::string drpkg = "geminidr";
  // Lines that DRAGONS prints on the standard output while it reads its options.
  std::vector<std::string> remarks;
};

// The request of a command line. LineError for one that is wrong in itself; what is wrong with the
// files that it names stands in settings.problems. In compatibility mode options take files as
// DRAGONS 3.2 lets them.
ReduceRequest reduce_request(const ArgumentParser& arguments, const ArgumentParser::Parsed& parsed);

// The table that -d prints.
std::string displayed_flags(const ReduceRequest& request);

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/commands.h"

namespace wyvern::commands {

// A command with all that others say about it: the overview, completions, man pages and the pages
// of docs/commands are made from this table.
struct CommandEntry {
  std::string name;
  std::string summary;  // one line: "select files by tags and descriptors"
  Command run;
  // Its command line; `program` is how it was called.
  std::function<ArgumentParser(const std::string& program)> parser;
  // Those of its sub-commands, for a command that has them.
  std::function<ArgumentParser(const std::string& program, const std::string& action)>
      action_parser = nullptr;
  bool alone = true;                                               // also a program of its own name
  std::vector<std::pair<std::string, std::string>> examples = {};  // command line, what it does
  std::vector<std::pair<std::string, std::string>> notes = {};     // heading, paragraph
};

// In the order of the overview.
const std::vector<CommandEntry>& command_entries();
const CommandEntry* find_command(std::string_view name);  // nullptr when absent
// The names of a command's sub-commands; empty without.
std::vector<std::string> action_names(const CommandEntry& entry);
// What the exit statuses of all commands mean.
const std::vector<std::pair<int, std::string>>& exit_statuses();
// Command lines to begin with, and what they do.
const std::vector<std::pair<std::string, std::string>>& first_steps();
// What `wyvern --help` prints.
std::string overview();

}  // namespace wyvern::commands

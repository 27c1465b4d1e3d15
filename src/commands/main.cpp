// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/version.h"

// One program under several names: called `reduce` it is that command, called `wyvern` its first
// word says which.

namespace {

using namespace wyvern;

const std::map<std::string, commands::Command>& known_commands() {
  static const std::map<std::string, commands::Command> known = {
      {"caldb", commands::run_caldb},       {"dataselect", commands::run_dataselect},
      {"reduce", commands::run_reduce},     {"showpars", commands::run_showpars},
      {"simulate", commands::run_simulate},
  };
  return known;
}

std::string overview() {
  return "usage: wyvern COMMAND ...\n\n"
         "Reduction of Gemini near-infrared images.\n\n"
         "commands:\n"
         "  reduce       reduce raw frames\n"
         "  caldb        manage a database of processed calibrations\n"
         "  dataselect   select files by tags and descriptors\n"
         "  showpars     show the parameters of a primitive\n"
         "  simulate     make a raw night with known truth\n\n"
         "`wyvern COMMAND --help` says more. The first four are also commands of their own.\n";
}

int run(const std::string& program, std::vector<std::string> tokens) {
  const auto direct = known_commands().find(program);
  if (direct != known_commands().end()) return direct->second(program, tokens);
  if (tokens.empty() || tokens[0] == "-h" || tokens[0] == "--help") {
    std::fputs(overview().c_str(), tokens.empty() ? stderr : stdout);
    return tokens.empty() ? static_cast<int>(ExitStatus::usage) : 0;
  }
  if (tokens[0] == "-v" || tokens[0] == "--version") {
    std::printf("wyvern %s\n", commands::kVersion);
    return 0;
  }
  const std::string name = tokens[0];
  const auto named = known_commands().find(name);
  if (named == known_commands().end()) {
    std::vector<std::string> names;
    for (const auto& [known, command] : known_commands()) names.push_back(known);
    throw UsageError("wyvern: error: no command " + name + did_you_mean(name, names) + "\n" +
                     overview());
  }
  tokens.erase(tokens.begin());
  return named->second("wyvern " + name, tokens);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = std::filesystem::path(argv[0]).filename().string();
  try {
    return run(program, {argv + 1, argv + argc});
  } catch (const Error& error) {
    const bool usage = error.status() == ExitStatus::usage;
    std::fprintf(stderr, "%s%s\n", usage ? "" : (program + ": ").c_str(), error.what());
    return static_cast<int>(error.status());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%s: out of memory\n", program.c_str());
    return static_cast<int>(ExitStatus::resources);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: internal error: %s\nPlease report it with the command line.\n",
                 program.c_str(), error.what());
    return static_cast<int>(ExitStatus::processing);
  }
}

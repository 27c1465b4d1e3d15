// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/run_command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/instruction_choice.h"
#include "commands/registry.h"
#include "commands/version.h"

namespace wyvern::commands {
namespace {

// `program` becomes the name under which errors are reported.
int run(std::string& program, std::vector<std::string> tokens) {
  take_compat_option(tokens);
  take_instruction_set();
  const CommandEntry* direct = find_command(program);
  if (direct != nullptr) return direct->run(program, tokens);
  if (tokens.empty() || tokens[0] == "-h" || tokens[0] == "--help") {
    std::fputs(overview().c_str(), tokens.empty() ? stderr : stdout);
    return tokens.empty() ? static_cast<int>(ExitStatus::usage) : 0;
  }
  if (tokens[0] == "-v" || tokens[0] == "--version") {
    std::printf("wyvern %s\n", kVersion);
    return 0;
  }
  const std::string name = tokens[0];
  const CommandEntry* named = find_command(name);
  if (named == nullptr) {
    std::vector<std::string> names;
    for (const auto& entry : command_entries()) names.push_back(entry.name);
    throw UsageError("no command " + name + did_you_mean(name, names) + "\n" + overview());
  }
  tokens.erase(tokens.begin());
  program = "wyvern " + name;
  return named->run(program, tokens);
}

// What was printed may still be on its way: a full disk must not pass for success.
int flushed(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  throw OutputError(std::string("cannot write to standard output: ") + std::strerror(errno));
}

// DRAGONS ends with 2 for a wrong command line and with 1 for a Python exception.
int status_of(const Error& error) {
  const ExitStatus status = error.status();
  const bool known = status == ExitStatus::usage || !compatible_with_dragons();
  return static_cast<int>(known ? status : ExitStatus::bad_input);
}

}  // namespace

int run_command(std::string program, const std::vector<std::string>& tokens) {
  try {
    return flushed(run(program, tokens));
  } catch (const LineError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.status());
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: error: %s\n", program.c_str(), error.what());
    return status_of(error);
  } catch (const std::system_error& error) {
    std::fprintf(stderr, "%s: error: %s\n", program.c_str(), error.what());
    return static_cast<int>(ExitStatus::resources);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%s: error: out of memory\n", program.c_str());
    return static_cast<int>(ExitStatus::resources);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: error: internal error: %s\nPlease report it with the command line.\n",
                 program.c_str(), error.what());
    return static_cast<int>(ExitStatus::processing);
  }
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <csignal>
#include <cstdio>

#include <atomic>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "commands/command_log.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/version.h"
#include "reduction/reduce.h"

// The `reduce` command. Reference: recipe_system/scripts/reduce.

namespace wyvern::commands {
namespace {

std::atomic<bool> interrupted{false};

// Ctrl-C asks the reduction to stop at the next frame or step; a second one ends the process.
class InterruptHandler {
 public:
  InterruptHandler() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptHandler() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

 private:
  struct sigaction before_ {};
};

// Tokens of an option that takes several values end where files begin again: what is not a value
// is an input file.
void sort_tokens(const ArgumentParser::Parsed& parsed, const std::string& option, char separator,
                 std::vector<std::string>& values, std::vector<std::string>& files) {
  for (const std::string& token : parsed.all(option)) {
    (token.find(separator) == std::string::npos ? files : values).push_back(token);
  }
}

// "key=value": None, True and False are what they say, anything else is text until the parameter
// takes it.
UserParameter user_parameter(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string key(trim(text.substr(0, equals))), value(trim(text.substr(equals + 1)));
  if (key.empty()) {
    throw UsageError(fmt::format("-p {}: expected name=value or primitive:name=value", text));
  }
  if (value == "None") return {key, Value()};
  if (value == "True") return {key, true};
  if (value == "False") return {key, false};
  return {key, value};
}

// A parameter given twice counts once, the last time.
std::vector<UserParameter> user_parameters(const std::vector<std::string>& texts) {
  std::vector<UserParameter> parameters;
  for (const std::string& text : texts) {
    UserParameter parameter = user_parameter(text);
    std::erase_if(parameters, [&](const UserParameter& p) { return p.first == parameter.first; });
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

LogMode log_mode(const std::string& name) {
  const std::string lower = to_lower(name);
  if (lower == "standard") return LogMode::standard;
  if (lower == "quiet") return LogMode::quiet;
  if (lower == "debug") return LogMode::debug;
  throw UsageError(fmt::format("--logmode {}: expected standard, quiet or debug", name));
}

ReductionSettings settings_of(const ArgumentParser::Parsed& parsed) {
  ReductionSettings settings;
  settings.files = parsed.all("files");
  std::vector<std::string> parameters, calibrations;
  sort_tokens(parsed, "param", '=', parameters, settings.files);
  sort_tokens(parsed, "user_cal", ':', calibrations, settings.files);
  settings.parameters = user_parameters(parameters);
  settings.user_calibrations = parse_user_calibrations(calibrations);
  settings.recipe = parsed.one("recipe", "_default");
  settings.mode = parsed.has("ql") ? "ql" : "sq";
  if (parsed.has("suffix")) settings.suffix = parsed.one("suffix");
  std::optional<std::string> config;
  if (parsed.has("config")) config = parsed.one("config");
  settings.calibrations = read_calibration_config(config, environment());
  settings.compat = compatible_with_dragons();
  settings.threads = threads_wanted();
  settings.stop = &interrupted;
  return settings;
}

int finish(CommandLog& log, ExitStatus status) {
  log.line(LogLevel::stdinfo, 0, "");
  log.line(LogLevel::stdinfo, 0, "");
  log.line(LogLevel::stdinfo, 0, fmt::format("reduce exit status: {}", static_cast<int>(status)));
  log.line(LogLevel::stdinfo, 0, "");
  return static_cast<int>(status);
}

void log_error(CommandLog& log, std::string_view message) {
  for (const std::string& line : split(message, '\n')) log.line(LogLevel::error, 0, line);
}

int run(const ReductionSettings& settings, CommandLog& log) {
  const InterruptHandler handler;
  try {
    reduce(settings, log);
  } catch (const Interrupted&) {
    log_error(log, "Caught KeyboardInterrupt (^C) signal");
    return finish(log, ExitStatus::interrupted);
  } catch (const Error& error) {
    log_error(log, error.what());
    return finish(log, error.status());
  } catch (const std::bad_alloc&) {
    log_error(log, "out of memory: reduce fewer frames at a time, or free memory");
    return finish(log, ExitStatus::resources);
  }
  log.line(LogLevel::stdinfo, 0, "");
  log.line(LogLevel::stdinfo, 0, "reduce completed successfully.");
  return 0;
}

}  // namespace

ArgumentParser reduce_parser(const std::string& program) {
  return finished(
      {program,
       "Reduces raw frames with the recipe that fits the first of them, or the one named with "
       "-r. A file name after @ stands for what that file lists.",
       {{.names = {"-v", "--version"}, .help = "show the version and exit", .at_once = true},
        {.names = {"files"},
         .arity = Arity::any,
         .help = "frames to be reduced",
         .metavar = "fitsfile",
         .anywhere = true},
        {.names = {"--logfile"},
         .arity = Arity::one,
         .help = "name of the log file (default: reduce.log); it is appended to"},
        {.names = {"--logmode"},
         .arity = Arity::one,
         .help = "what is shown on the screen: standard, quiet or debug"},
        {.names = {"-p", "--param"},
         .arity = Arity::any,
         .help = "parameters: name=value for every primitive that has it, or "
                 "primitive:name=value"},
        {.names = {"--ql"}, .help = "quick-look recipes"},
        {.names = {"-r", "--recipe"},
         .arity = Arity::one,
         .help = "recipe, or a single primitive, to be run"},
        {.names = {"--suffix"}, .arity = Arity::one, .help = "suffix of the output files"},
        {.names = {"--user_cal"},
         .arity = Arity::any,
         .help = "calibrations to be used whatever the databases say: "
                 "processed_dark:file processed_flat:file"},
        {.names = {"-c", "--config"},
         .arity = Arity::one,
         .help = "configuration file instead of $DRAGONSRC or ~/.dragons/dragonsrc"}},
       true});
}

int run_reduce(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = reduce_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  if (parsed.has("version")) {
    std::puts(fmt::format("{} {}", program, kVersion).c_str());
    return 0;
  }
  const LogMode mode = log_mode(parsed.one("logmode", "standard"));
  const ReductionSettings settings = settings_of(parsed);
  CommandLog log(mode, parsed.one("logfile", "reduce.log"));
  log.file_line(LogLevel::info, "Logging configured for application: reduce");
  log.line(LogLevel::stdinfo, 0, "");
  log.line(LogLevel::stdinfo, 0, fmt::format("\t\t\t--- reduce {} ---", kVersion));
  log.line(LogLevel::stdinfo, 0, "");
  for (const std::string& warning : settings.calibrations.warnings) {
    log.line(LogLevel::warning, 0, warning);
  }
  return run(settings, log);
}

}  // namespace wyvern::commands

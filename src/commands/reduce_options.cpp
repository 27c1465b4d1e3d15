// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/reduce_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/errors.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/value.h"
#include "commands/environment.h"

// The command line of `reduce`. Reference: recipe_system/utils/reduce_utils.py.

namespace wyvern::commands {
namespace {

using Parsed = ArgumentParser::Parsed;
using Words = std::vector<std::string>;

// Options with one value; DRAGONS lets them stand without, and takes files from behind them.
const std::set<std::string> kSingles = {"adpkg",  "drpkg",  "logfile", "logmode",
                                        "recipe", "suffix", "config"};
const Words kUploads = {"metrics", "calibs", "science"};

// "key=value": None, True and False are what they say, anything else is text until the parameter
// takes it. DRAGONS 3.2 loses what follows a second "=".
UserParameter user_parameter(const std::string& text, bool compat) {
  const std::size_t equals = text.find('=');
  const std::size_t end = compat ? text.find('=', equals + 1) : std::string::npos;
  const std::string key(trim(text.substr(0, equals)));
  const std::string value(
      trim(text.substr(equals + 1, end == std::string::npos ? end : end - equals - 1)));
  return {key, value_of_word(value)};
}

// Keeps of texts with the same key the last; says how many were replaced.
std::size_t add_texts(const Words& fresh, char separator, Words& texts) {
  const auto key = [&](const std::string& text) { return text.substr(0, text.find(separator)); };
  const std::size_t before = texts.size();
  for (const std::string& text : fresh) {
    std::erase_if(texts, [&](const std::string& old) { return key(old) == key(text); });
  }
  const std::size_t replaced = before - texts.size();
  texts.insert(texts.end(), fresh.begin(), fresh.end());
  return replaced;
}

LogMode log_mode(const ArgumentParser& arguments, const std::string& name, bool compat) {
  const std::string lower = to_lower(name);
  if (lower == "standard") return LogMode::standard;
  if (lower == "quiet") return LogMode::quiet;
  if (lower == "debug") return LogMode::debug;
  if (lower == "rotating") return LogMode::rotating;
  if (lower == "verbose" && !compat) return LogMode::verbose;
  if (compat) throw InputError("Unknown mode");
  arguments.fail(
      fmt::format("argument --logmode: invalid choice: {} (choose from 'standard', "
                  "'verbose', 'quiet', 'debug', 'rotating')",
                  repr(name)));
}

// Takes the settings out of a parsed line, one option after the other.
class RequestReader {
 public:
  RequestReader(const ArgumentParser& arguments, const Parsed& parsed)
      : arguments_(arguments), parsed_(parsed), compat_(compatible_with_dragons()) {}

  ReduceRequest read() {
    for (std::size_t i = 0; i < parsed_.order.size(); ++i) {
      take(parsed_.order[i], parsed_.order_values[i]);
    }
    finish();
    return std::move(request_);
  }

 private:
  void take(const std::string& option, const Words& tokens) {
    if (option == "files") {
      add_files(tokens, !compat_);
    } else if (option == "param") {
      take_texts(tokens, '=', request_.parameters, "parameter(s)");
    } else if (option == "user_cal") {
      take_texts(tokens, ':', request_.user_calibrations, "calibration source(s)");
    } else if (option == "qa" || option == "ql") {
      request_.settings.mode = option;
    } else if (option == "displayflags") {
      request_.display = !request_.display;
      if (compat_) add_files(files_in(tokens), false);
    } else if (option == "upload") {
      take_upload(tokens);
    } else if (!tokens.empty() || (compat_ && kSingles.contains(option))) {
      take_single(option, tokens);
    }
  }

  // DRAGONS takes what has ".fits" in it for an input, and the first of the rest for the value.
  static Words files_in(const Words& tokens) {
    Words files;
    for (const std::string& token : tokens) {
      if (contains(token, ".fits")) files.push_back(token);
    }
    return files;
  }

  void add_files(const Words& files, bool append) {
    Words& all = request_.settings.files;
    if (!append && !files.empty()) all.clear();
    all.insert(all.end(), files.begin(), files.end());
  }

  void take_texts(const Words& tokens, char separator, Words& texts, const char* what) {
    Words files, fresh;
    for (const std::string& token : tokens) {
      (token.find(separator) == std::string::npos ? files : fresh).push_back(token);
    }
    add_files(files, !compat_);
    const bool first = texts.empty();
    const std::size_t replaced = add_texts(fresh, separator, texts);
    if (compat_ && !first) {
      request_.remarks.push_back(fmt::format("Overriding {} {}.\n", replaced, what));
    }
  }

  void take_upload(const Words& tokens) {
    const Words files = files_in(tokens);
    add_files(files, !compat_);
    Words words;
    for (const std::string& token : tokens) {
      if (contains(token, ".fits")) continue;
      for (const std::string& word : split(token, ',')) {
        if (!trim(word).empty()) words.push_back(to_lower(trim(word)));
      }
    }
    for (const std::string& word : words) {
      if (!compat_ && std::find(kUploads.begin(), kUploads.end(), word) == kUploads.end()) {
        arguments_.fail(
            fmt::format("argument --upload: invalid choice: {} (choose from 'metrics', "
                        "'calibs', 'science')",
                        repr(word)));
      }
    }
    if (words.empty()) {
      if (compat_) throw InputError("upload must be None or a list");
      arguments_.fail("argument --upload: expected at least one argument");
    }
    request_.upload = words;
  }

  void take_single(const std::string& option, const Words& tokens) {
    if (!compat_ || !kSingles.contains(option)) {
      singles_[option] = tokens.front();
      return;
    }
    add_files(files_in(tokens), false);
    const auto value = std::find_if(tokens.begin(), tokens.end(), [](const std::string& token) {
      return !contains(token, ".fits");
    });
    if (value == tokens.end()) throw InputError(fmt::format("--{} needs a value", option));
    singles_[option] = *value;
  }

  std::optional<std::string> single(const std::string& option) const {
    const auto found = singles_.find(option);
    if (found == singles_.end()) return std::nullopt;
    return found->second;
  }

  int threads() const {
    const std::optional<std::string> text = single("threads");
    if (!text) return threads_wanted();
    const auto number = parse_int(*text);
    if (!number || *number < 1 || *number > 1024) {
      arguments_.fail(
          fmt::format("argument --threads: {} is no number from 1 to 1024", repr(*text)));
    }
    return static_cast<int>(*number);
  }

  std::size_t max_memory() const {
    const std::optional<std::string> text = single("max_memory");
    if (!text) return 0;
    constexpr std::size_t least = std::size_t{64} << 20;
    const std::optional<std::size_t> bytes = parse_bytes(*text);
    if (!bytes || *bytes < least) {
      arguments_.fail(fmt::format(
          "argument --max-memory: {} is no size like 512M or 2G, of at least 64M", repr(*text)));
    }
    return *bytes;
  }

  bool uploads(std::string_view what) const {
    return std::find(request_.upload.begin(), request_.upload.end(), what) != request_.upload.end();
  }

  void finish() {
    ReductionSettings& settings = request_.settings;
    request_.recipe = single("recipe");
    request_.config = single("config");
    request_.adpkg = single("adpkg");
    request_.drpkg = single("drpkg").value_or("geminidr");
    request_.log_file = single("logfile").value_or("reduce.log");
    request_.log_mode = log_mode(arguments_, single("logmode").value_or("standard"), compat_);
    request_.debug = parsed_.has("debug");
    if (request_.debug) request_.log_mode = LogMode::debug;
    request_.json_events = single("log_format").value_or("text") == "json";
    request_.report = single("json");
    request_.dry_run = settings.plan_only = parsed_.has("dry_run");

    for (const std::string& text : request_.parameters) {
      settings.parameters.push_back(user_parameter(text, compat_));
      if (settings.parameters.back().first.empty() && !compat_) {
        arguments_.fail(fmt::format(
            "argument -p/--param: {}: expected name=value or primitive:name=value", repr(text)));
      }
    }
    settings.recipe = request_.recipe.value_or("_default");
    settings.suffix = single("suffix");
    settings.output_folder = single("output_dir").value_or("");
    settings.mixed = parsed_.has("mixed");
    settings.strict = parsed_.has("strict");
    settings.crash_files = !parsed_.has("no_crash_files");
    settings.uploads_calibrations = uploads("calibs");
    settings.uploads_science = uploads("science");
    settings.compat = compat_;
    settings.threads = threads();
    settings.max_memory = max_memory();
    settings.work_folder = single("work_dir").value_or("");
    if (!request_.display) look_at_files();
  }

  void problem(ExitStatus status, std::string text) {
    request_.settings.problems.push_back({status, std::move(text)});
  }

  // Not for names that the system refuses, either.
  static bool exists(const std::string& file) {
    std::error_code refused;
    return std::filesystem::exists(file, refused);
  }

  // What the line names is looked at; what is wrong is listed with all else.
  void look_at_files() {
    ReductionSettings& settings = request_.settings;
    try {
      settings.calibrations = read_calibration_config(request_.config, environment());
    } catch (const Error& error) {
      // DRAGONS passes over a file that is not there.
      const bool absent = request_.config && !exists(*request_.config);
      if (!compat_ || !absent) problem(error.status(), error.what());
    }
    for (const std::string& text : request_.user_calibrations) {
      try {
        for (const auto& [type, path] : parse_user_calibrations({text})) {
          settings.user_calibrations[type] = path;
        }
      } catch (const Error& error) {
        if (compat_) throw;
        problem(error.status(), error.what());
        // It is there, if wrong: that it is missing must not be said as well.
        const std::size_t colon = text.find(':');
        settings.user_calibrations.emplace(text.substr(0, colon), text.substr(colon + 1));
      }
    }
    check_packages();
    if (compat_) return;
    for (const std::string& file : settings.files) {
      if (contains(file, ".fits") || exists(file)) continue;
      problem(ExitStatus::bad_input,
              file + ": no such file, and no option of which it could be the value");
    }
  }

  void check_packages() {
    if (request_.adpkg && compat_) {
      throw InputError(fmt::format("No module named {}", repr(*request_.adpkg)));
    }
    if (request_.adpkg) {
      problem(ExitStatus::bad_input,
              fmt::format("--adpkg {}: packages with further AstroData classes are Python and "
                          "cannot be loaded here; the classes of Gemini and GNIRS are built in",
                          *request_.adpkg));
    }
    if (request_.drpkg != "geminidr") {
      problem(ExitStatus::recipe,
              fmt::format("--drpkg {}: recipes and primitives of other packages are Python and "
                          "cannot be loaded here; those of geminidr for GNIRS are built in",
                          request_.drpkg));
    }
  }

  const ArgumentParser& arguments_;
  const Parsed& parsed_;
  const bool compat_;
  ReduceRequest request_;
  std::map<std::string, std::string> singles_;
};

// A list as Python prints it, "None" for none.
std::string python_list(const Words& words) {
  if (words.empty()) return "None";
  Words shown;
  for (const std::string& word : words) shown.push_back(repr(word));
  return "[" + join(shown, ", ") + "]";
}

}  // namespace

ReduceRequest reduce_request(const ArgumentParser& arguments, const Parsed& parsed) {
  return RequestReader(arguments, parsed).read();
}

std::string displayed_flags(const ReduceRequest& request) {
  const ReductionSettings& settings = request.settings;
  const auto or_none = [](const std::optional<std::string>& text) { return text.value_or("None"); };
  const auto log_mode = [&] {
    constexpr const char* names[] = {"standard", "quiet", "verbose", "debug", "rotating"};
    return names[static_cast<int>(request.log_mode)];
  };
  const std::string bar(20, '-'), line(65, '-');
  std::string out = fmt::format(
      "\n\t{0}   switches, vars, vals  {0}\n\n\t  Literals\t\t\tvar "
      "'dest'\t\tValue\n\t {1}\n",
      bar, line);
  const auto row = [&](const char* options, const char* destination, const std::string& value) {
    out += fmt::format("\t{:<32}:: {:<21}:: {}\n", options, destination, value);
  };
  row("['-d', '--displayflags']", "displayflags", "True");
  row("['--adpkg']", "adpkg", or_none(request.adpkg));
  row("['--drpkg']", "drpkg", request.drpkg);
  row("['--logfile']", "logfile", request.log_file);
  row("['--logmode']", "logmode", log_mode());
  row("['-p', '--param']", "userparam", python_list(request.parameters));
  row("['--qa']", "mode", settings.mode);
  row("['--ql']", "mode", settings.mode);
  row("['-r', '--recipe']", "recipename", or_none(request.recipe));
  row("['--suffix']", "suffix", or_none(settings.suffix));
  row("['--upload']", "upload", python_list(request.upload));
  row("['--user_cal']", "user_cal", python_list(request.user_calibrations));
  row("['-c', '--config']", "config", or_none(request.config));
  if (!settings.compat) {
    const auto flag = [](bool set) { return std::string(set ? "True" : "False"); };
    row("['--dry-run']", "dry_run", flag(request.dry_run));
    row("['--json']", "json", or_none(request.report));
    row("['--log-format']", "log_format", request.json_events ? "json" : "text");
    row("['--max-memory']", "max_memory",
        settings.max_memory == 0 ? "None" : std::to_string(settings.max_memory));
    row("['--mixed']", "mixed", flag(settings.mixed));
    row("['--no-crash-files']", "no_crash_files", flag(!settings.crash_files));
    row("['--output-dir']", "output_dir",
        settings.output_folder.empty() ? "None" : settings.output_folder);
    row("['--strict']", "strict", flag(settings.strict));
    row("['--threads']", "threads",
        settings.threads == 0 ? "None" : std::to_string(settings.threads));
    row("['--work-dir']", "work_dir", settings.work_folder.empty() ? "None" : settings.work_folder);
    row("['--debug']", "debug", flag(request.debug));
  }
  out += fmt::format("\t{}\n\n", line);
  for (const std::string& file : settings.files) {
    out += fmt::format("Input fits file(s):\t{}\n", file);
  }
  return out;
}

ArgumentParser reduce_parser(const std::string& program) {
  const bool compat = compatible_with_dragons();
  const Arity single = compat ? Arity::any : Arity::one;
  std::vector<Argument> arguments = {
      {.names = {"-v", "--version"}, .help = "show the version and exit", .at_once = true},
      {.names = {"-d", "--displayflags"},
       .arity = compat ? Arity::any : Arity::none,
       .help = "show what the options are taken for, and exit"},
      {.names = {"files"},
       .arity = Arity::any,
       .help = "frames to be reduced",
       .metavar = "fitsfile",
       .anywhere = !compat},
      {.names = {"--adpkg"}, .arity = single, .help = "package with further AstroData classes"},
      {.names = {"--drpkg"},
       .arity = single,
       .help = "package with recipes and primitives (default: geminidr)"},
      {.names = {"--logfile"},
       .arity = single,
       .help = "name of the log file (default: reduce.log); it is appended to"},
      {.names = {"--logmode"},
       .arity = single,
       .help = "what is shown on the screen: standard (a line for each primitive), verbose (all "
               "that is in the log file), quiet (nothing), debug (more than all), rotating (as "
               "quiet, with a new log file every day)"},
      {.names = {"-p", "--param"},
       .arity = Arity::any,
       .help = "parameters: name=value for every primitive that has it, or "
               "primitive:name=value"},
      {.names = {"--qa"}, .help = "recipes for quality assessment while a night goes on"},
      {.names = {"--ql"}, .help = "quick-look recipes"},
      {.names = {"-r", "--recipe"},
       .arity = single,
       .help = "recipe, single primitive, or FILE.py.NAME (one in a Python file), to be run"},
      {.names = {"--suffix"}, .arity = single, .help = "suffix of the output files"},
      {.names = {"--upload"},
       .arity = Arity::any,
       .help = "what goes to the servers of the configuration: metrics, calibs, science"},
      {.names = {"--user_cal"},
       .arity = Arity::any,
       .help = "calibrations to be used whatever the databases say: "
               "processed_dark:file processed_flat:file"},
      {.names = {"-c", "--config"},
       .arity = single,
       .help = "configuration file instead of $DRAGONSRC or ~/.dragons/dragonsrc"}};
  const std::vector<Argument> own = {
      {.names = {"--dry-run"}, .help = "check everything, print the plan, and do nothing"},
      {.names = {"--json"},
       .arity = Arity::one,
       .help = "write a report of the run to this file, - for the standard output",
       .metavar = "FILE"},
      {.names = {"--log-format"},
       .arity = Arity::one,
       .help = "what the screen gets: text, or one JSON object for each event",
       .choices = {"text", "json"}},
      {.names = {"--max-memory"},
       .arity = Arity::one,
       .help = "memory that may be taken, like 512M or 2G (default: half of what is free); what "
               "is beyond it waits in a file without a name, see --work-dir",
       .metavar = "SIZE"},
      {.names = {"--mixed"}, .help = "take inputs of different kinds or shapes together"},
      {.names = {"--no-crash-files"}, .help = "do not save frames in progress when a step fails"},
      {.names = {"--output-dir"},
       .arity = Arity::one,
       .help = "folder of the products (default: the working directory)",
       .metavar = "FOLDER"},
      {.names = {"--strict"},
       .help = "stop when a frame cannot be used (default: it is set aside, the others are "
               "reduced, and the exit status is 1)"},
      {.names = {"--threads"},
       .arity = Arity::one,
       .help = "number of threads; also $WYVERN_THREADS (default: all)",
       .metavar = "N"},
      {.names = {"--work-dir"},
       .arity = Arity::one,
       .help = "folder for what memory has no room for (default: that of the products)",
       .metavar = "FOLDER"},
      {.names = {"--debug"}, .help = "debugging messages, and where an error came from"}};
  arguments.insert(arguments.end(), own.begin(), own.end());
  return finished({program,
                   "Reduces raw frames with the recipe that fits the first of them, or the one "
                   "named with -r. A file name after @ stands for what that file lists.",
                   std::move(arguments), true});
}

}  // namespace wyvern::commands

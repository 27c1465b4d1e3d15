// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "base/value.h"
#include "commands/at_files.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "selection/selection.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

struct Request {
  Names inputs, tags, xtags;
  std::optional<std::string> expression, output, adpkg;
  bool strict = false, verbose = false, debug = false, json = false, fail_on_bad = false;
};

Names tag_list(const std::string& text) {
  Names tags;
  for (const std::string& piece : split(text, ',')) {
    if (!trim(piece).empty()) tags.emplace_back(trim(piece));
  }
  return tags;
}

Request request_from(const ArgumentParser::Parsed& parsed) {
  const auto given = [&](const char* name) {
    return parsed.has(name) ? std::optional(parsed.one(name)) : std::nullopt;
  };
  Request request;
  request.inputs = parsed.all("inputs");
  request.tags = tag_list(parsed.one("tags"));
  request.xtags = tag_list(parsed.one("xtags"));
  request.expression = given("expr");
  request.output = given("output");
  request.adpkg = given("adpkg");
  request.strict = parsed.has("strict");
  request.verbose = parsed.has("verbose");
  request.debug = parsed.has("debug");
  request.json = parsed.has("json");
  request.fail_on_bad = parsed.has("fail_on_bad");
  return request;
}

Value list_value(const Names& names) {
  return ValueList(names.begin(), names.end());
}

Value text_or_none(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}

std::string namespace_text(const Request& r) {
  return fmt::format(
      "Namespace(inputs={}, tags={}, xtags={}, expression={}, strict={}, output={}, adpkg={}, "
      "verbose={}, debug={})\n",
      repr(list_value(r.inputs)), repr(list_value(r.tags)), repr(list_value(r.xtags)),
      repr(text_or_none(r.expression)), repr(r.strict), repr(text_or_none(r.output)),
      repr(text_or_none(r.adpkg)), repr(r.verbose), repr(r.debug));
}

// The files that a pattern stands for, sorted by name.
Names matches_of(const std::string& pattern) {
  glob_t found{};
  Names names;
  if (::glob(pattern.c_str(), GLOB_NOSORT | GLOB_NOESCAPE, nullptr, &found) == 0) {
    names.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  std::sort(names.begin(), names.end());
  return names;
}

// Patterns that the shell has left are replaced by what they match; an existing file is taken by
// its name, whatever characters are in it.
Names expanded_inputs(const Names& inputs, Names& warnings) {
  Names files;
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (fs::exists(input, ignored)) {
      files.push_back(input);
      continue;
    }
    const bool pattern = input.find_first_of("*?[") != std::string::npos;
    const Names matches = pattern ? matches_of(input) : Names{};
    files.insert(files.end(), matches.begin(), matches.end());
    if (!matches.empty()) continue;
    warnings.push_back(pattern ? fmt::format("No file matches '{}'", input)
                               : fmt::format("No such file: '{}'", input));
  }
  return files;
}

// A name as an at-file holds it: quoted where it would be read as several or as a comment, behind a
// "./" where as an option or another list. Nothing when there is no way to write it.
std::optional<std::string> at_file_name(const std::string& name) {
  const std::string path = name.starts_with('-') || name.starts_with('@') ? "./" + name : name;
  for (const std::string& text : {path, fmt::format("\"{}\"", path)}) {
    if (tokens_of_text(text) == Names{path}) return text;
  }
  return std::nullopt;
}

// The list that reduce takes; names that it cannot hold go to `bad`.
std::string list_text(const Request& request, const Names& selected, Names& bad) {
  std::string text =
      fmt::format("# Includes tags: {}\n# Excludes tags: {}\n# Descriptor expression: {}\n",
                  repr(list_value(request.tags)), repr(list_value(request.xtags)),
                  replace_all(request.expression.value_or("None"), "\n", " "));
  for (const std::string& name : selected) {
    if (const auto line = at_file_name(name)) {
      text += *line + "\n";
    } else {
      bad.push_back(fmt::format(
          "{} is selected, but a list cannot hold a name with a line end or with pairs of double "
          "quotes; rename the file",
          repr(name)));
    }
  }
  return text;
}

// An unquoted pattern behind -o makes the first file that it matches the output: data must not be
// lost by that.
void check_output(const std::string& output, const Names& files) {
  std::error_code ignored;
  const bool is_input = std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return fs::equivalent(file, output, ignored);
  });
  std::string start(9, '\0');
  if (fs::is_regular_file(output, ignored)) std::ifstream(output).read(start.data(), 9);
  if (is_input || start == "SIMPLE  =") {
    throw UsageError(fmt::format(
        "The output '{}' is a data file and is not overwritten; name another file with -o",
        output));
  }
}

void write_list(const std::string& output, const std::string& text) {
  std::error_code ignored;
  if (!fs::exists(output, ignored) || fs::is_regular_file(output, ignored)) {
    write_file_atomically(output, text);
    return;
  }
  // A pipe or /dev/stdout cannot be replaced by another file.
  std::ofstream stream(output, std::ios::binary);
  if (!(stream << text << std::flush)) {
    throw OutputError(fmt::format("Cannot write '{}'", output));
  }
}

void print_result(const Request& request, const Names& selected, const Names& warnings) {
  constexpr std::size_t most = 100;  // lines; --json tells all
  const std::size_t shown = std::min(most, warnings.size());
  for (std::size_t i = 0; i < shown; ++i) fmt::print(stderr, "WARNING - {}\n", warnings[i]);
  if (shown < warnings.size()) {
    fmt::print(stderr, "WARNING - and {} more like these\n", warnings.size() - shown);
  }
  if (request.json) {
    fmt::print("{{\"selected\": {}, \"warnings\": {}}}\n", json(list_value(selected)),
               json(list_value(warnings)));
  } else if (!request.output || request.verbose) {
    std::string lines;
    for (const std::string& name : selected) lines += name + "\n";
    fmt::print("{}", lines);
  }
}

}  // namespace

ArgumentParser dataselect_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Finds files by their tags and by an expression with descriptors, and prints their names or "
      "writes them into a list that reduce takes as @FILE.",
      {{.names = {"inputs"},
        .arity = Arity::at_least_one,
        .help = "FITS files; a pattern in quotes is expanded, too; @LIST: those in a list",
        .anywhere = true},
       {.names = {"--tags", "-t"},
        .arity = Arity::one,
        .help = "tags that a file must have, all of them: DARK or FLAT,LAMPON"},
       {.names = {"--xtags"},
        .arity = Arity::one,
        .help = "tags that a file must not have, none of them"},
       {.names = {"--expr"},
        .arity = Arity::one,
        .help = "condition on descriptors: 'exposure_time == 60 and filter_name == \"J\"'",
        .metavar = "EXPRESSION"},
       {.names = {"--strict"},
        .help = "compare exposure_time and central_wavelength exactly, not within 1 % and 1e-5, "
                "and filter_name, disperser and detector_name with their component numbers"},
       {.names = {"--output", "-o"},
        .arity = Arity::one,
        .help = "write the names into this file instead of on the screen"},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts: all instruments are built in"},
       {.names = {"--verbose", "-v"}, .help = "print the names with -o, too"},
       {.names = {"--debug"}, .help = "print how the command line was understood"},
       {.names = {"--json"}, .help = "print the names and the warnings as JSON"},
       {.names = {"--fail-on-bad"},
        .help = "end with exit status 1 when a file is missing or cannot be opened; compressed "
                "files are read to their end for that"}},
      // To DRAGONS, @LIST is the name of a file like others.
      !compatible_with_dragons()));
}

int run_dataselect(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = dataselect_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return static_cast<int>(ExitStatus::ok);
  const Request request = request_from(parsed);
  if (request.debug) fmt::print("{}", namespace_text(request));
  std::optional<Expression> expression;
  if (request.expression)
    expression.emplace(Expression::parse(*request.expression, request.strict));

  Names bad, warnings;
  const Names files = expanded_inputs(request.inputs, bad);
  if (compatible_with_dragons()) bad.clear();  // it says nothing about names that are missing
  if (request.output) check_output(*request.output, files);
  const Selection selection{request.tags, request.xtags, expression ? &*expression : nullptr,
                            request.fail_on_bad};
  const Names selected = select_files(files, selection, warnings, &bad);
  std::string list;
  if (request.output) list = list_text(request, selected, bad);
  if (request.adpkg) {
    warnings.push_back(
        fmt::format("--adpkg {} has no effect: all instruments are built in", *request.adpkg));
  }
  const bool failed = request.fail_on_bad && !bad.empty();
  bad.insert(bad.end(), warnings.begin(), warnings.end());
  if (request.output) write_list(*request.output, list);
  print_result(request, selected, bad);
  return static_cast<int>(failed ? ExitStatus::bad_input : ExitStatus::ok);
}

}  // namespace wyvern::commands

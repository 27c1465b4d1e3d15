// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/screen.h"
#include "instruments/descriptors.h"

// The `showd` command: descriptors of files, as a table. Reference: gempy/scripts/showd.

namespace wyvern::commands {
namespace {

using Names = std::vector<std::string>;

struct Row {
  std::string file;
  std::vector<Value> values;
};

Names wanted_descriptors(const ArgumentParser& parser, const std::string& text) {
  Names names;
  for (const std::string& piece : split(text, ',')) {
    const std::string name(trim(piece));
    if (name.empty()) continue;
    if (!is_descriptor(name)) {
      parser.fail(fmt::format("argument --descriptors/-d: '{}' is not a descriptor{}", name,
                              did_you_mean(name, descriptor_names())));
    }
    names.push_back(name);
  }
  if (names.empty()) parser.fail("argument --descriptors/-d: no descriptor is named");
  return names;
}

bool comes_through_a_pipe() {
  struct stat status {};
  return ::fstat(STDIN_FILENO, &status) == 0 &&
         (S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode));
}

// "-" stands for the names on standard input, one a line, as a list of dataselect has them.
Names input_files(Names given) {
  Names files;
  const bool exact = compatible_with_dragons();
  // DRAGONS reads whatever is no terminal, before the files.
  const bool piped = exact ? ::isatty(STDIN_FILENO) == 0 : given.empty() && comes_through_a_pipe();
  if (piped) given.insert(given.begin(), "-");
  for (const std::string& name : given) {
    if (name != "-") {
      files.push_back(name);
      continue;
    }
    for (std::string line; std::getline(std::cin, line);) {
      const std::string file(trim(line));
      if (!file.empty() && !file.starts_with('#')) files.push_back(file);
    }
  }
  return files;
}

// What cannot be told is None, and said.
Row row_of(const std::string& file, const Names& names, bool pretty, bool& complete) {
  const AstroData ad = AstroData::open(file, fits::Pixels::defer);
  Row row{file, {}};
  for (const std::string& name : names) {
    DescriptorOptions options;
    options.pretty = pretty && takes_pretty(name);
    try {
      row.values.push_back(describe(ad, name, options));
    } catch (const InputError& error) {
      warn(error.what());
      complete = false;
      row.values.emplace_back();
    }
  }
  return row;
}

std::string table_text(const Names& heads, const std::vector<Names>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    widths.push_back(heads[i].size());
    for (const Names& row : rows) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto line = [&](const Names& cells) {
    std::string text = fmt::format("{:<{}}", cells[0], widths[0]);
    for (std::size_t i = 1; i < cells.size(); ++i) {
      text += fmt::format("   {:>{}}", cells[i], widths[i]);
    }
    return text + "\n";
  };
  std::size_t width = 3 * (heads.size() - 1);
  for (const std::size_t w : widths) width += w;
  const std::string rule = std::string(width, '-') + "\n";
  std::string text = rule + line(heads) + rule;
  for (const Names& row : rows) text += line(row);
  return text;
}

std::string csv_cell(const std::string& text) {
  const bool plain = text.find_first_of(",\"\n") == std::string::npos;
  if (plain || compatible_with_dragons()) return text;
  return '"' + replace_all(text, "\"", "\"\"") + '"';
}

std::string csv_text(const Names& heads, const std::vector<Names>& rows) {
  std::string text = join(heads, ",") + "\n";
  for (const Names& row : rows) {
    Names cells;
    for (const std::string& cell : row) cells.push_back(csv_cell(cell));
    text += join(cells, ",") + "\n";
  }
  return text;
}

std::string json_text(const Names& heads, const std::vector<Row>& rows) {
  Names objects;
  for (const Row& row : rows) {
    std::vector<std::pair<std::string, std::string>> members = {{heads[0], json_string(row.file)}};
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      members.emplace_back(heads[i + 1], json(row.values[i]));
    }
    objects.push_back(json_object(members));
  }
  return objects.empty() ? "[]\n" : "[\n  " + join(objects, ",\n  ") + "\n]\n";
}

}  // namespace

ArgumentParser showd_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Shows the values of descriptors for each file. Names may come from standard input: - "
      "stands for them, and so does a pipe when no file is named. @LIST stands for the names in a "
      "list.",
      {{.names = {"inputs"}, .arity = Arity::any, .help = "FITS files", .anywhere = true},
       {.names = {"--descriptors", "-d"},
        .arity = Arity::one,
        .help = "names of descriptors, with commas between them: object,exposure_time",
        .required = true},
       {.names = {"--long"}, .help = "values in full, with the numbers of components"},
       {.names = {"--csv"}, .help = "print comma-separated values"},
       {.names = {"--json"}, .help = "print JSON: one object for each file"},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts: all instruments are built in"},
       {.names = {"--debug"}, .help = "accepted for the sake of old scripts"}},
      !compatible_with_dragons()));
}

int run_showd(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = showd_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  const Names names = wanted_descriptors(arguments, parsed.one("descriptors"));
  warn_of_packages(parsed.has("adpkg"), false);
  bool complete = true;
  std::vector<Row> rows;
  for (const std::string& file : input_files(parsed.all("inputs"))) {
    try {
      rows.push_back(row_of(file, names, !parsed.has("long"), complete));
    } catch (const InputError& error) {
      warn(error.what());
      complete = false;
    }
  }
  Names heads = {"filename"};
  heads.insert(heads.end(), names.begin(), names.end());
  std::vector<Names> cells;
  for (const Row& row : rows) {
    cells.push_back({row.file});
    for (const Value& value : row.values) cells.back().push_back(str(value));
  }
  std::string text = parsed.has("json")  ? json_text(heads, rows)
                     : parsed.has("csv") ? csv_text(heads, cells)
                                         : table_text(heads, cells);
  std::fputs(text.c_str(), stdout);
  return static_cast<int>(complete ? ExitStatus::ok : ExitStatus::bad_input);
}

}  // namespace wyvern::commands

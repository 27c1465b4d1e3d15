// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "astrodata/provenance.h"
#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/screen.h"

// The `provenance` command: what went into a product and what was done to it. Reference:
// recipe_system/scripts/provenance.

namespace wyvern::commands {
namespace {

// A table of texts as JSON: one object for each row. Arguments of steps are JSON already.
std::string json_rows(const AstroData& ad, const std::string& name) {
  const auto table = ad.tables.find(name);
  std::vector<std::string> rows(table == ad.tables.end() ? 0 : table->second.rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::vector<std::pair<std::string, std::string>> members;
    for (const fits::Column& column : table->second.columns) {
      const auto* texts = std::get_if<std::vector<std::string>>(&column.cells);
      if (texts == nullptr) continue;
      const std::string& text = (*texts)[i];
      const bool is_json = column.name == "args" && text.starts_with('{');
      members.emplace_back(column.name, is_json ? text : json_string(text));
    }
    rows[i] = json_object(members);
  }
  return "[" + join(rows, ", ") + "]";
}

struct Wanted {
  bool provenance = true, history = true;
};

void print_tables(const std::string& file, Wanted wanted) {
  const AstroData ad = AstroData::open(file, fits::Pixels::defer);
  const bool exact = compatible_with_dragons();
  std::string text = fmt::format("Reading Provenance for {}\n\n", file);
  if (wanted.provenance) {
    // Columns are left out on a narrow screen only.
    constexpr std::size_t unlimited = 10000;
    const std::size_t width = exact ? 80 : screen_width(stdout).value_or(unlimited);
    text += provenance_text(ad, width);
  }
  if (wanted.provenance && wanted.history) text += "\n";
  if (wanted.history) text += history_text(ad);
  if (exact) text += "\n";
  std::fputs(text.c_str(), stdout);
}

std::string json_tables(const std::string& file) {
  const AstroData ad = AstroData::open(file, fits::Pixels::defer);
  return json_object({{"filename", json_string(file)},
                      {"provenance", json_rows(ad, "PROVENANCE")},
                      {"history", json_rows(ad, "HISTORY")}});
}

}  // namespace

ArgumentParser provenance_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Shows which files went into a product, and the steps with their parameters that made it.",
      {{.names = {"files"},
        .arity = Arity::at_least_one,
        .help = "FITS files",
        .metavar = "file",
        .anywhere = true},
       {.names = {"-p", "--provenance"}, .help = "show the files that went in only"},
       {.names = {"--history"}, .help = "show the steps only"},
       {.names = {"--json"}, .help = "print both as JSON, an object for each file"}}));
}

int run_provenance(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = provenance_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  Wanted wanted;
  // DRAGONS shows both whatever it is asked for.
  const bool one = parsed.has("provenance") != parsed.has("history");
  if (one && !compatible_with_dragons()) {
    wanted = {.provenance = parsed.has("provenance"), .history = parsed.has("history")};
  }
  ExitStatus status = ExitStatus::ok;
  std::vector<std::string> objects;
  for (const std::string& file : parsed.all("files")) {
    try {
      if (parsed.has("json")) {
        objects.push_back(json_tables(file));
      } else {
        print_tables(file, wanted);
      }
    } catch (const InputError& error) {
      warn(error.what());
      status = ExitStatus::bad_input;
    }
  }
  if (parsed.has("json")) fmt::print("[{}]\n", join(objects, ",\n "));
  return static_cast<int>(status);
}

}  // namespace wyvern::commands

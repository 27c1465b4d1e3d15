// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/caldb_parsers.h"

namespace wyvern::commands {
namespace {

std::vector<CommandEntry> all_entries() {
  return {
      {.name = "reduce",
       .summary = "reduce raw frames",
       .run = run_reduce,
       .parser = reduce_parser,
       .examples = {{"reduce @darks60.lis", "a master dark from the frames of a list"},
                    {"reduce @target.lis --user_cal processed_dark:N20120102S0538_dark.fits",
                     "a science stack with a dark given by hand"},
                    {"reduce @target.lis -p stackFrames:operation=median",
                     "the same with another way to combine"},
                    {"reduce @target.lis --dry-run", "what that would do, and whether it can"},
                    {"reduce @list_of_stacks -r alignAndStack",
                     "one stack of stacks that were made in pieces"},
                    {"reduce @target.lis --json report.json", "a report for programs"}}},
      {.name = "caldb",
       .summary = "manage a database of processed calibrations",
       .run = run_caldb,
       .parser = caldb_parser,
       .action_parser = caldb_action_parser,
       .examples = {{"caldb init", "make the database that the configuration names"},
                    {"caldb add N20120102S0538_dark.fits", "register a processed dark"},
                    {"caldb list", "what is in it"},
                    {"caldb why ../playdata/N20120117S0014.fits --type processed_dark",
                     "which darks there are for a frame, and why one is used or not"},
                    {"caldb check", "which of its files are gone or have changed"}}},
      {.name = "dataselect",
       .summary = "select files by tags and descriptors",
       .run = run_dataselect,
       .parser = dataselect_parser,
       .examples =
           {{"dataselect ../playdata/*.fits --tags DARK --expr='exposure_time==60' -o darks60.lis",
             "the darks of 60 s, as a list for reduce"},
            {"dataselect ../playdata/*.fits --tags IMAGE --xtags FLAT -o target.lis",
             "images that are no flats"},
            {"dataselect ../playdata/*.fits --expr='ut_date >= \"2012-01-17\" and object != "
             "\"GCALflat\"'",
             "by date and name, on the screen"}},
       .notes =
           {{"Expressions",
             "An expression compares descriptors with values: == != < <= > >= in, joined by and, "
             "or, not and parentheses; + - * / compute. Texts stand in quotes. Blanks do not "
             "matter. Dates and times are written \"2012-01-17\", \"05:30:00\" and "
             "\"2012-01-17 05:30:00\". exposure_time == agrees within 1 %, central_wavelength == "
             "within 1e-5; filter_name, disperser and detector_name are compared without the "
             "numbers of components, unless --strict is given. A descriptor with a value for each "
             "extension equals what one of them equals. `showd` prints the values of descriptors."},
            {"Lists",
             "A list begins with three comment lines that say what was asked for. Commands that "
             "take files take it as @LIST."}}},
      {.name = "showpars",
       .summary = "show the parameters of a primitive",
       .run = run_showpars,
       .parser = showpars_parser,
       .examples = {{"showpars ../playdata/N20120117S0014.fits associateSky",
                     "the parameters of associateSky for a science frame"},
                    {"showpars ../playdata/N20120117S0014.fits stackFrames --format json",
                     "the same of stackFrames, for programs"}}},
      {.name = "showprims",
       .summary = "list the primitives for a file, or those of a recipe",
       .run = run_showprims,
       .parser = showprims_parser,
       .examples = {{"showprims ../playdata/N20120117S0014.fits", "all that can be run on it"},
                    {"showprims ../playdata/N20120117S0014.fits -r",
                     "what its default recipe runs, in order"}}},
      {.name = "showrecipes",
       .summary = "show the recipe for a file",
       .run = run_showrecipes,
       .parser = showrecipes_parser,
       .examples = {{"showrecipes ../playdata/N20120117S0014.fits", "the default recipe"},
                    {"showrecipes ../playdata/N20120117S0014.fits --all",
                     "the names of all recipes"},
                    {"showrecipes ../playdata/N20120117S0034.fits -r makeProcessedBPM",
                     "another one"}}},
      {.name = "showd",
       .summary = "show descriptors of files",
       .run = run_showd,
       .parser = showd_parser,
       .examples = {{"showd -d object,exposure_time,filter_name ../playdata/*.fits", "as a table"},
                    {"showd -d airmass,ut_datetime --csv @target.lis",
                     "of the files in a list, for a spreadsheet"}}},
      {.name = "typewalk",
       .summary = "show the tags of files in a directory tree",
       .run = run_typewalk,
       .parser = typewalk_parser,
       .examples = {{"typewalk -d ../playdata", "all files below a directory"},
                    {"typewalk --tags GNIRS DARK --out darks.lis",
                     "darks, and a list of them for reduce"}}},
      {.name = "provenance",
       .summary = "show what went into a product and how it was made",
       .run = run_provenance,
       .parser = provenance_parser,
       .examples = {{"provenance N20120117S0014_image.fits", "the files and the steps"}}},
      {.name = "superclean",
       .summary = "remove what reductions left in the working directory",
       .run = run_superclean,
       .parser = superclean_parser,
       .examples = {{"superclean --safe", "caches and temporary files"},
                    {"superclean --all --dry-run", "what would be removed, products included"}}},
      {.name = "simulate",
       .summary = "make a raw night with known truth",
       .run = run_simulate,
       .parser = simulate_parser,
       .alone = false,
       .examples = {{"wyvern simulate night --preset small", "fifteen raw frames in night/"}}},
      {.name = "manual",
       .summary = "print the manual page of a command",
       .run = run_manual,
       .parser = manual_parser,
       .alone = false,
       .examples = {{"wyvern manual reduce | man -l -", "a page, as man shows it"},
                    {"wyvern manual parameters", "all parameters of all primitives"}}},
      {.name = "completion",
       .summary = "print completions for bash or zsh",
       .run = run_completion,
       .parser = completion_parser,
       .alone = false,
       .examples = {{"source <(wyvern completion bash)", "completions in this shell"}}},
  };
}

}  // namespace

const std::vector<CommandEntry>& command_entries() {
  static const std::vector<CommandEntry> entries = all_entries();
  return entries;
}

const CommandEntry* find_command(std::string_view name) {
  const auto& entries = command_entries();
  const auto at = std::find_if(entries.begin(), entries.end(),
                               [&](const CommandEntry& entry) { return entry.name == name; });
  return at == entries.end() ? nullptr : &*at;
}

std::vector<std::string> action_names(const CommandEntry& entry) {
  std::vector<std::string> names;
  if (!entry.action_parser) return names;
  const ArgumentParser parser = entry.parser(entry.name);
  for (const Argument& argument : parser.arguments()) {
    for (const auto& [name, help] : argument.commands) names.push_back(name);
  }
  return names;
}

const std::vector<std::pair<int, std::string>>& exit_statuses() {
  static const std::vector<std::pair<int, std::string>> known = {
      {0, "done"},
      {1, "a file cannot be used, or the inputs do not go together"},
      {2, "the command line is wrong"},
      {3, "unknown recipe, primitive or parameter, or a value that a parameter does not take"},
      {4, "a calibration that is needed is missing"},
      {5, "the reduction itself failed"},
      {7, "a calibration database cannot be used"},
      {8, "disk, memory or permissions do not suffice"},
      {130, "interrupted by Ctrl-C"}};
  return known;
}

const std::vector<std::pair<std::string, std::string>>& first_steps() {
  static const std::vector<std::pair<std::string, std::string>> known = {
      {"dataselect ../playdata/*.fits --tags DARK -o darks.lis", "a list of the darks"},
      {"reduce @darks.lis", "the master dark; the master flat likewise, with --tags FLAT"},
      {"dataselect ../playdata/*.fits --tags IMAGE --xtags FLAT -o target.lis",
       "a list of the science frames"},
      {"reduce @target.lis --user_cal processed_dark:X_dark.fits processed_flat:Y_flat.fits",
       "the stack; a database of calibrations (caldb) saves naming them"}};
  return known;
}

std::string overview() {
  std::string out =
      "usage: wyvern COMMAND ...\n\nReduction of Gemini near-infrared images.\n\ncommands:\n";
  std::vector<std::string> only_here;
  for (const CommandEntry& entry : command_entries()) {
    out += fmt::format("  {:<12} {}\n", entry.name, entry.summary);
    if (!entry.alone) only_here.push_back(entry.name);
  }
  out += "\nfirst steps, in an empty folder beside the raw frames in playdata:\n";
  for (const auto& [line, what] : first_steps()) out += fmt::format("  {}\n", line);
  return out + fmt::format(
                   "\n`wyvern COMMAND --help` says more. All but {} are also commands of their "
                   "own.\n",
                   fmt::join(only_here, ", "));
}

}  // namespace wyvern::commands

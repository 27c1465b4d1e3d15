// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <set>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/screen.h"

// The `superclean` command: removes what reductions left in the working directory. Reference:
// recipe_system/scripts/superclean.

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// What an option removes. `precious`: it may hold what cannot be made again in a minute.
struct Group {
  std::string option;
  Names patterns;
  bool precious = false;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> known = {
      {"rcache", {".reducecache"}},
      {"dirs", {"backups", "calibrations", "locks"}, true},
      {"fits", {"*.fits"}, true},
      {"logs", {"*.log"}},
      {"pickles", {".reducecache/*.pkl"}},
      {"hidden",
       {".reducecache", ".adcc", ".autologs", ".fitsstore", "adcclog-latest", "reducelog-latest"}},
      {"tmp", {"tmp*"}},
      {"txt", {"*.txt"}},
  };
  return known;
}

// Options that stand for several: DRAGONS' --safe is -radot, which keeps calibrations.
std::set<std::string> chosen_options(const ArgumentParser::Parsed& parsed) {
  std::set<std::string> chosen;
  for (const Group& group : groups()) {
    if (parsed.has(group.option) || parsed.has("all")) chosen.insert(group.option);
  }
  if (parsed.has("safe")) chosen.insert({"hidden", "tmp"});
  return chosen;
}

// The pattern may have a folder in front. Links are removed themselves, not what they lead to.
void find(const std::string& pattern, std::set<fs::path>& found) {
  const fs::path parts(pattern);
  const fs::path folder = parts.has_parent_path() ? parts.parent_path() : fs::path(".");
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    const std::string name = entry.path().filename().string();
    // As in a shell, a star stands for no hidden file.
    if (::fnmatch(parts.filename().c_str(), name.c_str(), FNM_PERIOD) == 0) {
      found.insert(entry.path().lexically_normal());
    }
  }
}

bool confirmed(std::size_t count) {
  if (::isatty(STDIN_FILENO) == 0) return false;
  fmt::print(stderr, "Remove these {} files and directories? [y/N] ", count);
  std::string answer;
  std::getline(std::cin, answer);
  return to_lower(trim(answer)) == "y" || to_lower(trim(answer)) == "yes";
}

void remove(const std::set<fs::path>& paths) {
  Names failures;
  for (const fs::path& path : paths) {
    std::error_code problem;
    fs::remove_all(path, problem);
    if (problem) failures.push_back(fmt::format("{}: {}", path.string(), problem.message()));
  }
  if (!failures.empty()) throw OutputError("Cannot remove " + join(failures, "; "));
}

}  // namespace

ArgumentParser superclean_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Removes what reductions left in the working directory. What may be precious (-f, -d, --all) "
      "is listed and asked for first; --yes answers.",
      {{.names = {"-c", "--rcache"}, .help = "remove .reducecache"},
       {.names = {"-d", "--dirs"}, .help = "remove the folders backups, calibrations and locks"},
       {.names = {"-f", "--fits"}, .help = "remove *.fits"},
       {.names = {"-l", "--logs"}, .help = "remove *.log"},
       {.names = {"-p", "--pickles"}, .help = "remove .reducecache/*.pkl"},
       {.names = {"-o", "--hidden"},
        .help = "remove .reducecache, .adcc, .autologs, .fitsstore and links to the latest logs"},
       {.names = {"-t", "--tmp"}, .help = "remove tmp*"},
       {.names = {"--txt"}, .help = "remove *.txt"},
       {.names = {"--safe"}, .help = "as -o -t: calibrations and products stay"},
       {.names = {"--all"}, .help = "all of these, FITS files included"},
       {.names = {"-v", "--verbose"}, .help = "name what is removed"},
       {.names = {"--silent"}, .help = "say nothing"},
       {.names = {"-n", "--dry-run"}, .help = "name what would be removed, and stop"},
       {.names = {"-y", "--yes"}, .help = "do not ask"},
       {.names = {"-a", "--adcc"},
        .help = "accepted for the sake of old scripts: no processes run in the background"},
       {.names = {"-r", "--reduce"},
        .help = "accepted for the sake of old scripts: no process is ended"},
       {.names = {"-s", "--show"}, .help = "accepted for the sake of old scripts"},
       {.names = {"-u", "--user"}, .help = "accepted for the sake of old scripts"},
       {.names = {"--ra"}, .help = "accepted for the sake of old scripts: as -r -a"}}));
}

int run_superclean(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = superclean_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (tokens.empty()) {
    std::fputs(arguments.help().c_str(), stdout);
    return 0;
  }
  if (help_printed(arguments, parsed)) return 0;
  const std::set<std::string> chosen = chosen_options(parsed);
  std::set<fs::path> found;
  bool precious = false;
  for (const Group& group : groups()) {
    if (!chosen.contains(group.option)) continue;
    std::set<fs::path> members;
    for (const std::string& pattern : group.patterns) find(pattern, members);
    precious = precious || (group.precious && !members.empty());
    found.merge(members);
  }
  const bool dry = parsed.has("dry_run"), ask = precious && !parsed.has("yes") && !dry;
  const bool silent = parsed.has("silent");
  if (dry || ask || (parsed.has("verbose") && !silent)) {
    for (const fs::path& path : found) fmt::print("{}\n", path.string());
  }
  std::fflush(stdout);
  if (dry) return 0;
  if (ask && !confirmed(found.size())) {
    throw UsageError("nothing was removed: FITS files or calibrations are among it; say --yes");
  }
  remove(found);
  if (!silent) fmt::print(".\n");
  return 0;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <regex>

#include "base/errors.h"
#include "base/files.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/screen.h"
#include "commands/version.h"
#include "instruments/tags.h"

// The `typewalk` command: the tags of all files of a directory tree. Reference:
// recipe_system/apps/typewalk.

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr const char* kMask = R"(.*\.(fits|FITS|fz)(\.(gz|bz2))?$)";
constexpr const char* kDragonsMask = R"(.*?\.(fits|FITS|fz)$)";

struct Request {
  fs::path folder;
  std::regex mask;
  Names tags, xtags;
  bool any = false, recurse = true;
};

bool qualifies(const Tags& found, const Request& request) {
  const auto has = [&](const std::string& tag) { return found.contains(tag); };
  if (std::any_of(request.xtags.begin(), request.xtags.end(), has)) return false;
  if (request.tags.empty()) return true;
  return request.any ? std::any_of(request.tags.begin(), request.tags.end(), has)
                     : std::all_of(request.tags.begin(), request.tags.end(), has);
}

// Walks a tree and prints what it finds.
class Walk {
 public:
  explicit Walk(Request request) : request_(std::move(request)) {}

  void run() { visit(request_.folder); }
  const Names& reported() const { return reported_; }
  std::size_t folders() const { return folders_; }

 private:
  void visit(const fs::path& folder);
  void report(const fs::path& folder, const Names& files);
  std::string line_of(const std::string& name, const Tags& tags) const;
  std::string coloured(const char* code, const std::string& text) const {
    return colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }

  Request request_;
  // DRAGONS writes its colours into files, too.
  bool colour_ = compatible_with_dragons() || takes_colour(stdout);
  Names reported_;
  std::size_t folders_ = 0;
};

// Dots to column 40; a long name stands on a line of its own.
std::string Walk::line_of(const std::string& name, const Tags& tags) const {
  constexpr std::size_t column = 40, longest = 33, indent = 5;
  const std::string blanks(indent, ' ');
  const bool is_long = name.size() > longest;
  const std::size_t dots = is_long ? column - indent : column - (name.size() + indent + 1) % column;
  std::string list;
  for (const std::string& tag : tags) list += fmt::format("({}) ", tag);
  return fmt::format("{}{}{}{} {}\n", blanks, coloured("94", name), is_long ? "\n" + blanks : " ",
                     std::string(dots, '.') + (colour_ ? "\x1b[0m" : ""), coloured("91", list));
}

void Walk::report(const fs::path& folder, const Names& files) {
  bool headed = false;
  for (const std::string& name : files) {
    const fs::path path = folder / name;
    Tags tags;
    try {
      tags = tags_of(open_for_tags(path.string()));
    } catch (const InputError& error) {
      warn(error.what());
      continue;
    }
    if (!qualifies(tags, request_)) continue;
    if (!headed) {
      fmt::print("\n{} {}\n", coloured("96", "directory: "), folder.string());
      headed = true;
      ++folders_;
    }
    std::fputs(line_of(name, tags).c_str(), stdout);
    reported_.push_back(path.string());
  }
}

void Walk::visit(const fs::path& folder) {
  Names files, folders;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    std::error_code ignored;
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored)) {
      if (!entry.is_symlink(ignored)) folders.push_back(name);
    } else if (std::regex_search(name, request_.mask, std::regex_constants::match_continuous)) {
      files.push_back(name);
    }
  }
  if (problem) {
    warn(fmt::format("{}: cannot be read: {}", folder.string(), problem.message()));
    return;
  }
  std::sort(files.begin(), files.end());
  std::sort(folders.begin(), folders.end());
  report(folder, files);
  if (!request_.recurse) return;
  for (const std::string& name : folders) visit(folder / name);
}

Request request_from(const ArgumentParser& parser, const ArgumentParser::Parsed& parsed) {
  Request request;
  std::error_code problem;
  request.folder = fs::canonical(parsed.one("dir", "."), problem);
  if (problem || !fs::is_directory(request.folder, problem)) {
    throw InputError(fmt::format("{}: no such directory", parsed.one("dir")));
  }
  const bool exact = compatible_with_dragons();
  try {
    request.mask = std::regex(parsed.one("filemask", exact ? kDragonsMask : kMask));
  } catch (const std::regex_error&) {
    parser.fail(fmt::format("argument -f/--filemask: '{}' is not a regular expression",
                            parsed.one("filemask")));
  }
  request.tags = parsed.all("tags");
  request.xtags = parsed.all("xtags");
  request.any = parsed.has("or");
  request.recurse = !parsed.has("norecurse");
  return request;
}

std::string list_text(const Request& request, const Names& files) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  char written[64];
  std::strftime(written, sizeof written, "%a %b %e %H:%M:%S %Y", &parts);
  std::string text = fmt::format(
      "# Auto-generated by typewalk, v{}\n# Written: {}\n# Qualifying types: {}\n"
      "# Qualifying logic: {}\n",
      kVersion, written, join(request.tags, "  "), request.any ? "OR" : "AND");
  if (!request.xtags.empty()) {
    text += fmt::format("# Excluded types:   {}\n", join(request.xtags, " "));
  }
  text += "# -----------------------\n";
  for (const std::string& file : files) text += file + "\n";
  return text;
}

}  // namespace

ArgumentParser typewalk_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Shows the tags of the FITS files in a directory and those below it, or of those that have "
      "certain tags, and can write their names into a list that reduce takes as @FILE.",
      {{.names = {"-b", "--batch"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts",
        .metavar = "N"},
       {.names = {"-d", "--dir"},
        .arity = Arity::one,
        .help = "directory to begin with (default: the working directory)"},
       {.names = {"-f", "--filemask"},
        .arity = Arity::one,
        .help = "regular expression that names of files must match from their beginning "
                "(default: .fits, .FITS and .fz, compressed or not)",
        .metavar = "REGEX"},
       {.names = {"-n", "--norecurse"}, .help = "do not look into directories below"},
       {.names = {"--or"}, .help = "one of --tags is enough"},
       {.names = {"-o", "--out"},
        .arity = Arity::one,
        .help = "write the names into this file; only with --tags",
        .metavar = "FILE"},
       {.names = {"--tags"},
        .arity = Arity::at_least_one,
        .help = "show files with all of these tags: --tags GNIRS DARK",
        .metavar = "TAG"},
       {.names = {"--xtags"},
        .arity = Arity::at_least_one,
        .help = "show files with none of these tags",
        .metavar = "TAG"},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts: all instruments are built in"}}));
}

int run_typewalk(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = typewalk_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  const bool exact = compatible_with_dragons();
  if (parsed.has("out") && !parsed.has("tags") && !exact) {
    arguments.fail("argument -o/--out: needs --tags");
  }
  const Request request = request_from(arguments, parsed);
  // The reference prints what --adpkg was given.
  if (exact) fmt::print("{}\n", parsed.one("adpkg", "None"));
  if (!exact) warn_of_packages(parsed.has("adpkg"), false);
  Walk walk(request);
  walk.run();
  if (parsed.has("out") && parsed.has("tags") && !walk.reported().empty()) {
    write_file_atomically(parsed.one("out"), list_text(request, walk.reported()));
  }
  if (exact) {
    fmt::print("Done DataSpider.typewalk(..)\n");
  } else {
    fmt::print("\nFiles: {}, directories: {}\n", walk.reported().size(), walk.folders());
  }
  return 0;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/user_code.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;

// Of the process; set once, before a command runs.
UserCodeLoader& loader_of_process() {
  static UserCodeLoader loader;
  return loader;
}

// The folders of the package and of DRAGONS' names: beside the commands, as installed or built.
struct PackagePaths {
  std::string package, dragons;
};

PackagePaths package_paths() {
  std::error_code error;
  const fs::path bin = fs::read_symlink("/proc/self/exe", error).parent_path();
  PackagePaths paths;
  for (const char* place : {"../lib/wyvern/python", "../python"}) {
    if (fs::exists(bin / place / "wyvern", error)) paths.package = (bin / place).lexically_normal();
    if (!paths.package.empty()) break;
  }
  if (fs::exists(bin / "../lib/wyvern/dragons", error)) {
    paths.dragons = (bin / "../lib/wyvern/dragons").lexically_normal();
  } else if (fs::exists(WYVERN_DRAGONS_NAMES, error)) {
    paths.dragons = WYVERN_DRAGONS_NAMES;
  }
  return paths;
}

std::vector<std::string> interpreters() {
  const char* wanted = std::getenv("WYVERN_PYTHON");
  if (wanted != nullptr && *wanted != '\0') return {wanted};
  return {WYVERN_PYTHON_EXECUTABLE, "python3"};
}

}  // namespace

bool is_user_code(const std::string& name) {
  const std::string last = name.substr(name.find_last_of('/') + 1);
  const std::size_t dot = last.find('.');
  return dot != std::string::npos && dot > 0 && last.back() != '.';
}

void set_user_code_loader(UserCodeLoader loader) {
  loader_of_process() = std::move(loader);
}

bool has_user_code_loader() {
  return loader_of_process() != nullptr;
}

UserRecipe load_user_code(const std::string& name) {
  return loader_of_process()(name);
}

void continue_in_python(const std::string& program, const std::vector<std::string>& tokens) {
  const PackagePaths paths = package_paths();
  ::setenv("WYVERN_PACKAGE_PATH", paths.package.c_str(), 1);
  ::setenv("WYVERN_DRAGONS_PATH", paths.dragons.c_str(), 1);
  // The package of this program before any other: it is the same version.
  constexpr const char* start =
      "import os, sys\n"
      "sys.path[:] = [p for p in [os.environ.pop('WYVERN_PACKAGE_PATH')] if p] + sys.path\n"
      "sys.path += [p for p in [os.environ.pop('WYVERN_DRAGONS_PATH')] if p]\n"
      "try:\n"
      "    from wyvern._user_code import main\n"
      "except ImportError as error:\n"
      "    sys.exit(f'{sys.argv[1]}: error: a recipe in a Python file needs the package wyvern '\n"
      "             f'for {sys.executable}: {error}')\n"
      "sys.exit(main(sys.argv[1], sys.argv[2:]))\n";
  std::vector<std::string> line = split(program, ' ');  // "wyvern reduce" or "reduce"
  line.insert(line.end(), tokens.begin(), tokens.end());
  std::fflush(nullptr);
  for (const std::string& interpreter : interpreters()) {
    std::vector<const char*> words = {interpreter.c_str(), "-c", start};
    for (const std::string& word : line) words.push_back(word.c_str());
    words.push_back(nullptr);
    ::execvp(interpreter.c_str(), const_cast<char* const*>(words.data()));
  }
  throw RecipeError(fmt::format(
      "a recipe in a Python file needs a Python interpreter: {}: {}; $WYVERN_PYTHON names one",
      interpreters().back(), std::strerror(errno)));
}

}  // namespace wyvern::commands

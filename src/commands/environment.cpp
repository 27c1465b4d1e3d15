// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/environment.h"

#include <cstdlib>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::commands {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace

Environment environment() {
  return {variable("HOME").value_or(""), variable("DRAGONSRC"),
          variable("XDG_CACHE_HOME").value_or(""), variable("WYVERN_OFFLINE").has_value()};
}

bool compatible_with_dragons() {
  const std::optional<std::string> version = variable("WYVERN_COMPAT");
  if (!version) return false;
  if (*version != "3.2") {
    throw UsageError("WYVERN_COMPAT is '" + *version + "': only 3.2 is known");
  }
  return true;
}

void take_compat_option(std::vector<std::string>& tokens) {
  constexpr std::string_view option = "--compat", shortest = "--comp";
  for (std::size_t i = 0; i < tokens.size() && tokens[i] != "--"; ++i) {
    const std::size_t equals = tokens[i].find('=');
    const std::string name = tokens[i].substr(0, equals);
    if (!option.starts_with(name) || !name.starts_with(shortest)) continue;
    const bool attached = equals != std::string::npos;
    if (!attached && i + 1 == tokens.size()) {
      throw UsageError("argument --compat: expected a version: --compat 3.2");
    }
    const std::string version = attached ? tokens[i].substr(equals + 1) : tokens[i + 1];
    if (version != "3.2") {
      throw UsageError("argument --compat: '" + version + "' is not known, only 3.2 is");
    }
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    tokens.erase(first, first + (attached ? 1 : 2));
    ::setenv("WYVERN_COMPAT", version.c_str(), 1);
    return;
  }
}

int threads_wanted() {
  const std::optional<std::string> count = variable("WYVERN_THREADS");
  if (!count) return 0;
  const auto number = parse_int(*count);
  if (!number || *number < 1 || *number > 1024) {
    throw UsageError("WYVERN_THREADS is '" + *count + "': a number from 1 to 1024 is needed");
  }
  return static_cast<int>(*number);
}

std::string python_set(const Tags& tags) {
  return "{'" + join({tags.begin(), tags.end()}, "', '") + "'}";
}

}  // namespace wyvern::commands

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
  return {variable("HOME").value_or(""), variable("DRAGONSRC")};
}

bool compatible_with_dragons() {
  const std::optional<std::string> version = variable("WYVERN_COMPAT");
  if (!version) return false;
  if (*version != "3.2") {
    throw UsageError("WYVERN_COMPAT is '" + *version + "': only 3.2 is known");
  }
  return true;
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

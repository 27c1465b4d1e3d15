// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/screen.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace wyvern::commands {

bool takes_colour(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  return (refused == nullptr || *refused == '\0') && ::isatty(::fileno(stream)) == 1;
}

std::optional<std::size_t> screen_width(std::FILE* stream) {
  winsize size{};
  const bool known = ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::optional<std::size_t>(size.ws_col) : std::nullopt;
}

void warn(const std::string& text) {
  std::fflush(stdout);
  fmt::print(stderr, "WARNING - {}\n", text);
}

void warn_of_packages(bool adpkg, bool drpkg) {
  if (adpkg) warn("--adpkg has no effect: all instruments are built in");
  if (drpkg) warn("--drpkg has no effect: recipes and primitives are built in");
}

std::string json_object(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json_string(name), value);
  }
  return "{" + text + "}";
}

}  // namespace wyvern::commands

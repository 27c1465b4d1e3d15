// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/text_fill.h"

#include <cctype>

#include "base/text.h"

namespace wyvern::commands {
namespace {

// Whether a line may end behind the hyphen word[at]: letters on both sides, two of them or one
// that another hyphen sets apart ("non-default", "x-y-axis"; not "-5", "a-1" or "--tags").
bool breaks_behind(std::string_view word, std::size_t at) {
  const auto letter = [&](std::size_t i) {
    return i < word.size() && std::isalpha(static_cast<unsigned char>(word[i])) != 0;
  };
  const auto hyphen = [&](std::size_t i) { return i < word.size() && word[i] == '-'; };
  if (!hyphen(at) || at < 2) return false;
  const bool before =
      letter(at - 1) && (letter(at - 2) || (hyphen(at - 2) && at >= 3 && letter(at - 3)));
  const bool behind = letter(at + 1) && (letter(at + 2) || (hyphen(at + 2) && letter(at + 3)));
  return before && behind;
}

// The parts of a word between which a line may end.
std::vector<std::string> parts_of(const std::string& word) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < word.size(); ++i) {
    parts.back() += word[i];
    if (breaks_behind(word, i)) parts.emplace_back();
  }
  return parts;
}

}  // namespace

std::vector<std::string> filled(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const std::string& word : split_blank(text)) {
    bool first_part = true;
    for (std::string part : parts_of(word)) {
      const std::string blank = first_part && !lines.back().empty() ? " " : "";
      first_part = false;
      if (lines.back().size() + blank.size() + part.size() <= width) {
        lines.back() += blank + part;
        continue;
      }
      if (part.size() <= width) {
        lines.push_back(part);
        continue;
      }
      // Too long for any line: what fits goes on the line that is begun.
      if (lines.back().size() + blank.size() < width) {
        lines.back() += blank;
      } else {
        lines.emplace_back();
      }
      while (lines.back().size() + part.size() > width) {
        const std::size_t room = width - lines.back().size();
        lines.back() += part.substr(0, room);
        part.erase(0, room);
        lines.emplace_back();
      }
      lines.back() += part;
    }
  }
  for (std::string& line : lines) line = trim_right(line);
  if (lines.size() == 1 && lines.front().empty()) lines.clear();
  return lines;
}

}  // namespace wyvern::commands

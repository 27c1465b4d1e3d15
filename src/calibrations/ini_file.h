// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wyvern::calibrations {

// A line of a value with its number in the file.
struct IniLine {
  int number = 0;
  std::string text;  // without blanks at both ends
};

struct IniEntry {
  std::string key;  // lower case
  int line = 0;
  std::vector<IniLine> lines;  // of the value, blank ones inside it included
  std::string value() const;   // lines joined, blank ones at the end left out
};

struct IniSection {
  std::string name;
  int line = 0;
  std::vector<IniEntry> entries;
  const IniEntry* find(std::string_view key) const;
};

// Reads text in the syntax of Python's configparser: [sections], "key = value" or "key: value",
// lines that are indented deeper than their key go on with its value, lines that start with "#" or
// ";" are comments, also inside a value. Keys are the same in either case; sections and keys must
// not come twice. InputError "FILE, line N: …".
std::vector<IniSection> parse_ini(std::string_view text, const std::string& file);

// The words of a line as a shell splits it: quotes of both kinds and backslashes hold blanks.
// InputError, without the place, for a quote that is not closed.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace wyvern::calibrations

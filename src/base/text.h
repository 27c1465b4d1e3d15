// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wyvern {

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);  // blanks, tabs and line ends, both sides
std::string_view trim_right(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);  // keeps empty pieces
std::vector<std::string> split_blank(std::string_view text);            // at runs of white space
std::string join(const std::vector<std::string>& pieces, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
bool contains(std::string_view text, std::string_view piece);

// Whole text as Python's int() and float() take it (surrounding blanks allowed, "inf", "nan",
// "1e3", "1_000" not). Nothing when it is not a number.
std::optional<long long> parse_int(std::string_view text);
std::optional<double> parse_float(std::string_view text);

// Names in `candidates` that `name` may have been meant to be: those equal but for case, else those
// with the same Soundex code (the reference's variant: spec "commands" 4.2), else those with one or
// two letters that differ; in order, each once.
std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string>& candidates);
std::string soundex(std::string_view name);
// ", did you mean X?" or ", did you mean one of ['A', 'B']?" or "".
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace wyvern

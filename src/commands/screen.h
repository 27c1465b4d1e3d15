// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/value.h"

namespace wyvern::commands {

// Whether escape sequences may go to a stream: it is a terminal and $NO_COLOR is not set.
bool takes_colour(std::FILE* stream);
// The width of the terminal behind a stream; nothing when there is none.
std::optional<std::size_t> screen_width(std::FILE* stream);
// "WARNING - text" on stderr, behind what was printed before.
void warn(const std::string& text);
// For options that DRAGONS needs and Wyvern does not: warns that they have no effect.
void warn_of_packages(bool adpkg, bool drpkg);
// {"a": 1, "b": [..]}: values in the order given.
std::string json_object(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace wyvern::commands

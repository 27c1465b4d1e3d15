// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wyvern::commands {

// `text` in lines of at most `width` characters, as Python's textwrap breaks them: at blanks and
// behind the hyphens of hyphenated words; runs of white space count as one blank, and a word that
// is longer than a line is cut.
std::vector<std::string> filled(std::string_view text, std::size_t width);

}  // namespace wyvern::commands

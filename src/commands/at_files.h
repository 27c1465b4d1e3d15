// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wyvern::commands {

// The tokens that the text of an at-file holds: pieces between white space; a line that starts with
// "#" and the rest of a line from a piece that starts with "#" are comments. Double quotes hold
// blanks together; one without a partner on its line is an ordinary character.
std::vector<std::string> tokens_of_text(std::string_view text);

// `tokens` with each @FILE replaced by the tokens of FILE (relative to the working directory),
// those of at-files inside it too. InputError for a file that cannot be read ("[Errno 2] No such
// file or directory: 'FILE'") or that leads back to itself.
std::vector<std::string> expand_at_files(const std::vector<std::string>& tokens);

}  // namespace wyvern::commands

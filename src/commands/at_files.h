// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wyvern::commands {

// The tokens that the text of an at-file holds: pieces between white space; a line that starts with
// "#" and the rest of a line from a piece that starts with "#" are comments. Double quotes hold
// blanks together; one without a partner on its line is an ordinary character. Stops when there are
// more than `most`.
std::vector<std::string> tokens_of_text(std::string_view text,
                                        std::size_t most = std::string_view::npos - 1);

// `tokens` with each @FILE replaced by the tokens of FILE (relative to the working directory),
// those of at-files inside it too. InputError for a file that cannot be read ("[Errno 2] No such
// file or directory: 'FILE'"), is no list (a FITS file, bytes that are 0) or leads back to itself,
// and beyond limits that no list of frames reaches: 32 levels, 10,000 files, 64 MB, a million
// tokens of 64 kB.
std::vector<std::string> expand_at_files(const std::vector<std::string>& tokens);

}  // namespace wyvern::commands

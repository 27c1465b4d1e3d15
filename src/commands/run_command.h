// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace wyvern::commands {

// Runs a command line and gives the exit status; errors are printed. One program under several
// names: called `reduce` it is that command, called `wyvern` its first token says which.
int run_command(std::string program, const std::vector<std::string>& tokens);

}  // namespace wyvern::commands

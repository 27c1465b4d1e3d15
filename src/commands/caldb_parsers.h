// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "commands/commands.h"

namespace wyvern::commands {

// The command lines of caldb: `caldb ACTION …`, and what each action takes.
ArgumentParser caldb_parser(const std::string& program);
ArgumentParser caldb_action_parser(const std::string& program, const std::string& action);

}  // namespace wyvern::commands

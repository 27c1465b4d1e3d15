// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace wyvern::commands {

// What DRAGONS prints for `COMMAND --help` ("caldb init" for a sub-command), with this program's
// version, and its text "docstring of PRIMITIVE"; "" for what is not kept here.
std::string dragons_help(std::string_view command);

}  // namespace wyvern::commands

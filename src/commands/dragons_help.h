// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace wyvern::commands {

// What DRAGONS prints for `COMMAND --help` ("caldb init" for a sub-command), with this program's
// version; "" for what it does not have.
std::string dragons_help(std::string_view command);

}  // namespace wyvern::commands

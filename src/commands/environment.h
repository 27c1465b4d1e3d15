// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "calibrations/calibrations.h"
#include "instruments/descriptors.h"

namespace wyvern::commands {

// What commands take from the process's environment, in one place.

// $HOME, $DRAGONSRC, $XDG_CACHE_HOME and $WYVERN_OFFLINE, for calibrations: which configuration is
// read, where downloads are kept, whether servers are asked.
Environment environment();
// $WYVERN_COMPAT is "3.2": the numbers of DRAGONS 3.2, quirks included. UsageError for another
// version.
bool compatible_with_dragons();
// Takes `--compat VERSION` out of a command line and sets $WYVERN_COMPAT to it: all that follows
// reads one place. UsageError without a version.
void take_compat_option(std::vector<std::string>& tokens);
// $WYVERN_THREADS, or 0. UsageError when it is not a positive number.
int threads_wanted();

// "{'GEMINI', 'GNIRS'}": a tag set as Python prints it, sorted.
std::string python_set(const Tags& tags);

}  // namespace wyvern::commands

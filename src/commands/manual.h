// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "commands/registry.h"

namespace wyvern::commands {

// Pages made from the declarations of commands and primitives.

// A command's manual page in the language of man(7).
std::string man_page(const CommandEntry& entry);
// That of the program itself.
std::string man_page_of_all();
// A command's page for docs/commands, in Markdown.
std::string markdown_page(const CommandEntry& entry);
// docs/parameters.md: every primitive with its parameters.
std::string parameter_reference();

// Completions of all commands, for the shell to read.
std::string bash_completion();
std::string zsh_completion();

// "-o OUTPUT, --output OUTPUT", or the name of a positional: an argument as help shows it.
std::string invocation(const Argument& argument);

}  // namespace wyvern::commands

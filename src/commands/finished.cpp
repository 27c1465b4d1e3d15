// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/commands.h"
#include "commands/dragons_help.h"
#include "commands/environment.h"

namespace wyvern::commands {

ArgumentParser finished(ArgumentParser parser) {
  // main() has taken the option out of the line: it is declared to be shown and completed.
  parser.add({.names = {"--compat"},
              .arity = Arity::one,
              .help = "do and print what DRAGONS of this version does, as far as Wyvern has it; "
                      "also $WYVERN_COMPAT",
              .choices = {"3.2"},
              .in_usage = false});
  if (!compatible_with_dragons()) return parser;
  std::string_view name = parser.program();
  if (name.starts_with("wyvern ")) name.remove_prefix(7);
  parser.show_instead(dragons_help(name));
  return parser;
}

}  // namespace wyvern::commands

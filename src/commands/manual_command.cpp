// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/manual.h"

// `wyvern manual` and `wyvern completion`: pages and completions for the installation, and for
// those who like to look at them.

namespace wyvern::commands {
namespace {

std::vector<std::string> page_names() {
  std::vector<std::string> names;
  for (const CommandEntry& entry : command_entries()) names.push_back(entry.name);
  names.emplace_back("parameters");
  return names;
}

}  // namespace

ArgumentParser manual_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Prints the manual page of a command, or the reference of all parameters (in Markdown). "
      "`wyvern manual reduce | man -l -` shows a page as man does.",
      {{.names = {"page"}, .arity = Arity::one, .help = "a command, `wyvern`, or `parameters`"},
       {.names = {"--format"},
        .arity = Arity::one,
        .help = "man (default) or markdown",
        .choices = {"man", "markdown"}}}));
}

ArgumentParser completion_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Prints the completions of all commands for a shell. `make install` puts them where shells "
      "find them; else: source <(wyvern completion bash).",
      {{.names = {"shell"},
        .arity = Arity::one,
        .help = "the shell",
        .choices = {"bash", "zsh"}}}));
}

int run_manual(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = manual_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  const std::string name = parsed.one("page");
  std::string text;
  if (name == "parameters") {
    text = parameter_reference();
  } else if (name == "wyvern") {
    text = man_page_of_all();
  } else {
    const CommandEntry* entry = find_command(name);
    if (entry == nullptr) {
      arguments.fail(fmt::format("no page '{}'{}", name, did_you_mean(name, page_names())));
    }
    text = parsed.one("format") == "markdown" ? markdown_page(*entry) : man_page(*entry);
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

int run_completion(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = completion_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  const std::string text = parsed.one("shell") == "zsh" ? zsh_completion() : bash_completion();
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace wyvern::commands

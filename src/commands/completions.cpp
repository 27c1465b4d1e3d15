// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/text.h"
#include "commands/manual.h"

namespace wyvern::commands {
namespace {

using Names = std::vector<std::string>;

// A command line as completions know it: "caldb add" with its parser.
struct Line {
  std::string name;
  ArgumentParser parser;
};

std::vector<Line> all_lines() {
  std::vector<Line> lines;
  for (const CommandEntry& entry : command_entries()) {
    lines.push_back({entry.name, entry.parser(entry.name)});
    for (const std::string& action : action_names(entry)) {
      lines.push_back({entry.name + " " + action, entry.action_parser(entry.name, action)});
    }
  }
  return lines;
}

Names programs() {
  Names names = {"wyvern"};
  for (const CommandEntry& entry : command_entries()) {
    if (entry.alone) names.push_back(entry.name);
  }
  return names;
}

Names option_names(const ArgumentParser& parser) {
  Names names;
  for (const Argument& argument : parser.arguments()) {
    if (argument.positional()) continue;
    names.insert(names.end(), argument.names.begin(), argument.names.end());
  }
  return names;
}

// What `_wyvern` of bash and zsh share: the words of each command line.
constexpr const char* kBashBody = R"bash(
# The primitives for a FITS file on the line.
_wyvern_primitives() {
  showprims "$1" 2>/dev/null | sed -n 's/^   \([A-Za-z]*\) .*/\1/p'
}

_wyvern() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  local line=${COMP_WORDS[0]##*/} first=1 words
  COMPREPLY=()
  if [[ $line == wyvern ]]; then
    if ((COMP_CWORD == 1)); then
      mapfile -t COMPREPLY < <(compgen -W "$(_wyvern_commands)" -- "$current")
      return
    fi
    line=${COMP_WORDS[1]} first=2
  fi
  words=$(_wyvern_actions "$line")
  if [[ -n $words ]]; then
    if ((COMP_CWORD == first)); then
      mapfile -t COMPREPLY < <(compgen -W "$words $(_wyvern_options "$line")" -- "$current")
      return
    fi
    line="$line ${COMP_WORDS[first]}"
  fi
  words=$(_wyvern_choices "$line" "$previous")
  if [[ -z $words && $current == -* ]]; then words=$(_wyvern_options "$line"); fi
  if [[ -z $words && $line == showpars && -f $previous ]]; then
    words=$(_wyvern_primitives "$previous")
  fi
  if [[ -n $words ]]; then mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"); fi
}
)bash";

std::string bash_case(const std::string& function, const Names& cases, const std::string& subject) {
  std::string text = fmt::format("{}() {{\n  case \"{}\" in\n", function, subject);
  for (const std::string& line : cases) text += "    " + line + "\n";
  return text + "  esac\n}\n\n";
}

// ---- zsh

// Text within [...] of a specification of _arguments, in single quotes.
std::string zsh_text(std::string text) {
  for (const char* special : {"\\", "[", "]", ":"}) {
    text = replace_all(text, special, std::string("\\") + special);
  }
  return replace_all(text, "'", "'\\''");
}

std::string zsh_value(const Argument& argument) {
  std::string name = argument.positional() ? argument.names.front() : destination_of(argument);
  const std::string values =
      argument.choices.empty() ? "_files" : "(" + join(argument.choices, " ") + ")";
  return fmt::format(":{}:{}", zsh_text(argument.metavar.empty() ? name : argument.metavar),
                     values);
}

// One specification for each name of an option; names exclude each other unless it takes several.
Names zsh_option(const Argument& argument) {
  Names specs;
  const bool repeats = argument.arity == Arity::any || argument.arity == Arity::at_least_one;
  const std::string head = repeats ? "*" : "(" + join(argument.names, " ") + ")";
  for (const std::string& name : argument.names) {
    const std::string value = argument.arity == Arity::none ? "" : zsh_value(argument);
    specs.push_back(fmt::format("'{}{}[{}]{}'", head, name, zsh_text(argument.help), value));
  }
  return specs;
}

std::string zsh_arguments(const ArgumentParser& parser) {
  Names specs;
  for (const Argument& argument : parser.arguments()) {
    if (!argument.positional()) {
      const Names own = zsh_option(argument);
      specs.insert(specs.end(), own.begin(), own.end());
    } else if (argument.arity == Arity::one || argument.arity == Arity::optional) {
      specs.push_back(fmt::format("'{}'", zsh_value(argument)));
    } else if (argument.arity != Arity::command) {
      specs.push_back(fmt::format("'*{}'", zsh_value(argument)));
    }
  }
  return "_arguments -s \\\n    " + join(specs, " \\\n    ");
}

std::string zsh_function(const std::string& line) {
  return "_wyvern_" + replace_all(line, " ", "_");
}

std::string zsh_commands(const std::string& variable,
                         const std::vector<std::pair<std::string, std::string>>& commands) {
  std::string text = fmt::format("  local -a {0}\n  {0}=(\n", variable);
  for (const auto& [name, help] : commands) {
    text += fmt::format("    '{}:{}'\n", name, zsh_text(help));
  }
  return text + "  )\n";
}

// A function that completes a first word and then calls the function for it.
std::string zsh_dispatcher(const std::string& line,
                           const std::vector<std::pair<std::string, std::string>>& commands) {
  std::string text =
      fmt::format("{}() {{\n{}", zsh_function(line), zsh_commands("known", commands));
  text += fmt::format(
      "  if ((CURRENT == 2)); then _describe command known; return; fi\n"
      "  local name=${{words[2]}}\n  shift words\n  ((CURRENT--))\n"
      "  (($+functions[{0}_$name])) && {0}_$name\n}}\n\n",
      line == "wyvern" ? "_wyvern" : zsh_function(line));
  return text;
}

}  // namespace

std::string bash_completion() {
  Names options, choices, actions, names;
  for (const CommandEntry& entry : command_entries()) {
    names.push_back(entry.name);
    const Names own = action_names(entry);
    if (!own.empty())
      actions.push_back(fmt::format("{}) echo '{}' ;;", entry.name, join(own, " ")));
  }
  for (const Line& line : all_lines()) {
    options.push_back(
        fmt::format("'{}') echo '{}' ;;", line.name, join(option_names(line.parser), " ")));
    for (const Argument& argument : line.parser.arguments()) {
      if (argument.positional() || argument.choices.empty()) continue;
      for (const std::string& name : argument.names) {
        choices.push_back(
            fmt::format("'{} {}') echo '{}' ;;", line.name, name, join(argument.choices, " ")));
      }
    }
  }
  return "# bash completion of Wyvern's commands; made by `wyvern completion bash`.\n\n" +
         fmt::format("_wyvern_commands() {{\n  echo '{}'\n}}\n\n", join(names, " ")) +
         bash_case("_wyvern_actions", actions, "$1") + bash_case("_wyvern_options", options, "$1") +
         bash_case("_wyvern_choices", choices, "$1 $2") + std::string(kBashBody).substr(1) +
         fmt::format("\ncomplete -o bashdefault -o default -F _wyvern {}\n", join(programs(), " "));
}

std::string zsh_completion() {
  std::string text = fmt::format(
      "#compdef {}\n# zsh completion of Wyvern's commands; made by `wyvern completion zsh`.\n\n",
      join(programs(), " "));
  std::vector<std::pair<std::string, std::string>> commands;
  for (const CommandEntry& entry : command_entries()) {
    commands.emplace_back(entry.name, entry.summary);
    const ArgumentParser parser = entry.parser(entry.name);
    for (const Argument& argument : parser.arguments()) {
      if (argument.arity == Arity::command) text += zsh_dispatcher(entry.name, argument.commands);
    }
  }
  for (const Line& line : all_lines()) {
    const CommandEntry* entry = find_command(line.name);
    if (entry != nullptr && entry->action_parser) continue;  // has its dispatcher
    text +=
        fmt::format("{}() {{\n  {}\n}}\n\n", zsh_function(line.name), zsh_arguments(line.parser));
  }
  std::string dispatcher = zsh_dispatcher("wyvern", commands);
  text += replace_all(dispatcher, "_wyvern_wyvern()", "_wyvern_command()");
  text +=
      "case $service in\n  wyvern) _wyvern_command \"$@\" ;;\n"
      "  *) _wyvern_$service \"$@\" ;;\nesac\n";
  return text;
}

}  // namespace wyvern::commands

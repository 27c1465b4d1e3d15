// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "commands/commands.h"
#include "commands/manual.h"
#include "commands/text_fill.h"

namespace wyvern::commands {
namespace {

constexpr std::size_t kWidth = 78;       // argparse leaves two of 80 columns free
constexpr std::size_t kHelpColumn = 24;  // the column of help texts is never further right
constexpr std::string_view kUsage = "usage: ";

std::string metavar(const Argument& argument) {
  if (!argument.metavar.empty()) return argument.metavar;
  std::vector<std::string> choices = argument.choices;
  for (const auto& [name, help] : argument.commands) choices.push_back(name);
  if (!choices.empty()) return fmt::format("{{{}}}", join(choices, ","));
  const std::string name = destination_of(argument);
  return argument.positional() ? argument.names.front() : to_upper(name);
}

std::string values_text(const Argument& argument) {
  const std::string name = metavar(argument);
  switch (argument.arity) {
    case Arity::none:
      return "";
    case Arity::one:
      return name;
    case Arity::optional:
      return fmt::format("[{}]", name);
    case Arity::any:
      return fmt::format("[{} ...]", name);
    case Arity::at_least_one:
      return fmt::format("{0} [{0} ...]", name);
    case Arity::command:
      return name + " ...";
  }
  return "";
}

// "A [A ...]" may be broken before the bracket, "[A ...]" nowhere.
void add_values_parts(const std::string& values, std::vector<std::string>& parts) {
  const std::size_t blank = values.starts_with('[') ? std::string::npos : values.find(' ');
  if (!values.empty()) parts.push_back(values.substr(0, blank));
  if (blank != std::string::npos) parts.push_back(values.substr(blank + 1));
}

// The pieces of the usage line between which it may be broken.
void add_usage_parts(const Argument& argument, std::vector<std::string>& parts) {
  const std::string values = values_text(argument);
  if (!argument.positional() && !argument.required) {
    parts.push_back(
        fmt::format("[{}{}{}]", argument.names.front(), values.empty() ? "" : " ", values));
    return;
  }
  if (!argument.positional()) parts.push_back(argument.names.front());
  add_values_parts(values, parts);
}

// Parts in lines with a hanging indent; the first line begins with `start`.
std::string broken_lines(const std::vector<std::string>& parts, std::size_t indent,
                         std::string start) {
  std::string out, line = std::move(start);
  bool fresh = line.find_first_not_of(' ') == std::string::npos;
  for (const std::string& part : parts) {
    if (!fresh && line.size() + 1 + part.size() > kWidth) {
      out += line + "\n";
      line = std::string(indent, ' ');
      fresh = true;
    }
    if (!fresh) line += " ";
    line += part;
    fresh = false;
  }
  return out + line + "\n";
}

}  // namespace

std::string invocation(const Argument& argument) {
  if (argument.positional()) return metavar(argument);
  std::vector<std::string> shown;
  const std::string values = values_text(argument);
  for (const std::string& name : argument.names) {
    shown.push_back(values.empty() ? name : name + " " + values);
  }
  return join(shown, ", ");
}

namespace {

struct Entry {
  std::size_t indent;
  std::string head, help;
};

std::vector<Entry> entries(const std::vector<Argument>& arguments, bool positional) {
  std::vector<Entry> found;
  for (const Argument& argument : arguments) {
    if (argument.positional() != positional) continue;
    found.push_back({2, invocation(argument), argument.help});
    for (const auto& [name, help] : argument.commands) found.push_back({4, name, help});
  }
  return found;
}

std::string entry_text(const Entry& entry, std::size_t column) {
  std::string out = std::string(entry.indent, ' ') + entry.head;
  if (entry.help.empty()) return out + "\n";
  const std::string gap(column, ' ');
  if (out.size() + 2 <= column) {
    out.resize(column, ' ');
  } else {
    out += '\n';
    out += gap;
  }
  return out + join(filled(entry.help, kWidth - column), fmt::format("\n{}", gap)) + "\n";
}

}  // namespace

std::string ArgumentParser::usage() const {
  if (!fixed_help_.empty()) return fixed_help_.substr(0, fixed_help_.find("\n\n") + 1);
  std::vector<std::string> options, positionals;
  for (const Argument& argument : arguments_) {
    if (!argument.in_usage) continue;
    add_usage_parts(argument, argument.positional() ? positionals : options);
  }
  const std::string start = std::string(kUsage) + program_;
  std::vector<std::string> parts = options;
  parts.insert(parts.end(), positionals.begin(), positionals.end());
  const std::string line = start + " " + join(parts, " ");
  if (line.size() <= kWidth) return line + "\n";
  const std::size_t indent = start.size() + 1;
  // A long program name stands on a line of its own, as in argparse.
  if (4 * start.size() > 3 * kWidth) {
    const std::string gap(kUsage.size(), ' ');
    const std::string together = broken_lines(parts, gap.size(), gap);
    if (positionals.empty() || together.find('\n') + 1 == together.size()) {
      return start + "\n" + together;
    }
    return start + "\n" + broken_lines(options, gap.size(), gap) +
           broken_lines(positionals, gap.size(), gap);
  }
  std::string out = broken_lines(options, indent, start);
  if (!positionals.empty()) out += broken_lines(positionals, indent, std::string(indent, ' '));
  return out;
}

std::string ArgumentParser::help() const {
  if (!fixed_help_.empty()) return fixed_help_;
  std::string out = usage();
  if (!description_.empty()) {
    const bool as_it_is = contains(description_, "\n");
    out +=
        fmt::format("\n{}\n", as_it_is ? description_ : join(filled(description_, kWidth), "\n"));
  }
  const std::vector<Entry> positionals = entries(arguments_, true);
  const std::vector<Entry> options = entries(arguments_, false);
  std::size_t longest = 0;
  for (const auto* group : {&positionals, &options}) {
    for (const Entry& entry : *group) longest = std::max(longest, entry.indent + entry.head.size());
  }
  const std::size_t column = std::min(longest + 2, kHelpColumn);
  if (!positionals.empty()) out += "\npositional arguments:\n";
  for (const Entry& entry : positionals) out += entry_text(entry, column);
  out += "\noptions:\n";
  for (const Entry& entry : options) out += entry_text(entry, column);
  return out;
}

bool help_printed(const ArgumentParser& arguments, const ArgumentParser::Parsed& parsed) {
  if (!parsed.has("help")) return false;
  fmt::print("{}", arguments.help());
  return true;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/text.h"
#include "commands/manual.h"
#include "commands/text_fill.h"
#include "commands/version.h"

namespace wyvern::commands {
namespace {

// One command line, of a command or of a sub-command, with its summary.
struct Line {
  ArgumentParser parser;
  std::string summary;
};

std::vector<Line> lines_of(const CommandEntry& entry) {
  const std::string program = (entry.alone ? "" : "wyvern ") + entry.name;
  std::vector<Line> lines = {{entry.parser(program), entry.summary}};
  const std::vector<Argument> arguments = lines[0].parser.arguments();
  for (const Argument& argument : arguments) {
    for (const auto& [name, help] : argument.commands) {
      lines.push_back({entry.action_parser(program, name), help});
    }
  }
  return lines;
}

// ---- man(7)

// Text that the formatter must not take for its own: backslashes, leading dots, hyphens of options.
std::string troff(const std::string& text) {
  std::string out = replace_all(replace_all(text, "\\", "\\e"), "-", "\\-");
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return replace_all(out, "\n", "\n.br\n");
}

std::string man_arguments(const ArgumentParser& parser) {
  std::string text;
  for (const Argument& argument : parser.arguments()) {
    if (argument.arity == Arity::command) continue;
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", troff(invocation(argument)), troff(argument.help));
  }
  return text;
}

// The usage without its first word and line breaks.
std::string synopsis(const ArgumentParser& parser) {
  return join(split_blank(parser.usage().substr(7)), " ");
}

std::string man_exit_statuses() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : exit_statuses()) {
    text += fmt::format(".TP\n.B {}\n{}\n", status, troff(meaning));
  }
  return text;
}

// ---- Markdown

std::string cell(const std::string& text) {
  return replace_all(replace_all(text, "|", "\\|"), "\n", " ");
}

std::string markdown_arguments(const ArgumentParser& parser) {
  std::string text = "| argument | meaning |\n|---|---|\n";
  for (const Argument& argument : parser.arguments()) {
    if (argument.arity == Arity::command) continue;
    text += fmt::format("| `{}` | {} |\n", cell(invocation(argument)), cell(argument.help));
  }
  return text;
}

std::string filled_paragraph(const std::string& text) {
  constexpr std::size_t width = 118;
  return join(filled(text, width), "\n") + "\n";
}

}  // namespace

std::string man_page(const CommandEntry& entry) {
  const std::vector<Line> lines = lines_of(entry);
  const std::string name = entry.alone ? entry.name : "wyvern-" + entry.name;
  std::string text = fmt::format(".TH {} 1 \"\" \"Wyvern {}\" \"Wyvern\"\n.SH NAME\n{} \\- {}\n",
                                 to_upper(name), kVersion, troff(name), troff(entry.summary));
  text += ".SH SYNOPSIS\n";
  for (const Line& line : lines) text += ".B " + troff(synopsis(line.parser)) + "\n.br\n";
  text += ".SH DESCRIPTION\n" + troff(lines[0].parser.description()) + "\n";
  text += ".SH OPTIONS\n" + man_arguments(lines[0].parser);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    text += fmt::format(".SH {}\n{}\n{}", to_upper(troff(lines[i].parser.program())),
                        troff(lines[i].summary), man_arguments(lines[i].parser));
  }
  for (const auto& [heading, note] : entry.notes) {
    text += fmt::format(".SH {}\n{}\n", to_upper(troff(heading)), troff(note));
  }
  if (!entry.examples.empty()) text += ".SH EXAMPLES\n";
  for (const auto& [line, what] : entry.examples) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", troff(line), troff(what));
  }
  return text + man_exit_statuses();
}

std::string man_page_of_all() {
  std::string text = fmt::format(
      ".TH WYVERN 1 \"\" \"Wyvern {}\" \"Wyvern\"\n.SH NAME\nwyvern \\- reduction of Gemini "
      "near\\-infrared images\n.SH SYNOPSIS\n.B wyvern\nCOMMAND ...\n.SH COMMANDS\n",
      kVersion);
  for (const CommandEntry& entry : command_entries()) {
    text += fmt::format(".TP\n.B {}\n{}; see {}(1)\n", entry.name, troff(entry.summary),
                        troff((entry.alone ? "" : "wyvern-") + entry.name));
  }
  text += ".SH FIRST STEPS\n";
  for (const auto& [line, what] : first_steps()) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", troff(line), troff(what));
  }
  return text + man_exit_statuses();
}

std::string markdown_page(const CommandEntry& entry) {
  const std::vector<Line> lines = lines_of(entry);
  std::string text = fmt::format("# {}: {}\n\n", entry.name, entry.summary);
  text += "<!-- Made from the declarations by `make docs`. -->\n\n```\n";
  text += lines[0].parser.usage() + "```\n\n";
  text += filled_paragraph(lines[0].parser.description()) + "\n";
  text += markdown_arguments(lines[0].parser);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    text += fmt::format("\n## {}\n\n```\n{}```\n\n{}\n{}", lines[i].parser.program(),
                        lines[i].parser.usage(), filled_paragraph(lines[i].summary),
                        markdown_arguments(lines[i].parser));
  }
  for (const auto& [heading, note] : entry.notes) {
    text += fmt::format("\n## {}\n\n{}", heading, filled_paragraph(note));
  }
  if (!entry.examples.empty()) text += "\n## Examples\n\n";
  for (const auto& [line, what] : entry.examples) {
    text += fmt::format("{}:\n\n```\n{}\n```\n\n", what, line);
  }
  return text + "The exit statuses are those of [all commands](../user-guide.md#exit-statuses).\n";
}

}  // namespace wyvern::commands

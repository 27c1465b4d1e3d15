// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/dragons_help.h"
#include "commands/environment.h"
#include "commands/screen.h"
#include "commands/text_fill.h"
#include "commands/user_code.h"
#include "commands/version.h"
#include "primitives/common.h"
#include "primitives/docs.h"

// The `showpars` command. Reference: recipe_system/scripts/showpars,
// recipe_system/utils/rs_utilities.

namespace wyvern::commands {
namespace {

// One in a Python file: "mine.py.myPrimitive".
Primitive user_primitive(const Tags& tags, const std::string& file, const std::string& name) {
  const std::string last = name.substr(name.find_last_of('.') + 1);
  for (Primitive& primitive : load_user_code(name).primitives(tags)) {
    if (primitive.name == last) return std::move(primitive);
  }
  throw RecipeError(fmt::format("{}: no primitive of that name for {}", name, file));
}

Primitive primitive_for(const Tags& tags, const std::string& file, const std::string& name) {
  if (is_user_code(name)) return user_primitive(tags, file, name);
  const PrimitiveClass* primitives = primitive_class_for(tags, compatible_with_dragons());
  if (primitives == nullptr) {
    throw RecipeError(fmt::format("{}: no primitives are known for this kind of data", file));
  }
  const Primitive* primitive = primitives->find(name);
  if (primitive != nullptr) return *primitive;
  std::vector<std::string> names;
  for (const Primitive& known : primitives->primitives()) names.push_back(known.name);
  const std::string likes = did_you_mean(name, names);
  throw RecipeError(fmt::format("{} doesn't exist for this data type{}", name,
                                likes.empty() ? "; `showprims FILE` lists what does" : likes));
}

// Paragraphs filled to the width of a page.
std::string filled_doc(std::string_view doc) {
  constexpr std::size_t width = 78;
  std::string text;
  for (const std::string& paragraph : split(doc, '\n')) {
    text += (text.empty() ? "" : "\n") + join(filled(paragraph, width), "\n") + "\n";
  }
  return text;
}

std::string doc_text(const std::string& primitive) {
  const std::string reference =
      compatible_with_dragons() ? dragons_help("docstring of " + primitive) : "";
  return fmt::format("\nDocstring for '{}':\n{:=<40}\n\n{}\n", primitive, "",
                     reference.empty() ? filled_doc(primitive_doc(primitive)) : reference);
}

std::string json_choices(const Parameter& parameter) {
  std::vector<std::pair<std::string, std::string>> meanings;
  for (const auto& [value, meaning] : parameter.choices) {
    meanings.emplace_back(value, json_string(meaning));
  }
  return json_object(meanings);
}

std::string json_parameter(const Parameter& parameter) {
  std::vector<std::pair<std::string, std::string>> members = {
      {"name", json_string(parameter.name)},
      {"type", json_string(type_name(parameter.type))},
      {"default", json(parameter.default_value)},
      {"optional", parameter.optional ? "true" : "false"},
      {"hidden", parameter.hidden() ? "true" : "false"},
      {"label", json_string(parameter.label)}};
  if (parameter.ranged) members.emplace_back("range", json_string(parameter.range()));
  if (!parameter.choices.empty()) members.emplace_back("choices", json_choices(parameter));
  return json_object(members);
}

std::string json_text(const std::string& file, const Tags& tags, const Primitive& primitive,
                      bool with_hidden) {
  std::vector<std::string> parameters;
  for (const Parameter& parameter : primitive.parameters) {
    if (!parameter.hidden() || with_hidden) parameters.push_back(json_parameter(parameter));
  }
  return json_object({{"filename", json_string(file)},
                      {"tags", json(ValueList(tags.begin(), tags.end()))},
                      {"primitive", json_string(primitive.name)},
                      {"doc", json_string(primitive_doc(primitive.name))},
                      {"parameters", "[\n  " + join(parameters, ",\n  ") + "\n]"}}) +
         "\n";
}

std::string text_of(const Tags& tags, const Primitive& primitive, bool with_hidden, bool classic) {
  const std::string set = python_set(tags);
  const std::string shown = classic ? "set([" + set.substr(1, set.size() - 2) + "])" : set;
  return fmt::format("Dataset tagged as {}\n{}{}", shown, classic ? "" : "\n",
                     parameter_table(primitive.name, primitive.parameters, with_hidden, classic));
}

}  // namespace

ArgumentParser showpars_parser(const std::string& program) {
  return finished(
      {program,
       "Shows the parameters of a primitive as they apply to a file: names, values and meanings. "
       "`showprims FILE` lists the primitives.",
       {{.names = {"-v", "--version"}, .help = "show the version and exit", .at_once = true},
        {.names = {"-d", "--doc"}, .help = "say what the primitive does, too"},
        {.names = {"-a", "--all"}, .help = "show hidden parameters (debug_...) too"},
        {.names = {"--format"},
         .arity = Arity::one,
         .help = "dragons (default); classic: the layout of DRAGONS up to 3.0; json",
         .choices = {"classic", "dragons", "json"}},
        {.names = {"--adpkg"},
         .arity = Arity::one,
         .help = "accepted for the sake of old scripts: all instruments are built in"},
        {.names = {"--drpkg"},
         .arity = Arity::one,
         .help = "accepted for the sake of old scripts: all primitives are built in"},
        {.names = {"filename"}, .arity = Arity::one, .help = "a FITS file"},
        {.names = {"primitive"}, .arity = Arity::one, .help = "name of a primitive"}}});
}

int run_showpars(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = showpars_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  if (parsed.has("version")) {
    fmt::print("{}{}\n", compatible_with_dragons() ? "v" : "", kVersion);
    return 0;
  }
  const std::string name = parsed.one("primitive");
  if (is_user_code(name) && !has_user_code_loader()) continue_in_python(program, tokens);
  warn_of_packages(parsed.has("adpkg"), parsed.has("drpkg"));
  const std::string file = parsed.one("filename");
  const Tags tags = tags_of(open_for_tags(file));
  const Primitive primitive = primitive_for(tags, file, name);
  const bool with_hidden = parsed.has("all");
  std::string text;
  if (parsed.one("format") == "json") {
    text = json_text(file, tags, primitive, with_hidden);
  } else {
    text = text_of(tags, primitive, with_hidden, parsed.one("format") == "classic");
    if (parsed.has("doc")) text += doc_text(primitive.name);
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/screen.h"
#include "commands/showrecipes.h"
#include "primitives/common.h"
#include "primitives/docs.h"
#include "recipes/recipe.h"

// The `showprims` command: what steps there are for a file.

namespace wyvern::commands {
namespace {

using Names = std::vector<std::string>;

std::string line_of(const std::string& name) {
  return fmt::format("   {:<28}  {}\n", name, primitive_summary(name));
}

std::string json_step(const std::string& name, const std::string& call) {
  std::vector<std::pair<std::string, std::string>> members = {
      {"primitive", json_string(name)}, {"summary", json_string(primitive_summary(name))}};
  if (!call.empty()) members.emplace_back("call", json_string(call));
  return json_object(members);
}

void print(const std::string& file, const std::string& of, const Names& lines, bool as_json) {
  if (as_json) {
    const std::string list = lines.empty() ? "[]" : "[\n  " + join(lines, ",\n  ") + "\n]";
    fmt::print("{}\n", json_object({{"filename", json_string(file)},
                                    {"of", json_string(of)},
                                    {"primitives", list}}));
  } else {
    fmt::print("Primitives of {} for {}:\n{}", of, file, join(lines, ""));
  }
}

void print_all(const std::string& file, const Tags& tags, bool as_json) {
  const PrimitiveClass* primitives = primitive_class_for(tags);
  if (primitives == nullptr) {
    throw RecipeError(fmt::format("{}: no primitives are known for this kind of data", file));
  }
  Names lines;
  for (const Primitive& primitive : primitives->primitives()) {
    lines.push_back(as_json ? json_step(primitive.name, "") : line_of(primitive.name));
  }
  print(file, primitives->name(), lines, as_json);
}

void print_recipe(const std::string& file, const FoundRecipe& found, bool as_json) {
  Names lines;
  for (const RecipeStep& step : found.recipe->steps) {
    lines.push_back(as_json ? json_step(step.primitive, call_text(step)) : line_of(step.primitive));
  }
  print(file, found.recipe->name, lines, as_json);
}

}  // namespace

ArgumentParser showprims_parser(const std::string& program) {
  return finished(ArgumentParser(
      program,
      "Lists the primitives that there are for a file, or those of a recipe, with what they do. "
      "`showpars FILE PRIMITIVE` shows the parameters of one.",
      {{.names = {"inputfile"}, .arity = Arity::one, .help = "a FITS file"},
       {.names = {"-r", "--recipe"},
        .arity = Arity::optional,
        .help = "those of this recipe, in its order; of the default one when none is named"},
       {.names = {"-m", "--mode"},
        .arity = Arity::one,
        .help = "mode of the recipe: sq (default), qa or ql",
        .choices = {"sq", "qa", "ql"}},
       {.names = {"--json"}, .help = "print JSON"}}));
}

int run_showprims(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = showprims_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  const std::string file = parsed.one("inputfile");
  const Tags tags = tags_of(open_for_tags(file));
  const bool as_json = parsed.has("json");
  if (parsed.has("recipe") || parsed.has("mode")) {
    const std::string mode = parsed.one("mode", "sq");
    print_recipe(file, recipe_for(file, tags, mode, parsed.one("recipe", "_default")), as_json);
  } else {
    print_all(file, tags, as_json);
  }
  return 0;
}

}  // namespace wyvern::commands

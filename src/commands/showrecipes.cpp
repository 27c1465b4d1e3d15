// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/screen.h"
#include "commands/showrecipes.h"
#include "recipes/recipe.h"

// The `showrecipes` command: the recipe for a file, and what others there are. Reference:
// gempy/utils/showrecipes.py.

namespace wyvern::commands {
namespace {

using Names = std::vector<std::string>;
constexpr const char* kModes[] = {"sq", "qa", "ql"};

Value list_value(const Tags& tags) {
  return ValueList(tags.begin(), tags.end());
}

// DRAGONS' quick-look libraries take their functions from those of sq.
std::string mode_of_source(const std::string& mode) {
  return compatible_with_dragons() && mode == "ql" ? "sq" : mode;
}

// As users of DRAGONS know it: "geminidr.gnirs.recipes.sq.recipes_IMAGE::reduce".
std::string full_name(const RecipeLibrary& library, const std::string& recipe) {
  return fmt::format("geminidr.gnirs.recipes.{}.{}::{}", mode_of_source(library.mode), library.name,
                     recipe);
}

// In DRAGONS' sources texts stand in double quotes, except two names of lists.
std::string text_in_source(const RecipeStep& step) {
  const std::string text = call_text(step);
  if (contains(text, "forFlat") || contains(text, "forSky")) return text;
  return replace_all(text, "'", "\"");
}

// The calls of a recipe. DRAGONS lists those that are commented out in its sources, too.
Names calls_of(const Recipe& recipe) {
  const bool exact = compatible_with_dragons();
  const bool calibration = recipe.name == "makeProcessedDark" || recipe.name == "makeProcessedFlat";
  Names calls;
  for (const RecipeStep& step : recipe.steps) {
    calls.push_back(exact ? text_in_source(step) : call_text(step));
    if (exact && calibration && calls.back() == "p.addVAR(read_noise=True)") {
      calls.emplace_back("p.nonlinearityCorrect()");
    }
    if (exact && calls.back() == "p.makeBPM()") calls.emplace_back("p.storeBPM()");
  }
  return calls;
}

// A file with the recipe for it.
struct Found {
  std::string file;
  Tags tags;
  const RecipeLibrary* library;
  const Recipe* recipe;
};

void print_recipe(const Found& found, const std::string& mode, bool by_default) {
  const std::string& name = found.recipe->name;
  std::string text;
  if (by_default) {
    text = fmt::format("Recipe not provided, default recipe ({}) will be used.\n", name);
  }
  text += fmt::format(
      "Input file: {}\nInput tags: {}\nInput mode: {}\nInput recipe: {}\nMatched recipe: {}\n",
      found.file, repr(list_value(found.tags)), mode, name, full_name(*found.library, name));
  if (compatible_with_dragons()) {
    text += fmt::format("Recipe location: geminidr/gnirs/recipes/{}/{}.py\n",
                        mode_of_source(found.library->mode), found.library->name);
  }
  text += fmt::format("Recipe tags: {}\nPrimitives used: \n", python_set(found.library->tags));
  for (const std::string& call : calls_of(*found.recipe)) text += "   " + call + "\n";
  std::fputs(text.c_str(), stdout);
}

// All recipes for a file, by mode and name.
std::vector<std::pair<std::string, std::string>> all_recipes(const Tags& tags) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const std::string mode : kModes) {
    const RecipeLibrary* library = recipe_library_for(tags, mode_of_source(mode));
    if (library == nullptr) continue;
    Names names;
    for (const Recipe& recipe : library->recipes) {
      if (!recipe.added || !compatible_with_dragons()) names.push_back(recipe.name);
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) found.emplace_back(mode, full_name(*library, name));
  }
  return found;
}

void print_all(const std::string& file, const Tags& tags) {
  std::string text = fmt::format("Input file: {}\nInput tags: {}\n", file, python_set(tags));
  const auto recipes = all_recipes(tags);
  if (recipes.empty()) text += "!!! No recipes were found for this file !!!\n";
  if (!recipes.empty()) text += "Recipes available for the input file: \n";
  for (const auto& [mode, name] : recipes) text += "   " + name + "\n";
  std::fputs(text.c_str(), stdout);
}

std::string json_of_all(const std::string& file, const Tags& tags) {
  Names recipes;
  for (const auto& [mode, name] : all_recipes(tags)) {
    recipes.push_back(json_object(
        {{"mode", json_string(mode)}, {"recipe", json_string(name.substr(name.rfind(':') + 1))}}));
  }
  return json_object({{"filename", json_string(file)},
                      {"tags", json(list_value(tags))},
                      {"recipes", "[" + join(recipes, ", ") + "]"}});
}

std::string json_of(const Found& found, const std::string& mode) {
  Names calls;
  for (const RecipeStep& step : found.recipe->steps) {
    std::vector<std::pair<std::string, std::string>> arguments;
    for (const auto& [name, value] : step.arguments) arguments.emplace_back(name, json(value));
    calls.push_back(json_object({{"primitive", json_string(step.primitive)},
                                 {"arguments", json_object(arguments)},
                                 {"instream", json_string(step.instream)},
                                 {"outstream", json_string(step.outstream)}}));
  }
  return json_object({{"filename", json_string(found.file)},
                      {"tags", json(list_value(found.tags))},
                      {"mode", json_string(mode)},
                      {"recipe", json_string(found.recipe->name)},
                      {"library", json_string(found.library->name)},
                      {"library_tags", json(list_value(found.library->tags))},
                      {"primitives", "[" + join(calls, ", ") + "]"}});
}

}  // namespace

FoundRecipe recipe_for(const std::string& file, const Tags& tags, const std::string& mode,
                       const std::string& name) {
  const RecipeLibrary* library = recipe_library_for(tags, mode);
  if (library == nullptr) {
    throw RecipeError(fmt::format("{}: no recipe for this kind of data in mode {}; its tags are {}",
                                  file, mode, join({tags.begin(), tags.end()}, ", ")));
  }
  const Recipe* recipe = library->find(name);
  if (recipe == nullptr) {
    Names names;
    for (const Recipe& known : library->recipes) names.push_back(known.name);
    const std::string likes = did_you_mean(name, names);
    throw RecipeError(fmt::format("{}: no recipe '{}' for this kind of data in mode {}{}", file,
                                  name, mode, likes.empty() ? ": " + join(names, ", ") : likes));
  }
  return {library, recipe};
}

ArgumentParser showrecipes_parser(const std::string& program) {
  return finished(ArgumentParser(
      program, "Shows the recipe that reduce would run on a file, call by call.",
      {{.names = {"inputfile"}, .arity = Arity::one, .help = "a FITS file"},
       {.names = {"-m", "--mode"},
        .arity = Arity::one,
        .help = "sq: science quality (default), qa: quality assessment, ql: quick look",
        .choices = {"sq", "qa", "ql"}},
       {.names = {"-r", "--recipe"},
        .arity = Arity::one,
        .help = "another recipe than the default one"},
       {.names = {"--all"}, .help = "show the names of all recipes for the file"},
       {.names = {"--json"}, .help = "print JSON"},
       {.names = {"--adpkg"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts: all instruments are built in"},
       {.names = {"--drpkg"},
        .arity = Arity::one,
        .help = "accepted for the sake of old scripts: all recipes are built in"},
       {.names = {"--debug"}, .help = "accepted for the sake of old scripts"}}));
}

int run_showrecipes(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = showrecipes_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  warn_of_packages(parsed.has("adpkg"), parsed.has("drpkg"));
  const std::string given = parsed.one("inputfile"), mode = parsed.one("mode", "sq");
  const Tags tags = tags_of(open_for_tags(given));
  const std::string file = std::filesystem::weakly_canonical(given).string();
  if (parsed.has("all")) {
    if (parsed.has("json")) {
      fmt::print("{}\n", json_of_all(file, tags));
    } else {
      print_all(file, tags);
    }
    return 0;
  }
  const FoundRecipe recipe = recipe_for(file, tags, mode, parsed.one("recipe", "_default"));
  const Found found{file, tags, recipe.library, recipe.recipe};
  if (parsed.has("json")) {
    fmt::print("{}\n", json_of(found, mode));
  } else {
    print_recipe(found, mode, !parsed.has("recipe"));
  }
  return 0;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/version.h"
#include "primitives/common.h"

// The `showpars` command. Reference: recipe_system/scripts/showpars,
// recipe_system/utils/rs_utilities.

namespace wyvern::commands {
namespace {

const Primitive& primitive_for(const Tags& tags, const std::string& file, const std::string& name) {
  const PrimitiveClass* primitives = primitive_class_for(tags);
  if (primitives == nullptr) {
    throw RecipeError(fmt::format("{}: no primitives are known for this kind of data", file));
  }
  const Primitive* primitive = primitives->find(name);
  if (primitive != nullptr) return *primitive;
  std::vector<std::string> names;
  for (const Primitive& known : primitives->primitives()) names.push_back(known.name);
  throw RecipeError(
      fmt::format("{} doesn't exist for this data type{}", name, did_you_mean(name, names)));
}

}  // namespace

ArgumentParser showpars_parser(const std::string& program) {
  return finished(
      {program,
       "Shows the parameters of a primitive as they apply to a file.",
       {{.names = {"-v", "--version"}, .help = "show the version and exit", .at_once = true},
        {.names = {"-a", "--all"}, .help = "show hidden parameters (debug_…) too"},
        {.names = {"--format"},
         .arity = Arity::one,
         .help = "layout: dragons (default) or classic, the one of DRAGONS up to 3.0",
         .choices = {"dragons", "classic"}},
        {.names = {"filename"}, .arity = Arity::one, .help = "a FITS file"},
        {.names = {"primitive"}, .arity = Arity::one, .help = "name of a primitive"}}});
}

int run_showpars(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = showpars_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  if (parsed.has("version")) {
    std::puts(kVersion);
    return 0;
  }
  const std::string file = parsed.one("filename");
  const Tags tags = tags_of(AstroData::open(file, fits::Pixels::defer));
  const Primitive& primitive = primitive_for(tags, file, parsed.one("primitive"));
  const bool classic = parsed.one("format") == "classic";
  const std::string set = python_set(tags);
  const std::string shown = classic ? "set([" + set.substr(1, set.size() - 2) + "])" : set;
  std::fputs(
      fmt::format("Dataset tagged as {}\n{}{}", shown, classic ? "" : "\n",
                  parameter_table(primitive.name, primitive.parameters, parsed.has("all"), classic))
          .c_str(),
      stdout);
  return 0;
}

}  // namespace wyvern::commands

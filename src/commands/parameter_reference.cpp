// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "commands/manual.h"
#include "commands/text_fill.h"
#include "primitives/common.h"
#include "primitives/docs.h"

namespace wyvern::commands {
namespace {

std::string cell(const std::string& text) {
  return replace_all(replace_all(text, "|", "\\|"), "\n", " ");
}

std::string allowed(const Parameter& parameter) {
  std::vector<std::string> parts;
  if (parameter.ranged) parts.push_back("`" + parameter.range() + "`");
  for (const auto& [value, meaning] : parameter.choices) {
    parts.push_back(fmt::format("`{}`: {}", value, meaning));
  }
  if (parameter.optional) parts.emplace_back("`None`");
  return join(parts, "; ");
}

// A default, and the one for frames without a keyhole image where that is another.
std::string defaults(const Parameter& parameter, const Primitive* for_darks) {
  const std::string own = fmt::format("`{}`", repr(parameter.default_value));
  if (for_darks == nullptr) return own;
  const Parameter* other = find_parameter(for_darks->parameters, parameter.name);
  if (other == nullptr) return own + " (darks do not have it)";
  const std::string others = fmt::format("`{}`", repr(other->default_value));
  return own == others ? own : fmt::format("{} (darks: {})", own, others);
}

std::string parameter_rows(const Primitive& primitive, const Primitive* for_darks) {
  std::string text = "| parameter | type | default | allowed | meaning |\n|---|---|---|---|---|\n";
  for (const Parameter& parameter : primitive.parameters) {
    text += fmt::format("| `{}` | {} | {} | {} | {} |\n", parameter.name, type_name(parameter.type),
                        defaults(parameter, for_darks), cell(allowed(parameter)),
                        cell(parameter.label));
  }
  return text;
}

std::string section(const Primitive& primitive, const Primitive* for_darks) {
  constexpr std::size_t width = 118;
  std::string text = fmt::format("\n## {}\n\n", primitive.name);
  for (const std::string& paragraph : split(primitive_doc(primitive.name), '\n')) {
    text += join(filled(paragraph, width), "\n") + "\n\n";
  }
  if (!primitive.missing.empty()) text += fmt::format("Cannot be run: {}.\n\n", primitive.missing);
  if (for_darks == nullptr) text += "Not for darks.\n\n";
  return text + (primitive.parameters.empty() ? "It has no parameters.\n"
                                              : parameter_rows(primitive, for_darks));
}

}  // namespace

std::string parameter_reference() {
  const PrimitiveClass& images = *primitive_class_for({"GEMINI", "GNIRS", "IMAGE"});
  const PrimitiveClass& darks = *primitive_class_for({"GEMINI", "GNIRS"});
  std::vector<const Primitive*> sorted;
  for (const Primitive& primitive : images.primitives()) sorted.push_back(&primitive);
  std::sort(sorted.begin(), sorted.end(),
            [](const Primitive* a, const Primitive* b) { return a->name < b->name; });
  std::string text =
      "# Parameters\n\n<!-- Made from the declarations by `make docs`. -->\n\n"
      "All primitives for GNIRS keyhole images with their parameters. `reduce -p name=value` sets "
      "a\n"
      "parameter of every primitive that has it, `-p primitive:name=value` of one; "
      "`primitive:skip_primitive=True` leaves a\n"
      "primitive out of a recipe, `primitive:write_outputs=True` writes the frames after it. "
      "`showpars FILE PRIMITIVE` shows what\n"
      "applies to a file. Intervals are written as in mathematics: `[0,inf)` takes 0 and more. "
      "Parameters that begin with\n"
      "`debug` are for developers.\n";
  for (const Primitive* primitive : sorted) {
    text += section(*primitive, darks.find(primitive->name));
  }
  return text;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/reduce.h"

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"

// Checks of the parameters that a user gives. Reference: recipe_system/utils/rs_utilities.py and
// primitives_BASE of the recipe system.

namespace wyvern {
namespace {

bool is_step_option(const std::string& name) {
  return name == "skip_primitive" || name == "write_outputs";
}

std::vector<std::string> primitive_names(const PrimitiveClass& primitives) {
  std::vector<std::string> names;
  for (const Primitive& primitive : primitives.primitives()) names.push_back(primitive.name);
  return names;
}

std::vector<std::string> parameter_names(const Primitive& primitive) {
  std::vector<std::string> names;
  for (const Parameter& parameter : primitive.parameters) names.push_back(parameter.name);
  return names;
}

[[noreturn]] void unknown_parameter(const std::string& name,
                                    const std::vector<std::string>& candidates) {
  throw RecipeError(
      fmt::format("Parameter {} not recognized{}", name, did_you_mean(name, candidates)));
}

void check_for_primitive(const Primitive& primitive, const std::string& name, const Value& value) {
  if (is_step_option(name)) {
    if (!value.is_bool()) {
      throw RecipeError(
          fmt::format("{}:{} must be True or False, not {}", primitive.name, name, repr(value)));
    }
    return;
  }
  const Parameter* parameter = find_parameter(primitive.parameters, name);
  if (parameter == nullptr) unknown_parameter(name, parameter_names(primitive));
  checked_value(*parameter, value);
}

// Primitives may mean different things by a name: the value has to suit one of them.
void check_everywhere(const PrimitiveClass& primitives, const std::string& name,
                      const Value& value) {
  std::vector<std::string> candidates;
  std::optional<RecipeError> refusal;
  bool accepted = false;
  for (const Primitive& primitive : primitives.primitives()) {
    const std::vector<std::string> names = parameter_names(primitive);
    candidates.insert(candidates.end(), names.begin(), names.end());
    if (find_parameter(primitive.parameters, name) == nullptr) continue;
    try {
      check_for_primitive(primitive, name, value);
      accepted = true;
    } catch (const RecipeError& error) {
      if (!refusal) refusal = error;
    }
  }
  if (accepted) return;
  if (refusal) throw *refusal;
  unknown_parameter(name, candidates);
}

}  // namespace

std::vector<UserParameter> checked_parameters(const PrimitiveClass& primitives,
                                              std::vector<UserParameter> given,
                                              const std::optional<std::string>& primitive) {
  for (auto& [key, value] : given) {
    const std::vector<std::string> parts = split(key, ':');
    if (parts.size() > 2) {
      throw RecipeError("Expecting parameter or primitive:parameter in -p user parameters");
    }
    if (parts.size() == 2) {
      const Primitive* owner = primitives.find(parts[0]);
      if (owner == nullptr) {
        throw RecipeError(fmt::format("Primitive {} not recognized{}", parts[0],
                                      did_you_mean(parts[0], primitive_names(primitives))));
      }
      check_for_primitive(*owner, parts[1], value);
    } else if (primitive) {
      check_for_primitive(primitives.at(*primitive), key, value);
      key = *primitive + ":" + key;
    } else {
      check_everywhere(primitives, key, value);
    }
  }
  return given;
}

}  // namespace wyvern

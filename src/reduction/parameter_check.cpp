// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text.h"
#include "reduction/checks.h"

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

bool has_parameter(const Primitive& primitive, const std::string& name) {
  return find_parameter(primitive.parameters, name) != nullptr;
}

// A primitive that a recipe runs, by itself or inside another one.
struct Use {
  const Primitive* primitive;
  const Primitive* caller;         // nullptr: a step of the recipe
  std::vector<std::string> fixed;  // parameters that the recipe or the caller sets

  bool takes(const std::string& name) const {
    return has_parameter(*primitive, name) &&
           std::find(fixed.begin(), fixed.end(), name) == fixed.end();
  }
};

void add_use(const PrimitiveClass& primitives, Use use, std::vector<Use>& uses) {
  const Primitive& primitive = *use.primitive;
  uses.push_back(std::move(use));
  for (const InnerCall& call : primitive.calls) {
    const Primitive* inner = primitives.find(call.primitive);
    if (inner == nullptr) continue;
    std::vector<std::string> fixed = call.fixed;
    // What both have is handed on, but the suffix.
    for (const std::string& name : parameter_names(primitive)) {
      if (name != "suffix" && has_parameter(*inner, name)) fixed.push_back(name);
    }
    add_use(primitives, {inner, &primitive, std::move(fixed)}, uses);
  }
}

std::vector<Use> uses_of(const PrimitiveClass& primitives, const Recipe& recipe) {
  std::vector<Use> uses;
  for (const RecipeStep& step : recipe.steps) {
    const Primitive* primitive = primitives.find(step.primitive);
    if (primitive == nullptr) continue;
    std::vector<std::string> fixed;
    for (const auto& [name, value] : step.arguments) fixed.push_back(name);
    add_use(primitives, {primitive, nullptr, std::move(fixed)}, uses);
  }
  return uses;
}

class Checker {
 public:
  Checker(const PrimitiveClass& primitives, const Recipe& recipe, bool compat,
          std::vector<Problem>& problems)
      : primitives_(primitives),
        uses_(uses_of(primitives, recipe)),
        compat_(compat),
        problems_(problems) {}

  void check(UserParameter& given, const std::optional<std::string>& alone) {
    auto& [key, value] = given;
    const std::vector<std::string> parts = split(key, ':');
    if (parts.size() > 2) {
      report("Expecting parameter or primitive:parameter in -p user parameters");
    } else if (parts.size() == 2) {
      const Primitive* owner = primitives_.find(parts[0]);
      if (owner == nullptr) {
        report(fmt::format("Primitive {} not recognized{}", parts[0],
                           did_you_mean(parts[0], primitive_names(primitives_))));
      } else {
        check_for(*owner, parts[1], value);
      }
    } else if (alone) {
      check_for(primitives_.at(*alone), key, value);
      key = *alone + ":" + key;
    } else {
      check_everywhere(key, value);
    }
  }

 private:
  void report(const std::string& text) {
    const bool known = std::any_of(problems_.begin(), problems_.end(),
                                   [&](const Problem& problem) { return problem.text == text; });
    if (!known) problems_.push_back({ExitStatus::recipe, text});
  }

  void report_unknown(const std::string& name, const std::vector<std::string>& candidates) {
    report(fmt::format("Parameter {} not recognized{}", name, did_you_mean(name, candidates)));
  }

  // What is wrong with a value, or "".
  static std::string fault(const Primitive& primitive, const std::string& name,
                           const Value& value) {
    try {
      checked_value(*find_parameter(primitive.parameters, name), value);
    } catch (const RecipeError& error) {
      return error.what();
    }
    return "";
  }

  void check_for(const Primitive& primitive, const std::string& name, const Value& value) {
    if (is_step_option(name)) {
      if (value.is_bool()) return;
      report(fmt::format("{}:{} must be True or False, not {}", primitive.name, name, repr(value)));
    } else if (!has_parameter(primitive, name)) {
      report_unknown(name, parameter_names(primitive));
    } else if (!compat_) {
      if (const std::string text = fault(primitive, name, value); !text.empty()) report(text);
    }
  }

  // A value without a primitive has to suit all primitives of the recipe that will take it; when
  // there are none, one of the class.
  void check_everywhere(const std::string& name, const Value& value) {
    std::vector<std::string> candidates;
    bool known = false, suits = false;
    std::string first_fault;
    for (const Primitive& primitive : primitives_.primitives()) {
      const std::vector<std::string> names = parameter_names(primitive);
      candidates.insert(candidates.end(), names.begin(), names.end());
      if (!has_parameter(primitive, name)) continue;
      known = true;
      const std::string text = fault(primitive, name, value);
      suits = suits || text.empty();
      if (first_fault.empty()) first_fault = text;
    }
    if (!known) return report_unknown(name, candidates);
    if (compat_) return;
    bool taken = false;
    for (const Use& use : uses_) {
      if (!use.takes(name)) continue;
      taken = true;
      const std::string text = fault(*use.primitive, name, value);
      if (!text.empty()) report(text);
    }
    if (!taken && !suits) report(first_fault);
  }

  const PrimitiveClass& primitives_;
  const std::vector<Use> uses_;
  const bool compat_;
  std::vector<Problem>& problems_;
};

// Why a parameter changes nothing; "" when it does change something.
std::string idle_reason(const std::vector<Use>& uses, const Recipe& recipe,
                        const std::string& primitive, const std::string& name) {
  const Use* fixed_in = nullptr;
  bool run = primitive.empty();
  for (const Use& use : uses) {
    if (!primitive.empty() && use.primitive->name != primitive) continue;
    const bool step = use.caller == nullptr;
    if (is_step_option(name)) {
      if (step) return "";
      run = true;
      continue;
    }
    run = true;
    // A step whose recipe sets the parameter says so when it runs.
    if (use.takes(name) || (step && has_parameter(*use.primitive, name))) return "";
    if (has_parameter(*use.primitive, name) && fixed_in == nullptr) fixed_in = &use;
  }
  if (!run) return fmt::format("{} does not run {}", recipe.name, primitive);
  if (is_step_option(name)) return fmt::format("{} is no step of {}", primitive, recipe.name);
  if (fixed_in == nullptr) return fmt::format("no primitive of {} has it", recipe.name);
  const Primitive& caller = *fixed_in->caller;
  if (has_parameter(caller, name)) {
    return fmt::format("{} hands its own value to {}; give {}:{}", caller.name,
                       fixed_in->primitive->name, caller.name, name);
  }
  return fmt::format("{} sets it for {}", caller.name, fixed_in->primitive->name);
}

}  // namespace

std::vector<UserParameter> checked_parameters(const PrimitiveClass& primitives,
                                              const Recipe& recipe,
                                              std::vector<UserParameter> given,
                                              const std::optional<std::string>& primitive,
                                              bool compat, std::vector<Problem>& problems) {
  Checker checker(primitives, recipe, compat, problems);
  for (UserParameter& parameter : given) checker.check(parameter, primitive);
  return given;
}

std::vector<std::string> idle_parameters(const PrimitiveClass& primitives, const Recipe& recipe,
                                         const std::vector<UserParameter>& given) {
  const std::vector<Use> uses = uses_of(primitives, recipe);
  std::vector<std::string> lines;
  for (const auto& [key, value] : given) {
    const std::size_t colon = key.find(':');
    const std::string primitive = colon == std::string::npos ? "" : key.substr(0, colon);
    const std::string name = colon == std::string::npos ? key : key.substr(colon + 1);
    const std::string reason = idle_reason(uses, recipe, primitive, name);
    if (reason.empty()) continue;
    lines.push_back(fmt::format("-p {}={} has no effect: {}", key, str(value), reason));
  }
  return lines;
}

}  // namespace wyvern

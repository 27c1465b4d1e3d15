// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/errors.h"
#include "base/text.h"
#include "parameters/parameters.h"

namespace wyvern {
namespace {

// Which elementary types a parameter takes, alone or as items of a list.
struct Accepted {
  bool text = false, integer = false, real = false, boolean = false, list = false;
};

Accepted accepted_by(ParameterType type) {
  switch (type) {
    case ParameterType::text:
    case ParameterType::frame:
      return {.text = true};
    case ParameterType::integer:
      return {.integer = true};
    case ParameterType::real:
      return {.real = true};
    case ParameterType::boolean:
      return {.boolean = true};
    case ParameterType::text_list:
    case ParameterType::frame_list:
      return {.text = true, .list = true};
    case ParameterType::real_list:
      return {.real = true, .list = true};
    case ParameterType::text_or_real:
      return {.text = true, .real = true};
  }
  return {};
}

std::string python_type(const Value& value) {
  if (value.is_none()) return "NoneType";
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_float()) return "float";
  if (value.is_string()) return "str";
  if (value.is_list()) return "list";
  return "object";
}

std::string expected_types(const Accepted& accepted) {
  std::vector<std::string> names;
  if (accepted.text) names.emplace_back("str");
  if (accepted.integer) names.emplace_back("int");
  if (accepted.real) names.emplace_back("float");
  if (accepted.boolean) names.emplace_back("bool");
  return join(names, " or ");
}

std::string field_type(const Parameter& parameter) {
  if (!parameter.choices.empty()) return "ChoiceField";
  if (parameter.ranged) return "RangeField";
  return accepted_by(parameter.type).list ? "ListField" : "Field";
}

bool is_integral(double number) {
  return std::floor(number) == number && std::fabs(number) < 9.2e18;
}

Value from_text(const std::string& given, const Accepted& accepted) {
  if (accepted.integer) {
    if (const auto number = parse_int(given)) return Value(static_cast<std::int64_t>(*number));
  }
  if (accepted.real) {
    if (const auto number = parse_float(given)) return Value(*number);
  }
  if (accepted.boolean && (given == "True" || given == "False")) return Value(given == "True");
  return Value(given);
}

// A single value as near to the accepted types as it goes; it may still be of a wrong one.
Value converted(const Value& given, const Accepted& accepted) {
  if (given.is_string()) return from_text(given.as_string(), accepted);
  if (accepted.real && (given.is_number() || given.is_bool())) return Value(given.as_double());
  if (accepted.integer && given.is_bool()) return Value(std::int64_t{given.as_bool()});
  if (accepted.integer && given.is_float() && is_integral(given.as_double())) {
    return Value(static_cast<std::int64_t>(given.as_double()));
  }
  return given;
}

bool has_accepted_type(const Value& value, const Accepted& accepted) {
  return (accepted.text && value.is_string()) || (accepted.integer && value.is_int()) ||
         (accepted.real && value.is_float()) || (accepted.boolean && value.is_bool());
}

Value converted_list(const Value& given, const Accepted& accepted) {
  if (given.is_string() && contains(given.as_string(), ",")) {
    ValueList items;
    for (const std::string& piece : split(given.as_string(), ',')) {
      items.push_back(converted(Value(trim(piece)), accepted));
    }
    return items;
  }
  if (!given.is_list()) return converted(given, accepted);
  ValueList items;
  for (const Value& item : given.as_list()) items.push_back(converted(item, accepted));
  return items;
}

std::string type_problem(const Value& value, const Accepted& accepted) {
  if (accepted.list && value.is_list()) {
    const ValueList& items = value.as_list();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (has_accepted_type(items[i], accepted)) continue;
      return fmt::format("Item at position {} with value {} is of incorrect type {}. Expected {}",
                         i, str(items[i]), python_type(items[i]), expected_types(accepted));
    }
    return "";
  }
  if (has_accepted_type(value, accepted)) return "";
  return fmt::format("Value {} is of incorrect type {}. Expected type {}", str(value),
                     python_type(value), expected_types(accepted));
}

bool in_range(const Parameter& parameter, double number) {
  const auto below = [](double a, double b, bool inclusive) { return inclusive ? a <= b : a < b; };
  if (std::isnan(number)) return false;
  // Without a declared maximum the interval ends in "inf)": infinity itself is allowed then, as in
  // the reference, which compares with declared limits only.
  return (parameter.minimum.empty() ||
          below(parse_float(parameter.minimum).value(), number, parameter.minimum_inclusive)) &&
         (parameter.maximum.empty() ||
          below(number, parse_float(parameter.maximum).value(), parameter.maximum_inclusive));
}

std::string range_problem(const Parameter& parameter, const Value& value) {
  if (!parameter.ranged || in_range(parameter, value.as_double())) return "";
  const std::string description = parameter.description();
  const std::string_view before_range = "Valid Range = ";
  return fmt::format("{} is outside of valid range {}", str(value),
                     description.substr(description.rfind(before_range) + before_range.size()));
}

std::string choice_problem(const Parameter& parameter, const Value& value) {
  if (parameter.choices.empty()) return "";
  std::vector<std::string> allowed;
  for (const auto& [name, meaning] : parameter.choices) allowed.push_back(name);
  if (std::find(allowed.begin(), allowed.end(), str(value)) != allowed.end()) return "";
  if (parameter.optional) allowed.emplace_back("None");
  return fmt::format("Value {} is not allowed.\n\tAllowed values: [{}]", str(value),
                     join(allowed, ", "));
}

std::string problem_with(const Parameter& parameter, const Value& value, const Accepted& accepted) {
  if (value.is_none()) return parameter.optional ? "" : "Required value cannot be None";
  std::string problem = type_problem(value, accepted);
  if (problem.empty()) problem = range_problem(parameter, value);
  if (problem.empty()) problem = choice_problem(parameter, value);
  if (problem.empty() && parameter.check) problem = parameter.check(value);
  return problem;
}

// Takes a number without sign off the front of `text`.
std::optional<long long> take_number(std::string_view& text) {
  text = trim(text);
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  text = trim(text);
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// "a:b" with a < b.
bool take_interval(std::string_view& text) {
  const auto first = take_number(text);
  if (!first || !take(text, ':')) return false;
  const auto last = take_number(text);
  return last && *first < *last;
}

}  // namespace

Value value_of_word(std::string_view text) {
  if (text == "None") return {};
  if (text == "True" || text == "False") return Value(text == "True");
  return Value(text);
}

Value checked_value(const Parameter& parameter, const Value& given) {
  const Accepted accepted = accepted_by(parameter.type);
  const Value value = accepted.list ? converted_list(given, accepted) : converted(given, accepted);
  const std::string problem = problem_with(parameter, value, accepted);
  if (problem.empty()) return value;
  throw RecipeError(fmt::format("{} '{}' ({}) failed validation: {}", field_type(parameter),
                                parameter.name, parameter.description(), problem));
}

std::string check_section(const Value& value) {
  std::string_view text = value.is_string() ? trim(value.as_string()) : std::string_view{};
  const bool opened = take(text, '[');
  bool good = take_interval(text) && take(text, ',') && take_interval(text);
  good = good && take(text, ']') == opened && text.empty();
  if (good) return "";
  return fmt::format(
      "Value {} is not a valid value. Expected a section x1:x2,y1:y2 with x1 < x2 and y1 < y2",
      str(value));
}

std::string check_replacement(const Value& value) {
  if (value.is_number()) return "";
  if (value.is_string() && (value.as_string() == "mean" || value.as_string() == "median")) {
    return "";
  }
  return fmt::format("Value {} is not a valid value. Expected mean, median or a number",
                     str(value));
}

}  // namespace wyvern

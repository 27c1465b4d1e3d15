// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "parameters/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern {
namespace {

Parameter declare(ParameterType type, std::string name, Value default_value, std::string label) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.type = type;
  parameter.default_value = std::move(default_value);
  parameter.label = std::move(label);
  return parameter;
}

// "[0,inf)" into its limits; an infinite limit is no limit.
void set_range(Parameter& parameter, std::string_view range) {
  if (range.empty()) return;
  const std::size_t comma = range.find(',');
  if (range.size() < 5 || comma == std::string_view::npos) {
    throw std::logic_error(fmt::format("parameter {}: bad range {}", parameter.name, range));
  }
  parameter.ranged = true;
  parameter.minimum_inclusive = range.front() == '[';
  parameter.maximum_inclusive = range.back() == ']';
  parameter.minimum = range.substr(1, comma - 1);
  parameter.maximum = range.substr(comma + 1, range.size() - comma - 2);
  if (parameter.minimum == "-inf") parameter.minimum.clear();
  if (parameter.maximum == "inf") parameter.maximum.clear();
}

Value as_float(Value value) {
  return value.is_int() ? Value(value.as_double()) : std::move(value);
}

}  // namespace

std::string Parameter::range() const {
  return fmt::format("{}{},{}{}", minimum_inclusive ? '[' : '(', minimum.empty() ? "-inf" : minimum,
                     maximum.empty() ? "inf" : maximum, maximum_inclusive ? ']' : ')');
}

std::string_view type_name(ParameterType type) {
  switch (type) {
    case ParameterType::text:
      return "str";
    case ParameterType::integer:
      return "int";
    case ParameterType::real:
      return "float";
    case ParameterType::boolean:
      return "bool";
    case ParameterType::text_list:
      return "list of str";
    case ParameterType::real_list:
      return "list of float";
    case ParameterType::text_or_real:
      return "str or float";
    case ParameterType::frame:
      return "file";
    case ParameterType::frame_list:
      return "list of files";
  }
  return "";
}

std::string Parameter::description() const {
  std::string out = label;
  if (ranged) out += "\n\tValid Range = " + range();
  if (choices.empty()) return out;
  out += "\nAllowed values:\n";
  for (const auto& [value, meaning] : choices) out += fmt::format("\t{}\t{}\n", value, meaning);
  if (optional) out += "\tNone\tField is optional\n";
  return out;
}

Parameter text(std::string name, Value default_value, std::string label) {
  return or_none(required_text(std::move(name), std::move(default_value), std::move(label)));
}

Parameter required_text(std::string name, Value default_value, std::string label) {
  return declare(ParameterType::text, std::move(name), std::move(default_value), std::move(label));
}

Parameter integer(std::string name, Value default_value, std::string label,
                  std::string_view range) {
  Parameter parameter =
      declare(ParameterType::integer, std::move(name), std::move(default_value), std::move(label));
  set_range(parameter, range);
  return parameter;
}

Parameter real(std::string name, Value default_value, std::string label, std::string_view range) {
  Parameter parameter = declare(ParameterType::real, std::move(name),
                                as_float(std::move(default_value)), std::move(label));
  set_range(parameter, range);
  return parameter;
}

Parameter boolean(std::string name, bool default_value, std::string label) {
  return declare(ParameterType::boolean, std::move(name), default_value, std::move(label));
}

Parameter choice(std::string name, Value default_value, std::string label,
                 std::vector<std::pair<std::string, std::string>> choices, bool optional) {
  const ParameterType type = default_value.is_bool()    ? ParameterType::boolean
                             : default_value.is_int()   ? ParameterType::integer
                             : default_value.is_float() ? ParameterType::real
                                                        : ParameterType::text;
  Parameter parameter = declare(type, std::move(name), std::move(default_value), std::move(label));
  parameter.choices = std::move(choices);
  parameter.optional = optional;
  return parameter;
}

Parameter or_none(Parameter parameter) {
  parameter.optional = true;
  return parameter;
}

Parameter added(Parameter parameter) {
  parameter.added = true;
  return parameter;
}

Parameter text_list(std::string name, Value default_value, std::string label) {
  return or_none(declare(ParameterType::text_list, std::move(name), std::move(default_value),
                         std::move(label)));
}

Parameter real_list(std::string name, Value default_value, std::string label) {
  return or_none(declare(ParameterType::real_list, std::move(name),
                         as_float(std::move(default_value)), std::move(label)));
}

Parameter text_or_real(std::string name, Value default_value, std::string label) {
  return or_none(declare(ParameterType::text_or_real, std::move(name),
                         as_float(std::move(default_value)), std::move(label)));
}

Parameter frame(std::string name, Value default_value, std::string label) {
  return or_none(
      declare(ParameterType::frame, std::move(name), std::move(default_value), std::move(label)));
}

Parameter frame_list(std::string name, Value default_value, std::string label) {
  return or_none(declare(ParameterType::frame_list, std::move(name), std::move(default_value),
                         std::move(label)));
}

Parameter checked(Parameter parameter, std::function<std::string(const Value&)> check) {
  parameter.check = std::move(check);
  return parameter;
}

const Parameter* find_parameter(const ParameterSet& set, std::string_view name) {
  const auto at =
      std::find_if(set.begin(), set.end(), [&](const auto& p) { return p.name == name; });
  return at == set.end() ? nullptr : &*at;
}

ParameterSet with_defaults(ParameterSet set,
                           const std::vector<std::pair<std::string, Value>>& defaults) {
  for (const auto& [name, value] : defaults) {
    const auto at =
        std::find_if(set.begin(), set.end(), [&](const auto& p) { return p.name == name; });
    if (at == set.end()) throw std::logic_error("no parameter " + name + " to set a default of");
    at->default_value = at->type == ParameterType::real ? as_float(value) : value;
  }
  return set;
}

ParameterSet without(ParameterSet set, const std::vector<std::string>& names) {
  std::erase_if(set, [&](const Parameter& p) {
    return std::find(names.begin(), names.end(), p.name) != names.end();
  });
  return set;
}

Parameters::Parameters(const ParameterSet& set) {
  values_.reserve(set.size());
  for (const Parameter& parameter : set) values_.emplace_back(&parameter, parameter.default_value);
}

const Value& Parameters::operator[](std::string_view name) const {
  for (const auto& [parameter, value] : values_) {
    if (parameter->name == name) return value;
  }
  throw std::logic_error(fmt::format("parameter {} is not declared", name));
}

bool Parameters::has(std::string_view name) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const auto& entry) { return entry.first->name == name; });
}

bool Parameters::flag(std::string_view name) const {
  const Value& value = (*this)[name];
  return value.is_bool() && value.as_bool();  // an optional flag that is None is off
}

double Parameters::number(std::string_view name) const {
  return (*this)[name].as_double();
}

std::int64_t Parameters::integer(std::string_view name) const {
  return (*this)[name].as_int();
}

std::optional<double> Parameters::optional_number(std::string_view name) const {
  const Value& value = (*this)[name];
  if (value.is_none()) return std::nullopt;
  return value.as_double();
}

std::optional<std::int64_t> Parameters::optional_integer(std::string_view name) const {
  const Value& value = (*this)[name];
  if (value.is_none()) return std::nullopt;
  return value.as_int();
}

std::string Parameters::text(std::string_view name) const {
  return optional_text(name).value_or("");
}

std::optional<std::string> Parameters::optional_text(std::string_view name) const {
  const Value& value = (*this)[name];
  if (value.is_none()) return std::nullopt;
  return str(value);
}

void Parameters::set(std::string_view name, const Value& value) {
  for (auto& [parameter, held] : values_) {
    if (parameter->name != name) continue;
    held = checked_value(*parameter, value);
    return;
  }
  throw std::logic_error(fmt::format("parameter {} is not declared", name));
}

std::string Parameters::history_json() const {
  std::string out = "{";
  for (const auto& [parameter, value] : values_) {
    if (parameter->hidden()) continue;
    if (out.size() > 1) out += ", ";
    out += json_string(parameter->name) + ": " + json(value);
  }
  return out + "}";
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "instruments/descriptors.h"
#include "selection/expression_tree.h"

namespace wyvern::expression {
namespace {

std::string_view kind_of(const Value& value) {
  if (value.is_none()) return "None";
  if (value.is_bool()) return "a truth value";
  if (value.is_number()) return "a number";
  if (value.is_string()) return "text";
  if (value.is_list()) return "a list";
  if (value.get_if<Section>() != nullptr) return "a section";
  return "a date or time";
}

bool is_numeric(const Value& value) {
  return value.is_number() || value.is_bool();
}

// What a warning calls the side of a comparison that is None.
std::string shown(const Node& node) {
  return node.kind == Kind::descriptor ? node.name : std::string("a value");
}

class Evaluation {
 public:
  Evaluation(const AstroData& ad, std::vector<std::string>& warnings)
      : ad_(ad), warnings_(warnings) {}

  Value value(const Node& node);

 private:
  Value descriptor(const Node& node);
  Value list(const Node& node);
  Value arithmetic(const Node& node);
  Value chain(const Node& node);
  Value sequence(const Node& node, bool stop_at);
  bool holds(const Step& step, const Node& left_node, const Value& left, const Node& right_node,
             const Value& right);
  bool contained(const Value& item, const Node& place_node, const Value& place, double tolerance);

  void warn(const std::string& text) {
    const std::string start = ad_.filename() + ": ";
    warnings_.push_back(text.starts_with(start) ? text : start + text);
  }

  const AstroData& ad_;
  std::vector<std::string>& warnings_;
};

bool equal(const Value& a, const Value& b, double tolerance) {
  if (tolerance > 0 && is_numeric(a) && is_numeric(b)) {
    const double x = a.as_double(), y = b.as_double();
    return std::fabs(x - y) <= tolerance * std::max(std::fabs(x), std::fabs(y));
  }
  return a == b;
}

// A descriptor that has one value per extension equals what one of these equals.
bool equal_to_any(const Value& a, const Value& b, double tolerance) {
  if (a.is_list() == b.is_list()) return equal(a, b, tolerance);
  const ValueList& items = a.is_list() ? a.as_list() : b.as_list();
  const Value& single = a.is_list() ? b : a;
  return std::any_of(items.begin(), items.end(),
                     [&](const Value& item) { return equal(item, single, tolerance); });
}

template <class T>
std::optional<int> order_of(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

// -1, 0 or 1; nothing when the values have no order (other kinds, NaN).
std::optional<int> order(const Value& a, const Value& b) {
  if (is_numeric(a) && is_numeric(b)) {
    const double x = a.as_double(), y = b.as_double();
    if (std::isnan(x) || std::isnan(y)) return std::nullopt;
    return order_of(x, y);
  }
  if (a.variant().index() != b.variant().index()) return std::nullopt;
  if (a.is_string()) return order_of(a.as_string(), b.as_string());
  if (const auto* date = a.get_if<Date>()) return order_of(*date, *b.get_if<Date>());
  if (const auto* time = a.get_if<TimeOfDay>()) return order_of(*time, *b.get_if<TimeOfDay>());
  if (const auto* moment = a.get_if<DateTime>()) return order_of(*moment, *b.get_if<DateTime>());
  return std::nullopt;
}

[[noreturn]] void no_operation(std::string_view operation, const Value& a, const Value& b) {
  throw UsageError(fmt::format("'{}' cannot be used between {} and {}: {} and {}", operation,
                               kind_of(a), kind_of(b), repr(a), repr(b)));
}

bool ordered(Comparison comparison, const Value& a, const Value& b) {
  const bool nan = is_numeric(a) && is_numeric(b);
  const std::optional<int> sign = order(a, b);
  if (!sign && nan) return false;
  if (!sign) no_operation(symbol_of(comparison), a, b);
  switch (comparison) {
    case Comparison::less:
      return *sign < 0;
    case Comparison::less_equal:
      return *sign <= 0;
    case Comparison::greater:
      return *sign > 0;
    default:
      return *sign >= 0;
  }
}

std::optional<Value> whole_result(char operation, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflow = true;
  if (operation == '+') overflow = __builtin_add_overflow(a, b, &result);
  if (operation == '-') overflow = __builtin_sub_overflow(a, b, &result);
  if (operation == '*') overflow = __builtin_mul_overflow(a, b, &result);
  return overflow ? std::nullopt : std::optional<Value>(result);
}

Value real_result(char operation, double a, double b) {
  if (operation == '+') return Value(a + b);
  if (operation == '-') return Value(a - b);
  return Value(operation == '*' ? a * b : a / b);
}

Value Evaluation::descriptor(const Node& node) {
  DescriptorOptions options;
  options.pretty = node.pretty;
  try {
    return describe(ad_, node.name, options);
  } catch (const InputError& error) {
    const std::string_view reason = error.what();
    warn(contains(reason, ad_.filename())
             ? fmt::format("{} ({} is taken to be None)", reason, node.name)
             : fmt::format("{} has no value: {}", node.name, reason));
    return {};
  }
}

Value Evaluation::list(const Node& node) {
  ValueList items;
  for (const auto& child : node.children) items.push_back(value(*child));
  return items;
}

Value Evaluation::arithmetic(const Node& node) {
  const Value a = value(*node.children[0]), b = value(*node.children[1]);
  const char operation = node.operation;
  if (a.is_none() || b.is_none()) {
    warn(fmt::format("{} is None, and so is the result of '{}'",
                     shown(*node.children[a.is_none() ? 0 : 1]), operation));
    return {};
  }
  if (operation == '+' && a.is_string() && b.is_string()) {
    return Value(a.as_string() + b.as_string());
  }
  if (!is_numeric(a) || !is_numeric(b)) no_operation({&operation, 1}, a, b);
  if (operation == '/' && b.as_double() == 0) {
    warn("division by zero");
    return {};
  }
  if (!a.is_float() && !b.is_float() && operation != '/') {
    if (auto result = whole_result(operation, a.as_int(), b.as_int())) return std::move(*result);
  }
  return real_result(operation, a.as_double(), b.as_double());
}

bool Evaluation::contained(const Value& item, const Node& place_node, const Value& place,
                           double tolerance) {
  if (place.is_none()) {
    warn(fmt::format("{} is None and contains nothing", shown(place_node)));
    return false;
  }
  if (place.is_string()) {
    if (item.is_none()) return false;
    if (!item.is_string()) no_operation("in", item, place);
    return contains(place.as_string(), item.as_string());
  }
  if (!place.is_list()) no_operation("in", item, place);
  const ValueList& items = place.as_list();
  return std::any_of(items.begin(), items.end(), [&](const Value& candidate) {
    return equal_to_any(item, candidate, tolerance);
  });
}

bool Evaluation::holds(const Step& step, const Node& left_node, const Value& left,
                       const Node& right_node, const Value& right) {
  switch (step.comparison) {
    case Comparison::equal:
      return equal_to_any(left, right, step.tolerance);
    case Comparison::unequal:
      return !equal_to_any(left, right, step.tolerance);
    case Comparison::in:
      return contained(left, right_node, right, step.tolerance);
    case Comparison::not_in:
      return !contained(left, right_node, right, step.tolerance);
    default:
      break;
  }
  if (left.is_none() || right.is_none()) {
    warn(fmt::format("{} is None; '{}' with it is taken to be false",
                     shown(left.is_none() ? left_node : right_node), symbol_of(step.comparison)));
    return false;
  }
  if (left.is_list() == right.is_list()) return ordered(step.comparison, left, right);
  const ValueList& items = left.is_list() ? left.as_list() : right.as_list();
  return std::any_of(items.begin(), items.end(), [&](const Value& item) {
    if (item.is_none()) return false;
    return left.is_list() ? ordered(step.comparison, item, right)
                          : ordered(step.comparison, left, item);
  });
}

Value Evaluation::chain(const Node& node) {
  Value left = value(*node.children[0]);
  for (std::size_t i = 0; i < node.steps.size(); ++i) {
    Value right = value(*node.children[i + 1]);
    if (!holds(node.steps[i], *node.children[i], left, *node.children[i + 1], right)) return false;
    left = std::move(right);
  }
  return true;
}

Value Evaluation::sequence(const Node& node, bool stop_at) {
  Value last;
  for (const auto& child : node.children) {
    last = value(*child);
    if (is_true(last) == stop_at) break;
  }
  return last;
}

Value Evaluation::value(const Node& node) {
  switch (node.kind) {
    case Kind::literal:
      return node.value;
    case Kind::descriptor:
      return descriptor(node);
    case Kind::tags: {
      const Tags tags = tags_of(ad_);
      return ValueList(tags.begin(), tags.end());
    }
    case Kind::list:
      return list(node);
    case Kind::negative: {
      const Value operand = value(*node.children[0]);
      if (operand.is_none()) return {};
      if (!is_numeric(operand)) no_operation("-", Value(0), operand);
      if (operand.is_float()) return Value(-operand.as_double());
      return whole_result('-', 0, operand.as_int()).value_or(Value(-operand.as_double()));
    }
    case Kind::arithmetic:
      return arithmetic(node);
    case Kind::comparison:
      return chain(node);
    case Kind::all_of:
      return sequence(node, false);
    case Kind::any_of:
      return sequence(node, true);
    case Kind::negation:
      return !is_true(value(*node.children[0]));
  }
  return {};
}

}  // namespace

std::string_view symbol_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return "==";
    case Comparison::unequal:
      return "!=";
    case Comparison::less:
      return "<";
    case Comparison::less_equal:
      return "<=";
    case Comparison::greater:
      return ">";
    case Comparison::greater_equal:
      return ">=";
    case Comparison::in:
      return "in";
    case Comparison::not_in:
      return "not in";
  }
  return "";
}

bool is_true(const Value& value) {
  if (value.is_none()) return false;
  if (is_numeric(value)) return value.as_double() != 0;
  if (value.is_string()) return !value.as_string().empty();
  if (value.is_list()) return !value.as_list().empty();
  return true;
}

Value evaluate(const Node& node, const AstroData& ad, std::vector<std::string>& warnings) {
  return Evaluation(ad, warnings).value(node);
}

}  // namespace wyvern::expression

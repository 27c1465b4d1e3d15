// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"
#include "base/value.h"

namespace wyvern::expression {

enum class Comparison { equal, unequal, less, less_equal, greater, greater_equal, in, not_in };
std::string_view symbol_of(Comparison comparison);

enum class Kind {
  literal,     // value
  descriptor,  // name, pretty
  tags,
  list,
  negative,
  arithmetic,  // operation on two children
  comparison,  // steps between neighbouring children, all of which must hold
  all_of,      // "and": the first child that is not true, else the last
  any_of,      // "or": the first child that is true, else the last
  negation
};

// A comparison of two neighbours in a chain. Numbers are equal within `tolerance` of the larger.
struct Step {
  Comparison comparison = Comparison::equal;
  double tolerance = 0;
};

struct Node {
  Kind kind = Kind::literal;
  Value value;
  std::string name;
  bool pretty = false;
  char operation = '+';
  std::vector<Step> steps;
  std::vector<std::unique_ptr<Node>> children;
  int height = 1;  // nodes on the longest way down: bounded, so that recursion is
};

// UsageError with the position (from 1) for what is not an expression.
std::unique_ptr<Node> parse(std::string_view text, bool strict);

// The value for `ad`. Where a header does not tell what is needed, the value is None, an order with
// it is false, and `warnings` says so. UsageError for an operation between kinds that have none.
Value evaluate(const Node& node, const AstroData& ad, std::vector<std::string>& warnings);

// Python's truth of a value: None, zero, "" and an empty list are false.
bool is_true(const Value& value);

}  // namespace wyvern::expression

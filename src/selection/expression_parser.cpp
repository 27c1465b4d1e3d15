// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/errors.h"
#include "base/text.h"
#include "instruments/descriptors.h"
#include "selection/expression_tree.h"
#include "selection/lexer.h"
#include "selection/specialise.h"

namespace wyvern::expression {
namespace {

using NodePointer = std::unique_ptr<Node>;

constexpr int kDeepest = 200;
constexpr std::array<std::string_view, 7> kKeywords = {"and",  "or",   "not",  "in",
                                                       "None", "True", "False"};

NodePointer literal(Value value) {
  auto node = std::make_unique<Node>();
  node->value = std::move(value);
  return node;
}

// Recursive descent, one function per level of precedence; Python's grammar of expressions as far
// as descriptors need it.
class Parser {
 public:
  Parser(std::string_view text, bool strict)
      : text_(text), strict_(strict), tokens_(tokens_of(text)) {}

  NodePointer parse() {
    NodePointer root = either();
    if (token().kind != Token::Kind::end) unexpected();
    return root;
  }

 private:
  const Token& token(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is(std::string_view text, std::size_t ahead = 0) const {
    const Token& candidate = token(ahead);
    return candidate.kind != Token::Kind::literal && candidate.kind != Token::Kind::end &&
           candidate.text == text;
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view text) {
    if (!take(text)) fail(text_, token().position, fmt::format("expected '{}'", text));
  }

  [[noreturn]] void unexpected() const {
    const Token& found = token();
    if (found.kind == Token::Kind::end) fail(text_, found.position, "the expression ends too soon");
    if (found.text == "=") fail(text_, found.position, "use '==' to compare");
    const std::string lower = to_lower(found.text);
    if (lower != found.text &&
        (lower == "and" || lower == "or" || lower == "not" || lower == "in")) {
      fail(text_, found.position,
           fmt::format("unexpected '{}'; write '{}' in lower case", found.text, lower));
    }
    fail(text_, found.position, fmt::format("unexpected '{}'", found.text));
  }

  NodePointer joined(Kind kind, std::vector<NodePointer> children) const {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    for (const NodePointer& child : children)
      node->height = std::max(node->height, child->height + 1);
    if (node->height > kDeepest) too_deep();
    node->children = std::move(children);
    return node;
  }
  NodePointer joined(Kind kind, NodePointer child) const {
    std::vector<NodePointer> children;
    children.push_back(std::move(child));
    return joined(kind, std::move(children));
  }
  [[noreturn]] void too_deep() const {
    fail(text_, token().position, fmt::format("it is nested deeper than {}", kDeepest));
  }

  NodePointer either() {
    if (++depth_ > kDeepest) too_deep();
    NodePointer node = sequence(Kind::any_of, "or", &Parser::both);
    --depth_;
    return node;
  }
  NodePointer both() { return sequence(Kind::all_of, "and", &Parser::negation); }

  NodePointer sequence(Kind kind, std::string_view word, NodePointer (Parser::*part)()) {
    std::vector<NodePointer> parts;
    do {
      parts.push_back((this->*part)());
    } while (take(word));
    return parts.size() == 1 ? std::move(parts.front()) : joined(kind, std::move(parts));
  }

  NodePointer negation() {
    std::size_t times = 0;
    while (take("not")) ++times;
    NodePointer node = comparison();
    for (; times > 0; --times) node = joined(Kind::negation, std::move(node));
    return node;
  }

  std::optional<Comparison> take_comparison() {
    if (take("==")) return Comparison::equal;
    if (take("!=")) return Comparison::unequal;
    if (take("<=")) return Comparison::less_equal;
    if (take(">=")) return Comparison::greater_equal;
    if (take("<")) return Comparison::less;
    if (take(">")) return Comparison::greater;
    if (take("in")) return Comparison::in;
    if (is("not") && is("in", 1)) {
      at_ += 2;
      return Comparison::not_in;
    }
    if (take("is")) return take("not") ? Comparison::unequal : Comparison::equal;
    return std::nullopt;
  }

  NodePointer comparison() {
    std::vector<NodePointer> operands;
    std::vector<Step> steps;
    const std::size_t position = token().position;
    operands.push_back(sum());
    while (const auto compared = take_comparison()) {
      steps.push_back({*compared, 0});
      operands.push_back(sum());
    }
    if (steps.empty()) return std::move(operands.front());
    NodePointer node = joined(Kind::comparison, std::move(operands));
    node->steps = std::move(steps);
    if (const std::string problem = specialise(*node, strict_); !problem.empty()) {
      fail(text_, position, problem);
    }
    return node;
  }

  NodePointer sum() { return arithmetic("+", "-", &Parser::product); }
  NodePointer product() { return arithmetic("*", "/", &Parser::signed_atom); }

  NodePointer arithmetic(std::string_view one, std::string_view other,
                         NodePointer (Parser::*part)()) {
    NodePointer left = (this->*part)();
    while (is(one) || is(other)) {
      const char operation = token().text.front();
      ++at_;
      std::vector<NodePointer> operands;
      operands.push_back(std::move(left));
      operands.push_back((this->*part)());
      left = joined(Kind::arithmetic, std::move(operands));
      left->operation = operation;
    }
    return left;
  }

  NodePointer signed_atom() {
    std::size_t signs = 0;
    for (; is("-") || is("+"); ++at_) signs += is("-") ? 1 : 0;
    NodePointer node = atom();
    return signs % 2 == 0 ? std::move(node) : joined(Kind::negative, std::move(node));
  }

  NodePointer atom() {
    if (token().kind == Token::Kind::literal) return literal(tokens_[at_++].value);
    if (is("(")) return bracket(")");
    if (is("[")) return bracket("]");
    if (token().kind != Token::Kind::word) unexpected();
    if (take("None")) return literal(Value());
    if (take("True")) return literal(Value(true));
    if (take("False")) return literal(Value(false));
    return name();
  }

  // "(a)" is a; "(a, b)", "[a]" are lists.
  NodePointer bracket(std::string_view closing) {
    const bool round = take("(");
    if (!round) expect("[");
    std::vector<NodePointer> items;
    bool comma = false;
    while (!is(closing)) {
      items.push_back(either());
      comma = take(",");
      if (!comma) break;
    }
    expect(closing);
    if (round && items.size() == 1 && !comma) return std::move(items.front());
    return joined(Kind::list, std::move(items));
  }

  NodePointer name() {
    if (is("ad") && is(".", 1)) {
      at_ += 2;
      if (token().kind != Token::Kind::word) unexpected();
    }
    const Token& word = token();
    if (std::find(kKeywords.begin(), kKeywords.end(), word.text) != kKeywords.end()) unexpected();
    auto node = std::make_unique<Node>();
    if (take("tags")) {
      node->kind = Kind::tags;
      return node;
    }
    node->kind = Kind::descriptor;
    node->name = word.text;
    if (!is_descriptor(word.text)) unknown_name(word);
    ++at_;
    if (take("(")) call_options(*node);
    return node;
  }

  // "" or "pretty=True", as in the reference, where an expression may hold any Python call.
  void call_options(Node& node) {
    if (take("pretty")) {
      expect("=");
      node.pretty = is("True");
      if (!take("True")) expect("False");
    }
    expect(")");
  }

  [[noreturn]] void unknown_name(const Token& word) const {
    const std::string lower = to_lower(word.text);
    if (lower != word.text && (lower == "and" || lower == "or" || lower == "not")) unexpected();
    fail(text_, word.position,
         fmt::format("'{}' is not a descriptor{}", word.text,
                     did_you_mean(word.text, descriptor_names())));
  }

  std::string_view text_;
  bool strict_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::unique_ptr<Node> parse(std::string_view text, bool strict) {
  return Parser(text, strict).parse();
}

}  // namespace wyvern::expression

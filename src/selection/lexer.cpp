// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "selection/lexer.h"

#include <fmt/format.h>

#include <cctype>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::expression {
namespace {

bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> tokens() {
    std::vector<Token> found;
    do {
      found.push_back(next());
    } while (found.back().kind != Token::Kind::end);
    return found;
  }

 private:
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  Token next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    Token token;
    token.position = at_ + 1;
    if (at_ >= text_.size()) return token;
    const char first = text_[at_];
    if (starts_word(first)) {
      word(token);
    } else if (first == '"' || first == '\'') {
      string(token);
    } else if (is_digit(first) || (first == '.' && is_digit(at(at_ + 1)))) {
      number(token);
    } else {
      symbol(token);
    }
    return token;
  }

  void word(Token& token) {
    const std::size_t first = at_;
    while (starts_word(at(at_)) || is_digit(at(at_))) ++at_;
    token.kind = Token::Kind::word;
    token.text = text_.substr(first, at_ - first);
  }

  void number(Token& token) {
    const std::size_t first = at_;
    while (is_digit(at(at_)) || at(at_) == '.') ++at_;
    if (at(at_) == 'e' || at(at_) == 'E') {
      const std::size_t sign = at(at_ + 1) == '+' || at(at_ + 1) == '-' ? 1 : 0;
      if (is_digit(at(at_ + 1 + sign))) at_ += 1 + sign;
      while (is_digit(at(at_))) ++at_;
    }
    token.kind = Token::Kind::literal;
    token.text = text_.substr(first, at_ - first);
    const auto whole = parse_int(token.text);
    const auto real = parse_float(token.text);
    if (!real || starts_word(at(at_))) {
      fail(text_, token.position,
           fmt::format("'{}' is not a number; put text and dates in quotes", run_from(first)));
    }
    token.value = whole ? Value(static_cast<std::int64_t>(*whole)) : Value(*real);
  }

  void string(Token& token) {
    const std::size_t first = at_;
    const char quote = text_[at_++];
    std::string content;
    while (at(at_) != quote) {
      if (at_ >= text_.size()) fail(text_, token.position, "the closing quote is missing");
      // As Python: \' \" \\ stand for the character, any other backslash for itself.
      const char following = at(at_ + 1);
      if (text_[at_] == '\\' && (following == quote || following == '\\')) ++at_;
      content += text_[at_++];
    }
    ++at_;
    token.kind = Token::Kind::literal;
    token.text = text_.substr(first, at_ - first);
    token.value = Value(content);
  }

  void symbol(Token& token) {
    static constexpr std::string_view pairs[] = {"==", "!=", "<=", ">="};
    static constexpr std::string_view singles = "<>+-*/()[],.=";
    token.kind = Token::Kind::symbol;
    for (const std::string_view pair : pairs) {
      if (text_.substr(at_).starts_with(pair)) token.text = pair;
    }
    if (token.text.empty() && singles.find(text_[at_]) != std::string_view::npos) {
      token.text = text_.substr(at_, 1);
    }
    if (token.text.empty()) {
      fail(text_, token.position, fmt::format("unexpected character '{}'", text_[at_]));
    }
    at_ += token.text.size();
  }

  std::string_view run_from(std::size_t first) const {
    std::size_t end = first;
    while (starts_word(at(end)) || is_digit(at(end)) || at(end) == '.') ++end;
    return text_.substr(first, end - first);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens_of(std::string_view text) {
  return Lexer(text).tokens();
}

void fail(std::string_view text, std::size_t position, const std::string& problem) {
  throw UsageError(fmt::format("cannot understand the expression \"{}\" at character {}: {}", text,
                               position, problem));
}

}  // namespace wyvern::expression

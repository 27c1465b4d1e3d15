// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace wyvern::expression {

// A piece of an expression's text. Words are names and keywords; symbols are operators, brackets.
struct Token {
  enum class Kind { word, symbol, literal, end };
  Kind kind = Kind::end;
  std::string text;          // of a word or symbol; of a literal as written
  Value value;               // of a literal: a number or a string
  std::size_t position = 0;  // of its first character, from 1
};

// All tokens, the last one of kind `end`. UsageError for a character that no expression has.
std::vector<Token> tokens_of(std::string_view text);

// Throws the UsageError for something wrong at `position` of `text`.
[[noreturn]] void fail(std::string_view text, std::size_t position, const std::string& problem);

}  // namespace wyvern::expression

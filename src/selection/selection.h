// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "instruments/descriptors.h"

namespace wyvern {

// A descriptor expression as dataselect takes it: grammar of spec "commands" 9.5, comparisons
// specialised as 9.3 step 3 wherever the descriptor stands. No code is ever run.
class Expression {
 public:
  // UsageError with the position when the text is not an expression; an unknown name is named with
  // similar descriptors.
  static Expression parse(std::string_view text, bool strict = false);
  Expression(Expression&&) noexcept;
  ~Expression();

  // Whether `ad` fulfils it. UsageError when the result is not a truth value; comparisons of None
  // with < and the like are false and noted in `warnings`.
  bool matches(const AstroData& ad, std::vector<std::string>& warnings) const;

 private:
  struct Node;
  explicit Expression(std::unique_ptr<Node> root);
  std::unique_ptr<Node> root_;
};

struct Selection {
  std::vector<std::string> tags, xtags;  // all of tags, none of xtags
  const Expression* expression = nullptr;
};

// The files that are selected, in the order given. A file that cannot be opened is passed over and
// named in `warnings`. Only headers are read.
std::vector<std::string> select_files(const std::vector<std::string>& files,
                                      const Selection& selection,
                                      std::vector<std::string>& warnings);

}  // namespace wyvern

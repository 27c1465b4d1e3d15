// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "selection/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/errors.h"
#include "base/thread_team.h"
#include "selection/expression_tree.h"

namespace wyvern {

struct Expression::Node {
  std::string text;
  std::unique_ptr<expression::Node> tree;
};

Expression::Expression(std::unique_ptr<Node> root) : root_(std::move(root)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression::~Expression() = default;

Expression Expression::parse(std::string_view text, bool strict) {
  auto root = std::make_unique<Node>();
  root->text = text;
  root->tree = expression::parse(text, strict);
  return Expression(std::move(root));
}

bool Expression::matches(const AstroData& ad, std::vector<std::string>& warnings) const {
  const Value value = expression::evaluate(*root_->tree, ad, warnings);
  if (!value.is_bool()) {
    throw UsageError(fmt::format(
        "Expression does not return a boolean value. \"{}\" gives {} for {}; compare it with "
        "something",
        root_->text, repr(value), ad.filename()));
  }
  return value.as_bool();
}

namespace {

// Below this number of files threads cost more than they bring.
constexpr std::size_t kFewFiles = 8;

bool asks_for_tags(const Selection& selection) {
  return !selection.tags.empty() || !selection.xtags.empty();
}

bool has_wanted_tags(const AstroData& ad, const Selection& selection) {
  if (!asks_for_tags(selection)) return true;
  const Tags tags = tags_of(ad);
  const auto present = [&](const std::string& tag) { return tags.contains(tag); };
  return std::all_of(selection.tags.begin(), selection.tags.end(), present) &&
         std::none_of(selection.xtags.begin(), selection.xtags.end(), present);
}

struct Verdict {
  bool selected = false;
  std::vector<std::string> warnings;
  std::optional<std::string> failure;  // why the file cannot be used
};

bool is_selected(const std::string& file, const Selection& selection,
                 std::vector<std::string>& warnings) {
  const bool tags_first = asks_for_tags(selection) && !selection.whole_files;
  AstroData ad = tags_first ? open_for_tags(file) : AstroData::open(file, fits::Pixels::defer);
  if (!has_wanted_tags(ad, selection)) return false;
  if (selection.expression == nullptr) return true;
  // Expanding the rest of a compressed file costs most: only now, when it matters.
  if (ad.extensions.empty()) ad = AstroData::open(file, fits::Pixels::defer);
  return selection.expression->matches(ad, warnings);
}

Verdict judged(const std::string& file, const Selection& selection) {
  Verdict verdict;
  try {
    verdict.selected = is_selected(file, selection, verdict.warnings);
  } catch (const InputError& error) {
    verdict.failure = error.what();
  }
  return verdict;
}

}  // namespace

std::vector<std::string> select_files(const std::vector<std::string>& files,
                                      const Selection& selection,
                                      std::vector<std::string>& warnings,
                                      std::vector<std::string>* bad_files) {
  std::vector<std::string>& failures = bad_files == nullptr ? warnings : *bad_files;
  std::vector<Verdict> verdicts(files.size());
  const auto judge = [&](std::size_t i) { verdicts[i] = judged(files[i], selection); };
  ThreadTeam(files.size() <= kFewFiles ? 1 : 0).run(files.size(), judge);
  std::vector<std::string> selected;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (verdicts[i].selected) selected.push_back(files[i]);
    if (verdicts[i].failure) failures.push_back(std::move(*verdicts[i].failure));
    for (std::string& text : verdicts[i].warnings) warnings.push_back(std::move(text));
  }
  return selected;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "instruments/tags.h"
#include "parameters/parameters.h"
#include "recipes/recipe.h"

namespace wyvern {

// Something that keeps a reduction from being begun.
struct Problem {
  ExitStatus status = ExitStatus::bad_input;
  std::string text;
};

// Throws the Error that problems amount to: the text of the only one, or all of them numbered, with
// the status of the first. There must be one.
[[noreturn]] void throw_problems(const std::vector<Problem>& problems);

// An input file that can be used.
struct PlannedInput {
  std::string file;  // as given
  std::string instrument;
  Tags tags;
  std::vector<std::int64_t> shape;  // of its first extension, numpy's order
};

// A step of the recipe with the values that its parameters will have.
struct PlannedStep {
  RecipeStep step;
  bool skipped = false;  // by skip_primitive
  Parameters parameters;
};

// The calibration that a step will get for an input.
struct PlannedCalibration {
  std::string input;      // file, as given
  std::string primitive;  // "darkCorrect"
  std::string type;       // "processed_dark"
  std::string file;       // "" when there is none
  std::string origin;     // "user_cals", a database; "" when named by a parameter
  std::string why;        // one line: who chose it, or why there is none
  // Of the one chosen from a database: days from the input to it (negative: it is earlier), and
  // how many candidates there were.
  std::optional<double> days;
  std::size_t candidates = 0;
  bool required = false;
};

// What a reduction is foreseen to take, bytes.
struct MemoryPlan {
  std::size_t peak = 0;        // of the process's resident memory
  std::size_t limit = 0;       // that planes of waiting frames keep to
  std::size_t scratch = 0;     // the most that the scratch file holds; 0: none is made
  std::string scratch_folder;  // "" when none is made
};

// What a reduction is going to do, and what is wrong with that.
struct ReductionPlan {
  std::vector<PlannedInput> inputs;  // without those that cannot be used
  std::string mode;                  // sq, ql, qa
  std::string recipe;                // the name that was found
  std::string shown_recipe;          // the name as it was asked for
  std::string library;               // "recipes_DARK"; "" for a single primitive
  std::string primitive_class;       // "GNIRSImage"
  bool single_primitive = false;
  std::vector<PlannedStep> steps;
  std::vector<PlannedCalibration> calibrations;
  std::vector<std::string> outputs;  // expected, as paths; a frame that drops out has none
  std::optional<MemoryPlan> memory;  // when the steps are known
  std::vector<Problem> problems;
};

// The plan for people, a few lines; ends with a line end. The heads of it leave out the steps and
// the products, which show while they are made.
std::string plan_text(const ReductionPlan& plan);
std::string plan_heads(const ReductionPlan& plan);

}  // namespace wyvern

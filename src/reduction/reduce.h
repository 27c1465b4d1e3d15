// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/journal.h"
#include "calibrations/calibrations.h"
#include "primitives/primitive.h"
#include "recipes/runner.h"

namespace wyvern {

// What a reduction is asked to do.
struct ReductionSettings {
  std::vector<std::string> files;         // in order; the first decides on recipe and primitives
  std::string recipe = "_default";        // name of a recipe or a primitive
  std::string mode = "sq";                // sq or ql
  std::vector<UserParameter> parameters;  // in the order given
  std::map<std::string, std::string> user_calibrations;  // type -> file
  std::optional<std::string> suffix;                     // of the outputs, instead of the recipe's
  CalibrationConfig calibrations;
  bool compat = false;        // the numbers of DRAGONS 3.2, quirks included
  int threads = 0;            // 0: all that the process may use
  std::string output_folder;  // "" for the working directory
  const std::atomic<bool>* stop = nullptr;
};

struct ReductionResult {
  std::string recipe;                // the name of the recipe that was run
  std::vector<std::string> outputs;  // files written at the end, in the order of the main stream
};

// Reduces files with a recipe: checks everything, runs it, writes the products. What the reference
// prints goes to `log`. Throws an Error that says what is wrong; frames in progress are then
// written with the suffix "_crash" when a recipe had begun.
ReductionResult reduce(const ReductionSettings& settings, LogSink& log,
                       const RunObserver& observer = {});

// Checks parameters given by the user against the primitives of a class: names, then values.
// RecipeError with the reference's texts. `primitive`: run alone, its own parameters then need no
// prefix; the parameters as they apply are returned.
std::vector<UserParameter> checked_parameters(const PrimitiveClass& primitives,
                                              std::vector<UserParameter> given,
                                              const std::optional<std::string>& primitive);

}  // namespace wyvern

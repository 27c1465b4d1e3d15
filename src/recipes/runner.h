// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "base/journal.h"
#include "recipes/recipe.h"

namespace wyvern {

// What a caller may want to see of a running recipe; any of these may be empty.
struct RunObserver {
  std::function<void(const RecipeStep& step)> step_starts;
  // Called from any thread with the frames that a group of frame-wise steps has finished.
  std::function<void(std::size_t done, std::size_t all)> frames_done;
  // After a step: wall time in seconds. Steps that run frame by frame share theirs.
  std::function<void(const RecipeStep& step, double seconds)> step_ends;
};

// Runs a recipe on the streams of `context` ("main" in and out). Consecutive frame-wise steps run
// frame by frame, frames in parallel; list-wise steps get the whole list. The log is written to
// `sink` in the order in which the reference would write it. Adds HISTORY rows and hands the
// PROVENANCE of the inputs on to frames that a step made of them. An error ends the run after
// what was logged up to it has been written.
void run_recipe(const Recipe& recipe, Context& context, LogSink& sink,
                const RunObserver& observer = {});

}  // namespace wyvern

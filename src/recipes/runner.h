// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "base/journal.h"
#include "recipes/recipe.h"

namespace wyvern {

// What a step took.
struct StepCost {
  double seconds = 0.0;         // wall time; steps that ran together have their shares of it
  std::size_t peak_memory = 0;  // bytes, of the process while it ran; 0 when not known
};

// What a caller may want to see of a running recipe; any of these may be empty. All but
// frames_done are called from the thread that runs the recipe.
struct RunObserver {
  std::function<void(const RecipeStep& step)> step_starts;
  // Called from any thread with the frames that a group of frame-wise steps has finished.
  std::function<void(std::size_t done, std::size_t all)> frames_done;
  // After a step and its lines of the log.
  std::function<void(const RecipeStep& step, const StepCost& cost)> step_ends;
};

// Runs a recipe on the streams of `context` ("main" in and out). Consecutive frame-wise steps run
// frame by frame, frames in parallel; list-wise steps get the whole list. The log is written to
// `sink` in the order in which the reference would write it. Adds HISTORY rows and hands the
// PROVENANCE of the inputs on to frames that a step made of them. With Context::quarantine, a frame
// for which a frame-wise step fails, or that a list-wise one blames (FrameFault), is set aside with
// a warning and the others go on; without a frame left, and for any other error, the run ends after
// what was logged up to it has been written.
void run_recipe(const Recipe& recipe, Context& context, LogSink& sink,
                const RunObserver& observer = {});

}  // namespace wyvern

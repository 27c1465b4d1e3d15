// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/journal.h"
#include "calibrations/calibrations.h"
#include "primitives/primitive.h"
#include "recipes/runner.h"
#include "reduction/plan.h"

namespace wyvern {

// A recipe at work, as a recipe that is a program sees it.
struct RecipeRun {
  Context& context;
  LogSink& log;
  const RunObserver& observer;

  // Runs one step on the streams of the context.
  void step(const RecipeStep& step) {
    run_recipe({step.primitive, {step}}, context, log, observer);
  }
};

// A recipe that is a program of the caller's (a Python function, say), with primitives of its own.
struct UserRecipe {
  std::string name;
  std::string library;  // the file that it comes from
  std::function<void(RecipeRun& run)> run;
  // Primitives beside those of the data's class, or in place of those of the same name; may be
  // empty. Called once, with the tags of the first frame.
  std::function<std::vector<Primitive>(const Tags& tags)> primitives;
};

// What a reduction is asked to do.
struct ReductionSettings {
  std::vector<std::string> files;   // in order; the first decides on recipe and primitives
  std::string recipe = "_default";  // name of a recipe or a primitive
  // Run instead of `recipe` when it is set. Its steps are not known before, so only names and
  // values of parameters are checked then, not what the steps need.
  std::optional<UserRecipe> user_recipe;
  std::string mode = "sq";                               // sq, ql or qa
  std::vector<UserParameter> parameters;                 // in the order given
  std::map<std::string, std::string> user_calibrations;  // type -> file
  std::optional<std::string> suffix;                     // of the outputs, instead of the recipe's
  CalibrationConfig calibrations;
  bool uploads_calibrations = false;  // calibrations go to remote databases too
  bool uploads_science = false;       // and so do the products of science frames
  bool mixed = false;                 // inputs that are unlike are let through
  // A frame that cannot be used ends the reduction; else it is set aside and the others go on.
  // Always so with `compat`, and when a parameter names a calibration for each frame.
  bool strict = false;
  bool crash_files = true;  // frames in progress are saved when a recipe fails
  // The numbers of DRAGONS 3.2, quirks included, and no more checks before the work than it makes.
  bool compat = false;
  int threads = 0;             // 0: all that the process may use
  std::string output_folder;   // "" for the working directory; it is made when it is not there
  std::size_t max_memory = 0;  // bytes; 0: half of what is free
  std::string work_folder;     // for what memory has no room for; "": the folder of the products
  bool plan_only = false;      // run() will not be called: nothing is worked out ahead for it
  const std::atomic<bool>* stop = nullptr;
  std::vector<Problem> problems;  // that the caller has found already: listed with the others
};

// A file that a reduction has written.
struct ReductionOutput {
  std::string file;
  bool final = false;  // of the main stream at the end; else written by a step
};

// What a reduction has done so far; it tells how far a failed one got, too.
struct ReductionRecord {
  std::vector<std::pair<std::string, StepCost>> steps;  // by primitive, in order
  std::vector<ReductionOutput> outputs;                 // in the order of writing, each once
  std::vector<std::string> crash_files;
  std::vector<std::string> warnings;  // all, "primitive: text", repetitions too
  int threads = 0;
};

struct ReductionResult {
  std::string recipe;                // the name of the recipe that was run
  std::vector<std::string> outputs;  // files written at the end, in the order of the main stream
  std::vector<SetAside> set_aside;   // frames that the products are made without
};

// One reduction: checked when it is made, run once. What the reference prints goes to `log`, which
// must outlive the object.
class Reduction {
 public:
  // Opens the files, finds the recipe, checks everything that can be checked before a pixel is
  // touched. What is wrong stands in plan().problems, nothing is thrown for it.
  Reduction(ReductionSettings settings, LogSink& log);
  ~Reduction();
  Reduction(const Reduction&) = delete;
  Reduction& operator=(const Reduction&) = delete;

  const ReductionPlan& plan() const;
  // Runs the recipe and writes the products. Throws an Error that says what is wrong: the problems
  // of the plan (nothing is done then), or what came up on the way; frames in progress are then
  // written with the suffix "_crash" when a recipe had begun.
  ReductionResult run(const RunObserver& observer = {});
  const ReductionRecord& record() const;
  // The frames that it goes on without, in the order in which they were found.
  const std::vector<SetAside>& set_aside() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Both in one call.
ReductionResult reduce(const ReductionSettings& settings, LogSink& log,
                       const RunObserver& observer = {});

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/command_log.h"
#include "reduction/reduce.h"

namespace wyvern::commands {

// How a reduction ended.
struct ReduceOutcome {
  int status = 0;
  double seconds = 0.0;
  std::size_t peak_memory = 0;       // bytes
  std::vector<std::string> outputs;  // final products and files that steps have written
  std::vector<std::string> crash_files;
  std::vector<std::string> warnings;
  std::vector<std::string> set_aside;  // files
  std::string log_file;
};

// What `reduce` shows while it works. All goes to the standard error stream. frames_done may be
// called from any thread, the rest comes from the one that runs the recipe.
class ReduceScreen : public LogSink {
 public:
  void line(LogLevel level, int depth, std::string_view text) override;
  virtual void planned(const ReductionPlan& plan, int threads);
  virtual void step_starts(const RecipeStep& step);
  virtual void frames_done(std::size_t done, std::size_t all);
  virtual void step_ends(const RecipeStep& step, const StepCost& cost);
  virtual void ended(const ReduceOutcome& outcome);
};

// The screen for a mode. `json`: one JSON object for each event, in place of text.
std::unique_ptr<ReduceScreen> make_reduce_screen(LogMode mode, bool json, bool compat);

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"

namespace wyvern {
namespace {

[[noreturn]] void throw_error(ExitStatus status, const std::string& text) {
  switch (status) {
    case ExitStatus::usage:
      throw UsageError(text);
    case ExitStatus::recipe:
      throw RecipeError(text);
    case ExitStatus::calibration:
      throw CalibrationError(text);
    case ExitStatus::database:
      throw DatabaseError(text);
    case ExitStatus::resources:
      throw OutputError(text);
    case ExitStatus::processing:
      throw DataError(text);
    default:
      throw InputError(text);
  }
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

std::string frames_text(std::size_t count) {
  return fmt::format("{} frame{}", count, count == 1 ? "" : "s");
}

// "a.fits" or "a.fits ... z.fits, 20 frames".
std::string range_text(const std::vector<std::string>& files) {
  if (files.empty()) return "none";
  if (files.size() == 1) return files.front();
  return fmt::format("{} ... {}, {}", files.front(), files.back(), frames_text(files.size()));
}

// One line for each calibration and who gets it.
std::vector<std::string> calibration_lines(const ReductionPlan& plan) {
  std::vector<std::pair<std::string, std::size_t>> lines;
  for (const PlannedCalibration& planned : plan.calibrations) {
    std::string text =
        planned.file.empty()
            ? fmt::format("  {:<16} none{}", planned.type, planned.required ? ": missing" : "")
            : fmt::format("  {:<16} {} ({})", planned.type, planned.file, planned.why);
    const auto same = std::find_if(lines.begin(), lines.end(),
                                   [&](const auto& line) { return line.first == text; });
    if (same == lines.end()) {
      lines.emplace_back(std::move(text), 1);
    } else {
      ++same->second;
    }
  }
  std::vector<std::string> out;
  for (const auto& [text, count] : lines) out.push_back(text + ": " + frames_text(count));
  return out;
}

std::string inputs_text(const ReductionPlan& plan) {
  std::vector<std::string> files;
  for (const PlannedInput& input : plan.inputs) files.push_back(base_name(input.file));
  return "inputs: " + range_text(files) + "\n";
}

std::string recipe_text(const ReductionPlan& plan) {
  if (plan.recipe.empty()) return "";
  return plan.single_primitive
             ? fmt::format("primitive: {}\n", plan.recipe)
             : fmt::format("recipe: {} ({}, {})\n", plan.recipe, plan.library, plan.mode);
}

std::string steps_text(const ReductionPlan& plan) {
  if (plan.single_primitive || plan.steps.empty()) return "";
  std::string text = "steps:\n";
  for (const PlannedStep& step : plan.steps) {
    text +=
        fmt::format("  {}{}\n", call_text(step.step).substr(2), step.skipped ? "  (skipped)" : "");
  }
  return text;
}

std::string calibrations_text(const ReductionPlan& plan) {
  const std::vector<std::string> lines = calibration_lines(plan);
  return lines.empty() ? "" : "calibrations:\n" + join(lines, "\n") + "\n";
}

std::string memory_text(const ReductionPlan& plan) {
  if (!plan.memory) return "";
  const auto megabytes = [](std::size_t bytes) { return (bytes + (1U << 19)) >> 20; };
  std::string text = fmt::format("memory: about {} MB", megabytes(plan.memory->peak));
  if (plan.memory->scratch > 0) {
    text += fmt::format(", and up to {} MB of scratch in {}",
                        std::max<std::size_t>(1, megabytes(plan.memory->scratch)),
                        plan.memory->scratch_folder);
  }
  return text + "\n";
}

}  // namespace

void throw_problems(const std::vector<Problem>& problems) {
  if (problems.size() == 1) throw_error(problems.front().status, problems.front().text);
  std::string text = fmt::format("{} problems; nothing has been done:", problems.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    text += fmt::format("\n{}. {}", i + 1, replace_all(problems[i].text, "\n", "\n   "));
  }
  throw_error(problems.front().status, text);
}

std::string plan_text(const ReductionPlan& plan) {
  std::string text =
      inputs_text(plan) + recipe_text(plan) + steps_text(plan) + calibrations_text(plan);
  if (!plan.outputs.empty()) text += "products: " + join(plan.outputs, ", ") + "\n";
  return text + memory_text(plan);
}

std::string plan_heads(const ReductionPlan& plan) {
  return inputs_text(plan) + recipe_text(plan) + calibrations_text(plan);
}

}  // namespace wyvern

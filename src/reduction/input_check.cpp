// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"
#include "reduction/checks.h"

// Checks of the files that go in and of those that will come out.

namespace wyvern {

std::string kind_of(const Tags& tags) {
  for (const char* kind : {"BPM", "DARK", "FLAT", "ARC", "BIAS", "STANDARD", "SPECT", "IMAGE"}) {
    if (tags.contains(kind)) return kind;
  }
  return "unknown";
}

Tags selected_kinds(const Recipe& recipe) {
  Tags kinds;
  for (const RecipeStep& step : recipe.steps) {
    if (step.primitive != "selectFromInputs") continue;
    for (const auto& [name, value] : step.arguments) {
      if (name != "tags") continue;
      for (const std::string& tag : split(str(value), ',')) kinds.insert(std::string(trim(tag)));
    }
  }
  return kinds;
}

bool is_raw(const Tags& tags) {
  return !tags.contains("PREPARED") && !tags.contains("PROCESSED");
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::vector<std::string> sides;
  for (auto side = shape.rbegin(); side != shape.rend(); ++side) {
    sides.push_back(std::to_string(*side));
  }
  return join(sides, " x ");
}

namespace {

namespace fs = std::filesystem;

// How an input differs from the first one; "" when they go together.
std::string difference(const PlannedInput& first, const PlannedInput& input, const Tags& selected) {
  if (input.instrument != first.instrument) {
    return fmt::format("is of {}, not of {}", input.instrument, first.instrument);
  }
  const std::string kind = kind_of(input.tags);
  if (kind != kind_of(first.tags) && !selected.contains(kind)) {
    return fmt::format("is {}, not {}", kind, kind_of(first.tags));
  }
  if (is_raw(input.tags) && is_raw(first.tags) && input.shape != first.shape) {
    return fmt::format("has {} pixels, not {}", shape_text(input.shape), shape_text(first.shape));
  }
  return "";
}

std::string canonical(const std::string& path) {
  std::error_code ignored;
  return fs::weakly_canonical(path, ignored).string();
}

// Names that a recipe will write, worked out from the suffixes of its steps.
class Names {
 public:
  Names(const FrameList& frames, const PrimitiveClass& primitives, const Context& context)
      : primitives_(primitives), context_(context) {
    for (const Frame& frame : frames) {
      names_.push_back(frame->filename());
      originals_.push_back(frame->phu.text("ORIGNAME").value_or(frame->filename()));
    }
  }

  void follow(const PlannedStep& step) {
    const bool main = step.step.outstream == "main";
    if (!main || step.skipped) return;
    const Primitive& primitive = primitives_.at(step.step.primitive);
    if (primitive.joins && names_.size() > 1) {
      originals_.resize(1);
      names_ = originals_;
      joined_ = true;
    }
    if (primitive.name == "writeOutputs") return rename_for_writing(step.parameters);
    if (!step.parameters.has("suffix")) return;
    std::optional<std::string> suffix = step.parameters.optional_text("suffix");
    if (!suffix || suffix->empty()) return;
    if (primitive.name.starts_with("storeProcessed") && primitive.name != "storeProcessedScience" &&
        (context_.mode != "sq" || context_.uploads_calibrations)) {
      suffix = "_" + context_.mode + *suffix;
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
      names_[i] = updated_filename(names_[i], originals_[i], std::nullopt, suffix, true);
    }
  }

  // Whether the step writes what the main stream holds.
  bool writes(const PlannedStep& step) const {
    if (step.step.outstream != "main" || step.skipped) return false;
    if (step.step.primitive == "writeOutputs" || step.step.primitive == "storeProcessedScience") {
      return true;
    }
    bool asked = false;
    for (const auto& [key, value] : context_.user_parameters) {
      if (key == step.step.primitive + ":write_outputs") asked = value == Value(true);
    }
    return asked;
  }

  std::vector<std::string> written_by(const PlannedStep& step) const {
    if (step.step.primitive == "writeOutputs" && step.parameters.optional_text("outfilename")) {
      return {step.parameters.text("outfilename")};
    }
    return names_;
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& originals() const { return originals_; }
  bool joined() const { return joined_; }  // the only frame is none of the inputs

 private:
  void rename_for_writing(const Parameters& p) {
    const std::string prefix = p.text("prefix"), suffix = p.text("suffix");
    if (prefix.empty() && suffix.empty()) return;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      names_[i] = updated_filename(names_[i], originals_[i], prefix, suffix, p.flag("strip"));
    }
  }

  const PrimitiveClass& primitives_;
  const Context& context_;
  std::vector<std::string> names_, originals_;
  bool joined_ = false;
};

}  // namespace

std::set<std::size_t> check_together(const std::vector<PlannedInput>& inputs, const Recipe& recipe,
                                     std::vector<Problem>& problems) {
  const Tags selected = selected_kinds(recipe);
  std::vector<std::string> others;
  std::set<std::size_t> odd;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::string text = difference(inputs.front(), inputs[k], selected);
    if (text.empty()) continue;
    others.push_back(fmt::format("\n  {} {}", inputs[k].file, text));
    odd.insert(k);
  }
  if (others.empty()) return odd;
  problems.push_back(
      {ExitStatus::bad_input,
       fmt::format("the inputs do not go together; the first one, {}, decides what is done:{}\n"
                   "reduce them separately, or give --mixed if this is meant",
                   inputs.front().file, join(others, ""))});
  return odd;
}

std::vector<std::string> planned_outputs(const FrameList& frames, const PrimitiveClass& primitives,
                                         const ReductionPlan& plan, const Context& context,
                                         const std::optional<std::string>& suffix,
                                         std::vector<Problem>& problems) {
  Names names(frames, primitives, context);
  std::vector<std::string> outputs;
  const auto add = [&](const std::string& name, bool by_user) {
    const std::string path = context.output_path(name);
    if (std::find(outputs.begin(), outputs.end(), path) != outputs.end()) return;
    if (by_user && context.protected_files.contains(canonical(path))) {
      problems.push_back({ExitStatus::resources,
                          path +
                              ": is one of the input files and is not written over; run in another "
                              "folder or give a suffix"});
    }
    outputs.push_back(path);
  };
  for (const PlannedStep& step : plan.steps) {
    names.follow(step);
    if (!names.writes(step)) continue;
    for (const std::string& name : names.written_by(step)) add(name, true);
  }
  for (std::size_t i = 0; i < names.names().size(); ++i) {
    const std::string& name = names.names()[i];
    if (suffix) {
      add(name_with_suffix(name, *suffix), true);
    } else if (names.joined() || name != fs::path(frames[i]->opened_path()).filename().string()) {
      add(free_name(name, names.originals()[i], plan.recipe, context), false);
    }
  }
  return outputs;
}

void check_output_folder(const std::string& folder, std::vector<Problem>& problems) {
  const std::string shown = folder.empty() ? "." : folder;
  const auto refused = [&](int reason) {
    problems.push_back(
        {ExitStatus::resources,
         fmt::format("{}: the products cannot be written here: {}", shown, std::strerror(reason))});
  };
  std::error_code vanished;
  fs::path there = fs::absolute(shown, vanished).lexically_normal();
  if (vanished) return refused(vanished.value());
  // What is not there yet is made when the work begins: the folder above must allow it.
  std::error_code ignored;
  while (!fs::exists(there, ignored) && there.has_relative_path()) there = there.parent_path();
  if (fs::is_directory(there, ignored) && ::access(there.c_str(), W_OK | X_OK) == 0) return;
  refused(fs::is_directory(there, ignored) ? errno : ENOTDIR);
}

std::string name_with_suffix(const std::string& name, const std::string& suffix) {
  const std::string stem = fs::path(name).stem().string();
  return stem.substr(0, stem.find('_')) + suffix + fs::path(name).extension().string();
}

std::string free_name(const std::string& name, const std::string& original,
                      const std::string& recipe, const Context& context) {
  const auto is_input = [&](const std::string& candidate) {
    return context.protected_files.contains(canonical(context.output_path(candidate)));
  };
  std::string candidate = name;
  for (int number = 1; is_input(candidate); ++number) {
    candidate = updated_filename(name, original, std::nullopt,
                                 "_" + recipe + (number == 1 ? "" : std::to_string(number)), true);
  }
  return candidate;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/reduce.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "primitives/common.h"
#include "reduction/checks.h"
#include "reduction/memory_plan.h"
#include "reduction/shared_calibrations.h"

// Reference: recipe_system/reduction/coreReduce.py.

namespace wyvern {
namespace {

namespace fs = std::filesystem;

void say(LogSink& log, LogLevel level, std::string_view text) {
  for (const std::string& line : split(text, '\n')) log.line(level, 0, line);
}

// Hands the log on and keeps the warnings, each with the primitive that gave it.
class WarningKeeper : public LogSink {
 public:
  WarningKeeper(LogSink& log, std::vector<std::string>& warnings)
      : log_(log), warnings_(warnings) {}

  void line(LogLevel level, int depth, std::string_view text) override {
    constexpr std::string_view title = "PRIMITIVE: ";
    if (level == LogLevel::status && depth == 1) {
      if (text.starts_with(title)) primitive_ = text.substr(title.size());
      if (text == ".") primitive_.clear();
    }
    if (level == LogLevel::warning) {
      warnings_.push_back(primitive_.empty() ? std::string(text)
                                             : fmt::format("{}: {}", primitive_, text));
    }
    log_.line(level, depth, text);
  }

 private:
  LogSink& log_;
  std::vector<std::string>& warnings_;
  std::string primitive_;
};

void say_banner(const std::string& recipe, LogSink& log) {
  say(log, LogLevel::status, std::string(80, '='));
  say(log, LogLevel::status, "RECIPE: " + recipe);
  say(log, LogLevel::status, std::string(80, '='));
}

}  // namespace

struct Reduction::Impl {
  Impl(ReductionSettings given, LogSink& sink)
      : settings(std::move(given)), log(sink, record.warnings), team(settings.threads) {
    record.threads = team.threads();
    plan.mode = settings.mode;
    plan.problems = settings.problems;
    context.mode = settings.mode;
    context.compat = settings.compat;
    context.team = &team;
    context.output_folder = settings.output_folder;
    context.uploads_calibrations = settings.uploads_calibrations;
    context.stop = settings.stop;
    settings.strict =
        settings.strict || settings.compat || names_files_by_frame(settings.parameters);
    if (!settings.strict) context.quarantine = &quarantine;
    context.on_write = [this](const std::string& path) { note_output(path); };
  }

  // --- checks -----------------------------------------------------------------------------------

  void make_plan();
  std::vector<std::string> readable_files();
  void open_files(const std::vector<std::string>& files);
  void leave_out(const std::map<std::size_t, std::string>& reasons);
  void report_unusable(SetAside frame);
  void report_oddities();
  std::set<std::size_t> check_group();
  const PlannedInput& leading_input() const;
  void check_headers();
  void find_recipe();
  void take_user_recipe();
  void plan_steps();
  void open_calibrations();
  void problem(ExitStatus status, std::string text) {
    plan.problems.push_back({status, std::move(text)});
  }

  // --- work -------------------------------------------------------------------------------------

  ReductionResult run(const RunObserver& observer);
  std::vector<std::string> write_results();
  void write_crash_files();
  void take_digests();
  std::size_t plane_limit() const {
    const std::size_t memory = settings.max_memory > 0 ? settings.max_memory : free_memory() / 2;
    return memory_for_planes(memory, frames.size(), team.threads());
  }
  std::string scratch_folder() const {
    return settings.work_folder.empty() ? settings.output_folder : settings.work_folder;
  }
  void note_output(const std::string& path) {
    for (const ReductionOutput& output : record.outputs) {
      if (output.file == path) return;
    }
    record.outputs.push_back({path});
  }

  ReductionSettings settings;
  ReductionRecord record;
  WarningKeeper log;
  ThreadTeam team;
  ReductionPlan plan;
  Recipe recipe;
  std::optional<PlaneBudget> planes;
  std::optional<FileDigests> digests;
  std::optional<PrimitiveClass> extended;  // with the primitives of a user's recipe
  Context context;
  FrameList frames;
  std::unique_ptr<SharedCalibrations> calibrations;
  Quarantine quarantine;
};

// --- checks -------------------------------------------------------------------------------------

// The files that can be read; warns of the others.
std::vector<std::string> Reduction::Impl::readable_files() {
  const std::vector<std::string>& files = settings.files;
  if (files.empty()) {
    problem(ExitStatus::bad_input,
            "NO INPUT FILE(s) specified\ntype 'reduce -h' for usage information");
    return {};
  }
  std::vector<std::string> good, bad;
  std::map<std::string, std::string> reasons;
  for (const std::string& file : files) {
    std::error_code ignored;
    const bool accessible = ::access(file.c_str(), R_OK) == 0;
    const std::string why = !accessible                       ? std::strerror(errno)
                            : fs::is_directory(file, ignored) ? "it is a folder"
                                                              : "";
    if (!why.empty()) say(log, LogLevel::error, "Cannot read file: " + file);
    (why.empty() ? good : bad).push_back(file);
    reasons[file] = why;
  }
  if (bad.empty()) {
    say(log, LogLevel::stdinfo, "All submitted files appear valid:");
    say(log, LogLevel::stdinfo,
        files.size() == 1 ? files.front()
                          : fmt::format("{} ... {}, {} files submitted.", files.front(),
                                        files.back(), files.size()));
    return good;
  }
  say(log, LogLevel::warning, "Files not found or cannot be loaded:");
  for (const std::string& file : bad) {
    say(log, LogLevel::warning, "\t" + file);
    report_unusable({file, "", "it cannot be read: " + reasons[file]});
  }
  if (good.empty()) {
    problem(ExitStatus::bad_input, "Caller passed no valid input files");
    return {};
  }
  say(log, LogLevel::stdinfo, "These datasets were loaded:");
  for (const std::string& file : good) say(log, LogLevel::stdinfo, "\t" + file);
  return good;
}

// Opens the files in parallel: headers only, but a compressed file is unpacked once, whole.
void Reduction::Impl::open_files(const std::vector<std::string>& files) {
  frames.assign(files.size(), nullptr);
  std::vector<std::string> problems(files.size()), reasons(files.size());
  team.run(files.size(), [&](std::size_t k) {
    try {
      auto frame =
          std::make_shared<AstroData>(AstroData::open(files[k], fits::Pixels::load_if_expanded));
      if (frame->extensions.empty()) {
        problems[k] = files[k] + " contains no extensions.";
        reasons[k] = "it contains no image extensions";
      } else {
        frames[k] = std::move(frame);
      }
    } catch (const InputError& error) {
      problems[k] = fmt::format("Can't Load Dataset: {}\n{}", files[k], error.what());
      reasons[k] = error.what();
    }
  });
  for (std::size_t k = 0; k < files.size(); ++k) {
    if (!problems[k].empty()) {
      say(log, LogLevel::warning, problems[k]);
      report_unusable({files[k], "", reasons[k]});
    }
    if (!frames[k]) continue;
    quarantine.know(frames[k]->opened_path(), files[k]);
    for (const std::string& warning : frames[k]->warnings()) {
      say(log, LogLevel::warning, fmt::format("{}: {}", files[k], warning));
    }
    plan.inputs.push_back({files[k], text_descriptor(*frames[k], "instrument"), tags_of(*frames[k]),
                           frames[k]->extensions.front().data.shape()});
    std::error_code ignored;
    const bool fresh = context.protected_files
                           .insert(fs::weakly_canonical(frames[k]->opened_path(), ignored).string())
                           .second;
    if (!fresh && !settings.compat) {
      say(log, LogLevel::warning, files[k] + " is given more than once");
    }
  }
  std::erase(frames, nullptr);
  if (frames.empty() && !files.empty()) {
    problem(ExitStatus::bad_input, "none of the input files can be used");
  }
}

void Reduction::Impl::take_user_recipe() {
  const UserRecipe& user = *settings.user_recipe;
  plan.recipe = plan.shown_recipe = recipe.name = user.name;
  plan.library = user.library;
  if (!user.primitives) return;
  extended.emplace(context.primitives->with(user.primitives(leading_input().tags)));
  context.primitives = &*extended;
}

// A file that is of no use: the others are reduced without it, or nothing is done.
void Reduction::Impl::report_unusable(SetAside frame) {
  const std::string name = frame.file + ": ";
  if (frame.reason.starts_with(name)) frame.reason.erase(0, name.size());
  if (settings.strict && !settings.compat) {
    problem(frame.status, fmt::format("{}: {}", frame.file, frame.reason));
  } else if (!settings.compat) {
    quarantine.add(std::move(frame));
  }
}

// Sets inputs aside before the work, with the reasons by index.
void Reduction::Impl::leave_out(const std::map<std::size_t, std::string>& reasons) {
  for (const auto& [k, reason] : reasons) {
    const SetAside frame{plan.inputs[k].file, "", reason};
    if (!settings.strict) say(log, LogLevel::warning, text_of(frame));
    report_unusable(frame);
  }
  if (settings.strict || reasons.empty()) return;
  for (auto it = reasons.rbegin(); it != reasons.rend(); ++it) {
    const auto at = static_cast<std::ptrdiff_t>(it->first);
    frames.erase(frames.begin() + at);
    plan.inputs.erase(plan.inputs.begin() + at);
  }
  if (!frames.empty()) return;
  try {
    throw_none_left(quarantine.frames());
  } catch (const Error& error) {
    problem(error.status(), error.what());
  }
}

// What is let through, but the user should know: odd headers, files with the same bytes.
void Reduction::Impl::report_oddities() {
  std::vector<std::string> files;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const PlannedInput& input = plan.inputs[k];
    files.push_back(input.file);
    for (const std::string& remark : header_remarks(*frames[k], input.tags)) {
      say(log, LogLevel::warning, fmt::format("{}: {}", input.file, remark));
    }
  }
  for (const auto& [copy, of] : copies_among(frames, files)) {
    say(log, LogLevel::warning,
        fmt::format("{} is a copy of {}: its pixels count twice", copy, of));
  }
}

// Inputs that are unlike most are set aside; those that are not, without a majority, are a problem.
// Returned are the indices of the latter.
std::set<std::size_t> Reduction::Impl::check_group() {
  if (!settings.strict) {
    const Majority majority = unlike_majority(frames, plan.inputs, recipe);
    for (const std::string& line : majority.remarks) say(log, LogLevel::warning, line);
    if (majority.exists) {
      leave_out(majority.unlike);
      return {};
    }
  }
  return check_together(plan.inputs, recipe, plan.problems);
}

// What `prepare` would stumble over is found before calibrations are looked for.
void Reduction::Impl::check_headers() {
  const bool prepares =
      std::any_of(recipe.steps.begin(), recipe.steps.end(),
                  [](const RecipeStep& step) { return step.primitive == "prepare"; });
  if (!prepares) return;
  std::map<std::size_t, std::string> reasons;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    std::string fault = header_fault(*frames[k], plan.inputs[k].tags);
    if (!fault.empty()) reasons.emplace(k, std::move(fault));
  }
  leave_out(reasons);
}

// The input that decides what is done: the first one, unless it is not like most.
const PlannedInput& Reduction::Impl::leading_input() const {
  const bool by_kind = !settings.strict && !settings.mixed && settings.recipe == "_default";
  return plan.inputs[by_kind ? first_of_most(plan.inputs) : 0];
}

// What is to be run, from the tags of the leading input.
void Reduction::Impl::find_recipe() {
  const PlannedInput& leading = leading_input();
  const Tags& tags = leading.tags;
  const std::string instrument = to_lower(leading.instrument);
  context.primitives = primitive_class_for(tags, settings.compat);
  if (context.primitives != nullptr) plan.primitive_class = context.primitives->name();
  if (settings.user_recipe && context.primitives != nullptr) return take_user_recipe();
  const RecipeLibrary* library = recipe_library_for(tags, settings.mode);
  const Recipe* found = library == nullptr ? nullptr : library->find(settings.recipe);
  if (found != nullptr && found->added && settings.compat) found = nullptr;
  if (found != nullptr && context.primitives != nullptr) {
    for (const RecipeStep& step : found->steps) {
      const std::string& missing = context.primitives->at(step.primitive).missing;
      if (missing.empty()) continue;
      return problem(ExitStatus::recipe,
                     fmt::format("the recipe {} of mode {} needs {}: {}; use --ql for a quick "
                                 "look, or the default mode",
                                 found->name, settings.mode, step.primitive, missing));
    }
    recipe = *found;
    plan.recipe = recipe.name;
    plan.shown_recipe = settings.recipe == "_default" ? recipe.name : settings.recipe;
    plan.library = library->name;
    return;
  }
  const Primitive* single =
      context.primitives == nullptr ? nullptr : context.primitives->find(settings.recipe);
  if (single == nullptr || settings.compat) {
    say(log, LogLevel::warning,
        fmt::format("No recipe can be found in {} recipe libs.", instrument));
    say(log, LogLevel::warning, "Searching primitives ...");
  }
  if (context.primitives == nullptr && !settings.compat && settings.recipe == "_default" &&
      instrument.empty()) {
    return problem(
        ExitStatus::bad_input,
        fmt::format("{}: INSTRUME is missing: it cannot be told what is to be done", leading.file));
  }
  if (settings.recipe == "_default") {
    const std::string whose =
        context.primitives == nullptr && !settings.compat ? leading.file + ": " : std::string();
    return problem(ExitStatus::recipe,
                   fmt::format("{}{} recipes do not define a '{}' recipe for these data.", whose,
                               to_upper(instrument), settings.mode));
  }
  if (single == nullptr) {
    return problem(ExitStatus::recipe, fmt::format("Recipe {} Not Found\nNo primitive named {}",
                                                   settings.recipe, settings.recipe));
  }
  if (!single->missing.empty()) {
    return problem(ExitStatus::recipe, fmt::format("{}: {}", single->name, single->missing));
  }
  say(log, LogLevel::stdinfo, fmt::format("Found '{}' as a primitive.", settings.recipe));
  recipe = {settings.recipe, {{settings.recipe}}};
  plan.recipe = plan.shown_recipe = settings.recipe;
  plan.single_primitive = true;
}

void Reduction::Impl::plan_steps() {
  for (const RecipeStep& step : recipe.steps) {
    bool skipped = false;
    for (const auto& [key, value] : context.user_parameters) {
      if (key == step.primitive + ":skip_primitive") skipped = value == Value(true);
    }
    const Primitive& primitive = context.primitives->at(step.primitive);
    plan.steps.push_back(
        {step, skipped, resolve(primitive, context.user_parameters, step.arguments)});
  }
}

void Reduction::Impl::open_calibrations() {
  try {
    calibrations = std::make_unique<SharedCalibrations>(
        settings.user_calibrations, settings.calibrations,
        CalibrationSettings{.mode = settings.mode,
                            .compat = settings.compat,
                            .upload_calibrations = settings.uploads_calibrations,
                            .stop = settings.stop});
    context.calibrations = calibrations.get();
  } catch (const Error& error) {
    problem(error.status(), error.what());
  }
}

void Reduction::Impl::make_plan() {
  const std::vector<std::string> files = readable_files();
  if (!files.empty()) open_files(files);
  take_digests();
  open_calibrations();
  if (!settings.compat) check_output_folder(settings.output_folder, plan.problems);
  if (frames.empty()) return;
  if (!settings.compat) report_oddities();
  find_recipe();
  if (plan.recipe.empty()) return;
  if (!settings.compat) check_headers();
  if (frames.empty()) return;
  std::set<std::size_t> odd;
  const bool list_wise =
      !plan.single_primitive || context.primitives->at(plan.recipe).on_list != nullptr;
  if (!settings.mixed && !settings.compat && list_wise) odd = check_group();

  const PrimitiveClass& primitives = *context.primitives;
  std::optional<std::string> alone;
  if (plan.single_primitive) alone = plan.recipe;
  const std::size_t before = plan.problems.size();
  context.user_parameters = checked_parameters(primitives, recipe, settings.parameters, alone,
                                               settings.compat, plan.problems);
  if (plan.problems.size() == before && settings.compat) {
    try {
      plan_steps();
    } catch (const RecipeError&) {
      plan.steps.clear();  // DRAGONS finds a wrong value when it comes to the primitive
    }
  }
  if (plan.problems.size() == before && !settings.compat && !settings.user_recipe) {
    for (const std::string& line : idle_parameters(primitives, recipe, context.user_parameters)) {
      say(log, LogLevel::warning, line);
    }
    plan_steps();
    if (calibrations) {
      plan.calibrations = planned_calibrations(frames, primitives, plan.steps, context, odd,
                                               *calibrations, plan.problems);
    }
    plan.outputs =
        planned_outputs(frames, primitives, plan, context, settings.suffix, plan.problems);
    const std::string scratch = scratch_folder();
    plan.memory = planned_memory(frames, plan, context, plane_limit(),
                                 scratch.empty() ? "the working directory" : scratch);
  }
  for (const auto& [type, path] : settings.user_calibrations) {
    say(log, LogLevel::stdinfo, fmt::format("Manually assigned {} as {}", path, type));
  }
}

// --- work ---------------------------------------------------------------------------------------

// Writes what the main stream holds at the end. A frame that a primitive has just written is taken
// over: the same name needs nothing, another name gets a copy with the same bytes.
std::vector<std::string> Reduction::Impl::write_results() {
  std::vector<std::string> outputs;
  const std::optional<std::string>& suffix = settings.suffix;
  for (const Frame& frame : context.streams["main"]) {
    if (suffix) frame->set_filename(name_with_suffix(frame->filename(), *suffix));
    std::string name = frame->filename();
    if (!suffix && name == fs::path(frame->opened_path()).filename().string()) continue;
    if (!suffix) {
      const std::string free =
          free_name(name, frame->phu.text("ORIGNAME").value_or(name), plan.recipe, context);
      if (free != name) {
        say(log, LogLevel::stdinfo,
            fmt::format("{} is one of the inputs: the product is called {}", name, free));
        frame->set_filename(free);
        name = free;
      }
    }
    const std::string path = context.output_path(name);
    const auto written = context.written.find(frame.get());
    if (suffix || written == context.written.end()) {
      context.write(*frame, name, true);
      context.put_aside(*frame);
    } else if (written->second != path) {
      copy_file_atomically(written->second, path);
      note_output(path);
    }
    say(log, LogLevel::stdinfo, fmt::format("\tWrote {} in output directory", name));
    outputs.push_back(path);
    if (settings.uploads_science && !frame->phu.get("PROCSCI").is_none()) {
      for (const std::string& line : calibrations->upload_science(path)) {
        say(log, LogLevel::stdinfo, line);
      }
    }
  }
  for (ReductionOutput& output : record.outputs) {
    output.final = std::find(outputs.begin(), outputs.end(), output.file) != outputs.end();
  }
  return outputs;
}

// Saves frames in progress so that the work done is not lost.
void Reduction::Impl::write_crash_files() {
  context.on_write = nullptr;
  say(log, LogLevel::stdinfo, "Writing final outputs ...");
  for (const Frame& frame : context.streams["main"]) {
    try {
      frame->load_pixels();
      frame->update_filename(std::nullopt, "_crash", false);
      context.write(*frame, frame->filename(), true);
      context.put_aside(*frame);
      record.crash_files.push_back(context.output_path(frame->filename()));
      say(log, LogLevel::stdinfo, fmt::format("\tWrote {} in output directory", frame->filename()));
    } catch (const std::bad_alloc&) {
      say(log, LogLevel::warning, fmt::format("{}: not saved: out of memory", frame->filename()));
    } catch (const std::exception& error) {
      say(log, LogLevel::warning, error.what());
    }
  }
}

// The digests of the inputs, which `prepare` asks for. What is planned next leaves a processor idle
// that can begin with them.
void Reduction::Impl::take_digests() {
  std::vector<std::string> paths;
  for (const auto& frame : frames) paths.push_back(frame->opened_path());
  context.digests = &digests.emplace(paths, team.threads());
  const bool surely_asked_for = settings.recipe == "_default" && !settings.user_recipe;
  if (surely_asked_for && !settings.plan_only && team.threads() > 1) digests->work_ahead();
}

ReductionResult Reduction::Impl::run(const RunObserver& observer) {
  if (!plan.problems.empty()) throw_problems(plan.problems);
  if (frames.empty()) throw std::logic_error("a reduction can be run once");
  std::error_code trouble;
  fs::create_directories(settings.output_folder.empty() ? "." : settings.output_folder, trouble);
  if (trouble) throw OutputError(fmt::format("{}: {}", settings.output_folder, trouble.message()));
  planes.emplace(plane_limit(), scratch_folder());
  context.planes = &*planes;
  context.streams["main"] = std::move(frames);
  frames.clear();
  RunObserver own = observer;
  if (observer.step_ends) {
    own.step_ends = [&](const RecipeStep& step, const StepCost& cost) {
      record.steps.emplace_back(step.primitive, cost);
      observer.step_ends(step, cost);
    };
  }
  if (calibrations) calibrations->expect(plan.calibrations, team.threads() > 1);
  say_banner(plan.shown_recipe, log);
  try {
    if (settings.user_recipe) {
      RecipeRun program{context, log, own};
      settings.user_recipe->run(program);
    } else {
      run_recipe(recipe, context, log, own);
    }
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception&) {
    if (settings.compat)
      say(log, LogLevel::error, "Reduce received an unhandled exception. Aborting ...");
    if (settings.crash_files && !plan.single_primitive) write_crash_files();
    throw;
  }
  std::vector<std::string> outputs = write_results();
  return {plan.recipe, std::move(outputs), quarantine.frames()};
}

Reduction::Reduction(ReductionSettings settings, LogSink& log)
    : impl_(std::make_unique<Impl>(std::move(settings), log)) {
  impl_->make_plan();
}
Reduction::~Reduction() = default;

const ReductionPlan& Reduction::plan() const {
  return impl_->plan;
}

ReductionResult Reduction::run(const RunObserver& observer) {
  return impl_->run(observer);
}

const ReductionRecord& Reduction::record() const {
  return impl_->record;
}

const std::vector<SetAside>& Reduction::set_aside() const {
  return impl_->quarantine.frames();
}

ReductionResult reduce(const ReductionSettings& settings, LogSink& log,
                       const RunObserver& observer) {
  Reduction reduction(settings, log);
  return reduction.run(observer);
}

}  // namespace wyvern

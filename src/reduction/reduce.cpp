// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/reduce.h"

#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "reduction/shared_calibrations.h"

// Reference: recipe_system/reduction/coreReduce.py.

namespace wyvern {
namespace {

namespace fs = std::filesystem;

void say(LogSink& log, LogLevel level, std::string_view text) {
  for (const std::string& line : split(text, '\n')) log.line(level, 0, line);
}

// The files that can be read; warns of the others. InputError when none is left.
std::vector<std::string> readable_files(const std::vector<std::string>& files, LogSink& log) {
  if (files.empty()) {
    throw InputError("NO INPUT FILE(s) specified\ntype 'reduce -h' for usage information");
  }
  std::vector<std::string> good, bad;
  for (const std::string& file : files) {
    const bool readable = ::access(file.c_str(), R_OK) == 0 && !fs::is_directory(file);
    if (!readable) say(log, LogLevel::error, "Cannot read file: " + file);
    (readable ? good : bad).push_back(file);
  }
  if (bad.empty()) return good;
  say(log, LogLevel::warning, "Files not found or cannot be loaded:");
  for (const std::string& file : bad) say(log, LogLevel::warning, "\t" + file);
  if (good.empty()) throw InputError("Caller passed no valid input files");
  say(log, LogLevel::stdinfo, "These datasets were loaded:");
  for (const std::string& file : good) say(log, LogLevel::stdinfo, "\t" + file);
  return good;
}

void say_files(const std::vector<std::string>& files, LogSink& log) {
  say(log, LogLevel::stdinfo, "All submitted files appear valid:");
  say(log, LogLevel::stdinfo,
      files.size() == 1 ? files.front()
                        : fmt::format("{} ... {}, {} files submitted.", files.front(), files.back(),
                                      files.size()));
}

// Opens the files in parallel: headers only, but a compressed file is unpacked once, whole.
FrameList open_files(const std::vector<std::string>& files, ThreadTeam& team, LogSink& log) {
  FrameList frames(files.size());
  std::vector<std::string> problems(files.size());
  team.run(files.size(), [&](std::size_t k) {
    try {
      auto frame =
          std::make_shared<AstroData>(AstroData::open(files[k], fits::Pixels::load_if_expanded));
      if (frame->extensions.empty()) {
        problems[k] = files[k] + " contains no extensions.";
      } else {
        frames[k] = std::move(frame);
      }
    } catch (const InputError& error) {
      problems[k] = fmt::format("Can't Load Dataset: {}\n{}", files[k], error.what());
    }
  });
  for (std::size_t k = 0; k < files.size(); ++k) {
    if (!problems[k].empty()) say(log, LogLevel::warning, problems[k]);
    if (!frames[k]) continue;
    for (const std::string& warning : frames[k]->warnings()) {
      say(log, LogLevel::warning, fmt::format("{}: {}", files[k], warning));
    }
  }
  std::erase(frames, nullptr);
  if (frames.empty()) throw InputError("none of the input files can be used");
  return frames;
}

// What is to be run, found from the tags of the first frame.
struct Plan {
  const PrimitiveClass* primitives;
  Recipe recipe;
  std::string banner;
  std::optional<std::string> primitive;  // when a single primitive is run
};

Plan plan_for(const AstroData& first, const ReductionSettings& settings, LogSink& log) {
  const Tags tags = tags_of(first);
  const std::string instrument = to_lower(text_descriptor(first, "instrument"));
  const PrimitiveClass* primitives = primitive_class_for(tags);
  const RecipeLibrary* library = recipe_library_for(tags, settings.mode);
  const Recipe* recipe = library == nullptr ? nullptr : library->find(settings.recipe);
  if (recipe != nullptr && primitives != nullptr) {
    return {primitives, *recipe, settings.recipe == "_default" ? recipe->name : settings.recipe,
            std::nullopt};
  }
  say(log, LogLevel::warning, fmt::format("No recipe can be found in {} recipe libs.", instrument));
  say(log, LogLevel::warning, "Searching primitives ...");
  if (settings.recipe == "_default") {
    throw RecipeError(fmt::format("{} recipes do not define a '{}' recipe for these data.",
                                  to_upper(instrument), settings.mode));
  }
  const Primitive* single = primitives == nullptr ? nullptr : primitives->find(settings.recipe);
  if (single == nullptr) {
    throw RecipeError(fmt::format("Recipe {} Not Found\nNo primitive named {}", settings.recipe,
                                  settings.recipe));
  }
  say(log, LogLevel::stdinfo, fmt::format("Found '{}' as a primitive.", settings.recipe));
  return {primitives, {settings.recipe, {{settings.recipe}}}, settings.recipe, settings.recipe};
}

void say_banner(const std::string& recipe, LogSink& log) {
  say(log, LogLevel::status, std::string(80, '='));
  say(log, LogLevel::status, "RECIPE: " + recipe);
  say(log, LogLevel::status, std::string(80, '='));
}

// Copies a product whole or not at all.
void copy_product(const std::string& from, const std::string& to) {
  const fs::path temporary =
      fs::path(to).parent_path() /
      fmt::format(".{}.{}.tmp", fs::path(to).filename().string(), ::getpid());
  std::error_code error;
  fs::copy_file(from, temporary, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(temporary, to, error);
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw OutputError(fmt::format("{}: cannot be written: {}", to, error.message()));
  }
}

// "<name up to its first _><suffix>.fits"
std::string name_with_suffix(const std::string& name, const std::string& suffix) {
  const std::string stem = fs::path(name).stem().string();
  return stem.substr(0, stem.find('_')) + suffix + fs::path(name).extension().string();
}

// Writes what the main stream holds at the end. A frame that a primitive has just written is taken
// over: the same name needs nothing, another name gets a copy with the same bytes.
std::vector<std::string> write_results(Context& context, const std::optional<std::string>& suffix,
                                       LogSink& log) {
  std::vector<std::string> outputs;
  for (const Frame& frame : context.streams["main"]) {
    if (suffix) frame->set_filename(name_with_suffix(frame->filename(), *suffix));
    const std::string name = frame->filename();
    if (!suffix && name == fs::path(frame->opened_path()).filename().string()) continue;
    const auto written = context.written.find(frame.get());
    if (suffix || written == context.written.end()) {
      context.write(*frame, name, true);
    } else if (written->second != context.output_path(name)) {
      copy_product(written->second, context.output_path(name));
    }
    say(log, LogLevel::stdinfo, fmt::format("\tWrote {} in output directory", name));
    outputs.push_back(context.output_path(name));
  }
  return outputs;
}

// Saves frames in progress so that the work done is not lost.
void write_crash_files(Context& context, LogSink& log) {
  say(log, LogLevel::stdinfo, "Writing final outputs ...");
  for (const Frame& frame : context.streams["main"]) {
    try {
      frame->load_pixels();
      frame->update_filename(std::nullopt, "_crash", false);
      context.write(*frame, frame->filename(), true);
      say(log, LogLevel::stdinfo, fmt::format("\tWrote {} in output directory", frame->filename()));
    } catch (const std::exception& error) {
      say(log, LogLevel::error, error.what());
    }
  }
}

void protect_inputs(const FrameList& frames, Context& context) {
  for (const Frame& frame : frames) {
    std::error_code ignored;
    context.protected_files.insert(fs::weakly_canonical(frame->opened_path(), ignored).string());
  }
}

}  // namespace

ReductionResult reduce(const ReductionSettings& settings, LogSink& log,
                       const RunObserver& observer) {
  const std::vector<std::string> files = readable_files(settings.files, log);
  if (files.size() == settings.files.size()) say_files(files, log);
  ThreadTeam team(settings.threads);
  FrameList frames = open_files(files, team, log);
  Plan plan = plan_for(*frames.front(), settings, log);

  Context context;
  context.mode = settings.mode;
  context.compat = settings.compat;
  context.team = &team;
  context.primitives = plan.primitives;
  context.user_parameters =
      checked_parameters(*plan.primitives, settings.parameters, plan.primitive);
  context.output_folder = settings.output_folder;
  context.stop = settings.stop;
  protect_inputs(frames, context);
  context.streams["main"] = std::move(frames);
  SharedCalibrations calibrations(settings.user_calibrations, settings.calibrations,
                                  {.mode = settings.mode, .compat = settings.compat});
  context.calibrations = &calibrations;
  for (const auto& [type, path] : settings.user_calibrations) {
    say(log, LogLevel::stdinfo, fmt::format("Manually assigned {} as {}", path, type));
  }

  say_banner(plan.banner, log);
  try {
    run_recipe(plan.recipe, context, log, observer);
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception&) {
    if (!plan.primitive) write_crash_files(context, log);
    throw;
  }
  return {plan.recipe.name, write_results(context, settings.suffix, log)};
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cxxabi.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <system_error>
#include <typeinfo>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/memory_meter.h"
#include "base/text.h"
#include "commands/command_log.h"
#include "commands/commands.h"
#include "commands/environment.h"
#include "commands/interrupt_handler.h"
#include "commands/reduce_options.h"
#include "commands/reduce_screen.h"
#include "commands/user_code.h"
#include "commands/version.h"
#include "reduction/reduce.h"
#include "reduction/report.h"

// The `reduce` command. Reference: recipe_system/scripts/reduce.

namespace wyvern::commands {
namespace {

// Exit statuses of DRAGONS.
constexpr int kDragonsUnreadable = 1, kDragonsInterrupted = 2, kDragonsFailed = 6;

std::string type_name(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : typeid(error).name();
}

constexpr const char* kOutOfMemory = "out of memory: reduce fewer frames at a time, or free memory";

// One run of the command, from the request to the exit status.
class ReduceRun {
 public:
  ReduceRun(std::string program, std::vector<std::string> tokens, ReduceRequest request)
      : program_(std::move(program)),
        tokens_(std::move(tokens)),
        request_(std::move(request)),
        compat_(request_.settings.compat),
        screen_(make_reduce_screen(request_.log_mode, request_.json_events, compat_)),
        log_(*screen_, {.file = request_.dry_run ? "" : request_.log_file,
                        .debug = request_.log_mode == LogMode::debug,
                        .rotating = request_.log_mode == LogMode::rotating,
                        .dragons = compat_}) {}

  int run() {
    say_start();
    const InterruptHandler handler(compat_ ? kDragonsInterrupted
                                           : static_cast<int>(ExitStatus::interrupted));
    try {
      request_.settings.stop = handler.stop();
      reduction_ = std::make_unique<Reduction>(request_.settings, log_);
      if (request_.dry_run) {
        dry_run();
      } else {
        work();
      }
      if (!reduction_->set_aside().empty()) status_ = static_cast<int>(ExitStatus::bad_input);
    } catch (const Interrupted&) {
      failed(handler.what(), ExitStatus::interrupted);
    } catch (const std::bad_alloc&) {
      failed(kOutOfMemory, ExitStatus::resources);
    } catch (const Error& error) {
      note_origin(error);
      failed(error.what(), error.status());
    } catch (const std::system_error& error) {
      const bool memory = error.code() == std::errc::not_enough_memory;
      failed(memory ? kOutOfMemory : error.what(), ExitStatus::resources);
    } catch (const std::exception& error) {
      note_origin(error);
      failed(
          fmt::format("internal error: {}\nPlease report it with the command line.", error.what()),
          ExitStatus::processing);
    }
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - clock_).count();
    if (!request_.dry_run) show_end();
    write_report();
    return status_;
  }

 private:
  void say(std::string_view text) { log_.line(LogLevel::stdinfo, 0, text); }
  void say_error(std::string_view text) {
    for (const std::string& line : split(text, '\n')) log_.line(LogLevel::error, 0, line);
  }

  void say_start() {
    log_.file_line(LogLevel::info, "Logging configured for application: reduce");
    if (compat_ && request_.log_mode == LogMode::debug) {
      screen_->line(LogLevel::info, 0, "Logging configured for application: reduce");
      screen_->line(LogLevel::info, 0, " ");
    }
    say("");
    say(fmt::format("\t\t\t--- reduce {} ---", kVersion));
    say("");
    for (const std::string& warning : request_.settings.calibrations.warnings) {
      log_.line(LogLevel::warning, 0, warning);
    }
    const std::vector<std::string>& upload = request_.upload;
    if (!compat_ && std::find(upload.begin(), upload.end(), "metrics") != upload.end()) {
      log_.line(LogLevel::warning, 0, "--upload metrics has no effect: nothing measures any here");
    }
  }

  // All that is planned goes to the standard output; problems are errors.
  void dry_run() {
    const ReductionPlan& plan = reduction_->plan();
    if (request_.report != "-") std::fputs(plan_text(plan).c_str(), stdout);
    if (!plan.problems.empty()) throw_problems(plan.problems);
  }

  void work() {
    if (reduction_->plan().problems.empty()) {
      screen_->planned(reduction_->plan(), reduction_->record().threads);
    }
    const RunObserver observer{
        .step_starts =
            [this](const RecipeStep& step) {
              current_step_ = step.primitive;
              screen_->step_starts(step);
            },
        .frames_done = [this](std::size_t done,
                              std::size_t all) { screen_->frames_done(done, all); },
        .step_ends = [this](const RecipeStep& step,
                            const StepCost& cost) { screen_->step_ends(step, cost); }};
    reduction_->run(observer);
  }

  // Says what is wrong, once, and keeps it for the report.
  void failed(const std::string& text, ExitStatus status) {
    error_ = text;
    status_ = static_cast<int>(status);
    if (compat_) {
      say_as_dragons(text, status);
    } else {
      say_error(text);
    }
  }

  void say_as_dragons(const std::string& text, ExitStatus status) {
    status_ = kDragonsFailed;
    const ReductionPlan* plan = reduction_ ? &reduction_->plan() : nullptr;
    const std::vector<std::string>& files = request_.settings.files;
    if (status == ExitStatus::interrupted) {
      status_ = kDragonsInterrupted;
      say_error(text);
    } else if (files.empty()) {
      const std::vector<std::string> lines = split(text, '\n');
      say_error(lines.front());
      if (lines.size() > 1) say(lines[1]);
      say_error(lines.front());
      say_unhandled(lines.front());
    } else if (plan != nullptr && plan->inputs.empty() && text.starts_with("Caller passed")) {
      say_error(text);
      status_ = kDragonsUnreadable;
    } else if (plan != nullptr && plan->recipe.empty() && !plan->inputs.empty()) {
      say_error(text);
    } else {
      say_unhandled(text);
    }
  }

  void say_unhandled(const std::string& text) {
    say_error("reduce caught an unhandled exception.");
    say_error("");
    say_error(text);
    say_error("");
    say_error("Reduce instance aborted.");
  }

  void note_origin(const std::exception& error) {
    if (!request_.debug) return;
    const std::string step =
        reduction_ && !current_step_.empty() ? " in " + current_step_ : std::string();
    log_.line(LogLevel::debug, 0, fmt::format("{} was thrown{}", type_name(error), step));
  }

  void show_end() {
    ReduceOutcome outcome;
    outcome.status = status_;
    outcome.seconds = seconds_;
    outcome.peak_memory = peak_memory();
    outcome.log_file = request_.log_file;
    if (reduction_) {
      for (const ReductionOutput& output : reduction_->record().outputs) {
        outcome.outputs.push_back(output.file);
      }
      outcome.crash_files = reduction_->record().crash_files;
      outcome.warnings = reduction_->record().warnings;
      for (const SetAside& frame : reduction_->set_aside()) outcome.set_aside.push_back(frame.file);
    }
    screen_->ended(outcome);
    // When none is left, the error has named them.
    const bool some_left = outcome.set_aside.size() < request_.settings.files.size();
    if (!outcome.set_aside.empty() && some_left) say_set_aside();
    if (status_ == 0) {
      say("");
      say("reduce completed successfully.");
    } else if (error_.empty()) {
      say("");
      say(fmt::format("reduce completed without {} of {} frames; exit status: {}",
                      outcome.set_aside.size(), request_.settings.files.size(), status_));
    } else if (!(compat_ && status_ == kDragonsUnreadable)) {
      say("");
      say("");
      say(fmt::format("reduce exit status: {}", status_));
      say("");
    }
  }

  // The frames that the products are made without, once more at the end.
  void say_set_aside() {
    say("frames set aside:");
    for (const SetAside& frame : reduction_->set_aside()) {
      const std::string where = frame.primitive.empty() ? "" : frame.primitive + ": ";
      for (const std::string& line :
           split(fmt::format("{}: {}{}", frame.file, where, frame.reason), '\n')) {
        say("  " + line);
      }
    }
  }

  void write_report() {
    if (!request_.report) return;
    const ReportFrame frame{.program = program_,
                            .version = kVersion,
                            .command_line = tokens_,
                            .started = started_,
                            .ended = utc_now(),
                            .seconds = seconds_,
                            .exit_status = status_,
                            .error = error_,
                            .dry_run = request_.dry_run,
                            .compat = compat_};
    const std::string text = report_json(reduction_.get(), frame);
    if (*request_.report == "-") {
      std::fputs(text.c_str(), stdout);
      return;
    }
    std::ofstream file(*request_.report, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw OutputError(*request_.report + ": the report cannot be written");
  }

  const std::string program_;
  const std::vector<std::string> tokens_;
  ReduceRequest request_;
  const bool compat_;
  const DateTime started_ = utc_now();
  const std::chrono::steady_clock::time_point clock_ = std::chrono::steady_clock::now();
  std::unique_ptr<ReduceScreen> screen_;
  CommandLog log_;
  std::unique_ptr<Reduction> reduction_;
  int status_ = 0;
  double seconds_ = 0.0;
  std::string error_, current_step_;
};

}  // namespace

int run_reduce(const std::string& program, const std::vector<std::string>& tokens) {
  const ArgumentParser arguments = reduce_parser(program);
  const ArgumentParser::Parsed parsed = arguments.parse(tokens);
  if (help_printed(arguments, parsed)) return 0;
  if (parsed.has("version")) {
    std::puts(fmt::format("{} {}", program, kVersion).c_str());
    return 0;
  }
  ReduceRequest request = reduce_request(arguments, parsed);
  if (!is_user_code(request.settings.recipe) || has_user_code_loader()) {
    for (const std::string& remark : request.remarks) std::puts(remark.c_str());
  }
  if (request.display) {
    std::fputs(displayed_flags(request).c_str(), stdout);
    return 0;
  }
  if (is_user_code(request.settings.recipe)) {
    if (!has_user_code_loader()) continue_in_python(program, tokens);
    request.settings.user_recipe = load_user_code(request.settings.recipe);
  }
  return ReduceRun(program, tokens, std::move(request)).run();
}

}  // namespace wyvern::commands

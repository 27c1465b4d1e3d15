// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/reduce_screen.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>

#include "base/datetime.h"
#include "base/text.h"
#include "commands/screen.h"
#include "commands/version.h"

namespace wyvern::commands {

void ReduceScreen::line(LogLevel, int, std::string_view) {}
void ReduceScreen::planned(const ReductionPlan&, int) {}
void ReduceScreen::step_starts(const RecipeStep&) {}
void ReduceScreen::frames_done(std::size_t, std::size_t) {}
void ReduceScreen::step_ends(const RecipeStep&, const StepCost&) {}
void ReduceScreen::ended(const ReduceOutcome&) {}

namespace {

void put(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

// --- the reference's listing --------------------------------------------------------------------

// Everything, indented by three blanks for each primitive around, "WARNING - " and the like in
// front.
class ListingScreen : public ReduceScreen {
 public:
  explicit ListingScreen(LogLevel lowest) : lowest_(lowest) {}

  void line(LogLevel level, int depth, std::string_view text) override {
    if (level < lowest_) return;
    const std::string indent(static_cast<std::size_t>(3 * depth), ' ');
    if (level == LogLevel::warning) {
      if (text == last_warning_) {
        ++repetitions_;
        return;
      }
      if (repetitions_ > 0) {
        put(fmt::format("{}WARNING - Last message repeated {} times\n", indent, repetitions_ + 1));
      }
      last_warning_ = text;
      repetitions_ = 0;
    }
    put(fmt::format("{}{}{}\n", indent, level_prefix(level), text));
  }

 private:
  const LogLevel lowest_;
  // A warning that repeats the one before is counted, not shown again.
  std::string last_warning_;
  int repetitions_ = 0;
};

// --- a line for each primitive ------------------------------------------------------------------

constexpr std::size_t kShownWarnings = 3;  // of one primitive; and of the summary, times two
constexpr std::size_t kNameWidth = 28;

std::string shortened(const std::vector<std::string>& texts, std::size_t most,
                      std::string_view front) {
  std::string out;
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
    out += fmt::format("{}{}\n", front, texts[i]);
  }
  if (texts.size() > most) out += fmt::format("{}… and {} more\n", front, texts.size() - most);
  return out;
}

class BriefScreen : public ReduceScreen {
 public:
  BriefScreen() : terminal_(::isatty(STDERR_FILENO) == 1), coloured_(takes_colour(stderr)) {}

  void line(LogLevel level, int depth, std::string_view text) override {
    const std::lock_guard lock(mutex_);
    if (level == LogLevel::status && depth == 1 && text.starts_with("PRIMITIVE: ")) {
      primitive_ = text.substr(11);
    }
    if (level == LogLevel::warning) {
      if (!running_) {
        show(paint("33", "WARNING - ") + std::string(text) + "\n");
      } else {
        warnings_.emplace_back(primitive_, text);
      }
    } else if (level >= LogLevel::error) {
      show(paint("31", level_prefix(level)) + std::string(text) + "\n");
    } else if (text.ends_with(" in output directory") && text.starts_with("\tWrote ")) {
      return;  // the summary says so
    } else if (level >= LogLevel::stdinfo && depth == 0 && ended_) {
      show(fmt::format("{}\n", text));
    }
  }

  void planned(const ReductionPlan& plan, int threads) override {
    const std::lock_guard lock(mutex_);
    show(paint("1", fmt::format("reduce {}", kVersion)) +
         fmt::format(", {} thread{}\n", threads, threads == 1 ? "" : "s"));
    show(plan_heads(plan));
    running_ = true;
  }

  void step_starts(const RecipeStep& step) override {
    const std::lock_guard lock(mutex_);
    if (first_.empty()) first_ = step.primitive;
    last_ = step.primitive;
    progress("");
  }

  void frames_done(std::size_t done, std::size_t all) override {
    const std::lock_guard lock(mutex_);
    progress(fmt::format(" {}/{} frames", done, all));
  }

  void step_ends(const RecipeStep& step, const StepCost& cost) override {
    const std::lock_guard lock(mutex_);
    show(fmt::format("  {:<{}}{:8.2f} s\n", step.primitive, kNameWidth, cost.seconds));
    std::vector<std::string> own;
    for (const auto& [primitive, text] : warnings_) {
      if (primitive == step.primitive && std::find(own.begin(), own.end(), text) == own.end()) {
        own.push_back(text);
      }
    }
    std::erase_if(warnings_, [&](const auto& w) { return w.first == step.primitive; });
    if (!own.empty()) show(shortened(own, kShownWarnings, "    " + paint("33", "WARNING") + " - "));
    first_.clear();
  }

  void ended(const ReduceOutcome& outcome) override {
    const std::lock_guard lock(mutex_);
    clear();
    ended_ = true;
    if (!outcome.outputs.empty()) put("products:\n");
    for (const std::string& output : outcome.outputs) {
      put("  " + paint("1", output) + "\n");
    }
    const std::vector<std::string>& crashed = outcome.crash_files;
    if (!crashed.empty()) {
      put(fmt::format("frames in progress were saved: {}{}\n", crashed.front(),
                      crashed.size() == 1
                          ? ""
                          : fmt::format(" ... {}, {} files", crashed.back(), crashed.size())));
    }
    std::vector<std::string> warnings;
    for (const std::string& text : outcome.warnings) {
      if (std::find(warnings.begin(), warnings.end(), text) == warnings.end()) {
        warnings.push_back(text);
      }
    }
    if (running_ && !warnings.empty()) {
      put(fmt::format("{} warning{}:\n", outcome.warnings.size(),
                      outcome.warnings.size() == 1 ? "" : "s"));
      put(shortened(warnings, 2 * kShownWarnings, "  "));
    }
    if (!running_) return;
    put(fmt::format("{:.2f} s, peak memory {} MB{}\n", outcome.seconds,
                    outcome.peak_memory / 1'000'000,
                    outcome.log_file.empty() ? "" : "; the listing is in " + outcome.log_file));
  }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    return coloured_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  void clear() {
    if (std::exchange(pending_, false)) put("\r\x1b[K");
  }
  void show(const std::string& text) {
    clear();
    put(text);
  }
  // A line that the next one replaces; on a terminal only.
  void progress(const std::string& count) {
    if (!terminal_) return;
    clear();
    const std::string names = first_ == last_ ? last_ : first_ + " … " + last_;
    put(fmt::format("  {}{}", names, count));
    std::fflush(stderr);
    pending_ = true;
  }

  const bool terminal_, coloured_;
  std::mutex mutex_;
  bool running_ = false, ended_ = false, pending_ = false;
  std::string primitive_;                                      // whose lines are being logged
  std::string first_, last_;                                   // steps that are running
  std::vector<std::pair<std::string, std::string>> warnings_;  // of primitives that have not ended
};

// --- JSON Lines ---------------------------------------------------------------------------------

class JsonScreen : public ReduceScreen {
 public:
  explicit JsonScreen(LogLevel lowest) : lowest_(lowest) {}

  void line(LogLevel level, int depth, std::string_view text) override {
    constexpr std::string_view title = "PRIMITIVE: ";
    if (level == LogLevel::status && text.starts_with(title)) {
      primitives_.resize(static_cast<std::size_t>(depth - 1));
      primitives_.emplace_back(text.substr(title.size()));
      return;
    }
    if (level == LogLevel::status && text == ".") {
      if (!primitives_.empty()) primitives_.pop_back();
      return;
    }
    const bool rule = text.find_first_not_of("-=") == std::string_view::npos;
    if (level == LogLevel::status && (rule || text.starts_with("RECIPE: "))) return;
    if (level < lowest_ || trim(text).empty() || trim(text).starts_with("--- reduce")) return;
    send({{"event", "log"},
          {"level", name_of(level)},
          {"primitive", join(primitives_, "/")},
          {"text", text}});
  }

  void planned(const ReductionPlan& plan, int threads) override {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const PlannedStep& step : plan.steps) steps.push_back(step.step.primitive);
    send({{"event", "start"},
          {"recipe", plan.recipe},
          {"mode", plan.mode},
          {"inputs", plan.inputs.size()},
          {"steps", steps},
          {"threads", threads}});
  }
  void step_starts(const RecipeStep& step) override {
    send({{"event", "step_start"}, {"primitive", step.primitive}});
  }
  void frames_done(std::size_t done, std::size_t all) override {
    send({{"event", "progress"}, {"done", done}, {"all", all}});
  }
  void step_ends(const RecipeStep& step, const StepCost& cost) override {
    send({{"event", "step_end"},
          {"primitive", step.primitive},
          {"seconds", cost.seconds},
          {"peak_memory_bytes", cost.peak_memory}});
  }
  void ended(const ReduceOutcome& outcome) override {
    send({{"event", "end"},
          {"exit_status", outcome.status},
          {"outputs", outcome.outputs},
          {"set_aside", outcome.set_aside},
          {"warnings", outcome.warnings.size()},
          {"seconds", outcome.seconds}});
  }

 private:
  void send(nlohmann::ordered_json event) {
    const std::lock_guard lock(mutex_);
    event["time"] = iso_format(utc_now());
    put(event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
  }

  const LogLevel lowest_;
  std::vector<std::string> primitives_;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<ReduceScreen> make_reduce_screen(LogMode mode, bool json, bool compat) {
  const bool silent = mode == LogMode::quiet || mode == LogMode::rotating;
  LogLevel lowest = LogLevel::stdinfo;
  if (mode == LogMode::verbose) lowest = LogLevel::fullinfo;
  if (mode == LogMode::debug) lowest = LogLevel::debug;
  if (json) return std::make_unique<JsonScreen>(silent ? LogLevel::warning : lowest);
  if (silent) return std::make_unique<ReduceScreen>();
  if (mode == LogMode::standard && !compat) return std::make_unique<BriefScreen>();
  return std::make_unique<ListingScreen>(lowest);
}

}  // namespace wyvern::commands

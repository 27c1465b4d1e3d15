// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/command_log.h"

#include <cstdio>

#include <fmt/format.h>

#include "base/datetime.h"
#include "base/errors.h"

namespace wyvern::commands {
namespace {

std::string prefix_of(LogLevel level) {
  switch (level) {
    case LogLevel::critical:
    case LogLevel::error:
    case LogLevel::warning:
    case LogLevel::debug:
      return std::string(name_of(level)) + " - ";
    default:
      return "";
  }
}

}  // namespace

CommandLog::CommandLog(LogMode mode, const std::string& file) : mode_(mode) {
  if (file.empty()) return;
  file_.open(file, std::ios::app);
  if (!file_) {
    throw OutputError(file + ": the log file cannot be written; give another with --logfile");
  }
}

void CommandLog::file_line(LogLevel level, std::string_view text) {
  const LogLevel lowest = mode_ == LogMode::debug ? LogLevel::debug : LogLevel::fullinfo;
  if (!file_.is_open() || level < lowest) return;
  DateTime now = local_now();
  now.time.microsecond = 0;
  file_ << fmt::format("{} {:<8} - {}\n", to_string(now), name_of(level), text);
  file_.flush();
}

void CommandLog::to_screen(LogLevel level, const std::string& text) {
  const LogLevel lowest = mode_ == LogMode::debug ? LogLevel::debug : LogLevel::stdinfo;
  if (mode_ == LogMode::quiet || level < lowest) return;
  std::fputs((text + "\n").c_str(), stderr);
}

void CommandLog::line(LogLevel level, int depth, std::string_view text) {
  const std::string indented = std::string(static_cast<std::size_t>(3 * depth), ' ');
  file_line(level, indented + std::string(text));
  if (level == LogLevel::warning) {
    if (text == last_warning_) {
      ++repetitions_;
      return;
    }
    if (repetitions_ > 0) {
      to_screen(level, fmt::format("{}WARNING - Last message repeated {} times", indented,
                                   repetitions_ + 1));
    }
    last_warning_ = text;
    repetitions_ = 0;
  }
  to_screen(level, indented + prefix_of(level) + std::string(text));
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/command_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "base/datetime.h"
#include "base/errors.h"

namespace wyvern::commands {
namespace {

std::tm local_day(std::time_t time) {
  std::tm day{};
  ::localtime_r(&time, &day);
  return day;
}

// Gives a log file of an earlier day its date: "reduce.log.2026-11-22".
void rotate(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;
  const std::tm last = local_day(status.st_mtime), today = local_day(std::time(nullptr));
  if (last.tm_yday == today.tm_yday && last.tm_year == today.tm_year) return;
  std::error_code ignored;
  std::filesystem::rename(file, fmt::format("{}.{:%Y-%m-%d}", file, last), ignored);
}

}  // namespace

std::string level_prefix(LogLevel level) {
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

CommandLog::CommandLog(LogSink& screen, const Options& options)
    : screen_(screen),
      lowest_(options.debug ? LogLevel::debug : LogLevel::fullinfo),
      dragons_(options.dragons) {
  if (options.file.empty()) return;
  if (options.rotating) rotate(options.file);
  file_.open(options.file, std::ios::app);
  if (!file_) {
    throw OutputError(
        fmt::format("{}: the log file cannot be written: {}; give another with --logfile",
                    options.file, std::strerror(errno)));
  }
}

void CommandLog::file_line(LogLevel level, std::string_view text) {
  if (!file_.is_open() || level < lowest_) return;
  DateTime now = local_now();
  now.time.microsecond = 0;
  file_ << fmt::format("{} {:<8} - {}\n", to_string(now), name_of(level), text);
  file_.flush();
}

void CommandLog::line(LogLevel level, int depth, std::string_view text) {
  const std::string indent(static_cast<std::size_t>(3 * depth), ' ');
  file_line(level, fmt::format("{}{}{}", indent, dragons_ ? level_prefix(level) : "", text));
  screen_.line(level, depth, text);
}

}  // namespace wyvern::commands

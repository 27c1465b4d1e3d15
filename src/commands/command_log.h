// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "base/journal.h"

namespace wyvern::commands {

enum class LogMode { standard, quiet, debug };

// Takes the log of a command to the screen (stderr) and to a file, in the reference's forms
// (gempy/utils/logutils.py): on the screen indented by three blanks for each primitive around, with
// "WARNING - " and the like in front; in the file behind local time and level.
class CommandLog : public LogSink {
 public:
  // `file`: "" for none; it is appended to. OutputError when it cannot be opened.
  CommandLog(LogMode mode, const std::string& file);

  void line(LogLevel level, int depth, std::string_view text) override;
  // To the file only.
  void file_line(LogLevel level, std::string_view text);

 private:
  void to_screen(LogLevel level, const std::string& text);

  LogMode mode_;
  std::ofstream file_;
  // A warning that repeats the one before is counted on the screen, not shown again.
  std::string last_warning_;
  int repetitions_ = 0;
};

}  // namespace wyvern::commands

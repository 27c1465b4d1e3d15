// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "base/journal.h"

namespace wyvern::commands {

// What is on the screen: a line for each primitive, nothing, the whole listing, the listing with
// debugging messages; rotating is quiet and begins a new log file every day.
enum class LogMode { standard, quiet, verbose, debug, rotating };

// Takes the log of a command to the screen and to a file. In the file, lines stand behind local
// time and level in the reference's form (gempy/utils/logutils.py), indented by three blanks for
// each primitive around.
class CommandLog : public LogSink {
 public:
  struct Options {
    std::string file;       // "" for none; it is appended to
    bool debug = false;     // messages for debugging are in the file too
    bool rotating = false;  // a file of an earlier day is given its date as suffix first
    bool dragons = false;   // levels stand twice, as DRAGONS 3.2 writes them
  };
  // `screen` gets every line; it must outlive the log. OutputError when the file cannot be opened.
  CommandLog(LogSink& screen, const Options& options);

  void line(LogLevel level, int depth, std::string_view text) override;
  // To the file only.
  void file_line(LogLevel level, std::string_view text);

 private:
  LogSink& screen_;
  const LogLevel lowest_;
  const bool dragons_;
  std::ofstream file_;
};

// "WARNING - " and the like in front of messages on the screen; "" for ordinary ones.
std::string level_prefix(LogLevel level);

}  // namespace wyvern::commands

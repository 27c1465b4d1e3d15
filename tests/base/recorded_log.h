// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/journal.h"

namespace wyvern::testing {

// Keeps what is logged, without messages for debugging unless asked. A line reads as on the screen:
// three blanks for each level of depth.
class RecordedLog : public LogSink {
 public:
  explicit RecordedLog(LogLevel lowest = LogLevel::fullinfo) : lowest_(lowest) {}

  void line(LogLevel level, int depth, std::string_view text) override {
    if (level < lowest_) return;
    lines_.push_back(std::string(static_cast<std::size_t>(3 * depth), ' ') + std::string(text));
    levels_.push_back(level);
  }

  const std::vector<std::string>& lines() const { return lines_; }
  std::vector<std::string> lines_of(LogLevel level) const {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (levels_[i] == level) found.push_back(lines_[i]);
    }
    return found;
  }
  bool has(const std::string& line) const {
    return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
  }
  std::string text() const {
    std::string all;
    for (const std::string& line : lines_) all += line + "\n";
    return all;
  }

 private:
  LogLevel lowest_;
  std::vector<std::string> lines_;
  std::vector<LogLevel> levels_;
};

}  // namespace wyvern::testing

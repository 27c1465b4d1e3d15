// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "calibrations/calibrations.h"

namespace wyvern::calibrations {

// Something that may know of calibrations and be told of new ones: a local database or a server.
// Not to be used by two threads at once.
class Archive {
 public:
  explicit Archive(DatabaseLine line) : line_(std::move(line)) {}
  virtual ~Archive() = default;

  const DatabaseLine& line() const { return line_; }
  // What goes wrong is noted, and is no answer.
  virtual std::optional<FoundCalibration> find(const AstroData& frame, const std::string& type,
                                               const CalibrationSettings& settings,
                                               std::vector<std::string>& notes) = 0;
  virtual void explain(const AstroData& frame, const CalibrationSettings& settings,
                       SearchReport& report) = 0;
  virtual bool stores(const CalibrationSettings& /*settings*/) const { return line_.store; }
  // Registers a calibration; an Error when that does not work.
  virtual void add(const std::string& file) = 0;
  // Takes a science product, too: tells whether it did.
  virtual bool add_science(const std::string& /*file*/) { return false; }

 private:
  DatabaseLine line_;
};

// Gemini's archive, or a server that speaks as it does.
std::unique_ptr<Archive> make_remote_archive(DatabaseLine line, RemoteSettings settings,
                                             const std::atomic<bool>* stop);

}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "astrodata/file_digests.h"
#include "base/work_ahead.h"
#include "calibrations/calibrations.h"
#include "primitives/primitive.h"
#include "reduction/plan.h"

namespace wyvern {

// Gives primitives the calibrations that the service finds, each file opened once for all frames of
// a step.
class SharedCalibrations : public CalibrationSource {
 public:
  SharedCalibrations(const std::map<std::string, std::string>& user_calibrations,
                     const CalibrationConfig& config, const CalibrationSettings& settings)
      : service_(user_calibrations, config, settings) {}

  // The calibrations that look_up() has found, or that are named otherwise, will be asked for: one
  // look at their files digests them all. `ahead`: they are opened in a thread of their own, before
  // anybody asks; what fails there fails again for whoever asks.
  void expect(const std::vector<PlannedCalibration>& planned, bool ahead);

  std::optional<Calibration> find(const AstroData& frame, const std::string& type,
                                  Journal& log) override;
  std::optional<Calibration> open(const std::string& path, Journal& log) override;
  std::string explain(const AstroData& frame, const std::string& type) override;
  void let_go() override;
  void store(const std::string& path, const std::string& type, Journal& log) override;

  // Sends the product of science frames to the servers that take them; lines for the log.
  std::vector<std::string> upload_science(const std::string& path);
  // What find() would give for the frame: sets file, origin and why of `planned`. Opens nothing.
  // Returns what went wrong in the search, a line each.
  std::vector<std::string> look_up(const AstroData& frame, PlannedCalibration& planned);

 private:
  struct File {
    std::mutex mutex;
    Calibration calibration;
    bool checked = false;  // against its own sums, or vouched for
    std::string vouched;   // the digest that a database has; "" when there is none
  };

  // The service's answer, and what it has to say about it.
  std::optional<FoundCalibration> found_for(const AstroData& frame, const std::string& type,
                                            std::vector<std::string>& notes);
  // Of a path, with the digest that a database has vouched for.
  File& file(const std::string& path, const std::string& vouched = "");
  // The file with its digest, opened when it is not open; one that nobody has vouched for is held
  // against its own sums and digested.
  Calibration opened(const std::string& path, File& file);
  // CalibrationError when its data have been damaged since Wyvern wrote it.
  static void verify(const std::string& path);

  std::mutex mutex_;  // of the service and the list of files
  CalibrationService service_;
  std::map<std::string, File> files_;
  std::optional<FileDigests> digests_;
  WorkAhead ahead_;  // the last member: it uses the others to its end
};

}  // namespace wyvern

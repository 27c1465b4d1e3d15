// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

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
  // The file with its digest, opened when it is not open. `md5`: its digest when a database has
  // vouched for it; else the file is held against its own sums and digested.
  const Calibration& opened(const std::string& path, const std::string& md5 = "");
  // CalibrationError when its data have been damaged since Wyvern wrote it.
  static void verify(const std::string& path);

  std::mutex mutex_;
  CalibrationService service_;
  std::map<std::string, Calibration> files_;
};

}  // namespace wyvern

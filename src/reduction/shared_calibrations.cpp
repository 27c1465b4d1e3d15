// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/shared_calibrations.h"

#include <fmt/format.h>

#include "base/errors.h"
#include "base/files.h"
#include "fits/file.h"

namespace wyvern {

const Calibration& SharedCalibrations::opened(const std::string& path, const std::string& md5) {
  Calibration& calibration = files_[path];
  if (calibration.frame == nullptr) {
    calibration.path = path;
    calibration.frame = std::make_shared<const AstroData>(AstroData::open(path));
  }
  if (calibration.md5.empty() && md5.empty()) verify(path);
  if (calibration.md5.empty()) calibration.md5 = md5.empty() ? md5_of_file(path) : md5;
  return calibration;
}

void SharedCalibrations::verify(const std::string& path) {
  try {
    fits::verify_data_sums(path);
  } catch (const InputError& error) {
    // All frames would get it: none of them is to blame.
    throw CalibrationError(fmt::format(
        "{}\nit was to be used as a calibration: make it again, or name another", error.what()));
  }
}

std::optional<Calibration> SharedCalibrations::find(const AstroData& frame, const std::string& type,
                                                    Journal& log) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> notes;
  const std::optional<FoundCalibration> found = service_.find(frame, type, notes);
  for (const std::string& note : notes) log.warning(note);
  if (!found) return std::nullopt;
  Calibration calibration = opened(found->path, found->md5);
  calibration.origin = found->origin;
  if (found->grade != Grade::exact) calibration.grade = grade_name(found->grade);
  calibration.scale = found->scale;
  return calibration;
}

std::optional<Calibration> SharedCalibrations::open(const std::string& path, Journal& log) {
  const std::lock_guard lock(mutex_);
  try {
    return opened(path);
  } catch (const InputError& error) {
    log.warning("Cannot open file " + path + ": " + error.what());
    return std::nullopt;
  }
}

std::string SharedCalibrations::explain(const AstroData& frame, const std::string& type) {
  const std::lock_guard lock(mutex_);
  return short_search_text(service_.explain(frame, type));
}

void SharedCalibrations::let_go() {
  const std::lock_guard lock(mutex_);
  for (auto& [path, calibration] : files_) calibration.frame = nullptr;
}

void SharedCalibrations::store(const std::string& path, const std::string& type, Journal& log) {
  const std::lock_guard lock(mutex_);
  for (const std::string& line : service_.store(path, type)) log.stdinfo(line);
}

std::vector<std::string> SharedCalibrations::upload_science(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return service_.upload_science(path);
}

std::vector<std::string> SharedCalibrations::look_up(const AstroData& frame,
                                                     PlannedCalibration& planned) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> notes;
  const std::optional<FoundCalibration> found = service_.find(frame, planned.type, notes);
  if (!found) {
    planned.why = "nothing was found";
    return notes;
  }
  planned.file = found->path;
  planned.origin = found->origin;
  planned.why = found->origin == "user_cals"
                    ? "given by the user"
                    : fmt::format("{} match in {}", grade_name(found->grade), found->origin);
  if (found->origin == "user_cals") return notes;
  const SearchReport search = service_.explain(frame, planned.type);
  planned.candidates = search.candidates.size();
  for (const Candidate& candidate : search.candidates) {
    if (candidate.chosen) planned.days = candidate.days;
  }
  return notes;
}

}  // namespace wyvern

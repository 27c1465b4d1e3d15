// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <mutex>
#include <tuple>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/archive.h"
#include "calibrations/calibrations.h"
#include "calibrations/types.h"

namespace wyvern {
namespace {

using calibrations::Archive;

class LocalArchive : public Archive {
 public:
  explicit LocalArchive(DatabaseLine database) : Archive(std::move(database)) {
    if (line().store || is_there()) open();
  }

  std::optional<FoundCalibration> find(const AstroData& frame, const std::string& type,
                                       const CalibrationSettings& settings,
                                       std::vector<std::string>& notes) override {
    try {
      return open().find(frame, type, settings, notes);
    } catch (const DatabaseError& error) {
      notes.push_back(std::string(kSearchTrouble) + error.what());
      return std::nullopt;
    }
  }

  void explain(const AstroData& frame, const CalibrationSettings& settings,
               SearchReport& report) override {
    const std::size_t before = report.candidates.size();
    try {
      open().explain(frame, settings, report);
    } catch (const DatabaseError& error) {
      report.notes.emplace_back(error.what());
    }
    for (std::size_t k = before; k < report.candidates.size(); ++k) {
      report.candidates[k].database = line().location;
    }
  }

  void add(const std::string& file) override { open().add(file); }

 private:
  bool is_there() const {
    std::error_code ignored;
    return std::filesystem::exists(line().path, ignored);
  }

  CalibrationStore& open() {
    if (!store_) store_.emplace(line().path);
    return *store_;
  }

  std::optional<CalibrationStore> store_;
};

// Days of `key` in the configuration.
std::optional<double> configured_days(const CalibrationConfig& config, const std::string& key) {
  const auto entry = config.entries.find(key);
  if (entry == config.entries.end() || entry->second.empty()) return std::nullopt;
  const std::optional<double> days = parse_float(entry->second);
  if (!days || !(*days > 0.0)) {
    throw InputError(fmt::format("{}: {} = {}: a number of days is needed",
                                 join(config.files, ", "), key, entry->second));
  }
  return days;
}

Grade configured_grade(const CalibrationConfig& config) {
  const auto entry = config.entries.find("accept");
  if (entry == config.entries.end() || entry->second.empty()) return Grade::exact;
  const std::optional<Grade> grade = parse_grade(entry->second);
  if (!grade) {
    throw InputError(fmt::format("{}: accept = {}: exact, wider or other is needed",
                                 join(config.files, ", "), entry->second));
  }
  return *grade;
}

// Fills in what the settings leave open. The reference knows none of it.
CalibrationSettings completed(CalibrationSettings settings, const CalibrationConfig& config) {
  if (settings.compat) {
    settings.accept = Grade::exact;
    settings.window_days.clear();
    return settings;
  }
  if (!settings.accept) settings.accept = configured_grade(config);
  for (const char* kind : {"dark", "flat"}) {
    const auto days = configured_days(config, fmt::format("{}_window_days", kind));
    if (days) settings.window_days.try_emplace(fmt::format("processed_{}", kind), *days);
  }
  return settings;
}

void choose(SearchReport& report, const FoundCalibration& found) {
  report.winner = found.path;
  report.origin = found.origin;
  for (Candidate& candidate : report.candidates) {
    candidate.chosen = candidate.path == found.path && candidate.database == found.origin;
  }
}

// The chosen one first, then those that would do, then those that fail least, then the nearest.
void sort_candidates(SearchReport& report) {
  const auto key = [](const Candidate& candidate) {
    return std::tuple(!candidate.chosen, candidate.grade, candidate.failures(),
                      std::abs(candidate.days.value_or(1e9)));
  };
  std::stable_sort(report.candidates.begin(), report.candidates.end(),
                   [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
}

}  // namespace

struct CalibrationService::Impl {
  std::map<std::string, std::string> user_calibrations;
  CalibrationSettings settings;
  std::vector<std::unique_ptr<Archive>> archives;
  std::mutex mutex;
};

CalibrationService::CalibrationService(std::map<std::string, std::string> user_calibrations,
                                       const CalibrationConfig& config,
                                       CalibrationSettings settings)
    : impl_(std::make_unique<Impl>()) {
  impl_->user_calibrations = std::move(user_calibrations);
  impl_->settings = completed(std::move(settings), config);
  for (const DatabaseLine& line : config.databases) {
    impl_->archives.push_back(
        line.remote ? calibrations::make_remote_archive(line, config.remote, impl_->settings.stop)
                    : std::make_unique<LocalArchive>(line));
  }
}

CalibrationService::~CalibrationService() = default;

const std::map<std::string, std::string>& CalibrationService::user_calibrations() const {
  return impl_->user_calibrations;
}

std::optional<FoundCalibration> CalibrationService::find(const AstroData& frame,
                                                         const std::string& calibration_type,
                                                         std::vector<std::string>& notes) const {
  calibrations::check_calibration_type(calibration_type);
  const auto given = impl_->user_calibrations.find(calibration_type);
  if (given != impl_->user_calibrations.end()) {
    return FoundCalibration{given->second, "user_cals"};
  }
  const std::lock_guard lock(impl_->mutex);
  for (const std::unique_ptr<Archive>& archive : impl_->archives) {
    if (!archive->line().get) continue;
    if (auto found = archive->find(frame, calibration_type, impl_->settings, notes)) {
      found->origin = archive->line().location;
      return found;
    }
  }
  return std::nullopt;
}

SearchReport CalibrationService::explain(const AstroData& frame,
                                         const std::string& calibration_type) const {
  calibrations::check_calibration_type(calibration_type);
  SearchReport report;
  report.frame = frame.filename();
  report.type = calibration_type;
  report.mode = impl_->settings.mode;
  report.accepted = impl_->settings.accept.value_or(Grade::exact);
  std::optional<FoundCalibration> found;
  const auto given = impl_->user_calibrations.find(calibration_type);
  if (given != impl_->user_calibrations.end()) found = {given->second, "user_cals"};
  const std::lock_guard lock(impl_->mutex);
  for (const std::unique_ptr<Archive>& archive : impl_->archives) {
    if (!archive->line().get) continue;
    report.asked.push_back(archive->line().location);
    archive->explain(frame, impl_->settings, report);
    if (found) continue;
    std::vector<std::string> notes;  // the report has them
    found = archive->find(frame, calibration_type, impl_->settings, notes);
    if (found) found->origin = archive->line().location;
  }
  if (found) choose(report, *found);
  sort_candidates(report);
  return report;
}

std::vector<std::string> CalibrationService::store(const std::string& file,
                                                   const std::string& calibration_type) {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> lines, failures;
  for (const std::unique_ptr<Archive>& archive : impl_->archives) {
    const std::string& location = archive->line().location;
    const bool stores = archive->stores(impl_->settings);
    lines.push_back(fmt::format("{}: {} {} as {}", location, stores ? "Storing" : "NOT storing",
                                file, calibration_type));
    if (!stores) continue;
    try {
      archive->add(file);
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      failures.push_back(fmt::format("{}: {} was not stored as {}: {}", location, file,
                                     calibration_type, error.what()));
    }
  }
  if (!failures.empty()) {
    throw DatabaseError(fmt::format("{}. The file itself is complete: 'caldb add {}' registers it",
                                    join(failures, "; "), file));
  }
  return lines;
}

std::vector<std::string> CalibrationService::upload_science(const std::string& file) {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> lines, failures;
  for (const std::unique_ptr<Archive>& archive : impl_->archives) {
    const std::string& location = archive->line().location;
    try {
      if (archive->add_science(file))
        lines.push_back(fmt::format("{}: {} uploaded OK.", location, file));
    } catch (const Interrupted&) {
      throw;
    } catch (const Error& error) {
      failures.push_back(fmt::format("{}: {} was not uploaded: {}", location, file, error.what()));
    }
  }
  if (!failures.empty()) {
    throw DatabaseError(join(failures, "; ") + ". The file itself is complete");
  }
  return lines;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <filesystem>
#include <mutex>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/types.h"

namespace wyvern {
namespace {

constexpr const char* kTrouble = "Error getting calibrations, continuing: ";

// Something that may know of calibrations and be told of new ones.
class Archive {
 public:
  explicit Archive(DatabaseLine line) : line_(std::move(line)) {}
  virtual ~Archive() = default;

  const DatabaseLine& line() const { return line_; }
  virtual std::optional<std::string> find(const AstroData& frame, const std::string& type,
                                          const std::string& mode,
                                          std::vector<std::string>& notes) = 0;
  virtual bool stores() const { return line_.store; }
  virtual void add(const std::string& file) = 0;

 private:
  DatabaseLine line_;
};

class LocalArchive : public Archive {
 public:
  explicit LocalArchive(DatabaseLine database) : Archive(std::move(database)) {
    if (line().store || is_there()) open();
  }

  std::optional<std::string> find(const AstroData& frame, const std::string& type,
                                  const std::string& mode,
                                  std::vector<std::string>& notes) override {
    try {
      return open().find(frame, type, mode, notes);
    } catch (const DatabaseError& error) {
      notes.push_back(std::string(kTrouble) + error.what());
      return std::nullopt;
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

// A server that is configured but not talked to.
class SilentArchive : public Archive {
 public:
  using Archive::Archive;
  std::optional<std::string> find(const AstroData&, const std::string&, const std::string&,
                                  std::vector<std::string>&) override {
    return std::nullopt;
  }
  bool stores() const override { return false; }
  void add(const std::string&) override {}
};

std::unique_ptr<Archive> archive_of(const DatabaseLine& line) {
  if (line.remote) return std::make_unique<SilentArchive>(line);
  return std::make_unique<LocalArchive>(line);
}

}  // namespace

struct CalibrationService::Impl {
  std::map<std::string, std::string> user_calibrations;
  std::string mode;
  std::vector<std::unique_ptr<Archive>> archives;
  std::mutex mutex;
};

CalibrationService::CalibrationService(std::map<std::string, std::string> user_calibrations,
                                       const CalibrationConfig& config, std::string mode)
    : impl_(std::make_unique<Impl>()) {
  impl_->user_calibrations = std::move(user_calibrations);
  impl_->mode = std::move(mode);
  for (const DatabaseLine& line : config.databases) impl_->archives.push_back(archive_of(line));
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
    if (auto path = archive->find(frame, calibration_type, impl_->mode, notes)) {
      return FoundCalibration{std::move(*path), archive->line().location};
    }
  }
  return std::nullopt;
}

std::vector<std::string> CalibrationService::store(const std::string& file,
                                                   const std::string& calibration_type) {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> lines, failures;
  for (const std::unique_ptr<Archive>& archive : impl_->archives) {
    const std::string& location = archive->line().location;
    const bool stores = archive->stores();
    lines.push_back(fmt::format("{}: {} {} as {}", location, stores ? "Storing" : "NOT storing",
                                file, calibration_type));
    if (!stores) continue;
    try {
      archive->add(file);
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

}  // namespace wyvern

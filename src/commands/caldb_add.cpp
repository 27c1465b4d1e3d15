// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// `caldb add`: files and folders into the database.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "commands/caldb_action.h"
#include "commands/environment.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Added = CalibrationStore::Added;

constexpr std::size_t kMostSkippedLines = 20;
constexpr std::string_view kNoCalibration =
    "Tags do not indicate this is a valid calibration file.";

bool is_fits_name(const fs::path& path, bool compat) {
  const std::string name = path.filename().string();
  if (name.ends_with(".fits")) return true;
  constexpr std::array packed = {".fits.bz2", ".fits.gz", ".fits.fz"};
  return !compat && std::any_of(packed.begin(), packed.end(),
                                [&](const char* ending) { return name.ends_with(ending); });
}

// Sorted, so that of two files with one name always the same one comes last.
std::vector<std::string> fits_files(const std::string& folder, bool below, bool compat) {
  std::vector<std::string> files;
  const auto take = [&](const fs::directory_entry& entry) {
    std::error_code ignored;
    if (is_fits_name(entry.path(), compat) && entry.is_regular_file(ignored)) {
      files.push_back(entry.path().string());
    }
  };
  try {
    constexpr auto leniently = fs::directory_options::skip_permission_denied;
    if (below) {
      for (const auto& entry : fs::recursive_directory_iterator(folder, leniently)) take(entry);
    } else {
      for (const auto& entry : fs::directory_iterator(folder)) take(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw InputError(fmt::format("{}: cannot be read: {}", folder, error.code().message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

// One run of the command: what was done so far.
class Adder {
 public:
  Adder(const Action& action, CalibrationStore& store)
      : action_(action), store_(store), compat_(compatible_with_dragons()) {}

  // A file that is named has to be a calibration.
  void add_file(const std::string& file) {
    add(file);
    action_.tell("Ingested " + file);
  }

  // Files that are no calibrations are to be expected in a folder: they are named and passed over.
  void add_folder(const std::string& folder) {
    const bool below = action_.has("walk") || compat_;
    action_.tell(
        fmt::format("Ingesting the files {} {}", action_.has("walk") ? "under" : "at", folder));
    const std::vector<std::string> files = fits_files(folder, below, compat_);
    if (files.empty() && !compat_) {
      complain(fmt::format("There are no *.fits files in {}{}", folder,
                           below ? " or below" : " (-k looks below it, too)"));
    }
    for (const std::string& file : files) {
      try {
        add(file);
      } catch (const InputError& error) {
        if (compat_) throw;
        skip(error.what());
      }
    }
  }

  void fail() { ++failed_; }

  // What came of many files, in one line.
  void summarize() const {
    if (skipped_ > kMostSkippedLines && !action_.has("verbose")) {
      complain(fmt::format("Skipped: {} more files (-v names them)", skipped_ - kMostSkippedLines));
    }
    const std::size_t files = std::accumulate(counts_.begin(), counts_.end(), skipped_ + failed_);
    if (compat_ || files < 2) return;
    std::vector<std::string> parts;
    const auto tell = [&parts](std::size_t count, const char* what) {
      if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
    };
    tell(count(Added::entered), "added");
    tell(count(Added::replaced), "replaced");
    tell(count(Added::moved), "at a new place");
    tell(count(Added::unchanged), "unchanged");
    tell(skipped_, "skipped");
    tell(failed_, "refused");
    if (!parts.empty()) complain(join(parts, ", "));
  }

 private:
  std::size_t count(Added what) const { return counts_.at(static_cast<std::size_t>(what)); }

  void add(const std::string& file) {
    const std::optional<CalibrationStore::Entry> before = store_.entry(file);
    const Added what = store_.add(file);
    ++counts_.at(static_cast<std::size_t>(what));
    const std::string folder = fs::absolute(file).lexically_normal().parent_path().string();
    if (what == Added::replaced && !compat_ && before && before->folder != folder) {
      complain(
          fmt::format("{} takes the place of {}, which has the same name", file, before->path()));
    }
  }

  void skip(const std::string& why) {
    ++skipped_;
    if (skipped_ <= kMostSkippedLines || action_.has("verbose")) complain("Skipped: " + why);
  }

  const Action& action_;
  CalibrationStore& store_;
  const bool compat_;
  std::array<std::size_t, 4> counts_{};
  std::size_t skipped_ = 0, failed_ = 0;
};

// The reference says no more than that.
std::string message_of(const InputError& error) {
  const std::string text = error.what();
  const bool shorter = compatible_with_dragons() && contains(text, kNoCalibration);
  return shorter ? std::string(kNoCalibration) : text;
}

}  // namespace

int caldb_add(const Action& action) {
  CalibrationStore store(action.database());
  Adder adder(action, store);
  int status = static_cast<int>(ExitStatus::ok);
  for (const std::string& path : action.all("files")) {
    try {
      std::error_code ignored;
      if (fs::is_directory(path, ignored)) {
        adder.add_folder(path);
      } else {
        adder.add_file(path);
      }
    } catch (const InputError& error) {
      complain_of(action.parser().program(), message_of(error));
      adder.fail();
      status = failed(error.status());
      if (compatible_with_dragons()) break;
    }
  }
  adder.summarize();
  return status;
}

}  // namespace wyvern::commands

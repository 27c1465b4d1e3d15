// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// What is in a local calibration database, and whether it is still on disk.
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/errors.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/rules.h"
#include "calibrations/store_impl.h"

namespace wyvern {
namespace {

using calibrations::Statement;

// What Entry::values has, in the order of its keys, and where it is.
constexpr std::array<std::pair<const char*, const char*>, 16> kValues = {
    {{"camera", "gnirs"},
     {"coadds", "header"},
     {"disperser", "gnirs"},
     {"entrytime", "diskfile"},
     {"exposure_time", "header"},
     {"file_md5", "diskfile"},
     {"file_size", "diskfile"},
     {"filename", "diskfile"},
     {"filter_name", "gnirs"},
     {"focal_plane_mask", "gnirs"},
     {"observation_id", "header"},
     {"procmode", "header"},
     {"qa_state", "header"},
     {"read_mode", "gnirs"},
     {"ut_datetime", "header"},
     {"well_depth_setting", "gnirs"}}};

// The row of a query for name, path, reduction and kValues.
CalibrationStore::Entry entry_of(const Statement& row) {
  const auto text_at = [&](int column) {
    const Value value = row.column(column);
    return value.is_none() ? std::string() : str(value);
  };
  CalibrationStore::Entry entry{text_at(0), text_at(1), to_lower(text_at(2)), {}};
  int column = 3;
  for (const auto& [name, table] : kValues) {
    entry.values.emplace_hint(entry.values.end(), name, row.column(column++));
  }
  return entry;
}

std::vector<CalibrationStore::Entry> entries(const calibrations::Database& database,
                                             const std::string& condition,
                                             const std::vector<Value>& values) {
  std::string columns = "file.name, diskfile.path, header.reduction";
  for (const auto& [name, table] : kValues) columns += fmt::format(", {}.{}", table, name);
  Statement statement(database,
                      "SELECT " + columns +
                          " FROM file JOIN diskfile ON diskfile.file_id = file.id "
                          "LEFT JOIN header ON header.diskfile_id = diskfile.id "
                          "LEFT JOIN gnirs ON gnirs.header_id = header.id "
                          "WHERE diskfile.canonical = 1" +
                          condition + " ORDER BY file.name",
                      values);
  std::vector<CalibrationStore::Entry> found;
  while (statement.step()) found.push_back(entry_of(statement));
  return found;
}

using State = CalibrationStore::FileState;

// Compares one entry with its file.
void check_file(CalibrationStore::Checked& checked, calibrations::Digests& digests,
                bool sizes_only) {
  const std::string path = checked.entry.path();
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const bool gone = errno == ENOENT || errno == ENOTDIR;
    checked.state = gone ? State::gone : State::unreadable;
    checked.why = gone ? "the file is not there any more" : std::strerror(errno);
    return;
  }
  const Value size = checked.entry.values.at("file_size");
  if (size.is_int() && size.as_int() != status.st_size) {
    checked.state = State::changed;
    checked.why =
        fmt::format("the file has {} bytes, registered are {}", status.st_size, size.as_int());
    return;
  }
  if (sizes_only) return;
  try {
    const std::string& md5 = digests.md5(path);
    if (checked.entry.values.at("file_md5") == Value(md5)) return;
    checked.state = State::changed;
    checked.why = fmt::format("its md5 is {}, registered is {}", md5,
                              str(checked.entry.values.at("file_md5")));
  } catch (const InputError& error) {
    checked.state = State::unreadable;
    checked.why = error.what();
  }
}

}  // namespace

std::string CalibrationStore::Entry::path() const {
  const auto file = values.find("filename");
  const bool known = file != values.end() && file->second.is_string();
  return (std::filesystem::path(folder) / (known ? file->second.as_string() : name)).string();
}

std::vector<CalibrationStore::Entry> CalibrationStore::list() const {
  return entries(impl_->database, "", {});
}

std::optional<CalibrationStore::Entry> CalibrationStore::entry(const std::string& name) const {
  const std::string base = std::filesystem::path(name).filename().string();
  std::vector<Entry> found =
      entries(impl_->database, " AND file.name = ?", {calibrations::known_name(base)});
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<CalibrationStore::Checked> CalibrationStore::check(bool sizes_only) const {
  std::vector<Checked> all;
  for (Entry& entry : list()) {
    all.push_back({std::move(entry)});
    check_file(all.back(), impl_->digests, sizes_only);
  }
  return all;
}

std::vector<std::string> CalibrationStore::integrity_problems() const {
  std::vector<std::string> problems;
  Statement integrity(impl_->database, "PRAGMA integrity_check");
  while (integrity.step()) {
    const Value line = integrity.column(0);
    if (line != Value("ok")) problems.push_back(str(line));
  }
  Statement keys(impl_->database, "PRAGMA foreign_key_check");
  while (keys.step()) {
    problems.push_back(fmt::format("a row of table {} points to a row of {} that is not there",
                                   str(keys.column(0)), str(keys.column(2))));
  }
  return problems;
}

}  // namespace wyvern

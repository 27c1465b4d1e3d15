// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A local calibration database. Method: recipe_system's localmanager and gemini_calmgr 1.1, with
// the rules in rules.h; searches are in store_search.cpp.
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/errors.h"
#include "base/files.h"
#include "base/temporary_file.h"
#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/disk_file.h"
#include "calibrations/rows.h"
#include "calibrations/schema.h"
#include "calibrations/sqlite.h"
#include "calibrations/store_impl.h"
#include "calibrations/types.h"
#include "fits/file.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using calibrations::Database;
using calibrations::DiskFile;
using calibrations::Row;
using calibrations::Statement;
using calibrations::Transaction;

// Whether wiping the file loses nothing but a database.
bool is_database_or_empty(const std::string& path) {
  constexpr std::string_view magic = "SQLite format 3";
  std::string first(magic.size(), '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(first.data(), static_cast<std::streamsize>(first.size()));
  return file.gcount() == 0 || first == magic;
}

constexpr std::array kLogEndings = {"-journal", "-wal", "-shm"};

void remove_logs(const std::string& path) {
  std::error_code ignored;
  for (const char* ending : kLogEndings) fs::remove(path + ending, ignored);
}

// The recorded version of a file that is thought to be on disk.
std::optional<Row> recorded_version(const Database& database, const std::string& name) {
  Statement statement(database,
                      "SELECT diskfile.id, diskfile.path, diskfile.filename, diskfile.lastmod, "
                      "diskfile.file_size, diskfile.file_md5 FROM diskfile JOIN file ON file.id = "
                      "diskfile.file_id WHERE file.name = ? AND diskfile.present = 1 "
                      "ORDER BY diskfile.canonical DESC, diskfile.id DESC",
                      {name});
  if (!statement.step()) return std::nullopt;
  return statement.row();
}

bool is_unchanged(const Row& recorded, const DiskFile& file) {
  return recorded.at("path") == Value(file.folder) && recorded.at("filename") == Value(file.name) &&
         recorded.at("lastmod") == Value(file.lastmod) &&
         recorded.at("file_size") == Value(file.size);
}

struct NewRows {
  Row diskfile, header, gnirs;
};

// All that is stored of a file. Read before the database is touched, so that a file that cannot be
// read leaves no trace.
NewRows rows_of(const DiskFile& file, const std::string& path) {
  const AstroData ad = AstroData::open(path, fits::Pixels::defer);
  const Tags tags = tags_of(ad);
  if (!calibrations::is_calibration(tags)) {
    throw InputError(fmt::format(
        "{}: Tags do not indicate this is a valid calibration file. Only processed calibrations "
        "can be added; its tags are {}",
        path, tags.empty() ? "none" : join({tags.begin(), tags.end()}, ", ")));
  }
  const std::string instrument = text_descriptor(ad, "instrument");
  if (instrument != "GNIRS") {
    throw InputError(fmt::format("{}: a calibration of {}; only those of GNIRS can be registered",
                                 path, instrument));
  }
  // From now on its md5 vouches for it.
  fits::verify_data_sums(path);
  return {calibrations::diskfile_row(file, path, md5_of_file(path)), calibrations::header_row(ad),
          calibrations::gnirs_row(ad)};
}

std::int64_t file_id(const Database& database, const std::string& name) {
  Statement known(database, "SELECT id FROM file WHERE name = ?", {name});
  if (known.step()) return known.column(0).as_int();
  return calibrations::insert_row(database, "file", {{"name", name}});
}

void enter(const Database& database, const std::string& name, NewRows rows) {
  Transaction transaction(database);
  const std::int64_t file = file_id(database, name);
  Statement(database, "UPDATE diskfile SET present = 0, canonical = 0 WHERE file_id = ?", {file})
      .execute();
  rows.diskfile["file_id"] = file;
  rows.header["diskfile_id"] = calibrations::insert_row(database, "diskfile", rows.diskfile);
  rows.gnirs["header_id"] = calibrations::insert_row(database, "header", rows.header);
  calibrations::insert_row(database, "gnirs", rows.gnirs);
  transaction.commit();
}

// The same content at another place or with another time.
void move_entry(const Database& database, const Row& recorded, const DiskFile& file) {
  Transaction transaction(database);
  Statement(database,
            "UPDATE diskfile SET path = ?, filename = ?, lastmod = ?, canonical = 1 WHERE id = ?",
            {file.folder, file.name, file.lastmod, recorded.at("id")})
      .execute();
  transaction.commit();
}

// Rows that point to a row have to go before it.
void delete_file(const Database& database, std::int64_t id) {
  const std::string disk = "(SELECT id FROM diskfile WHERE file_id = ?)";
  const std::string headers = "(SELECT id FROM header WHERE diskfile_id IN " + disk + ")";
  std::vector<std::string> statements;
  const auto delete_rows = [&](const std::string& column, const std::string& of) {
    for (const std::string& table : calibrations::tables_pointing_to(database, column)) {
      statements.push_back(fmt::format("DELETE FROM {} WHERE {} IN {}", table, column, of));
    }
  };
  for (const char* column : {"header_id", "obs_hid", "cal_hid"}) delete_rows(column, headers);
  // A header goes after what points to it.
  delete_rows("diskfile_id", disk);
  statements.emplace_back("DELETE FROM diskfile WHERE file_id = ?");
  statements.emplace_back("DELETE FROM file WHERE id = ?");
  for (const std::string& sql : statements) Statement(database, sql, {id}).execute();
}

Database open_existing(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw DatabaseError("Unable to find calibration database file " + path);
  }
  if (fs::is_directory(path, ignored)) {
    throw DatabaseError(fmt::format("calibration database {} is a folder", path));
  }
  return Database(path, Database::Open::existing);
}

}  // namespace

CalibrationStore::Impl::Impl(std::string path) : database(open_existing(path)) {
  database.check();
  calibrations::check_tables(database);
}

CalibrationStore::CalibrationStore(std::string path)
    : impl_(std::make_unique<Impl>(std::move(path))) {}
CalibrationStore::~CalibrationStore() = default;
CalibrationStore::CalibrationStore(CalibrationStore&&) noexcept = default;

const std::string& CalibrationStore::path() const {
  return impl_->database.path();
}

void CalibrationStore::create(const std::string& path, bool wipe) {
  std::error_code failed;
  // A link is followed, so that it goes on pointing to the database.
  const fs::path target = fs::weakly_canonical(path, failed);
  const fs::path place = failed ? fs::path(path) : target;
  if (fs::exists(place, failed)) {
    if (!wipe) throw DatabaseError(fmt::format("calibration database {} exists already", path));
    if (!fs::is_regular_file(place, failed) || !is_database_or_empty(place.string())) {
      throw DatabaseError(fmt::format("{} is not a database and is left as it is", path));
    }
  }
  // Made under another name, so that nobody meets half a database and a failure spoils none.
  const auto refuse = [&] {
    throw DatabaseError(fmt::format(
        "There was an error when trying to create the database {}. Please, check your path and "
        "permissions.",
        path));
  };
  std::optional<TemporaryFile> temporary;
  try {
    temporary.emplace(place.string());
  } catch (const OutputError&) {
    refuse();
  }
  TemporaryFile& made = *temporary;
  try {
    const Database database(made.name(), Database::Open::create);
    database.run("PRAGMA page_size = 4096");
    database.use_write_ahead_log();
    Transaction transaction(database);
    calibrations::create_tables(database);
    transaction.commit();
  } catch (const DatabaseError&) {
    remove_logs(made.name());
    refuse();
  } catch (const OutputError&) {
    remove_logs(made.name());
    throw;
  }
  // The journal of the old database would be played back into the new one.
  remove_logs(place.string());
  made.put_in_place();
}

CalibrationStore::Added CalibrationStore::add(const std::string& file) {
  const DiskFile disk = DiskFile::look(file);
  const std::string name = calibrations::known_name(disk.name);
  const std::optional<Row> recorded = recorded_version(impl_->database, name);
  if (recorded && is_unchanged(*recorded, disk)) return Added::unchanged;
  if (recorded && recorded->at("file_md5") == Value(md5_of_file(file))) {
    move_entry(impl_->database, *recorded, disk);
    return Added::moved;
  }
  enter(impl_->database, name, rows_of(disk, file));
  return recorded ? Added::replaced : Added::entered;
}

void CalibrationStore::remove(const std::string& name) {
  const std::string base = fs::path(name).filename().string();
  Transaction transaction(impl_->database);
  for (const std::string& known : {base, calibrations::known_name(base)}) {
    Statement found(impl_->database, "SELECT id FROM file WHERE name = ?", {known});
    if (!found.step()) continue;
    delete_file(impl_->database, found.column(0).as_int());
    transaction.commit();
    return;
  }
  throw InputError(fmt::format("Could not find any {} file in the database", base));
}

}  // namespace wyvern

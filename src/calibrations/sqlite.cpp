// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/sqlite.h"

#include <fmt/format.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "base/system_fault.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;

// The error number of the system call that failed, or 0.
int system_error_of(sqlite3* handle) {
  return handle != nullptr ? sqlite3_system_errno(handle) : 0;
}

std::string explanation(int code, sqlite3* handle) {
  const int reason = system_error_of(handle);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another program: nothing was changed; try again when that has ended";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "cannot be written: check the permissions of the file and of its folder; nothing was "
             "changed";
    case SQLITE_CANTOPEN:
      return reason == 0 || reason == ENOENT || reason == EACCES
                 ? "cannot be opened: check the path and its permissions"
                 : fmt::format("cannot be opened: {}", system_reason(reason));
    case SQLITE_NOTADB:
      return "is not a calibration database (not an SQLite file)";
    case SQLITE_CORRUPT:
      return "is damaged: move it away, make a new one with 'caldb init' and add the calibrations "
             "again with 'caldb add'; their files are not affected";
    case SQLITE_FULL:
      return "cannot grow, the disk is full: nothing was changed; make room and try again";
    case SQLITE_IOERR:
      return fmt::format("cannot be read or written ({}): nothing was changed; check the disk",
                         reason != 0 ? std::strerror(reason) : sqlite3_errstr(code));
    case SQLITE_NOMEM:
      return "cannot be used: out of memory";
    default:
      return fmt::format("cannot be used: {}",
                         handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
  }
}

// "file:" name of a path, for options that only those take.
std::string uri_of(const std::string& path, std::string_view options) {
  std::string escaped;
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return fmt::format("file:{}?{}", escaped, options);
}

// Numbers of network file systems (linux/magic.h and their sources): NFS, SMB, CIFS, SMB2, CODA,
// AFS, Lustre, GPFS, Ceph, BeeGFS, 9P.
bool on_network(const std::string& path) {
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) return false;
  constexpr auto known = std::to_array<std::uint32_t>(
      {0x6969, 0x517B, 0xFF534D42, 0xFE534D42, 0x73757245, 0x5346414F, 0x6B414653, 0x0BD00BD0,
       0x47504653, 0x00C36400, 0x19830326, 0x01021997});
  return std::find(known.begin(), known.end(), static_cast<std::uint32_t>(status.f_type)) !=
         known.end();
}

// Whether a write-ahead log holds something that is not in the file itself.
bool has_log(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(path + "-wal", missing);
  return !missing && size > 0;
}

// SQLite tells a full disk as such only when the file itself cannot grow, not when the index of the
// write-ahead log cannot.
bool is_full(int code, sqlite3* handle, const std::string& path) {
  if ((code & 0xff) == SQLITE_FULL) return true;
  if ((code & 0xff) != SQLITE_IOERR) return false;
  const int reason = system_error_of(handle);
  if (reason == ENOSPC || reason == EDQUOT) return true;
  struct statfs status {};
  constexpr std::uint64_t needed_bytes = 65'536;
  return ::statfs(path.c_str(), &status) == 0 &&
         static_cast<std::uint64_t>(status.f_bavail) * static_cast<std::uint64_t>(status.f_bsize) <
             needed_bytes;
}

// What a check has found: a page that could not be read, for want of memory perhaps, says nothing
// against the database.
int code_of_finding(const std::string& finding) {
  constexpr std::string_view mark = "error code";  // "=10" or " 10"
  const std::size_t at = finding.find(mark);
  if (at != std::string::npos && at + mark.size() < finding.size()) {
    const int code = std::atoi(finding.c_str() + at + mark.size() + 1);
    return code == 0 ? SQLITE_CORRUPT : code;
  }
  return finding.find("failed to get page") == std::string::npos ? SQLITE_CORRUPT : SQLITE_IOERR;
}

constexpr std::uintmax_t kMostBytesToCheck = 32'000'000;

// Whether a second look, from the beginning, finds the database in order: SQLite takes some reads
// that fail for damage.
bool is_sound_after_all(const std::string& path) {
  std::error_code missing;
  const auto size = fs::file_size(path, missing);
  if (missing || size > kMostBytesToCheck) return false;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle(opened, sqlite3_close);
  if (code != SQLITE_OK) return false;
  bool sound = false;
  const auto take = [](void* found, int, char** texts, char**) {
    *static_cast<bool*>(found) = texts[0] != nullptr && std::string_view(texts[0]) == "ok";
    return 0;
  };
  return sqlite3_exec(opened, "PRAGMA quick_check(1)", take, &sound, nullptr) == SQLITE_OK && sound;
}

}  // namespace

Database::Database(std::string path, Open how, std::chrono::milliseconds wait)
    : path_(std::move(path)), wait_(wait) {
  const int create = how == Open::create ? SQLITE_OPEN_CREATE : 0;
  open(path_, SQLITE_OPEN_READWRITE | create);
  // A file with a write-ahead log wants to have another beside it. In a folder that may not be
  // written nobody writes, and it can be read as it is.
  const int code = sqlite3_exec(handle(), "PRAGMA schema_version", nullptr, nullptr, nullptr);
  const int kind = code & 0xff;
  if ((kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY) && !has_log(path_) &&
      !is_shortage(system_error_of(handle()))) {
    open(uri_of(path_, "immutable=1"), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  } else if (code != SQLITE_OK) {
    fail(code);
  }
  run("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
}

void Database::open(const std::string& name, int flags) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, static_cast<int>(wait_.count()));
}

void Database::fail(int code) const {
  if ((code & 0xff) == SQLITE_CORRUPT && is_sound_after_all(path_)) {
    throw DatabaseError(
        fmt::format("calibration database {} cannot be read reliably (disk I/O "
                    "error): nothing was changed; check the disk and try again",
                    path_));
  }
  const bool full = is_full(code, handle(), path_);
  if (code == SQLITE_IOERR_NOMEM) code = SQLITE_NOMEM;
  const int kind = full ? SQLITE_FULL : code & 0xff;
  const std::string text =
      fmt::format("{}{} {}", kind == SQLITE_NOTADB ? "" : "calibration database ", path_,
                  explanation(full ? SQLITE_FULL : code, handle()));
  const bool short_of_something =
      kind == SQLITE_NOMEM ||
      ((kind == SQLITE_CANTOPEN || kind == SQLITE_IOERR) && is_shortage(system_error_of(handle())));
  if (full || short_of_something) throw OutputError(text);
  throw DatabaseError(text);
}

void Database::check() const {
  std::error_code ignored;
  if (fs::file_size(path_, ignored) > kMostBytesToCheck) return;
  Statement check(*this, "PRAGMA quick_check(1)");
  if (!check.step()) fail(SQLITE_CORRUPT);
  const Value found = check.column(0);
  const auto* text = found.get_if<std::string>();
  if (text == nullptr || *text != "ok") fail(text ? code_of_finding(*text) : SQLITE_CORRUPT);
}

void Database::use_write_ahead_log() const {
  if (!on_network(path_)) run("PRAGMA journal_mode = WAL");
}

void Database::run(const std::string& sql) const {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

Statement::Statement(const Database& database, std::string_view sql,
                     const std::vector<Value>& values)
    : database_(database) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      &prepared, nullptr);
  statement_.reset(prepared);
  if (code != SQLITE_OK) database_.fail(code);
  for (std::size_t i = 0; i < values.size(); ++i) bind(static_cast<int>(i) + 1, values[i]);
}

void Statement::bind(int index, const Value& value) {
  sqlite3_stmt* statement = statement_.get();
  int code = SQLITE_OK;
  if (value.is_none()) {
    code = sqlite3_bind_null(statement, index);
  } else if (const bool* logical = value.get_if<bool>()) {
    code = sqlite3_bind_int(statement, index, *logical ? 1 : 0);
  } else if (const auto* integer = value.get_if<std::int64_t>()) {
    code = sqlite3_bind_int64(statement, index, *integer);
  } else if (const double* real = value.get_if<double>()) {
    code = sqlite3_bind_double(statement, index, *real);
  } else if (const auto* text = value.get_if<std::string>()) {
    code = sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()),
                             SQLITE_TRANSIENT);
  } else {
    throw std::logic_error("a value of this kind has no place in a database");
  }
  if (code != SQLITE_OK) database_.fail(code);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

Value Statement::column(int index) const {
  sqlite3_stmt* statement = statement_.get();
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return Value(std::int64_t{sqlite3_column_int64(statement, index)});
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, index);
    default: {
      const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, index));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
      return text == nullptr ? std::string() : std::string(text, size);
    }
  }
}

Row Statement::row() const {
  Row row;
  for (int i = 0; i < sqlite3_column_count(statement_.get()); ++i) {
    row[sqlite3_column_name(statement_.get(), i)] = column(i);
  }
  return row;
}

int Statement::execute() {
  while (step()) {
  }
  return sqlite3_changes(database_.handle());
}

Transaction::Transaction(const Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // After some failures SQLite has rolled back itself; a second time is refused and harmless.
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace wyvern::calibrations

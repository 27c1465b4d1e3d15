// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/sqlite.h"

#include <fmt/format.h>

#include <stdexcept>

namespace wyvern::calibrations {
namespace {

std::string explanation(int code, sqlite3* handle) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another program: try again when that has ended";
    case SQLITE_READONLY:
      return "cannot be written: check the permissions of the file and of its folder";
    case SQLITE_CANTOPEN:
      return "cannot be opened: check the path and its permissions";
    case SQLITE_NOTADB:
      return "is not a calibration database (not an SQLite file)";
    case SQLITE_CORRUPT:
      return "is damaged: make a new one with 'caldb init' and add the calibrations again";
    case SQLITE_FULL:
      return "cannot grow: the disk is full";
    default:
      return fmt::format("cannot be used: {}",
                         handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
  }
}

}  // namespace

Database::Database(std::string path, Open how, std::chrono::milliseconds wait)
    : path_(std::move(path)) {
  const int flags = SQLITE_OPEN_READWRITE | (how == Open::create ? SQLITE_OPEN_CREATE : 0);
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, static_cast<int>(wait.count()));
  run("PRAGMA foreign_keys = ON");
}

void Database::fail(int code) const {
  const bool foreign = (code & 0xff) == SQLITE_NOTADB;
  throw DatabaseError(fmt::format("{}{} {}", foreign ? "" : "calibration database ", path_,
                                  explanation(code, handle())));
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

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/errors.h"
#include "base/value.h"

namespace wyvern::calibrations {

// Columns of one row by name: None, int, float or text.
using Row = std::map<std::string, Value, std::less<>>;

// An open SQLite file. Every failure is a DatabaseError that names the file and says what is wrong
// and what to do: locked, read-only, corrupt, no database. A full disk is an OutputError.
class Database {
 public:
  enum class Open { existing, create };
  static constexpr std::chrono::milliseconds patience{20'000};

  // `wait`: how long to wait for a lock that another process holds. Foreign keys are enforced, and
  // what is committed is on the disk. A file that may only be read is opened for reading.
  Database(std::string path, Open how, std::chrono::milliseconds wait = patience);

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }
  // Statements without parameters and answers, separated by ";".
  void run(const std::string& sql) const;
  std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(handle()); }
  [[noreturn]] void fail(int code) const;
  // DatabaseError when the file is damaged. Reads all of it (some 1.5 ms for a megabyte); files of
  // more than 32 MB are left to the checks of what is read.
  void check() const;
  // Writers then do not keep readers waiting. Left as it is on network file systems, where it would
  // not be safe.
  void use_write_ahead_log() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  void open(const std::string& name, int flags);

  std::string path_;
  std::chrono::milliseconds wait_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A statement whose values are bound, never pasted in.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql, const std::vector<Value>& values = {});
  // Advances to the next row; false at the end.
  bool step();
  Value column(int index) const;
  Row row() const;
  // Runs a statement that gives no rows; the number of rows it changed.
  int execute();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  void bind(int index, const Value& value);

  const Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Takes the write lock at once, so that what was read inside stays true; undone unless committed.
class Transaction {
 public:
  explicit Transaction(const Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Database& database_;
  bool open_ = true;
};

}  // namespace wyvern::calibrations

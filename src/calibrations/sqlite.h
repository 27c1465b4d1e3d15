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

// An open SQLite file. Every failure is a DatabaseError that names the file and says what is wrong:
// locked, read-only, corrupt, no database.
class Database {
 public:
  enum class Open { existing, create };
  static constexpr std::chrono::milliseconds patience{10'000};

  // `wait`: how long to wait for a lock that another process holds. Foreign keys are enforced.
  Database(std::string path, Open how, std::chrono::milliseconds wait = patience);

  const std::string& path() const { return path_; }
  sqlite3* handle() const { return handle_.get(); }
  // Statements without parameters and answers, separated by ";".
  void run(const std::string& sql) const;
  std::int64_t last_row_id() const { return sqlite3_last_insert_rowid(handle()); }
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
  };
  std::string path_;
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

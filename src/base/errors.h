// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>

namespace wyvern {

// Exit statuses of the commands (docs/user-guide: "Exit statuses").
enum class ExitStatus : int {
  ok = 0,
  bad_input = 1,     // a file cannot be used, or the inputs do not go together
  usage = 2,         // the command line is wrong
  recipe = 3,        // unknown recipe, primitive or parameter; a parameter's value
  calibration = 4,   // a required calibration is missing
  processing = 5,    // the reduction itself failed
  database = 7,      // a calibration database cannot be used
  resources = 8,     // disk, memory, permissions
  interrupted = 130  // Ctrl-C
};

// Everything that Wyvern reports to a user is an Error. The text names the file, the HDU or
// keyword, what is wrong and what to do, once; `status` says how the command ends.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  ExitStatus status() const { return status_; }

 private:
  ExitStatus status_;
};

struct UsageError : Error {
  explicit UsageError(const std::string& m) : Error(ExitStatus::usage, m) {}
};
// A file that cannot be opened or understood, or inputs that do not go together.
struct InputError : Error {
  explicit InputError(const std::string& m) : Error(ExitStatus::bad_input, m) {}
};
// An unknown recipe, primitive or parameter, or a value that a parameter does not take.
struct RecipeError : Error {
  explicit RecipeError(const std::string& m) : Error(ExitStatus::recipe, m) {}
};
struct CalibrationError : Error {
  explicit CalibrationError(const std::string& m) : Error(ExitStatus::calibration, m) {}
};
// Data for which a step has no sound answer.
struct DataError : Error {
  explicit DataError(const std::string& m) : Error(ExitStatus::processing, m) {}
};
struct DatabaseError : Error {
  explicit DatabaseError(const std::string& m) : Error(ExitStatus::database, m) {}
};
struct OutputError : Error {
  explicit OutputError(const std::string& m) : Error(ExitStatus::resources, m) {}
};
struct Interrupted : Error {
  Interrupted() : Error(ExitStatus::interrupted, "interrupted") {}
};

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wyvern {

// The reference's log levels.
enum class LogLevel : int {
  critical = 50,
  error = 40,
  warning = 30,
  status = 25,
  stdinfo = 21,
  info = 20,
  fullinfo = 15,
  debug = 10
};
std::string_view name_of(LogLevel level);  // "WARNING", "STDINFO", …

// Takes finished log lines. One call per line, never two at once.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // `depth` is the number of primitives that the line stands inside of (0 outside any).
  virtual void line(LogLevel level, int depth, std::string_view text) = 0;
};

// What a piece of work says, kept in order: messages, and blocks that belong to a primitive.
// Frames that run in parallel write to a journal each; merged, frame by frame, they read as if the
// frames had gone through each primitive one after the other.
class Journal {
 public:
  Journal();
  ~Journal();
  Journal(Journal&&) noexcept;
  Journal& operator=(Journal&&) noexcept;

  void message(LogLevel level, std::string_view text);  // split at line ends
  void warning(std::string_view text) { message(LogLevel::warning, text); }
  void stdinfo(std::string_view text) { message(LogLevel::stdinfo, text); }
  void fullinfo(std::string_view text) { message(LogLevel::fullinfo, text); }

  // Messages until the matching close() belong to primitive `name`.
  void open(std::string_view name);
  void close();
  // The same for a primitive that did not come to its end: nothing stands for its end then.
  void close_broken();

  // Appends what `other` holds: its n-th block of a primitive joins this journal's n-th block of
  // the same name at the same place, other messages come after this journal's.
  void merge(Journal&& other);

  // Appends what `other` holds after everything in this journal.
  void append(Journal&& other);

  // Writes everything as the reference prints it: "PRIMITIVE: name", a line of dashes, for
  // debugging "Starting the primitive name", the messages, a dot. `depth` is that of the
  // surroundings.
  void replay(LogSink& sink, int depth) const;

  bool empty() const;
  // The text of every message of `level` or above, in order.
  std::vector<std::string> messages(LogLevel level) const;

 private:
  struct Block;
  std::unique_ptr<Block> root_;
  std::vector<Block*> open_;
};

// An open block of a journal, closed at the end of the scope.
class JournalBlock {
 public:
  JournalBlock(Journal& journal, std::string_view name) : journal_(journal) { journal.open(name); }
  ~JournalBlock() {
    if (std::uncaught_exceptions() > exceptions_) {
      journal_.close_broken();
    } else {
      journal_.close();
    }
  }
  JournalBlock(const JournalBlock&) = delete;
  JournalBlock& operator=(const JournalBlock&) = delete;

 private:
  Journal& journal_;
  const int exceptions_ = std::uncaught_exceptions();
};

}  // namespace wyvern

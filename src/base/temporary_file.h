// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wyvern {

// A file that is being made, in the folder of its target under a name of its own
// (".wyvern-part-XXXXXX"), locked as long as its maker lives: by that others tell it from what a
// killed program has left. The first one that a process makes in a folder removes such remains.
class TemporaryFile {
 public:
  // OutputError "TARGET: cannot be created: ..." when the folder does not take it.
  explicit TemporaryFile(std::string target);
  // Removes the file unless it has been put in place.
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& name() const { return name_; }
  // OutputError names the target.
  void write(std::string_view content);
  // Syncs the file, gives it the target's name, which replaces what had that name, and syncs the
  // folder. OutputError names the target; that is then as it was.
  void put_in_place();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string target_;
  std::string name_;
  int descriptor_ = -1;
  std::int64_t written_ = 0;
};

// Removes the temporary files that no living program holds; how many those were. What cannot be
// looked at or removed stays.
int remove_abandoned_files(const std::string& folder);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "astrodata/astrodata.h"
#include "base/datetime.h"
#include "base/errors.h"

namespace wyvern {

// A frame that is left out of a reduction.
struct SetAside {
  std::string file;       // as given
  std::string primitive;  // in which it failed; "" when it was found before the work
  std::string reason;     // without the file's name
  ExitStatus status = ExitStatus::bad_input;  // that the reduction would end with
};

// "FILE is set aside: reason", a line for the log.
std::string text_of(const SetAside& frame);

// The frames that a reduction goes on without.
class Quarantine {
 public:
  // Errors that say something about the frame: it cannot be used, or its data have no sound answer.
  // Others (memory, disk, calibrations, databases, interruption) would come with any frame.
  static bool takes(ExitStatus status) {
    return status == ExitStatus::bad_input || status == ExitStatus::processing;
  }

  // The name under which the user knows a file, by AstroData::opened_path().
  void know(const std::string& opened_path, const std::string& file) { names_[opened_path] = file; }
  // What is to be said of a frame that fails in a primitive. The error's text may begin with the
  // frame's name. May be used by several threads at once.
  SetAside entry_for(const AstroData& frame, const std::string& primitive,
                     const Error& error) const;
  void add(SetAside frame) { frames_.push_back(std::move(frame)); }
  const std::vector<SetAside>& frames() const { return frames_; }

  // Writes down in a product which frames it is made without: a row "setAside" of HISTORY for each,
  // once, and their number under SETASIDE. Nothing when there are none.
  void record_in(AstroData& product, const DateTime& now) const;

 private:
  std::map<std::string, std::string> names_;
  std::vector<SetAside> frames_;
};

// Throws the error that a reduction without any frame left amounts to: that of the only frame, or a
// list, with the status of the first. There must be one.
[[noreturn]] void throw_none_left(const std::vector<SetAside>& frames);

}  // namespace wyvern

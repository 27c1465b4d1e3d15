// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "base/errors.h"

namespace wyvern {

// An error for which one input frame of several is to blame, thrown before anything has been
// changed: the same work can be done again without that frame.
class FrameFault : public Error {
 public:
  // `path`: the file of the frame, AstroData::opened_path().
  FrameFault(ExitStatus status, std::string path, const std::string& message)
      : Error(status, message), path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace wyvern

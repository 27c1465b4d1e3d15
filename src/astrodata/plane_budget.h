// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "astrodata/astrodata.h"
#include "base/scratch_file.h"

namespace wyvern {

// The memory that planes may take. Safe to use from several threads.
class PlaneBudget {
 public:
  // `limit` in bytes; `folder` is where the scratch files go when the limit is reached.
  PlaneBudget(std::size_t limit, std::string folder) : limit_(limit), folder_(std::move(folder)) {}

  std::size_t limit() const { return limit_; }
  // Lets a frame wait for its next step: what of it is loaded goes to a scratch file when all
  // planes together, and `reserve` bytes of others that are to come, are beyond the limit.
  // OutputError as ScratchFile.
  void put_aside(AstroData& frame, std::size_t reserve = 0);
  void put_aside(Plane& plane, std::size_t reserve = 0);
  // A plane for results, not initialised: in a scratch file (ScratchPixels), whatever is free.
  Plane on_scratch(PixelType type, const std::vector<std::int64_t>& shape);

 private:
  std::shared_ptr<ScratchFile> file();

  std::size_t limit_;
  std::string folder_;
  std::mutex mutex_;
  std::array<std::shared_ptr<ScratchFile>, 4> files_;
  std::size_t next_ = 0;
};

}  // namespace wyvern

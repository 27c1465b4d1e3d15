// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <thread>

namespace wyvern {

// Work that is begun in a thread of its own before anybody needs it. What fails there, or where
// there is no thread, must be done again, and fail, for whoever needs it.
class WorkAhead {
 public:
  WorkAhead() = default;
  WorkAhead(const WorkAhead&) = delete;
  WorkAhead& operator=(const WorkAhead&) = delete;
  // Waits for the end.
  ~WorkAhead();

  // Once only.
  void begin(std::function<void()> work);
  void wait();

 private:
  std::thread thread_;
};

}  // namespace wyvern

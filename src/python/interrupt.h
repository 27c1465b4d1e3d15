// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>

namespace wyvern::python {

// While one of these is alive in the main thread, Ctrl-C sets stop() and then does what Python
// does with it; in other threads, to which Python delivers no signals, it does nothing.
class InterruptGuard {
 public:
  // `main_thread`: of Python.
  explicit InterruptGuard(bool main_thread);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  const std::atomic<bool>& stop() const { return stop_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<bool>* outer_ = nullptr;
  bool installed_ = false;
};

}  // namespace wyvern::python

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <csignal>

namespace wyvern::commands {

// From now on Ctrl-C and SIGTERM end the program at once, with status 130: the first thing in
// main().
void end_when_interrupted();

// Ctrl-C and SIGTERM ask a reduction to stop at the next frame or step. What has not stopped after
// 0.3 s, or when the signal comes a second time, is ended at once: products and databases are whole
// or old at any moment. One at a time in a process.
class InterruptHandler {
 public:
  // `status`: that of a process which is ended at once.
  explicit InterruptHandler(int status);
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  // Set when a signal has come.
  const std::atomic<bool>* stop() const;
  // Which signal it was, as a message.
  const char* what() const;

 private:
  int outer_status_;
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  struct sigaction alarm_ {};
};

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/interrupt_handler.h"

#include <sys/time.h>
#include <unistd.h>

#include <string_view>

namespace wyvern::commands {
namespace {

constexpr const char* kInterrupt = "Caught KeyboardInterrupt (^C) signal";
constexpr const char* kTerminate = "Caught SIGTERM signal";

// A signal handler has no argument to hang these on.
std::atomic<bool> stopping{false};
std::atomic<int> last_signal{0};
std::atomic<int> exit_status{0};

void end_at_once(int) {
  constexpr std::string_view text = "\ninterrupted\n";
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(exit_status);
}

void on_signal(int signal) {
  last_signal = signal;
  if (stopping.exchange(true)) end_at_once(signal);
  constexpr itimerval patience{{0, 0}, {0, 400'000}};
  ::setitimer(ITIMER_REAL, &patience, nullptr);
}

}  // namespace

InterruptHandler::InterruptHandler(int status) {
  stopping = false;
  last_signal = 0;
  exit_status = status;
  struct sigaction action {};
  action.sa_handler = end_at_once;
  ::sigaction(SIGALRM, &action, &alarm_);
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

InterruptHandler::~InterruptHandler() {
  constexpr itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
  ::sigaction(SIGALRM, &alarm_, nullptr);
}

const std::atomic<bool>* InterruptHandler::stop() const {
  return &stopping;
}

const char* InterruptHandler::what() const {
  return last_signal == SIGTERM ? kTerminate : kInterrupt;
}

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/interrupt_handler.h"

#include <sys/time.h>
#include <unistd.h>

#include <string_view>

#include "base/errors.h"

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

void take(int signal, void (*handler)(int), struct sigaction* before) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, before);
}

void on_signal(int signal) {
  last_signal = signal;
  if (stopping.exchange(true)) end_at_once(signal);
  constexpr itimerval patience{{0, 0}, {0, 300'000}};
  ::setitimer(ITIMER_REAL, &patience, nullptr);
}

}  // namespace

void end_when_interrupted() {
  exit_status = static_cast<int>(ExitStatus::interrupted);
  take(SIGINT, end_at_once, nullptr);
  take(SIGTERM, end_at_once, nullptr);
}

InterruptHandler::InterruptHandler(int status) : outer_status_(exit_status.exchange(status)) {
  stopping = false;
  last_signal = 0;
  take(SIGALRM, end_at_once, &alarm_);
  take(SIGINT, on_signal, &interrupt_);
  take(SIGTERM, on_signal, &terminate_);
}

InterruptHandler::~InterruptHandler() {
  constexpr itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
  ::sigaction(SIGALRM, &alarm_, nullptr);
  exit_status = outer_status_;
}

const std::atomic<bool>* InterruptHandler::stop() const {
  return &stopping;
}

const char* InterruptHandler::what() const {
  return last_signal == SIGTERM ? kTerminate : kInterrupt;
}

}  // namespace wyvern::commands

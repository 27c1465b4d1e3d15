// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "python/interrupt.h"

#include <csignal>

namespace wyvern::python {
namespace {

// A signal handler has no argument to hang these on.
std::atomic<std::atomic<bool>*> current{nullptr};
struct sigaction before {};

void on_interrupt(int signal) {
  if (std::atomic<bool>* stop = current.load()) stop->store(true);
  const auto handler = before.sa_handler;
  if (handler != SIG_DFL && handler != SIG_IGN) handler(signal);
}

}  // namespace

InterruptGuard::InterruptGuard(bool main_thread) {
  if (!main_thread) return;
  installed_ = true;
  outer_ = current.exchange(&stop_);
  if (outer_ != nullptr) return;
  struct sigaction action {};
  action.sa_handler = &on_interrupt;
  ::sigaction(SIGINT, &action, &before);
}

InterruptGuard::~InterruptGuard() {
  if (!installed_) return;
  if (outer_ == nullptr) ::sigaction(SIGINT, &before, nullptr);
  if (outer_ != nullptr && stop_) outer_->store(true);
  current.store(outer_);
}

}  // namespace wyvern::python

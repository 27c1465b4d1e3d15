// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/work_ahead.h"

#include <exception>
#include <system_error>
#include <utility>

namespace wyvern {

WorkAhead::~WorkAhead() {
  wait();
}

void WorkAhead::begin(std::function<void()> work) {
  try {
    thread_ = std::thread([work = std::move(work)] {
      try {
        work();
      } catch (const std::exception&) {
        return;
      }
    });
  } catch (const std::system_error&) {
    return;
  }
}

void WorkAhead::wait() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace wyvern

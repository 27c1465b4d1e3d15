// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace wyvern {

// A few threads that work together on numbered tasks. The results of a task must depend on its
// number alone, never on the thread or the order: then one and seven threads give the same bits.
class ThreadTeam {
 public:
  // `threads` in all, the caller's among them; 0: as many as the process may use.
  explicit ThreadTeam(int threads = 0);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  int threads() const;

  // Calls task(i) for i in [0, count), each once, and returns when all have ended. The exception
  // of the task with the lowest number is thrown again. A call from inside a task runs in that
  // thread, one task after the other.
  void run(std::size_t count, const std::function<void(std::size_t)>& task);

  // Splits rows [0, count) into tiles of `tile` rows and calls task(first, end) for each.
  void run_tiles(std::size_t count, std::size_t tile,
                 const std::function<void(std::size_t, std::size_t)>& task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Threads that this process may use: its affinity mask and its cgroup's quota.
int usable_threads();

}  // namespace wyvern

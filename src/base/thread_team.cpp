// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/thread_team.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace wyvern {
namespace {

// Set in a thread while it runs a task, so that nested calls stay in that thread.
thread_local bool inside_task = false;

class TaskScope {
 public:
  TaskScope() : before_(inside_task) { inside_task = true; }
  ~TaskScope() { inside_task = before_; }

 private:
  bool before_;
};

// All tasks are run, as several threads would do, whatever one of them throws.
void run_in_this_thread(std::size_t count, const std::function<void(std::size_t)>& task) {
  const TaskScope scope;
  std::exception_ptr failure;
  for (std::size_t i = 0; i < count; ++i) {
    try {
      task(i);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

// Whole cores of a cgroup v2 quota; 0 for none.
int cgroup_quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  long long quota = 0, period = 0;
  if (!(file >> quota >> period) || period <= 0) return 0;
  return static_cast<int>(std::max(1LL, quota / period));
}

}  // namespace

int usable_threads() {
  cpu_set_t set;
  int count = static_cast<int>(std::thread::hardware_concurrency());
  if (::sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  if (const int quota = cgroup_quota(); quota > 0) count = std::min(count, quota);
  return std::max(1, count);
}

struct ThreadTeam::Impl {
  // Where the system gives no more threads, those that there are do the work.
  explicit Impl(int wanted) {
    workers.reserve(static_cast<std::size_t>(wanted));
    try {
      for (int i = 1; i < wanted; ++i) workers.emplace_back([this] { serve(); });
    } catch (const std::system_error&) {
    } catch (...) {
      end();
      throw;
    }
  }

  ~Impl() { end(); }

  void end() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& worker : workers) worker.join();
  }

  void serve() {
    std::size_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stopping || round != seen; });
      if (stopping) return;
      seen = round;
      lock.unlock();
      work();
      lock.lock();
      if (--busy == 0) done.notify_all();
    }
  }

  void work() {
    const TaskScope scope;
    while (true) {
      const std::size_t i = next.fetch_add(1);
      if (i >= count) return;
      try {
        (*task)(i);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure || i < failed_task) {
          failure = std::current_exception();
          failed_task = i;
        }
      }
    }
  }

  void run(std::size_t tasks, const std::function<void(std::size_t)>& function) {
    const std::lock_guard one_caller(callers);
    {
      const std::lock_guard lock(mutex);
      count = tasks;
      task = &function;
      next = 0;
      failure = nullptr;
      busy = static_cast<int>(workers.size());
      ++round;
    }
    wake.notify_all();
    work();
    std::unique_lock lock(mutex);
    done.wait(lock, [&] { return busy == 0; });
    if (failure) std::rethrow_exception(failure);
  }

  std::vector<std::thread> workers;
  std::mutex callers, mutex, failure_mutex;
  std::condition_variable wake, done;
  bool stopping = false;
  std::size_t round = 0;
  int busy = 0;
  std::size_t count = 0;
  const std::function<void(std::size_t)>* task = nullptr;
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::size_t failed_task = 0;
};

ThreadTeam::ThreadTeam(int threads)
    : impl_(std::make_unique<Impl>(threads > 0 ? threads : usable_threads())) {}
ThreadTeam::~ThreadTeam() = default;

int ThreadTeam::threads() const {
  return static_cast<int>(impl_->workers.size()) + 1;
}

void ThreadTeam::run(std::size_t count, const std::function<void(std::size_t)>& task) {
  if (count == 0) return;
  if (inside_task || count == 1 || impl_->workers.empty()) {
    run_in_this_thread(count, task);
    return;
  }
  impl_->run(count, task);
}

void ThreadTeam::run_tiles(std::size_t count, std::size_t tile,
                           const std::function<void(std::size_t, std::size_t)>& task) {
  const std::size_t tiles = (count + tile - 1) / tile;
  run(tiles, [&](std::size_t i) { task(i * tile, std::min(count, (i + 1) * tile)); });
}

}  // namespace wyvern

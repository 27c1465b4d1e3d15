// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/memory_meter.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/descriptor.h"

namespace wyvern {
namespace {

constexpr std::chrono::milliseconds kInterval{5};

}  // namespace

std::size_t peak_memory() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

// Second number of /proc/self/statm: resident pages. Nothing here can throw: a thread calls it.
std::size_t resident_memory() {
  const Descriptor file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text{};
  if (file.get() < 0 || ::read(file.get(), text.data(), text.size() - 1) <= 0) return 0;
  unsigned long long whole = 0, pages = 0;
  if (std::sscanf(text.data(), "%llu %llu", &whole, &pages) != 2) return 0;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

struct MemoryMeter::Impl {
  std::atomic<std::size_t> seen{0};
  std::atomic<std::size_t> life_at_start{0};
  std::mutex mutex;
  std::condition_variable wake;
  bool ended = false;
  std::thread watcher;

  void look() {
    const std::size_t now = resident_memory();
    std::size_t before = seen.load();
    while (now > before && !seen.compare_exchange_weak(before, now)) {
    }
  }

  void watch() {
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, kInterval, [this] { return ended; })) look();
  }
};

MemoryMeter::MemoryMeter() : impl_(std::make_unique<Impl>()) {
  restart();
  try {
    impl_->watcher = std::thread([this] { impl_->watch(); });
  } catch (const std::system_error&) {
    // Without a thread of its own the meter knows what is in use when it is asked.
  }
}

MemoryMeter::~MemoryMeter() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ended = true;
  }
  impl_->wake.notify_one();
  if (impl_->watcher.joinable()) impl_->watcher.join();
}

void MemoryMeter::restart() {
  impl_->life_at_start = peak_memory();
  impl_->seen = resident_memory();
}

std::size_t MemoryMeter::peak() const {
  impl_->look();
  const std::size_t life = peak_memory();
  return life > impl_->life_at_start ? std::max<std::size_t>(life, impl_->seen)
                                     : impl_->seen.load();
}

}  // namespace wyvern

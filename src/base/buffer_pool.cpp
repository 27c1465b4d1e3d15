// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/buffer_pool.h"

#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <utility>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

namespace wyvern {
namespace {

#ifdef __SANITIZE_ADDRESS__
// Free memory, and a gap behind each block, are out of bounds.
constexpr std::size_t kGuard = 64;
void guard(std::byte* block, std::size_t bytes) {
  ASAN_POISON_MEMORY_REGION(block, bytes);
}
void unguard(std::byte* block, std::size_t bytes) {
  ASAN_UNPOISON_MEMORY_REGION(block, bytes);
}
#else
constexpr std::size_t kGuard = 0;
void guard(std::byte*, std::size_t) {}
void unguard(std::byte*, std::size_t) {}
#endif

constexpr std::size_t kUnit = std::size_t{4} << 10;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kRegion = std::size_t{64} << 20;

std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return std::max(unit, (bytes + unit - 1) / unit * unit);
}

// Address space from the system, in huge pages where it has them; physical memory comes with the
// first touch. Never given back: what is not used costs nothing once it was trimmed.
std::byte* map_region(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  const std::size_t address = reinterpret_cast<std::uintptr_t>(memory);
  auto* region = static_cast<std::byte*>(memory) + (rounded(address, kHugePage) - address);
  ::madvise(region, bytes, MADV_HUGEPAGE);
  return region;
}

// The one process-wide object of the library: memory that any reduction may use again. It holds
// no state that could change a result.
//
// Blocks lie side by side in large regions, so that no huge page is touched for a part of a plane
// only; free neighbours join, so that planes of another shape can use what planes of the old one
// left. The smallest free range that is large enough is taken, the lowest of equals.
class Pool {
 public:
  std::byte* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    make_nodes();
    auto fit = by_size_.lower_bound({bytes, nullptr});
    if (fit == by_size_.end()) {
      const std::size_t size = rounded(std::max(bytes, kRegion), kHugePage);
      add_free(map_region(size), {size, 0});
      fit = by_size_.lower_bound({bytes, nullptr});
    }
    std::byte* block = fit->second;
    const Range range = remove_free(free_.find(block));
    const std::size_t touched = std::min(range.touched, bytes);
    if (range.size > bytes) add_free(block + bytes, {range.size - bytes, range.touched - touched});
    ++blocks_;
    use_.kept -= touched;
    use_.in_use += bytes;
    use_.peak_in_use = std::max(use_.peak_in_use, use_.in_use);
    unguard(block, bytes - kGuard);
    return block;
  }

  void give(std::byte* block, std::size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    guard(block, bytes);
    --blocks_;
    use_.in_use -= bytes;
    use_.kept += bytes;
    Range range{bytes, bytes};
    // Regions that happen to be neighbours may join too: nothing is ever unmapped.
    const auto next = free_.find(block + bytes);
    if (next != free_.end()) range += remove_free(next);
    auto before = free_.lower_bound(block);
    if (before != free_.begin()) {
      --before;
      if (before->first + before->second.size == block) {
        block = before->first;
        range += remove_free(before);
      }
    }
    add_free(block, range);
  }

  PoolUse use() {
    const std::lock_guard lock(mutex_);
    return use_;
  }

  // Around fork(): the child gets the pool in order, whatever other threads were doing.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

  void trim() {
    const std::lock_guard lock(mutex_);
    for (auto& [block, range] : free_) {
      if (range.touched > 0) ::madvise(block, range.size, MADV_DONTNEED);
      range.touched = 0;
    }
    use_.kept = 0;
  }

 private:
  // A free range, and how much of it has memory.
  struct Range {
    std::size_t size = 0, touched = 0;
    Range& operator+=(const Range& other) {
      size += other.size;
      touched += other.touched;
      return *this;
    }
  };

  using Ranges = std::map<std::byte*, Range>;
  using Sizes = std::set<std::pair<std::size_t, std::byte*>>;

  // A block can be given back when memory has run out: the nodes that this may need are made when
  // it is taken, two more for what take() itself adds.
  void make_nodes() {
    while (spare_ranges_.size() < blocks_ + 2) {
      reserve_one(spare_ranges_, free_.size());
      Ranges made;
      made.emplace(nullptr, Range{});
      spare_ranges_.push_back(made.extract(made.begin()));
    }
    while (spare_sizes_.size() < blocks_ + 2) {
      reserve_one(spare_sizes_, by_size_.size());
      Sizes made;
      made.emplace(0, nullptr);
      spare_sizes_.push_back(made.extract(made.begin()));
    }
  }

  // Room for one node more, and for those in use, which come back.
  template <class Node>
  static void reserve_one(std::vector<Node>& spare, std::size_t in_use) {
    const std::size_t needed = spare.size() + in_use + 1;
    if (spare.capacity() < needed) spare.reserve(2 * needed);
  }

  // These two allocate nothing.
  void add_free(std::byte* block, Range range) {
    auto node = std::move(spare_ranges_.back());
    spare_ranges_.pop_back();
    node.key() = block;
    node.mapped() = range;
    free_.insert(std::move(node));
    auto size = std::move(spare_sizes_.back());
    spare_sizes_.pop_back();
    size.value() = {range.size, block};
    by_size_.insert(std::move(size));
  }
  Range remove_free(Ranges::iterator found) {
    const Range range = found->second;
    spare_sizes_.push_back(by_size_.extract({range.size, found->first}));
    spare_ranges_.push_back(free_.extract(found));
    return range;
  }

  std::mutex mutex_;
  Ranges free_;
  Sizes by_size_;
  std::vector<Ranges::node_type> spare_ranges_;
  std::vector<Sizes::node_type> spare_sizes_;
  std::size_t blocks_ = 0;  // in use
  PoolUse use_;
};

// Never destroyed: planes of static objects may outlive any order of destruction.
Pool& pool() {
  static Pool& instance = []() -> Pool& {
    static Pool& made = *new Pool;
    ::pthread_atfork([] { made.lock(); }, [] { made.unlock(); }, [] { made.unlock(); });
    return made;
  }();
  return instance;
}

}  // namespace

std::shared_ptr<std::byte> pooled_block(std::size_t bytes) {
  const std::size_t size = rounded(bytes + kGuard, kUnit);
  return {pool().take(size), [size](std::byte* block) { pool().give(block, size); }};
}

PoolUse pool_use() {
  return pool().use();
}
void trim_pool() {
  pool().trim();
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/buffer_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace wyvern {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Sizes are rounded so that planes of slightly different shapes share blocks.
std::size_t rounded(std::size_t bytes) {
  const std::size_t unit = bytes >= kHugePage ? std::size_t{256} << 10 : std::size_t{4} << 10;
  return std::max(unit, (bytes + unit - 1) / unit * unit);
}

std::byte* fresh(std::size_t bytes) {
  const std::size_t alignment = bytes >= kHugePage ? kHugePage : kAlignment;
  void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  if (bytes >= kHugePage) ::madvise(memory, bytes, MADV_HUGEPAGE);
  return static_cast<std::byte*>(memory);
}

// The one process-wide object of the library: memory that any reduction may use again. It holds
// no state that could change a result.
class Pool {
 public:
  ~Pool() { trim(); }

  std::byte* take(std::size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      use_.in_use += bytes;
      use_.peak_in_use = std::max(use_.peak_in_use, use_.in_use);
      if (const auto found = kept_.find(bytes); found != kept_.end() && !found->second.empty()) {
        std::byte* block = found->second.back();
        found->second.pop_back();
        use_.kept -= bytes;
        return block;
      }
    }
    return fresh(bytes);
  }

  void give(std::byte* block, std::size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    use_.in_use -= bytes;
    try {
      kept_[bytes].push_back(block);
      use_.kept += bytes;
    } catch (const std::bad_alloc&) {
      std::free(block);
    }
  }

  PoolUse use() {
    const std::lock_guard lock(mutex_);
    return use_;
  }

  void trim() {
    const std::lock_guard lock(mutex_);
    for (auto& [bytes, blocks] : kept_) {
      for (std::byte* block : blocks) std::free(block);
    }
    kept_.clear();
    use_.kept = 0;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<std::byte*>> kept_;
  PoolUse use_;
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

std::shared_ptr<std::byte> pooled_block(std::size_t bytes) {
  const std::size_t size = rounded(bytes);
  return {pool().take(size), [size](std::byte* block) { pool().give(block, size); }};
}

PoolUse pool_use() {
  return pool().use();
}
void trim_pool() {
  pool().trim();
}

}  // namespace wyvern

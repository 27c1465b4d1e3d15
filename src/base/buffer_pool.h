// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

namespace wyvern {

// Memory for pixel planes. A block goes back to the pool when its last owner lets go and is handed
// out again: a fresh page costs more than the arithmetic on it. Blocks are aligned to a page of
// 4096 bytes and not initialised. std::bad_alloc. Safe to call from any thread.
std::shared_ptr<std::byte> pooled_block(std::size_t bytes);

// Bytes that the pool has from the system: in use, and free ones that have memory.
struct PoolUse {
  std::size_t in_use = 0, kept = 0, peak_in_use = 0;
};
PoolUse pool_use();
// Gives the memory of free blocks back to the system.
void trim_pool();

}  // namespace wyvern

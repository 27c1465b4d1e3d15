// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

namespace wyvern {

// Memory for pixel planes. A block goes back to the pool when its last owner lets go and is handed
// out again to the next request of about its size: a fresh page costs more than the arithmetic on
// it. Blocks are aligned to 64 bytes and not initialised. Safe to call from any thread.
std::shared_ptr<std::byte> pooled_block(std::size_t bytes);

// Bytes that the pool has from the system: in use, and kept for re-use.
struct PoolUse {
  std::size_t in_use = 0, kept = 0, peak_in_use = 0;
};
PoolUse pool_use();
// Gives kept blocks back to the system.
void trim_pool();

}  // namespace wyvern

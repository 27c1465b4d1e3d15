// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace wyvern::kernels {

// MD5 (RFC 1321) of several streams side by side. The steps of one stream wait for one another, so
// that a single stream leaves most of the processor idle, however it is written.
constexpr std::size_t kDigestLanes = 8;
constexpr std::size_t kDigestBlock = 64;  // bytes

// The four words of each stream's state.
struct DigestState {
  std::uint32_t word[4][kDigestLanes];
};

struct DigestFunctions {
  // Takes `blocks` blocks of each stream; from[k] is where those of stream k begin.
  void (*md5_blocks)(DigestState& state, const std::byte* const* from, std::size_t blocks);
};

}  // namespace wyvern::kernels

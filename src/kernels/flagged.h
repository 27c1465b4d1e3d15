// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace wyvern::kernels {

// Flags come in large patches (the field outside a keyhole, objects): groups of pixels that are all
// alike need no look at each of them.
inline constexpr std::size_t kFlagGroup = 64;

inline constexpr std::uint16_t kAnyFlag = 0xFFFF;

enum class Flagged { none, some, all };

// How many pixels of at most a group have one of the `flags`.
inline Flagged flagged(std::span<const std::uint16_t> group, std::uint16_t flags) {
  std::uint16_t count = 0;  // as narrow as the masks: a whole register of them at a time
  for (const std::uint16_t mask : group) {
    count = static_cast<std::uint16_t>(count + ((mask & flags) != 0 ? 1 : 0));
  }
  return count == 0 ? Flagged::none : count == group.size() ? Flagged::all : Flagged::some;
}

// Calls take(first, size, which) for group after group of a mask.
template <class Take>
void for_flag_groups(std::span<const std::uint16_t> mask, std::uint16_t flags, Take&& take) {
  for (std::size_t first = 0; first < mask.size(); first += kFlagGroup) {
    const std::size_t size = std::min(kFlagGroup, mask.size() - first);
    take(first, size, flagged(mask.subspan(first, size), flags));
  }
}

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace wyvern::fits::bzip2 {

// The check sum of a block: CRC-32 of polynomial 0x04C11DB7, the highest bit of each byte first.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

// A text that grows up to a limit.
struct Output {
  std::string bytes;  // of which `used` are filled
  std::size_t used = 0;
  std::size_t most = 0;

  // Room for so many more. Beyond `most` it grows only as far as it must.
  void reserve(std::size_t more);
};

// Writes a block's text with its runs made whole: after four equal bytes stands how many more there
// are. `text` lies in a buffer with kTextSlack readable bytes behind it.
enum class Runs { whole, damaged, too_long };
Runs expand_runs(std::span<const std::uint8_t> text, Output& output);
constexpr std::size_t kTextSlack = 16;

}  // namespace wyvern::fits::bzip2

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wyvern::fits {

// The ones-complement sum of big-endian 32-bit words, of a length that is a multiple of 4.
std::uint32_t ones_complement_sum(std::span<const std::byte> bytes);

// The comment of our DATASUM; other programs add a time.
inline constexpr std::string_view data_sum_comment = "data unit checksum";

// Blank CHECKSUM and DATASUM cards for the end of a header. Their comments carry no time, so that
// equal data give equal files.
std::string checksum_records();

// Fills the cards of checksum_records() in an HDU that is complete in memory: `checksum_offset` is
// where they begin, `data_offset` where the data unit begins. Sums as in the FITS standard 4.0,
// appendix J.
void fill_checksums(std::span<std::byte> hdu, std::size_t checksum_offset, std::size_t data_offset);

}  // namespace wyvern::fits

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>

namespace wyvern::fits {

// Follow the compressed bytes of one tile as a decoder would, without making pixels. None reads
// beyond the span, whatever is in it.

// Whether a Rice stream (White and Becker; FITS standard 4.0, 10.4.1) has codes for `pixels` pixels
// of `bytes_per_pixel` (1, 2, 4) in blocks of `block`.
bool rice_is_whole(std::span<const std::uint8_t> stream, std::int64_t pixels, int bytes_per_pixel,
                   std::int64_t block);

// The size of what a gzip stream holds, or -1 when it is damaged or holds more than `most` bytes.
std::int64_t gzip_size(std::span<const std::uint8_t> stream, std::int64_t most);

// Whether the words of an IRAF PLIO line list (big-endian, 16 bits) stay within the list.
bool plio_is_whole(std::span<const std::uint8_t> list);

// Whether the head of an HCOMPRESS stream gives an image of `pixels` pixels.
bool hcompress_fits(std::span<const std::uint8_t> stream, std::int64_t pixels);

}  // namespace wyvern::fits

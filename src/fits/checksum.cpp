// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/checksum.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>

#include "fits/card_format.h"
#include "fits/cfitsio.h"

namespace wyvern::fits {
namespace {

constexpr std::size_t value_offset = 11;  // behind "CHECKSUM= '"

std::uint32_t folded(std::uint64_t sum) {
  while (sum >> 32 != 0) sum = (sum & 0xFFFFFFFF) + (sum >> 32);
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::uint32_t ones_complement_sum(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + i, 4);
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
    sum += word;
  }
  return folded(sum);
}

std::string checksum_records() {
  return card_text({"CHECKSUM", std::string(16, '0'), "HDU checksum", ""}) +
         card_text({"DATASUM", std::string(10, '0'), std::string(data_sum_comment), ""});
}

void fill_checksums(std::span<std::byte> hdu, std::size_t checksum_offset,
                    std::size_t data_offset) {
  const std::uint32_t data_sum = ones_complement_sum(hdu.subspan(data_offset));
  const std::string data_text = fmt::format("{:<10}", data_sum);
  std::memcpy(hdu.data() + checksum_offset + card_length + value_offset, data_text.data(),
              data_text.size());
  const std::uint32_t header_sum = ones_complement_sum(hdu.first(data_offset));
  char encoded[FLEN_VALUE] = "";
  ffesum(folded(std::uint64_t{header_sum} + data_sum), 1, encoded);
  std::memcpy(hdu.data() + checksum_offset + value_offset, encoded, 16);
}

}  // namespace wyvern::fits

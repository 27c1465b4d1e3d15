// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/text.h"
#include "fits/checksum.h"
#include "fits/file.h"
#include "fits/hdu_scan.h"

namespace wyvern::fits {
namespace {

constexpr std::int64_t kChunk = std::int64_t{1} << 20;  // a multiple of 4

// The sum of a data unit, read in parts.
std::uint32_t data_sum(const InputFile& file, const Unit& unit) {
  std::uint64_t sum = 0;
  for (std::int64_t at = unit.data_start; at < unit.end; at += kChunk) {
    const std::string part = file.bytes(at, std::min(kChunk, unit.end - at));
    sum += ones_complement_sum(std::as_bytes(std::span(part)));
  }
  while (sum >> 32 != 0) sum = (sum & 0xFFFFFFFF) + (sum >> 32);
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

void verify_data_sums(const std::string& path) {
  const InputFile file(path);
  std::int64_t start = 0;
  for (int number = 1;; ++number) {
    const std::optional<Unit> unit = scan_unit(file, number, start);
    if (!unit) return;
    const Header& header = unit->tile_compressed() ? *unit->tile_table : unit->header;
    const bool ours = header.comment("DATASUM") == data_sum_comment;
    const auto text = ours ? header.text("DATASUM") : std::nullopt;
    const auto recorded = text ? parse_int(*text) : std::nullopt;
    const bool whole = unit->end <= file.size();
    if (recorded && whole && data_sum(file, *unit) != *recorded) {
      throw_damaged(file, unit->label, "its data do not agree with their DATASUM");
    }
    start = unit->end;
  }
}

}  // namespace wyvern::fits

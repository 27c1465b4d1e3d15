// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace wyvern::kernels {

// A horizontal run of non-zero pixels: columns [first, end) of a row, part of a region (0-based).
struct Run {
  std::int64_t row = 0, first = 0, end = 0;
  std::int32_t region = 0;
  std::int64_t pixels() const { return end - first; }
};

// The 4-connected regions of an image as runs in raster order. Regions are numbered in the order of
// their first pixel.
struct RegionRuns {
  std::vector<Run> runs;
  std::vector<std::int64_t> size;  // pixels of each region
};
RegionRuns region_runs(std::span<const std::uint8_t> image, std::int64_t ny, std::int64_t nx);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/morphology.h"

#include <algorithm>
#include <cstddef>

namespace wyvern::kernels {
namespace {

// ORs a row of 0 and 1 into `out`, moved by dx columns.
void or_shifted(const std::uint8_t* row, std::int64_t nx, int dx, std::uint8_t* out) {
  const std::int64_t first = std::max<std::int64_t>(0, dx);
  const std::int64_t end = std::min<std::int64_t>(nx, nx + dx);
  for (std::int64_t x = first; x < end; ++x) out[x] |= row[x - dx];
}

}  // namespace

std::vector<std::pair<int, int>> disc(double radius) {
  std::vector<std::pair<int, int>> offsets;
  if (!(radius >= 0.0)) return offsets;
  const int half = static_cast<int>(radius);
  for (int dy = -half; dy <= half; ++dy) {
    for (int dx = -half; dx <= half; ++dx) {
      const double distance2 = static_cast<double>(dx) * dx + static_cast<double>(dy) * dy;
      if (distance2 <= radius * radius) offsets.emplace_back(dy, dx);
    }
  }
  return offsets;
}

// Whole rows are shifted and ORed, sixteen pixels an instruction: the cost is that of the
// footprint, however many pixels are set.
std::vector<std::uint8_t> dilate(std::span<const std::uint8_t> image, std::int64_t ny,
                                 std::int64_t nx,
                                 const std::vector<std::pair<int, int>>& footprint) {
  std::vector<std::uint8_t> result(static_cast<std::size_t>(ny * nx), 0);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(nx));
  for (std::int64_t y = 0; y < ny; ++y) {
    const std::uint8_t* pixels = image.data() + y * nx;
    std::uint8_t any = 0;
    for (std::int64_t x = 0; x < nx; ++x) {
      row[x] = pixels[x] != 0 ? 1 : 0;
      any |= row[x];
    }
    if (any == 0) continue;
    for (const auto& [dy, dx] : footprint) {
      if (y + dy < 0 || y + dy >= ny) continue;
      or_shifted(row.data(), nx, dx, result.data() + (y + dy) * nx);
    }
  }
  return result;
}

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wyvern::kernels {

// 4-connected regions of the non-zero pixels of an ny x nx image; labels 1, 2, … in the order of
// each region's first pixel in raster order, 0 elsewhere.
struct Labels {
  std::vector<std::int32_t> label;     // ny * nx
  std::vector<std::int64_t> size;      // size[k - 1]: pixels of region k
};
Labels label_regions(std::span<const std::uint8_t> image, std::int64_t ny, std::int64_t nx);

// DQ flags of saturated and non-linear pixels, with the hidden-saturation rule (regions of at most
// 10000 pixels below the non-linear level): spec "primitives-calibration" 6.1. ORed into mask.
// T: the type of data. A level that is absent flags nothing; returns false when saturation <
// non-linear level (nothing is flagged for the latter).
template <class T>
bool flag_levels(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                 std::optional<double> saturation, std::optional<double> non_linear,
                 std::span<std::uint16_t> mask);

// Offsets (dy, dx) of a disc: dx^2 + dy^2 <= radius^2 in the box of half-size int(radius).
std::vector<std::pair<int, int>> disc(double radius);
// Binary dilation; outside the image counts as 0. Result 0/1.
std::vector<std::uint8_t> dilate(std::span<const std::uint8_t> image, std::int64_t ny,
                                 std::int64_t nx, const std::vector<std::pair<int, int>>& footprint);

// applyDQPlane's ring filter (spec "primitives-calibration" 8.3): pixels with bad != 0 are replaced
// by the median (or mean of good pixels) over the ring inner <= r <= outer.
enum class RingStatistic { median, mean };
template <class T>
void ring_filter(std::span<T> image, std::int64_t ny, std::int64_t nx,
                 std::vector<std::uint8_t> bad, double inner, double outer, int max_iters,
                 RingStatistic statistic);

}  // namespace wyvern::kernels

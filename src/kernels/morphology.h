// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace wyvern::kernels {

// 4-connected regions of the non-zero pixels of an ny x nx image; labels 1, 2, … in the order of
// each region's first pixel in raster order, 0 elsewhere.
struct Labels {
  std::vector<std::int32_t> label;  // ny * nx
  std::vector<std::int64_t> size;   // size[k - 1]: pixels of region k
};
Labels label_regions(std::span<const std::uint8_t> image, std::int64_t ny, std::int64_t nx);

// DQ flags of saturated (4) and non-linear (2) pixels of an ny x nx image, ORed into mask, by the
// reference's addDQ (geminidr/core/primitives_standardize.py): 4 from `saturation` up, 2 from
// `non_linear` up to it. With both levels, regions of at most 10000 pixels below the non-linear
// level get 4 as well: the core of a bright star reads low when it saturates. On an image of no
// more than 10000 pixels every pixel is in such a region.
//
// Levels are in the units of data; one that is absent flags nothing. NaN is never flagged by its
// own value. Returns false when saturation < non_linear: nothing is flagged for the latter then.
// T: std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, float or double.
template <class T>
bool flag_levels(std::span<const T> data, std::int64_t ny, std::int64_t nx,
                 std::optional<double> saturation, std::optional<double> non_linear,
                 std::span<std::uint16_t> mask);

// Offsets (dy, dx) of a disc in raster order: dx^2 + dy^2 <= radius^2 in the box of half-size
// int(radius). Radius in pixels; none for a negative one.
std::vector<std::pair<int, int>> disc(double radius);
// Binary dilation of the non-zero pixels: each sets the pixels at its offsets (dy, dx). Outside the
// image counts as 0. Result 0/1, ny * nx values.
std::vector<std::uint8_t> dilate(std::span<const std::uint8_t> image, std::int64_t ny,
                                 std::int64_t nx,
                                 const std::vector<std::pair<int, int>>& footprint);

// Replaces the pixels of an ny x nx image with bad != 0 from the ring inner <= r <= outer (pixels)
// around each, as the reference's applyDQPlane does (gempy/library/filtering.py), at most max_iters
// times while any are bad.
//
// median: of all pixels in the ring, bad ones too, the upper of the two middle values; the image is
// reflected at its edges (b a | a b). NaN sorts above everything. For the next round `bad` goes
// through the same filter.
// mean: of the pixels in the ring that are neither bad nor NaN; the image is extended at its edges
// (a a | a b). A pixel without any keeps its value. A pixel is bad in the next round when its ring
// is.
//
// An empty ring (outer < inner or no pixel between them) changes nothing. T: as in flag_levels;
// means are truncated to it.
enum class RingStatistic { median, mean };
template <class T>
void ring_filter(std::span<T> image, std::int64_t ny, std::int64_t nx,
                 std::vector<std::uint8_t> bad, double inner, double outer, int max_iters,
                 RingStatistic statistic);

}  // namespace wyvern::kernels

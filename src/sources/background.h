// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace wyvern::sources {

// Smooth background of an image and the scatter about it: clipped modes of square meshes, median
// filtered, a bicubic natural spline in between (Bertin & Arnouts 1996, by way of the SEP library).
class Background {
 public:
  // `image` has ny rows of nx finite values. mesh_px: side of a mesh; filter_meshes: width of the
  // median filter. DataError when the library cannot work (no memory, mesh below 1 px).
  Background(std::span<const float> image, std::int64_t ny, std::int64_t nx, int mesh_px,
             int filter_meshes);
  ~Background();
  Background(Background&&) noexcept;

  // Median scatter of the filtered meshes, in units of the image; when at least half of them have
  // none (a frame that is dark outside a keyhole), the median of those that do; 1 if all are flat.
  float rms() const { return rms_; }
  // Bilinear interpolation between mesh centres at a pixel (0-based); continued beyond the edges.
  float at(int x, int y) const;
  // Takes the spline surface from an image of the same shape.
  void subtract_from(std::span<float> image) const;

 private:
  struct Map;
  std::unique_ptr<Map> map_;
  float rms_ = 1.0F;
};

}  // namespace wyvern::sources

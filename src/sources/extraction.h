// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/plane.h"

namespace wyvern::sources {

// A background-subtracted image with what detection and photometry compare pixels with.
struct FlatSky {
  Plane value;     // float32, background subtracted
  Plane filtered;  // float32, `value` smoothed with the 3x3 kernel 1 2 1 / 2 4 2 / 1 2 1, 0 outside
  float rms = 1.0F;
  float threshold = 0.0F;  // of detection, for `filtered`
  float analysis = 0.0F;   // of isophotal measurements, for `value`
};

// The kernel above, normalised; `image` has rows of nx values, `out` the same size.
void smooth(std::span<const float> image, std::int64_t nx, std::span<float> out);

// A connected set of pixels and its moments (weights: filtered values). Pixel coordinates 0-based.
struct Footprint {
  std::vector<std::int32_t> pixels;    // raster indices, in the order of the scan
  std::vector<std::int32_t> absorbed;  // pixels of objects that cleaning gave to this one
  std::vector<std::int32_t> released;  // those of them that count as sky in photometry
  double x = 0.0, y = 0.0, x2 = 0.0, y2 = 0.0, xy = 0.0;
  float a = 0.0F, b = 0.0F, theta = 0.0F;  // px, px, radians
  float cxx = 0.0F, cyy = 0.0F, cxy = 0.0F;
  float filtered_flux = 0.0F;
  int ymin = 0, ymax = 0;  // rows of `pixels`, inclusive
  bool deblended = false;  // split from a group
  bool singular = false;   // all in one line: 1/12 was added to its second moments
  bool truncated = false;  // reaches the edge of the image
};

struct ExtractionOptions {
  int minimum_area = 40;
  double contrast = 0.001;  // of deblending: least share of the flux that makes a peak an object
  // Off: the library looks at every pixel of the frame, lit or not.
  bool only_where_light_is = true;
};

// Finds the objects of the image: 8-connected pixels with filtered > threshold, split at 32 levels
// where they have several peaks (Bertin & Arnouts 1996). In the order in which a scan by rows
// completes them, before cleaning. DataError when the library gives up, std::bad_alloc when it has
// no memory.
std::vector<Footprint> extract(const FlatSky& sky, const ExtractionOptions& options);

}  // namespace wyvern::sources

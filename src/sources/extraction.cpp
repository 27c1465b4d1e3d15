// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/extraction.h"

#include <algorithm>
#include <array>
#include <memory>

#include "sources/sep_library.h"

namespace wyvern::sources {

namespace {

constexpr std::array<float, 9> kernel{0.0625F, 0.125F,  0.0625F, 0.125F, 0.25F,
                                      0.125F,  0.0625F, 0.125F,  0.0625F};

struct Box {
  std::int64_t x0 = 0, y0 = 0, nx = 0, ny = 0;
};

struct FreeCatalogue {
  void operator()(sep_catalog* catalogue) const { sep_catalog_free(catalogue); }
};
using Catalogue = std::unique_ptr<sep_catalog, FreeCatalogue>;

// Sum of the terms that exist, row by row, as the detection library adds them: the same bits.
float smooth_at_edge(std::span<const float> image, std::int64_t nx, std::int64_t x,
                     std::int64_t y) {
  const auto ny = static_cast<std::int64_t>(image.size()) / nx;
  float sum = 0.0F;
  for (std::int64_t dy = -1; dy <= 1; ++dy) {
    for (std::int64_t dx = -1; dx <= 1; ++dx) {
      if (y + dy < 0 || y + dy >= ny || x + dx < 0 || x + dx >= nx) continue;
      sum += kernel[static_cast<std::size_t>(3 * dy + dx + 4)] * image[(y + dy) * nx + x + dx];
    }
  }
  return sum;
}

// Smallest box with every pixel above the threshold and `margin` more where there is room; and
// how many such pixels there are.
Box lit_box(const Plane& filtered, float threshold, std::int64_t margin, std::size_t& lit) {
  const std::int64_t ny = filtered.ny(), nx = filtered.nx();
  const float* pixel = filtered.pixels<float>().data();
  std::int64_t xmin = nx, xmax = -1, ymin = ny, ymax = -1;
  lit = 0;
  for (std::int64_t y = 0; y < ny; ++y, pixel += nx) {
    const auto above = [threshold](float v) { return v > threshold; };
    const auto here = static_cast<std::size_t>(std::count_if(pixel, pixel + nx, above));
    if (here == 0) continue;
    lit += here;
    ymin = std::min(ymin, y);
    ymax = y;
    xmin = std::min(xmin, std::find_if(pixel, pixel + nx, above) - pixel);
    std::int64_t last = nx - 1;
    while (!above(pixel[last])) --last;
    xmax = std::max(xmax, last);
  }
  if (lit == 0) return {};
  const std::int64_t x0 = std::max<std::int64_t>(0, xmin - margin);
  const std::int64_t y0 = std::max<std::int64_t>(0, ymin - margin);
  return {x0, y0, std::min(nx, xmax + margin + 1) - x0, std::min(ny, ymax + margin + 1) - y0};
}

std::vector<float> cut(const Plane& plane, const Box& box) {
  std::vector<float> copy(static_cast<std::size_t>(box.nx * box.ny));
  for (std::int64_t y = 0; y < box.ny; ++y) {
    const float* row = plane.pixels<float>().data() + (box.y0 + y) * plane.nx() + box.x0;
    std::copy(row, row + box.nx, copy.data() + y * box.nx);
  }
  return copy;
}

// A box cut out of a frame is smoothed with zeros beyond its rim, where the frame may hold negative
// values: true when no pixel of the rim is lifted above the threshold by that.
bool rim_stays_dark(const std::vector<float>& image, const Box& box, float threshold,
                    const Plane& frame) {
  const auto lifted = [&](std::int64_t x, std::int64_t y) {
    return smooth_at_edge(image, box.nx, x, y) > threshold;
  };
  for (std::int64_t x = 0; x < box.nx; ++x) {
    if (box.y0 > 0 && lifted(x, 0)) return false;
    if (box.y0 + box.ny < frame.ny() && lifted(x, box.ny - 1)) return false;
  }
  for (std::int64_t y = 0; y < box.ny; ++y) {
    if (box.x0 > 0 && lifted(0, y)) return false;
    if (box.x0 + box.nx < frame.nx() && lifted(box.nx - 1, y)) return false;
  }
  return true;
}

Catalogue run_library(const float* image, const Box& box, float threshold, std::size_t lit,
                      const ExtractionOptions& options) {
  // The library's pixel stack holds objects that are not complete yet. Its size is an atomic
  // setting of the process, and more than enough changes no result.
  const std::size_t needed = lit + static_cast<std::size_t>(box.nx) + 1;
  if (sep_get_extract_pixstack() < needed) sep_set_extract_pixstack(needed);
  sep_image source{};
  source.data = image;
  source.dtype = SEP_TFLOAT;
  source.w = static_cast<int>(box.nx);
  source.h = static_cast<int>(box.ny);
  source.gain = 1.0;
  sep_catalog* found = nullptr;
  clear_stack();
  const int status =
      sep_extract(&source, threshold, SEP_THRESH_ABS, options.minimum_area, kernel.data(), 3, 3,
                  SEP_FILTER_CONV, 32, options.contrast, 0, 1.0, &found);
  check_sep(status, "extraction", "Raise detect_thresh or deblend_mincont.");
  return Catalogue(found);
}

Footprint footprint(const sep_catalog& from, int i, const Box& box, std::int64_t nx) {
  Footprint to;
  to.pixels.reserve(static_cast<std::size_t>(from.npix[i]));
  for (int k = 0; k < from.npix[i]; ++k) {
    const std::int64_t at = from.pix[i][k];
    to.pixels.push_back(
        static_cast<std::int32_t>((at / box.nx + box.y0) * nx + at % box.nx + box.x0));
  }
  to.x = from.x[i] + static_cast<double>(box.x0);
  to.y = from.y[i] + static_cast<double>(box.y0);
  to.x2 = from.x2[i];
  to.y2 = from.y2[i];
  to.xy = from.xy[i];
  to.a = from.a[i];
  to.b = from.b[i];
  to.theta = from.theta[i];
  to.cxx = from.cxx[i];
  to.cyy = from.cyy[i];
  to.cxy = from.cxy[i];
  to.filtered_flux = from.cflux[i];
  to.ymin = from.ymin[i] + static_cast<int>(box.y0);
  to.ymax = from.ymax[i] + static_cast<int>(box.y0);
  to.deblended = (from.flag[i] & SEP_OBJ_MERGED) != 0;
  to.singular = (from.flag[i] & SEP_OBJ_SINGU) != 0;
  to.truncated = (from.flag[i] & SEP_OBJ_TRUNC) != 0;
  return to;
}

}  // namespace

void smooth(std::span<const float> image, std::int64_t nx, std::span<float> out) {
  const auto ny = static_cast<std::int64_t>(image.size()) / nx;
  for (std::int64_t y = 0; y < ny; ++y) {
    const bool inner = y > 0 && y + 1 < ny;
    for (std::int64_t x = 0; x < nx; x += inner && nx > 1 ? nx - 1 : 1) {
      out[y * nx + x] = smooth_at_edge(image, nx, x, y);
    }
    if (!inner) continue;
    const float* below = image.data() + (y - 1) * nx;
    const float* here = below + nx;
    const float* above = here + nx;
    float* to = out.data() + y * nx;
    for (std::int64_t x = 1; x + 1 < nx; ++x) {
      float sum = kernel[0] * below[x - 1];
      sum += kernel[1] * below[x];
      sum += kernel[2] * below[x + 1];
      sum += kernel[3] * here[x - 1];
      sum += kernel[4] * here[x];
      sum += kernel[5] * here[x + 1];
      sum += kernel[6] * above[x - 1];
      sum += kernel[7] * above[x];
      sum += kernel[8] * above[x + 1];
      to[x] = sum;
    }
  }
}

std::vector<Footprint> extract(const FlatSky& sky, const ExtractionOptions& options) {
  std::size_t lit = 0;
  const Box frame{0, 0, sky.value.nx(), sky.value.ny()};
  Box box = lit_box(sky.filtered, sky.threshold, 2, lit);
  if (lit == 0) return {};
  std::vector<float> piece;
  if (options.only_where_light_is) piece = cut(sky.value, box);
  if (piece.empty() || !rim_stays_dark(piece, box, sky.threshold, sky.value)) {
    box = frame;
    piece.clear();
  }
  const float* image = piece.empty() ? sky.value.pixels<float>().data() : piece.data();
  const Catalogue found = run_library(image, box, sky.threshold, lit, options);
  std::vector<Footprint> objects;
  objects.reserve(static_cast<std::size_t>(found->nobj));
  for (int i = 0; i < found->nobj; ++i) objects.push_back(footprint(*found, i, box, frame.nx));
  return objects;
}

}  // namespace wyvern::sources

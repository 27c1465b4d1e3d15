// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/background.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/errors.h"
#include "sources/sep_library.h"

namespace wyvern::sources {

namespace {

float median_of(std::vector<float> values) {
  const std::size_t n = values.size(), half = n / 2;
  std::sort(values.begin(), values.end());
  return n % 2 != 0 ? values[half] : (values[half - 1] + values[half]) / 2.0F;
}

// The library stops at the median, which is 0 for a frame that is flat outside a keyhole.
float global_rms(std::span<const float> sigmas) {
  const float median = median_of({sigmas.begin(), sigmas.end()});
  if (median > 0) return median;
  std::vector<float> positive;
  std::copy_if(sigmas.begin(), sigmas.end(), std::back_inserter(positive),
               [](float sigma) { return sigma > 0; });
  return positive.empty() ? 1.0F : median_of(std::move(positive));
}

}  // namespace

struct Background::Map {
  sep_bkg* sep = nullptr;
  ~Map() { sep_bkg_free(sep); }
};

Background::Background(std::span<const float> image, std::int64_t ny, std::int64_t nx, int mesh_px,
                       int filter_meshes)
    : map_(std::make_unique<Map>()) {
  if (mesh_px < 1 || filter_meshes < 1) {
    throw DataError("Source detection: back_size and back_filtersize must be at least 1.");
  }
  sep_image source{};
  source.data = image.data();
  source.dtype = SEP_TFLOAT;
  source.w = static_cast<int>(nx);
  source.h = static_cast<int>(ny);
  source.gain = 1.0;
  check_sep(
      sep_background(&source, mesh_px, mesh_px, filter_meshes, filter_meshes, 0.0, &map_->sep),
      "background", "Check back_size and back_filtersize.");
  rms_ = global_rms({map_->sep->sigma, static_cast<std::size_t>(map_->sep->n)});
}

Background::~Background() = default;
Background::Background(Background&&) noexcept = default;

float Background::at(int x, int y) const {
  return sep_bkg_pix(map_->sep, x, y);
}

void Background::subtract_from(std::span<float> image) const {
  check_sep(sep_bkg_subarray(map_->sep, image.data(), SEP_TFLOAT), "background subtraction",
            "Check back_size.");
}

}  // namespace wyvern::sources

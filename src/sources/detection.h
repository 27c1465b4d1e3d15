// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "astrodata/astrodata.h"

namespace wyvern::sources {

// Settings of source detection, named as the parameters of detectSources.
struct DetectionOptions {
  double detect_minarea = 40, detect_thresh = 3.0, analysis_thresh = 2.0;
  double deblend_mincont = 0.001, phot_min_radius = 3.5;
  int back_size = 32, back_filtersize = 3;
  double saturation = 5000000.0;  // SATUR_LEVEL
  double gain = 1.0;
};

struct Detection {
  fits::Table
      catalogue;  // OBJCAT with the 43 columns of spec "primitives-science" 5.6; may have 0 rows
  Plane object_mask;  // uint8, 1 where a kept source is
  std::optional<double> seeing_arcsec;
};

// Finds and measures the sources of an image: spec "primitives-science" 5.1 to 5.7 (Source
// Extractor's algorithms, by way of the SEP library). data: float32 plane; mask: uint16 plane or
// empty(); pixel_scale_arcsec: of the descriptor, nullopt when unknown; seeing: of an earlier
// detection. Works on the whole frame but spends time only where there is light.
Detection detect(const Plane& data, const Plane& mask, const std::optional<Wcs>& wcs,
                 const std::optional<double>& pixel_scale_arcsec,
                 const std::optional<double>& seeing_arcsec, const DetectionOptions& options);

// The memory that a detection works with: planes (the mask, the background and what is above it,
// filtered, owners, objects), and the values and lists of the libraries.
constexpr std::size_t detection_planes(std::size_t pixels) {
  return 15 * pixels;
}
constexpr std::size_t detection_lists(std::size_t pixels) {
  return 7 * pixels;
}

class StarClassifier;
// The same with a classifier of one's own for CLASS_STAR.
Detection detect(const Plane& data, const Plane& mask, const std::optional<Wcs>& wcs,
                 const std::optional<double>& pixel_scale_arcsec,
                 const std::optional<double>& seeing_arcsec, const DetectionOptions& options,
                 const StarClassifier& classifier);

// Path of the CLASS_STAR network file (*.nnw), or "" when none is installed; star/galaxy classes
// are then made by the built-in rule described in class_star.cpp.
std::string class_star_network_file();

}  // namespace wyvern::sources

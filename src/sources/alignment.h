// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wcs/wcs.h"

namespace wyvern::sources {

struct AlignmentOptions {
  double search_px = 0.0;  // R: shifts of up to +-R are searched
  double match_px = 0.0;   // r: radius of the final matching
  bool rotate = true, scale = false;
  // The reference's grid and nothing else (quirks Q2, Q6, Q22 kept). Off: the landscape is grown by
  // the search radius, a lone source is matched, and a rotation or scale is kept only when at least
  // three sources agree and it improves the fit by more than its uncertainty.
  bool compat = false;
  double sigma_px = 5.0;  // of the coarse landscape (10 for astrometry)
};

struct Alignment {
  Affine map;                 // frame pixels -> reference pixels (0-based)
  double dx = 0.0, dy = 0.0;  // px
  double angle_deg = 0.0, factor = 1.0;
  bool rotated = false, scaled = false;      // those parameters were free in the result
  std::vector<std::pair<int, int>> matches;  // (index in frame list, index in reference list)
  // (name, value) of the free parameters after the coarse and the final search, for the log.
  std::vector<std::pair<std::string, double>> coarse, final;
  double coarse_seconds = 0.0, final_seconds = 0.0;  // from the beginning to the end of each search
};

// Finds the map from `in` to `ref` (both 0-based pixels; reference: gempy/library/matching.py).
// Never fails: without a match `matches` is empty.
//
// With options.compat off the shift that brings most pairs of sources together is found by a vote
// of pairs, nearness to no shift at all deciding between equals, and refined by robust least
// squares (Tukey's biweight) on the matched pairs. in_error and ref_error, when given, are the
// 1-sigma centroid errors of the sources in px (sqrt(ERRX2_IMAGE)), one per source: they weight the
// fit, and two sources whose errors differ by much (hence their brightness) vote less as a pair.
// With options.compat on they are not used.
Alignment find_alignment(std::span<const Point> in, std::span<const Point> ref,
                         const AlignmentOptions& options, std::span<const double> in_error = {},
                         std::span<const double> ref_error = {});

// Greedy matching: repeatedly the globally closest pair nearer than `radius`, both removed.
// result[i] is the index in `ref` or -1.
std::vector<int> match_sources(std::span<const Point> in, std::span<const Point> ref,
                               double radius);

}  // namespace wyvern::sources

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern::sources {

// A position measured with a Gaussian window, and its 1-sigma error per axis, in px (0-based).
struct Centroid {
  Point at;
  double error = 0.0;
  bool measured = false;  // false: the catalogue's position, the window did not settle
};

// Measures the positions of catalogued sources anew, for registration: an isophotal barycentre
// follows every noise peak, radiation hit and keyhole edge that its outline takes in; a centroid
// under a Gaussian window of the source's own width hardly does. Flagged pixels (any DQ bit) give
// way to their mirror images about the centre, or are left out with them.
// Method: windowed centroids of Bertin, Source Extractor manual ("Windowed positional parameters").
// `extension`: float32 data, optionally variance and mask; catalogue: OBJCAT.
std::vector<Centroid> windowed_centroids(const Extension& extension, const fits::Table& catalogue);

}  // namespace wyvern::sources

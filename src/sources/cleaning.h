// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "sources/extraction.h"

namespace wyvern::sources {

// Removes objects that are no more than the wing of a brighter neighbour (a Moffat wing with
// beta = 1, Bertin & Arnouts 1996: CLEAN) and gives their pixels to it. `objects` in scan order;
// the result in the order in which Source Extractor writes its catalogue: those near the first rows
// come first, then the rest with the last one always filling the gap of the one just written.
std::vector<Footprint> clean_and_order(const FlatSky& sky, std::vector<Footprint> objects,
                                       int minimum_area);

}  // namespace wyvern::sources

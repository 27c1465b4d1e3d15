// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "astrodata/astrodata.h"

namespace wyvern {

// An auxiliary frame (dark, flat, BPM) that goes with `frame`: itself when its planes have the
// frame's shape; else the part of it that covers the frame's detector section (its lower left
// corner in the frame's shape), copied into `clipped`. DataError when it does not cover it.
const AstroData& matched_to(const AstroData& auxiliary, const AstroData& frame, AstroData& clipped);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "fits/table.h"
#include "sources/measurement.h"

namespace wyvern::sources {

// False for what cannot be a source: fewer than 20 pixels above the analysis level, narrower than
// a star can be, a line, or almost all of it flagged in the mask (reference:
// geminidr/core/primitives_photometry.py). Asks for what measure_footprint() knows.
bool is_plausible(const Measurement& source);

// Seeing, arcsec, from the widths of the clean, bright stars; nothing when there is none.
std::optional<double> estimate_seeing(std::span<const Measurement> sources);

// OBJCAT: the reference's 43 columns in its order, one row per source, numbered from 1. Reference
// magnitudes and profile columns hold -999. with_mask: off, the two mask columns hold -999, too.
fits::Table make_catalogue(std::span<const Measurement> sources, bool with_mask);

// Fills PROFILE_FWHM, PROFILE_EE50 (px) and FLUX_MAX from the pixels around each source. `data`:
// float32, the background not subtracted. Sources too near the edge keep -999.
void add_profiles(const Plane& data, const std::optional<double>& pixel_scale_arcsec,
                  const std::optional<double>& seeing_arcsec, fits::Table& catalogue);

}  // namespace wyvern::sources

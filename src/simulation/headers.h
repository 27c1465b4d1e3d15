// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "fits/header.h"
#include "simulation/pointing.h"
#include "simulation/sequence.h"

namespace wyvern::simulation {

// The primary header of a raw frame. `wcs`: nothing for darks, which are taken with the telescope
// parked.
fits::Header primary_header(const Preset& preset, const Shot& shot,
                            const std::optional<HeaderWcs>& wcs);
// The cards of the image extension: no EXTNAME, no WCS.
fits::Header image_header(const Shot& shot);

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string_view>

#include "astrodata/astrodata.h"
#include "kernels/keyhole.h"

namespace wyvern {

// The nominal keyhole of an acquisition image, from its camera and filter; headers only. Nothing
// for a camera and filter that are not in the table (ShortBlue_G5521, the cameras of the Gemini
// South years, ShortRed with a photometric filter), nor for data that are not GNIRS'.
// Reference: geminidr/gnirs/lookups/FOV.py.
std::optional<kernels::Keyhole> keyhole_of(const AstroData& ad);

// The same by the full camera name ("ShortBlue_G5540") and the pretty filter name ("J", "JPHOT").
std::optional<kernels::Keyhole> keyhole_of(std::string_view camera, std::string_view filter);

}  // namespace wyvern

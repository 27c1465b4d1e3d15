// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "primitives/primitive.h"

namespace wyvern {

// How a sky frame is subtracted; names of subtractSky's parameters.
struct SkySubtraction {
  bool scale = true, offset = false, reset = false, save = false;
  double threshold = 0.001;  // of the scaling's convergence
};
SkySubtraction sky_subtraction(const Parameters& parameters);

// The planes of one extension with the sky taken off.
struct SubtractedSky {
  Plane data, variance, mask;
};

// Works out science - factor * sky for every extension without changing either: float32 planes,
// variances added, masks ORed. DataError when the scaling does not converge by either method.
std::vector<SubtractedSky> subtract_sky(const AstroData& science, const AstroData& sky,
                                        const SkySubtraction& settings, Journal& log);
void apply(std::vector<SubtractedSky>&& planes, AstroData& science);

// Writes a sky frame under the name of its science frame.
void save_sky(const AstroData& sky, const AstroData& science, const Context& context, Journal& log);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "primitives/primitive.h"

namespace wyvern {

// How a sky frame is subtracted; names of subtractSky's parameters.
struct SkySubtraction {
  bool scale = true, offset = false, reset = false, save = false;
  double threshold = 0.001;  // of the scaling's convergence
};
// The settings as the parameters say; scale wins over offset, with a warning.
SkySubtraction sky_subtraction(const Parameters& parameters, Journal& log);

// Planes of an image of the sky, in raster order; empty when there is none. They may be a part of
// the whole image's.
struct SkyPixels {
  std::span<const float> data, variance;
  std::span<const std::uint16_t> mask;
  std::span<const std::uint8_t> objects;
};
// The planes of an extension, whose data and variance must be float32.
SkyPixels sky_pixels(const Extension& extension);

// What is done to each pixel: data - sky * steps[0] * steps[1] ..., then plus each of the terms;
// every operation is rounded to float32.
struct SkyOperation {
  std::vector<float> steps, terms;
};

// Finds scale and level of a sky on the pixels that are good in both images (DQ == 0, no object).
// `science`: float32 planes; `name` and `extension` (1-based) are for messages. DataError when the
// scaling converges by neither method. Reference: gempy/gemini/gemini_tools.py (sky_factor).
SkyOperation sky_operation(const Extension& science, const SkyPixels& sky,
                           const SkySubtraction& settings, const std::string& name,
                           std::size_t extension, Journal& log);

// Where results go; planes that are empty are not made. They may be the inputs' own.
struct SubtractedPixels {
  std::span<float> data, variance;
  std::span<std::uint16_t> mask;
};
SubtractedPixels subtracted_pixels(Extension& extension);
// The operation on some pixels; variances add up, masks are ORed. All spans have one length.
void subtract_sky(const SkyPixels& science, const SkyPixels& sky, const SkyOperation& operation,
                  const SubtractedPixels& result);

// The planes that skies are worked out with, data and variance as float32: handles on the same
// pixels, copies of those that have another type. No header.
Extension as_floats(const Extension& extension);

// Makes data and variance float32, and gives the frame the variance and mask that it lacks when the
// sky has them.
void prepare_for_sky(Extension& science, bool sky_has_variance, bool sky_has_mask);

// Subtracts a frame of the sky in place. DataError when shapes differ or the scaling fails.
void subtract_sky(AstroData& science, const AstroData& sky, const SkySubtraction& settings,
                  Journal& log);

// Writes a sky frame under the name of its science frame.
void save_sky(const AstroData& sky, const AstroData& science, const Context& context, Journal& log);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wyvern::kernels {

// numpy.median: middle value, or the mean of the two middle ones formed in T. NaN when any value
// is NaN or there is none. The values are reordered.
float median_in_place(std::span<float> values);
double median_in_place(std::span<double> values);

// numpy.mean of float32/float64 (pairwise summation in T).
float numpy_mean(std::span<const float> values);
double numpy_mean(std::span<const double> values);
// numpy.sum: pairwise summation, accumulated in the type of the values.
float numpy_sum(std::span<const float> values);
double numpy_sum(std::span<const double> values);

// Sorts ascending, as integers digit by digit: NaN of either sign goes to the ends.
void sort_values(std::span<float> values);

// A sky level, its scatter and the number of pixels behind it.
struct Level {
  double level = 0.0, sigma = 0.0;
  std::size_t count = 0;
};

// The level of an image whose good pixels (DQ == 0, OBJMASK == 0) are given in raster order:
// measure_bg_from_image of the reference (gempy/gemini/gemini_tools.py). gaussfit: a truncated
// normal cumulative curve fitted by MINPACK's lmdif; else a clipped median, as also when the fit
// does not converge. Nothing for fewer than two (finite) pixels after sampling.
std::optional<Level> background_level(std::span<const float> good, int sampling, bool gaussfit);
// The fitted level of all pixels, whose finite values are known in ascending order, too.
std::optional<Level> background_level(std::span<const float> good,
                                      std::span<const float> ascending);

// The finite ones of the values, ascending.
std::vector<float> ascending_finite(std::span<const float> values);

// The factor by which a sky image is to be multiplied before it is subtracted from a science image
// so that the difference has level 0: the iteration of the reference's subtractSky
// (levels with the Gaussian fit, or with clipped medians when `gaussfit` is false).
struct SkyFactor {
  double factor = 1.0;
  bool converged = true;  // within 100 rounds
  // The factors by which the reference scales the sky image one after the other, in single
  // precision, until it subtracts it: their product is `factor`.
  std::vector<float> steps;
};
// `first` holds the pixels of the science image that are good in it alone (its level starts the
// iteration); `science` and `sky_under` hold, pixel by pixel, those of the two images that are good
// in the *difference* (DQ of science OR sky == 0, OBJMASK of science == 0); `sky` those that are
// good in the sky image alone. All in raster order.
SkyFactor sky_factor(std::span<const float> first, std::span<const float> science,
                     std::span<const float> sky_under, std::span<const float> sky, int sampling,
                     bool gaussfit, double threshold);

}  // namespace wyvern::kernels

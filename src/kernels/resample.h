// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wyvern::kernels {

// The input position of output pixel (i, j) = (row, column): y = m00 i + m01 j + o0 and
// x = m10 i + m11 j + o1, products summed first, the offset last, all in double.
struct SamplingMap {
  double m00 = 1.0, m01 = 0.0, m10 = 0.0, m11 = 1.0;
  double o0 = 0.0, o1 = 0.0;
};

// Sets NaN and infinite pixels to 0, as they would spread over the weights of their neighbours;
// returns how many there were.
std::size_t replace_non_finite(std::span<float> image);
std::size_t replace_non_finite(std::span<double> image);

// B-spline coefficients (orders 2 to 5) of an image, mirrored at the edges, in double: the
// prefilter of scipy.ndimage; for orders 0 and 1 the pixels themselves. ny * nx values.
// Non-finite pixels must have been replaced before. T: float, double, std::uint8_t.
// std::invalid_argument for another order, here and below.
template <class T>
std::vector<double> spline_coefficients(std::span<const T> image, std::int64_t ny, std::int64_t nx,
                                        int order);

// scipy.ndimage.affine_transform(order, mode='constant', cval) on rows [first, last) of an
// out_nx-wide output, times `factor`. `output` points to row 0. T and the input: pixels as float or
// double (orders 0 and 1), or coefficients from spline_coefficients (orders 2 to 5, T double).
//
// Positions from 0 to ny - 1 and 0 to nx - 1, inclusive, are inside; elsewhere the value is cval,
// without blending at the border. Values are formed in double and rounded to float, then multiplied
// by the factor as float, as numpy does; double pixels are multiplied as double and rounded once.
template <class T>
void resample_rows(std::span<const T> input, std::int64_t ny, std::int64_t nx,
                   const SamplingMap& map, int order, double cval, double factor,
                   std::int64_t first, std::int64_t last, std::int64_t out_nx, float* output);

// resample_rows of order 1 with cval 0 for two images of one shape at once, such as data and
// variance: the positions are worked out once.
void resample_pair_rows(std::span<const float> one, std::span<const float> other, std::int64_t ny,
                        std::int64_t nx, const SamplingMap& map, double factor, std::int64_t first,
                        std::int64_t last, std::int64_t out_nx, float* to_one, float* to_other);

// The bits of a mask resampled one by one: an output pixel gets bit b where |weighted sum of its
// flagged pixels| > threshold, in float (reference: gempy/library/transform.py). Positions outside
// the input get bit 16 with `no_data_outside` (DQ), else nothing (OBJMASK). Threshold >= 0.
// M: std::uint8_t or std::uint16_t. Orders 2 to 5 filter the whole mask in each call: for tiles use
// mask_coefficients.
template <class M>
void resample_mask_rows(std::span<const M> mask, std::int64_t ny, std::int64_t nx,
                        const SamplingMap& map, int order, double threshold, bool no_data_outside,
                        std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output);

// Spline coefficients (orders 2 to 5) of each bit that any pixel of a mask has, as 0 or 1.
struct MaskCoefficients {
  std::vector<unsigned> bits;
  std::vector<std::vector<double>> planes;  // of each bit: ny * nx values
};
template <class M>
MaskCoefficients mask_coefficients(std::span<const M> mask, std::int64_t ny, std::int64_t nx,
                                   int order);
// resample_mask_rows for orders 2 to 5, from coefficients made once.
template <class M>
void resample_mask_rows(const MaskCoefficients& mask, std::int64_t ny, std::int64_t nx,
                        const SamplingMap& map, int order, double threshold, bool no_data_outside,
                        std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output);

}  // namespace wyvern::kernels

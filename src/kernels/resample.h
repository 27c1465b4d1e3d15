// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

// B-spline coefficients (orders 2 to 5) of an image, mirrored at the edges, in double: the
// prefilter of scipy.ndimage; for orders 0 and 1 the pixels themselves. ny * nx values.
// Non-finite pixels must have been replaced before.
template <class T>
std::vector<double> spline_coefficients(std::span<const T> image, std::int64_t ny, std::int64_t nx,
                                        int order);

// scipy.ndimage.affine_transform(order, mode='constant', cval) on rows [first, last) of an
// out_nx-wide output: spec "primitives-science" 8.1. `output` points to row 0. T and the input
// pixels: float or double (order <= 1), or coefficients from spline_coefficients.
template <class T>
void resample_rows(std::span<const T> input, std::int64_t ny, std::int64_t nx,
                   const SamplingMap& map, int order, double cval, double factor,
                   std::int64_t first, std::int64_t last, std::int64_t out_nx, float* output);

// The bits of a mask resampled one by one (spec "primitives-science" 8 step 8): an output pixel
// gets bit b where |weighted sum of flagged pixels| > threshold. `no_data_outside`: pixels outside
// the input get bit 16 (DQ), else nothing (OBJMASK). M: std::uint8_t or std::uint16_t.
template <class M>
void resample_mask_rows(std::span<const M> mask, std::int64_t ny, std::int64_t nx,
                        const SamplingMap& map, int order, double threshold, bool no_data_outside,
                        std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output);

}  // namespace wyvern::kernels

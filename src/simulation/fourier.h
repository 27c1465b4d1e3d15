// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>
#include <vector>

namespace wyvern::simulation {

// Circular convolution of two real images of n x n pixels, n a power of two; both have their origin
// at (0, 0), so a centred kernel is stored wrapped around. Replaces `image`.
void convolve(std::vector<double>& image, const std::vector<double>& kernel, std::size_t n);

}  // namespace wyvern::simulation

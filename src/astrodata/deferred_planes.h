// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/plane.h"

namespace wyvern {

// Planes that are worked out when they are read, in runs of pixels, each from the same operations
// on the same types as its loaded twin. So a stack of many frames needs no memory for the frames.
// The arguments must be deferred, their handles may go.

// All pixels the same: float32.
Plane deferred_constant(float value, std::vector<std::int64_t> shape);
// Integers as float64.
Plane deferred_floating(const Plane& plane);
// plane * factor, the factor rounded to the plane's type (float32 or float64); `magnitude`: the
// absolute value of that.
Plane deferred_product(const Plane& plane, double factor, bool magnitude = false);
// variance + max(data, 0) / divisor, in float32; data are real numbers.
Plane deferred_photon_noise(const Plane& variance, const Plane& data, float divisor);

// A mask (uint16) that is made of few pixels, and of whole masks that frames share. Takes what
// `mask` has, or nothing when too many pixels are flagged for it to be worth while.
Plane deferred_flags(std::span<const std::uint16_t> mask, std::vector<std::int64_t> shape);
// The OR of a mask and one that is loaded; the latter is shared.
Plane deferred_union(const Plane& mask, const Plane& loaded);

}  // namespace wyvern

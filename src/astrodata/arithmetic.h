// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "astrodata/astrodata.h"

namespace wyvern {

// Arithmetic of frames with variance and mask: spec "primitives-calibration" 3.1, 3.3, 3.4 (type
// rule of NumPy 1.24; masks are ORed; a variance plane with a negative element has all that is not
// >= 0 set to 0). Headers, WCS and attachments stay those of `a`; tables that only `b` has are
// added to it. In place on `a`, pixels loaded. DataError when shapes or numbers of extensions
// differ.
void subtract(AstroData& a, const AstroData& b);
void divide(AstroData& a, const AstroData& b);
void add(AstroData& a, const AstroData& b);
void multiply(AstroData& a, const AstroData& b);

// With a number: `factor` is rounded to the pixel type of data; integer data become float64.
// multiply: VAR *= f32(factor * factor); the planes may be deferred. divide: spec 3.4, scalar case.
void multiply(Extension& a, double factor);
void divide(Extension& a, double divisor);
void add(Extension& a, double term);

// Sets every element that is not >= 0 to 0 when any is negative; says whether it did.
bool zero_negative_variance(Plane& variance);

}  // namespace wyvern

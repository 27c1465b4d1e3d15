// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "base/datetime.h"
#include "wcs/wcs.h"

namespace wyvern {

// Coordinates (degrees) of `frame` turned into ICRS, as the reference's toicrs(): "FK5" by the
// fixed rotation, "APPT" through the equation of the origins, anything but "icrs" as CIRS at `when`
// (J2000.0 when absent). ERFA does the astronomy. DataError when |dec| > 90.
Point to_icrs(std::string_view frame, Point sky, const std::optional<DateTime>& when);

// Angle between two directions, degrees.
double separation_deg(Point a, Point b);

}  // namespace wyvern

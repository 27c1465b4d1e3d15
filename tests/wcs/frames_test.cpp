// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "wcs/frames.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace wyvern {
namespace {

TEST(Frames, LowerCaseIcrsIsLeftAlone) {
  const Point sky = to_icrs("icrs", {10.0, 20.0}, std::nullopt);
  EXPECT_EQ(sky.x, 10.0);
  EXPECT_EQ(sky.y, 20.0);
}

// FK5 and ICRS differ by some 23 mas at most.
TEST(Frames, Fk5IsARotationByMilliarcseconds) {
  const Point sky = to_icrs("FK5", {273.026547215918, 6.8536021629253305}, std::nullopt);
  EXPECT_NEAR(sky.x, 273.0265411231218, 1e-12);
  EXPECT_NEAR(sky.y, 6.853596509394557, 1e-12);
}

// Annual aberration moves a star by up to 20.5 arcsec, precession since J2000 by more.
TEST(Frames, OtherFramesAreApparentPlacesOfTheDate) {
  const DateTime when{{2015, 12, 13}, {4, 41, 58, 200000}};
  const Point cirs{10.0, 20.0};
  const double moved = separation_deg(cirs, to_icrs("AZEL_TOPO", cirs, when));
  EXPECT_GT(moved, 5.0 / 3600.0);
  EXPECT_LT(moved, 0.2);
  const Point apparent = to_icrs("APPT", cirs, when);
  EXPECT_GT(separation_deg(apparent, to_icrs("FK4", cirs, when)), 0.1);
  EXPECT_LT(separation_deg(cirs, to_icrs("", cirs, std::nullopt)), 0.01);
}

TEST(Frames, ImpossibleDeclinationIsRefused) {
  EXPECT_THROW(to_icrs("FK5", {0.0, -9999.0}, std::nullopt), DataError);
}

TEST(Frames, SeparationOfTwoDirections) {
  EXPECT_NEAR(separation_deg({0.0, 0.0}, {90.0, 0.0}), 90.0, 1e-12);
  EXPECT_NEAR(separation_deg({359.5, 60.0}, {0.5, 60.0}), 0.5, 1e-3);
}

}  // namespace
}  // namespace wyvern

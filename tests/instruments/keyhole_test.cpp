// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/gnirs/keyhole.h"

#include <gtest/gtest.h>

#include "instruments/headers.h"

namespace wyvern {
namespace {

using testing::data_with;

TEST(Keyhole, DependsOnCameraAndFilter) {
  const auto wide = keyhole_of("ShortBlue_G5540", "J");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->x0, 506.8);
  EXPECT_EQ(wide->y0, 457.1);
  EXPECT_EQ(wide->area, 49000);
  EXPECT_EQ(wide->pixel_scale, 0.1517);
  EXPECT_TRUE(wide->wings);
  EXPECT_FALSE(wide->red_camera);
  const auto cut = keyhole_of("LongRed_G5543", "KPHOT");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->x0, 451.0);
  EXPECT_EQ(cut->area, 198000);
  EXPECT_EQ(cut->pixel_scale, 0.05095);
  EXPECT_FALSE(cut->wings);
  EXPECT_TRUE(cut->red_camera);
}

TEST(Keyhole, IsUnknownOutsideTheTable) {
  EXPECT_FALSE(keyhole_of("ShortBlue_G5521", "J"));
  EXPECT_FALSE(keyhole_of("ShortRed_G5539", "JPHOT"));
  EXPECT_TRUE(keyhole_of("ShortRed_G5539", "J"));
  EXPECT_FALSE(keyhole_of("ShortBlue", "J"));
  EXPECT_FALSE(keyhole_of("", ""));
}

TEST(Keyhole, IsReadFromHeadersWithoutPixels) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"},
                            {"CAMERA", "LongBlue_G5542"},
                            {"FILTER1", "YPHOT_G0544"},
                            {"FILTER2", "Open"}},
                           0);
  const auto keyhole = keyhole_of(ad);
  ASSERT_TRUE(keyhole);
  EXPECT_FALSE(keyhole->wings);
  EXPECT_EQ(keyhole->y0, 454.8);
  ad.phu.remove("CAMERA");
  EXPECT_FALSE(keyhole_of(ad));
  ad.phu.set("INSTRUME", "NIRI");
  ad.phu.set("CAMERA", "LongBlue_G5542");
  EXPECT_FALSE(keyhole_of(ad));
}

}  // namespace
}  // namespace wyvern

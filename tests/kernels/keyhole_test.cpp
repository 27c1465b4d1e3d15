// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/keyhole.h"

#include <gtest/gtest.h>
#include <sha1.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>

namespace wyvern::kernels {
namespace {

constexpr std::int64_t kRows = 1022, kColumns = 1024;

std::string sha1_of(const std::vector<std::uint8_t>& bytes) {
  char text[SHA1_DIGEST_STRING_LENGTH];
  SHA1Data(bytes.data(), bytes.size(), text);
  return text;
}

struct Extent {
  std::int64_t lit = 0, x1 = kColumns, x2 = -1, y1 = kRows, y2 = -1;
  bool operator==(const Extent&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Extent& e) {
  return out << e.lit << " px, x " << e.x1 << '-' << e.x2 << ", y " << e.y1 << '-' << e.y2;
}
Extent lit_part(const std::vector<std::uint8_t>& mask) {
  Extent e;
  for (std::int64_t p = 0; p < kRows * kColumns; ++p) {
    if (mask[p] != 0) continue;
    const std::int64_t y = p / kColumns, x = p % kColumns;
    ++e.lit;
    e.x1 = std::min(e.x1, x);
    e.x2 = std::max(e.x2, x);
    e.y1 = std::min(e.y1, y);
    e.y2 = std::max(e.y2, y);
  }
  return e;
}

// arcsec/px of LongBlue, LongRed, ShortBlue, ShortRed.
constexpr double kLongBlueScale = 0.05071, kLongRedScale = 0.05095;
constexpr double kShortBlueScale = 0.1517, kShortRedScale = 0.15;
const Keyhole kShortBlue{kShortBlueScale, true, false, 506.8, 457.1, 49000};

struct Case {
  const char* name;
  Keyhole keyhole;
  Extent extent;
  const char* sha1;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class KeyholeShapes : public ::testing::TestWithParam<Case> {};

TEST_P(KeyholeShapes, EqualTheReferencePixelByPixel) {
  const Case& c = GetParam();
  const auto mask = keyhole_mask(c.keyhole, c.keyhole.x0, c.keyhole.y0, 0, 0, kRows, kColumns);
  EXPECT_EQ(lit_part(mask), c.extent);
  EXPECT_EQ(sha1_of(mask), c.sha1);
}

INSTANTIATE_TEST_SUITE_P(
    Cameras, KeyholeShapes,
    ::testing::Values(Case{"LongBlueJphot",
                           {kLongBlueScale, false, false, 537.2, 454.8, 205000},
                           {200366, 212, 866, 225, 611},
                           "75afe963ef7d0cb7bceaa7be46b0fb006461c0a3"},
                      Case{"LongBlueJ",
                           {kLongBlueScale, true, false, 518.4, 452.9, 275000},
                           {272056, 0, 1023, 212, 600},
                           "fabeebb23e271e9bcef5e3b19326dde174ac8a38"},
                      Case{"LongRedJphot",
                           {kLongRedScale, false, true, 451.0, 429.1, 198000},
                           {198500, 122, 774, 196, 581},
                           "586abbc31fd7cca0842c7a9eb6df34f52d913266"},
                      Case{"LongRedJ",
                           {kLongRedScale, true, true, 532.4, 507.7, 272000},
                           {270578, 0, 1023, 263, 650},
                           "5113c69a922a94cad9487f1b090ff8c30fd65eca"},
                      Case{"ShortBlueJphot",
                           {kShortBlueScale, false, false, 504.6, 446.8, 25000},
                           {24367, 382, 631, 371, 500},
                           "79d0503db8756ad2fdd61a9de9443b43548a8051"},
                      Case{"ShortBlueJ",
                           kShortBlue,
                           {49547, 185, 829, 372, 503},
                           "e608d46660f05610a7e87ecc03d177f8714f90d1"},
                      Case{"ShortRedJ",
                           {kShortRedScale, true, true, 519.3, 472.6, 58000},
                           {50650, 189, 840, 383, 515},
                           "c2dd8db3e5350e635ec3d608d7597e849c50530d"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

// 1000 on the nominal keyhole moved by (+3 rows, -5 columns), cyclically; 0 elsewhere.
template <class T>
std::vector<T> moved_keyhole() {
  const auto mask = keyhole_mask(kShortBlue, 506.8, 457.1, 0, 0, kRows, kColumns);
  std::vector<T> data(mask.size());
  for (std::int64_t y = 0; y < kRows; ++y) {
    for (std::int64_t x = 0; x < kColumns; ++x) {
      const std::int64_t from = (y - 3 + kRows) % kRows * kColumns + (x + 5) % kColumns;
      data[y * kColumns + x] = static_cast<T>(mask[from] == 0 ? 1000 : 0);
    }
  }
  return data;
}

TEST(KeyholeAlignment, FollowsTheIlluminatedRegion) {
  const auto data = moved_keyhole<float>();
  const auto at = locate_keyhole<float>(data, kRows, kColumns, kShortBlue, 30.0);
  EXPECT_TRUE(at.found);
  EXPECT_NEAR(at.cx - kShortBlue.x0, -4.4, 0.05);
  EXPECT_NEAR(at.cy - kShortBlue.y0, 4.3, 0.05);
  const auto mask = keyhole_mask(kShortBlue, at.cx, at.cy, 0, 0, kRows, kColumns);
  EXPECT_EQ(lit_part(mask), (Extent{49470, 181, 824, 377, 507}));
  EXPECT_EQ(sha1_of(mask), "0de910aab903229b57dce908939c4487ce241549");
  const auto shifted = keyhole_mask(kShortBlue, at.cx, at.cy, 7, -4, kRows, kColumns);
  EXPECT_EQ(lit_part(shifted), (Extent{49486, 188, 831, 373, 504}));
  EXPECT_EQ(sha1_of(shifted), "fb4be1ea8fb29a10f70ca25be563c4f2846a3df7");
}

template <class T>
class KeyholeOfType : public ::testing::Test {};
using PixelTypes =
    ::testing::Types<std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, double>;
TYPED_TEST_SUITE(KeyholeOfType, PixelTypes);

TYPED_TEST(KeyholeOfType, IsFoundAsInFloatPixels) {
  const auto expected =
      locate_keyhole<float>(moved_keyhole<float>(), kRows, kColumns, kShortBlue, 30.0);
  const auto data = moved_keyhole<TypeParam>();
  const auto at = locate_keyhole<TypeParam>(data, kRows, kColumns, kShortBlue, 30.0);
  EXPECT_EQ(at.cx, expected.cx);
  EXPECT_EQ(at.cy, expected.cy);
  EXPECT_EQ(at.pixels, expected.pixels);
}

TEST(KeyholeAlignment, GivesTheNominalPositionForASmallRegion) {
  std::vector<float> data(kRows * kColumns, 0.0F);
  for (int y = 400; y < 440; ++y) std::fill_n(data.begin() + y * kColumns + 400, 40, 1e4F);
  const auto at = locate_keyhole<float>(data, kRows, kColumns, kShortBlue, 30.0);
  EXPECT_FALSE(at.found);
  EXPECT_EQ(at.pixels, 36 * 36);
  EXPECT_EQ(at.cx, kShortBlue.x0);
  EXPECT_EQ(at.cy, kShortBlue.y0);
}

TEST(KeyholeAlignment, GivesTheNominalPositionForABlankFrame) {
  const std::vector<float> data(kRows * kColumns, -5.0F);
  const auto at = locate_keyhole<float>(data, kRows, kColumns, kShortBlue, 30.0);
  EXPECT_FALSE(at.found);
  EXPECT_EQ(at.pixels, 0);
  EXPECT_EQ(at.cx, kShortBlue.x0);
}

// Without noise the threshold is the median; a value equal to it counts as lit.
TEST(KeyholeAlignment, CountsTheMedianAsLitAndNanNotAsDark) {
  std::vector<float> data(20 * 30, 7.0F);
  data[7 * 30 + 7] = std::numeric_limits<float>::quiet_NaN();
  const Keyhole whole{kShortRedScale, true, false, 0.0, 0.0, 20 * 30};
  const auto at = locate_keyhole<float>(data, 20, 30, whole, 0.0);
  EXPECT_TRUE(at.found);
  EXPECT_EQ(at.pixels, 600);
  EXPECT_EQ(at.cx, 14.5);
  EXPECT_EQ(at.cy, 9.5);
  const Keyhole twice{kShortRedScale, true, false, 0.0, 0.0, 1200};
  EXPECT_FALSE(locate_keyhole<float>(data, 20, 30, twice, 0.0).found);
}

}  // namespace
}  // namespace wyvern::kernels

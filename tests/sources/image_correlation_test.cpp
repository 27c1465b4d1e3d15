// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "sources/image_correlation.h"

namespace wyvern::sources {
namespace {

constexpr int kSide = 512;

// Noise of 1 with faint stars of 6 px, five sigma at their peak; `shift` moves them.
std::vector<float> field(unsigned seed, Point shift, double peak) {
  std::vector<float> image(static_cast<std::size_t>(kSide) * kSide);
  std::mt19937 noise(seed), places(7);
  for (float& v : image) {
    double sum = 0.0;  // twelve uniform numbers: a variance of 1
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(noise()) / 4294967296.0;
    v = static_cast<float>(sum - 6.0);
  }
  for (int star = 0; star < 12; ++star) {
    const double x0 = 100.0 + static_cast<double>(places() % 312) + shift.x;
    const double y0 = 100.0 + static_cast<double>(places() % 312) + shift.y;
    for (int y = static_cast<int>(y0) - 10; y <= static_cast<int>(y0) + 10; ++y) {
      for (int x = static_cast<int>(x0) - 10; x <= static_cast<int>(x0) + 10; ++x) {
        const double r2 = (x - x0) * (x - x0) + (y - y0) * (y - y0);
        image[static_cast<std::size_t>(y * kSide + x)] +=
            static_cast<float>(peak * std::exp(-r2 / 13.0));
      }
    }
  }
  return image;
}

MaskedImage whole(const std::vector<float>& image) {
  return {image, {}, kSide, kSide};
}

TEST(CorrelateImages, FindsTheShiftFarFromWhereItIsExpected) {
  const auto reference = field(1, {0, 0}, 5.0), frame = field(2, {-63.4, 41.7}, 5.0);
  const auto found = correlate_images(whole(frame), whole(reference), {{0, 0}, 100.0});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->shift.x, 63.4, 0.3);
  EXPECT_NEAR(found->shift.y, -41.7, 0.3);
  EXPECT_GT(found->significance, 7.0);
}

TEST(CorrelateImages, SeesNothingInNoise) {
  for (unsigned seed = 1; seed < 4; ++seed) {
    const auto a = field(2 * seed, {0, 0}, 0.0), b = field(2 * seed + 1, {0, 0}, 0.0);
    EXPECT_FALSE(correlate_images(whole(a), whole(b), {{20, 20}, 60.0})) << seed;
  }
}

TEST(CorrelateImages, MaskedPixelsDoNotCount) {
  auto reference = field(1, {0, 0}, 5.0), frame = field(2, {30, -20}, 5.0);
  std::vector<std::uint16_t> mask(frame.size(), 0);
  for (std::size_t i = 0; i < 60; ++i) {  // bad pixels and a rim that stay where they are
    const std::size_t at = 97UL * i * 41UL % frame.size();
    frame[at] = reference[at] = 1e5F;
    mask[at] = 1;
  }
  for (std::size_t i = 0; i < 40UL * kSide; ++i) {
    frame[i] = NAN;
    mask[i] = 1;
  }
  const auto found = correlate_images({frame, mask, kSide, kSide}, {reference, mask, kSide, kSide},
                                      {{0, 0}, 60.0});
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->shift.x, -30.0, 0.3);
  EXPECT_NEAR(found->shift.y, 20.0, 0.3);
}

TEST(CorrelateImages, WhatStaysInPlaceIsNotTheSky) {
  // The same pattern in both, and no common stars.
  const auto reference = field(1, {0, 0}, 20.0), frame = field(2, {0, 0}, 20.0);
  EXPECT_FALSE(correlate_images(whole(frame), whole(reference), {{40, 40}, 80.0}));
}

TEST(CorrelateImages, WhatIsExpectedOffTheImageIsNotSearched) {
  const auto image = field(1, {0, 0}, 5.0);
  for (const double far : {5000.0, -1e18, 1e300, double(INFINITY), double(NAN)}) {
    EXPECT_FALSE(correlate_images(whole(image), whole(image), {{far, 0}, 60.0})) << far;
    EXPECT_FALSE(correlate_images(whole(image), whole(image), {{0, far}, 60.0})) << far;
  }
}

TEST(CorrelateImages, ShapesMustAgree) {
  const auto image = field(1, {0, 0}, 5.0);
  EXPECT_FALSE(correlate_images(whole(image), {image, {}, 256, 1024}, {{0, 0}, 60.0}));
}

}  // namespace
}  // namespace wyvern::sources

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/flagged.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernels/census.h"

namespace wyvern::kernels {
namespace {

using Masks = std::vector<std::uint16_t>;

TEST(FlagGroups, AreToldApart) {
  EXPECT_EQ(flagged(Masks(64, 0), kAnyFlag), Flagged::none);
  EXPECT_EQ(flagged(Masks(64, 64), kAnyFlag), Flagged::all);
  EXPECT_EQ(flagged(Masks{0, 0, 0x8000}, kAnyFlag), Flagged::some);
  EXPECT_EQ(flagged(Masks(7, 0x8000), kAnyFlag), Flagged::all);
}

TEST(FlagGroups, OnlyTheFlagsAskedForCount) {
  EXPECT_EQ(flagged(Masks(64, 2), 65529), Flagged::none);
  EXPECT_EQ(flagged(Masks{2, 3, 2}, 65529), Flagged::some);
  EXPECT_EQ(flagged(Masks{1, 3, 66}, 65529), Flagged::all);
}

TEST(FlagGroups, CoverAMaskOnce) {
  Masks mask(150, 0);
  for (std::size_t k = 64; k < 128; ++k) mask[k] = 1;
  mask[149] = 1;
  std::vector<std::size_t> starts, sizes;
  std::vector<Flagged> found;
  for_flag_groups(mask, kAnyFlag, [&](std::size_t first, std::size_t size, Flagged which) {
    starts.push_back(first);
    sizes.push_back(size);
    found.push_back(which);
  });
  EXPECT_EQ(starts, (std::vector<std::size_t>{0, 64, 128}));
  EXPECT_EQ(sizes, (std::vector<std::size_t>{64, 64, 22}));
  EXPECT_EQ(found, (std::vector<Flagged>{Flagged::none, Flagged::all, Flagged::some}));
}

TEST(FlagGroups, AnEmptyMaskHasNone) {
  for_flag_groups({}, kAnyFlag, [](std::size_t, std::size_t, Flagged) { FAIL(); });
}

template <class T>
void count_strange_values() {
  std::vector<T> values(10000, T{1});
  EXPECT_EQ(count_not_finite(std::span<const T>(values)), 0U);
  values[0] = NAN;
  values[4095] = INFINITY;
  values[4096] = -INFINITY;
  values[9999] = -NAN;
  values[17] = std::numeric_limits<T>::max();
  values[18] = std::numeric_limits<T>::denorm_min();
  EXPECT_EQ(count_not_finite(std::span<const T>(values)), 4U);
}

TEST(NotFinite, AreCountedWhereverTheyStand) {
  count_strange_values<float>();
  count_strange_values<double>();
}

}  // namespace
}  // namespace wyvern::kernels

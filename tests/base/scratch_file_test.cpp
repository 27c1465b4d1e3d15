// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/scratch_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/errors.h"
#include "support/paths.h"

namespace wyvern {
namespace {

Plane counting(std::int64_t pixels) {
  Plane plane(PixelType::f32, {1, pixels});
  float value = 0.0F;
  for (float& pixel : plane.pixels<float>()) pixel = value++;
  return plane;
}

TEST(ScratchFile, GivesSpilledPlanesBack) {
  const testing::TemporaryFolder folder;
  const auto file = ScratchFile::make(folder.path().string());
  Plane first = counting(5000), second = counting(3000);
  spill(first, file);
  spill(second, file);
  ASSERT_TRUE(first.deferred());
  float part[3] = {};
  first.read(4000, 3, reinterpret_cast<std::byte*>(part));
  EXPECT_EQ(part[2], 4002.0F);
  second.load();
  EXPECT_EQ(second.pixels<float>()[2999], 2999.0F);
}

TEST(ScratchFile, LeavesNothingInItsFolder) {
  const testing::TemporaryFolder folder;
  const auto file = ScratchFile::make(folder.path().string());
  Plane plane = counting(5000);
  spill(plane, file);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ScratchFile, UsesSpaceAgain) {
  const testing::TemporaryFolder folder;
  const auto file = ScratchFile::make(folder.path().string());
  const std::int64_t offset = file->take(10'000);
  file->give(offset, 10'000);
  EXPECT_EQ(file->take(9'999), offset);
  EXPECT_NE(file->take(9'999), offset);
}

TEST(ScratchFile, JoinsSpacesThatTouch) {
  const testing::TemporaryFolder folder;
  const auto file = ScratchFile::make(folder.path().string());
  const std::int64_t first = file->take(4096), second = file->take(4096), third = file->take(4096);
  file->give(first, 4096);
  file->give(third, 4096);
  file->give(second, 4096);
  EXPECT_EQ(file->take(3 * 4096), first);
}

TEST(ScratchFile, NeedsAFolder) {
  EXPECT_THROW(ScratchFile::make("/nonexistent/folder"), OutputError);
}

}  // namespace
}  // namespace wyvern

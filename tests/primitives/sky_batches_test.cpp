// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_batches.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "primitives/frames.h"
#include "primitives/sky_pattern.h"
#include "support/paths.h"

// skyCorrect with less memory than its frames need.

namespace wyvern {
namespace {

using namespace wyvern::testing;

constexpr std::size_t kFrameBytes = 2 * sizeof(float) * 25 * 40;
constexpr int kFrames = 16;

// The skies of frame `k`: up to two on each side.
FrameList neighbours(const FrameList& frames, int k) {
  FrameList near;
  for (int j = std::max(0, k - 2); j <= std::min(kFrames - 1, k + 2); ++j) {
    if (j != k) near.push_back(frames[static_cast<std::size_t>(j)]);
  }
  return near;
}

FrameList long_night() {
  FrameList frames;
  for (int k = 0; k < kFrames; ++k) {
    const std::int64_t strides[] = {7, 11, 13, 17, 19, 23};
    frames.push_back(electrons(14 + k, sky_image(100 + k, 10, strides[k % 6]),
                               Plane::filled<float>(25, 40, 100.0F + static_cast<float>(k)),
                               Plane::filled<std::uint16_t>(25, 40, 0)));
  }
  for (int k = 0; k < kFrames; ++k) {
    fits::Table table;
    table.name = "SKYTABLE";
    table.add({.name = "SKYNAME", .cells = names_of(neighbours(frames, k))});
    frames[static_cast<std::size_t>(k)]->tables["SKYTABLE"] = std::move(table);
  }
  return frames;
}

std::vector<SkyList> lists_of(const FrameList& frames) {
  std::vector<SkyList> lists;
  for (int k = 0; k < kFrames; ++k) {
    lists.emplace_back();
    lists.back().skies = neighbours(frames, k);
    lists.back().users = {static_cast<std::size_t>(k)};
  }
  return lists;
}

TEST(SkyBatches, WithMemoryEnoughThereIsOne) {
  const FrameList frames = long_night();
  const auto batches = sky_batches(lists_of(frames), frames, kFrames * kFrameBytes);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].lists.size(), std::size_t{kFrames});
  EXPECT_EQ(batches[0].bytes, kFrames * kFrameBytes);
}

TEST(SkyBatches, KeepTheLimitAndAllLists) {
  const FrameList frames = long_night();
  const std::vector<SkyList> lists = lists_of(frames);
  const auto batches = sky_batches(lists, frames, 9 * kFrameBytes);
  EXPECT_GT(batches.size(), 2U);
  EXPECT_LT(batches.size(), 8U);
  std::size_t next = 0;
  for (const SkyBatch& batch : batches) {
    EXPECT_LE(batch.bytes, 9 * kFrameBytes);
    for (const std::size_t l : batch.lists) {
      for (const Frame& sky : lists[l].skies) EXPECT_TRUE(batch.frames.contains(sky.get()));
      next = std::max(next, l + 1);
    }
  }
  EXPECT_EQ(next, lists.size());
}

TEST(SkyBatches, AListBeyondTheLimitStandsAlone) {
  const FrameList frames = long_night();
  const auto batches = sky_batches(lists_of(frames), frames, kFrameBytes);
  EXPECT_EQ(batches.size(), std::size_t{kFrames});
}

TEST(SkyBatches, FramesAreKnownToBeNeededLater) {
  const FrameList frames = long_night();
  const auto batches = sky_batches(lists_of(frames), frames, 9 * kFrameBytes);
  OriginalPlanes originals(batches);
  ThreadTeam team(2);
  originals.begin(0, true, team);
  const AstroData* first = frames.front().get();
  const AstroData* last_user = frames[batches[0].lists.size() - 1].get();
  EXPECT_FALSE(originals.needed_after(first, 0));
  EXPECT_TRUE(originals.needed_after(last_user, 0));
  originals.end(0);
  EXPECT_FALSE(originals.holds(first));
  EXPECT_TRUE(originals.holds(last_user));
}

// They are put aside in parallel: no frame may come twice.
TEST(SkyBatches, LeaveEachOtherFrameAsideOnce) {
  const FrameList frames = long_night();
  const std::vector<SkyList> lists = lists_of(frames);
  const auto batches = sky_batches(lists, frames, 9 * kFrameBytes);
  const OriginalPlanes originals(batches);
  const std::vector<AstroData*> others = frames_beside(batches[0], lists, frames, {0}, originals);
  const std::set<AstroData*> each(others.begin(), others.end());
  EXPECT_EQ(each.size(), others.size());
  EXPECT_EQ(each.size(), frames.size() - batches[0].frames.size() + 1);
  EXPECT_TRUE(each.contains(frames.front().get()));
}

struct Way {
  std::size_t frames_in_memory = 0;  // that the budget has room for; 0: no budget
  bool aside = false;                // they wait for the step as they do in a recipe
  bool reversed = false, scaled = false;
};

// What skyCorrect makes of the night: the planes of all frames, and the log.
auto corrected(const Way& way) {
  const TemporaryFolder folder;
  Bench bench(2);
  FrameList frames = long_night();
  PlaneBudget planes(way.frames_in_memory * kFrameBytes, folder.path().string());
  if (way.frames_in_memory > 0) bench.context.planes = &planes;
  if (way.aside) {
    for (const Frame& frame : frames) bench.context.put_aside(*frame);
  }
  if (way.reversed) std::ranges::reverse(frames);
  bench.context.streams["sky"] = frames;
  bench.run("skyCorrect", frames, {{"mask_objects", false}, {"scale_sky", way.scaled}});
  std::vector<std::tuple<std::vector<float>, std::vector<float>, std::vector<std::uint16_t>>> all;
  for (const Frame& frame : frames) {
    frame->load_pixels();
    all.emplace_back(data_of(frame), variance_of(frame), mask_of(frame));
  }
  return std::pair{all, bench.said()};
}

TEST(SkyBatches, GiveTheSamePixelsAndLog) {
  const auto whole = corrected({});
  EXPECT_EQ(corrected({.frames_in_memory = 9}), whole);
  EXPECT_EQ(corrected({.frames_in_memory = 9, .aside = true}), whole);
  EXPECT_EQ(corrected({.frames_in_memory = kFrames, .aside = true}), whole);
  EXPECT_EQ(corrected({.frames_in_memory = 1, .aside = true}), whole);
}

TEST(SkyBatches, GiveTheSameScales) {
  EXPECT_EQ(corrected({.frames_in_memory = 9, .aside = true, .scaled = true}),
            corrected({.scaled = true}));
}

TEST(SkyBatches, TheOrderOfFramesDoesNotMatter) {
  EXPECT_EQ(corrected({.frames_in_memory = 9, .aside = true, .reversed = true}),
            corrected({.reversed = true}));
}

}  // namespace
}  // namespace wyvern

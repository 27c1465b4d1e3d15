// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/thread_team.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace wyvern {
namespace {

class Teams : public ::testing::TestWithParam<int> {
 protected:
  ThreadTeam team{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(ThreadTeam, Teams, ::testing::Values(1, 2, 7));

TEST_P(Teams, HasTheThreadsAskedFor) {
  EXPECT_EQ(team.threads(), GetParam());
}

TEST_P(Teams, RunsEveryTaskOnce) {
  for (const std::size_t count :
       {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{999}}) {
    std::vector<std::atomic<int>> calls(count);
    team.run(count, [&](std::size_t i) { ++calls[i]; });
    for (const auto& call : calls) EXPECT_EQ(call, 1);
  }
}

TEST_P(Teams, TilesCoverAllRowsOnce) {
  std::vector<std::atomic<int>> rows(103);
  team.run_tiles(rows.size(), 10, [&](std::size_t first, std::size_t end) {
    EXPECT_LE(end - first, 10U);
    for (std::size_t row = first; row < end; ++row) ++rows[row];
  });
  for (const auto& row : rows) EXPECT_EQ(row, 1);
}

TEST_P(Teams, ThrowsTheExceptionOfTheLowestTask) {
  for (int round = 0; round < 20; ++round) {
    try {
      team.run(9, [&](std::size_t i) {
        // The later one is thrown first when there are threads to do so.
        if (i == 2) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (i == 2 || i == 3 || i == 8) throw std::runtime_error(std::to_string(i));
      });
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "2");
    }
  }
}

TEST_P(Teams, EndsTheOtherTasksBeforeItThrows) {
  std::vector<std::atomic<int>> calls(30);
  EXPECT_THROW(team.run(calls.size(),
                        [&](std::size_t i) {
                          ++calls[i];
                          if (i == 4) throw std::runtime_error("four");
                        }),
               std::runtime_error);
  for (const auto& call : calls) EXPECT_EQ(call, 1);
}

TEST_P(Teams, IsReadyAgainAfterAnException) {
  EXPECT_THROW(team.run(3, [](std::size_t) { throw std::runtime_error("all"); }),
               std::runtime_error);
  std::atomic<int> calls{0};
  team.run(3, [&](std::size_t) { ++calls; });
  EXPECT_EQ(calls, 3);
}

TEST_P(Teams, ACallFromATaskStaysInItsThread) {
  std::atomic<int> calls{0}, elsewhere{0};
  team.run(4, [&](std::size_t) {
    const std::thread::id own = std::this_thread::get_id();
    std::size_t expected = 0;
    team.run(5, [&](std::size_t i) {
      if (std::this_thread::get_id() != own || i != expected++) ++elsewhere;
      team.run(2, [&](std::size_t) { ++calls; });
    });
  });
  EXPECT_EQ(calls, 4 * 5 * 2);
  EXPECT_EQ(elsewhere, 0);
}

TEST_P(Teams, GiveTheSameSums) {
  std::vector<float> parts(64), expected(64);
  const auto work = [](std::size_t i) {
    float sum = 0.0F;
    for (std::size_t k = 0; k < 1000; ++k) sum += std::sin(static_cast<float>(i * 1000 + k));
    return sum;
  };
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = work(i);
  team.run(parts.size(), [&](std::size_t i) { parts[i] = work(i); });
  EXPECT_EQ(parts, expected);
}

TEST(ThreadTeam, WithoutANumberTakesWhatTheProcessMayUse) {
  EXPECT_GE(usable_threads(), 1);
  EXPECT_EQ(ThreadTeam().threads(), usable_threads());
}

TEST(ThreadTeam, SeveralThreadsWorkAtTheSameTime) {
  ThreadTeam team(2);
  std::atomic<int> inside{0};
  std::atomic<bool> met{false};
  team.run(2, [&](std::size_t) {
    ++inside;
    for (int i = 0; i < 2000 && !met; ++i) {
      if (inside == 2) met = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_TRUE(met);
}

}  // namespace
}  // namespace wyvern

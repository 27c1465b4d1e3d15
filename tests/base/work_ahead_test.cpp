// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/work_ahead.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace wyvern {
namespace {

TEST(WorkAhead, IsDoneWhenItWasWaitedFor) {
  int done = 0;
  WorkAhead ahead;
  ahead.begin([&] { done = 7; });
  ahead.wait();
  EXPECT_EQ(done, 7);
  ahead.wait();
}

TEST(WorkAhead, IsWaitedForAtTheEnd) {
  int done = 0;
  {
    WorkAhead ahead;
    ahead.begin([&] { done = 7; });
  }
  EXPECT_EQ(done, 7);
}

TEST(WorkAhead, MayFail) {
  WorkAhead ahead;
  ahead.begin([] { throw std::runtime_error("nobody needs this yet"); });
}

TEST(WorkAhead, NeedNotBegin) {
  WorkAhead ahead;
  ahead.wait();
}

}  // namespace
}  // namespace wyvern

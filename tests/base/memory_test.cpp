// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/memory.h"

#include <gtest/gtest.h>

namespace wyvern {
namespace {

TEST(Memory, SizesAreReadWithTheirUnits) {
  EXPECT_EQ(parse_bytes("512M"), std::size_t{512} << 20);
  EXPECT_EQ(parse_bytes("2g"), std::size_t{2} << 30);
  EXPECT_EQ(parse_bytes("1.5 GiB"), std::size_t{1536} << 20);
  EXPECT_EQ(parse_bytes("800kB"), 800U * 1024U);
  EXPECT_EQ(parse_bytes("4096"), 4096U);
  EXPECT_EQ(parse_bytes("4096b"), 4096U);
}

TEST(Memory, WhatIsNoSizeIsNone) {
  for (const char* text : {"", "M", "-1M", "0", "12X", "1e3M", "512 M B", "1..2M", "99999999T"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(Memory, SomeIsFree) {
  EXPECT_GT(free_memory(), std::size_t{16} << 20);
  EXPECT_LT(free_memory(), std::size_t{1} << 50);
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/pickled_lists.h"

#include <gtest/gtest.h>

// Pickles as Python 3.11 writes them.

namespace wyvern {
namespace {

using namespace std::string_view_literals;

const NamedLists kLists = {{"forStackA_1", {"a.fits", "b.fits"}}, {"forStackB", {"c.fits"}}};

constexpr auto kProtocol2 =
    "\x80"
    "\x02"
    "}q\x00"
    "(X\x0b"
    "\x00"
    "\x00"
    "\x00"
    "forStackA_1q\x01"
    "]q\x02"
    "(X\x06"
    "\x00"
    "\x00"
    "\x00"
    "a.fitsq\x03"
    "X\x06"
    "\x00"
    "\x00"
    "\x00"
    "b.fitsq\x04"
    "eX\x09"
    "\x00"
    "\x00"
    "\x00"
    "forStackBq\x05"
    "]q\x06"
    "X\x06"
    "\x00"
    "\x00"
    "\x00"
    "c.fitsq\x07"
    "au."sv;
constexpr auto kProtocol4 =
    "\x80"
    "\x04"
    "\x95"
    "A\x00"
    "\x00"
    "\x00"
    "\x00"
    "\x00"
    "\x00"
    "\x00"
    "}\x94"
    "(\x8c"
    "\x0b"
    "forStackA_1\x94"
    "]\x94"
    "(\x8c"
    "\x06"
    "a.fits\x94"
    "\x8c"
    "\x06"
    "b.fits\x94"
    "e\x8c"
    "\x09"
    "forStackB\x94"
    "]\x94"
    "\x8c"
    "\x06"
    "c.fits\x94"
    "au."sv;
// Would call print("hi").
constexpr auto kCall =
    "\x80"
    "\x02"
    "}q\x00"
    "X\x01"
    "\x00"
    "\x00"
    "\x00"
    "aq\x01"
    "c__builtin__\x0a"
    "print\x0a"
    "q\x02"
    "X\x02"
    "\x00"
    "\x00"
    "\x00"
    "hiq\x03"
    "\x85"
    "q\x04"
    "Rq\x05"
    "s."sv;
constexpr auto kNumbers =
    "\x80"
    "\x02"
    "}q\x00"
    "X\x01"
    "\x00"
    "\x00"
    "\x00"
    "aq\x01"
    "]q\x02"
    "K\x01"
    "as."sv;

TEST(PickledLists, AreReadInBothProtocols) {
  EXPECT_EQ(read_pickled_lists(kProtocol2), kLists);
  EXPECT_EQ(read_pickled_lists(kProtocol4), kLists);
}

TEST(PickledLists, NothingElseIsReadLeastOfAllCalls) {
  EXPECT_EQ(read_pickled_lists(kCall), std::nullopt);
  EXPECT_EQ(read_pickled_lists(kNumbers), std::nullopt);
  EXPECT_EQ(read_pickled_lists("no pickle"), std::nullopt);
  EXPECT_EQ(read_pickled_lists(""), std::nullopt);
}

TEST(PickledLists, EveryDamagedOneIsRefusedOrRead) {
  for (std::size_t cut = 0; cut < kProtocol2.size(); ++cut) {
    EXPECT_EQ(read_pickled_lists(kProtocol2.substr(0, cut)), std::nullopt) << cut;
  }
  for (std::size_t at = 0; at < kProtocol4.size(); ++at) {
    for (const char wrong : {'\0', '\xff', 'h', 'e', '('}) {
      std::string bytes(kProtocol4);
      bytes[at] = wrong;
      read_pickled_lists(bytes);
    }
  }
}

}  // namespace
}  // namespace wyvern

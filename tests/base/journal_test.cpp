// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/journal.h"

#include <gtest/gtest.h>

#include "base/recorded_log.h"

namespace wyvern {
namespace {

using wyvern::testing::RecordedLog;
using Lines = std::vector<std::string>;

Lines replayed(const Journal& journal, int depth = 0) {
  RecordedLog log;
  journal.replay(log, depth);
  return log.lines();
}

TEST(Journal, ReplaysAsTheReferencePrints) {
  Journal journal;
  journal.stdinfo("before");
  {
    const JournalBlock outer(journal, "prepare");
    journal.stdinfo("one");
    {
      const JournalBlock inner(journal, "validateData");
      journal.warning("two\n");
    }
    journal.stdinfo("three");
  }
  journal.stdinfo("after");
  EXPECT_EQ(replayed(journal),
            (Lines{"before", "   PRIMITIVE: prepare", "   ------------------", "   one",
                   "      PRIMITIVE: validateData", "      -----------------------", "      two",
                   "      ", "      .", "   three", "   .", "after"}));
}

TEST(Journal, ReplayKeepsLevelsAndStartsAtADepth) {
  Journal journal;
  {
    const JournalBlock block(journal, "addDQ");
    journal.warning("careful");
    journal.fullinfo("detail");
  }
  RecordedLog log;
  journal.replay(log, 1);
  EXPECT_EQ(log.lines_of(LogLevel::warning), Lines{"      careful"});
  EXPECT_EQ(log.lines_of(LogLevel::fullinfo), Lines{"      detail"});
  EXPECT_EQ(log.lines_of(LogLevel::status),
            (Lines{"      PRIMITIVE: addDQ", "      ----------------", "      ."}));
  EXPECT_EQ(journal.messages(LogLevel::stdinfo), Lines{"careful"});
  EXPECT_EQ(journal.messages(LogLevel::debug), (Lines{"careful", "detail"}));
}

TEST(Journal, IsEmptyUntilSomethingIsSaid) {
  Journal journal;
  EXPECT_TRUE(journal.empty());
  { const JournalBlock block(journal, "standardizeWCS"); }
  EXPECT_FALSE(journal.empty());
}

// What one frame says on its way through two steps, the first with a nested one.
Journal frame(const std::string& name) {
  Journal journal;
  {
    const JournalBlock block(journal, "prepare");
    journal.stdinfo(name + " before nested");
    {
      const JournalBlock nested(journal, "validateData");
      journal.stdinfo(name + " nested");
    }
    journal.stdinfo(name + " after nested");
  }
  {
    const JournalBlock block(journal, "addDQ");
    journal.stdinfo(name + " second");
  }
  return journal;
}

TEST(Journal, MergedFramesReadAsOneStepAfterTheOther) {
  Journal whole;
  for (const char* name : {"a", "b", "c"}) whole.merge(frame(name));
  EXPECT_EQ(replayed(whole), (Lines{"   PRIMITIVE: prepare",
                                    "   ------------------",
                                    "   a before nested",
                                    "   b before nested",
                                    "   c before nested",
                                    "      PRIMITIVE: validateData",
                                    "      -----------------------",
                                    "      a nested",
                                    "      b nested",
                                    "      c nested",
                                    "      .",
                                    "   a after nested",
                                    "   b after nested",
                                    "   c after nested",
                                    "   .",
                                    "   PRIMITIVE: addDQ",
                                    "   ----------------",
                                    "   a second",
                                    "   b second",
                                    "   c second",
                                    "   ."}));
}

Journal with_blocks(const std::vector<std::pair<std::string, std::string>>& blocks) {
  Journal journal;
  for (const auto& [name, message] : blocks) {
    const JournalBlock block(journal, name);
    journal.stdinfo(message);
  }
  return journal;
}

TEST(Journal, TheNthBlockJoinsTheNth) {
  Journal whole = with_blocks({{"addVAR", "a read"}, {"addVAR", "a photon"}});
  whole.merge(with_blocks({{"addVAR", "b read"}, {"addVAR", "b photon"}}));
  EXPECT_EQ(whole.messages(LogLevel::stdinfo), (Lines{"a read", "b read", "a photon", "b photon"}));
}

TEST(Journal, ABlockThatOnlyALaterFrameHasStaysInItsPlace) {
  Journal whole = with_blocks({{"first", "a1"}, {"last", "a3"}});
  whole.merge(with_blocks({{"first", "b1"}, {"middle", "b2"}, {"last", "b3"}}));
  EXPECT_EQ(whole.messages(LogLevel::stdinfo), (Lines{"a1", "b1", "b2", "a3", "b3"}));
}

TEST(Journal, MergesIntoTheOpenBlock) {
  Journal whole;
  {
    const JournalBlock block(whole, "resampleToCommonFrame");
    whole.stdinfo("shape");
    Journal one;
    one.stdinfo("frame");
    whole.merge(std::move(one));
  }
  EXPECT_EQ(replayed(whole),
            (Lines{"   PRIMITIVE: resampleToCommonFrame", "   --------------------------------",
                   "   shape", "   frame", "   ."}));
}

TEST(Journal, AppendNeverJoinsBlocks) {
  Journal whole = with_blocks({{"subtractSky", "a"}});
  whole.stdinfo("between");
  whole.append(with_blocks({{"subtractSky", "b"}}));
  whole.stdinfo("end");
  EXPECT_EQ(replayed(whole), (Lines{"   PRIMITIVE: subtractSky", "   ----------------------",
                                    "   a", "   .", "between", "   PRIMITIVE: subtractSky",
                                    "   ----------------------", "   b", "   .", "end"}));
}

TEST(Journal, CanBeMoved) {
  Journal first = with_blocks({{"a", "said"}});
  first.open("b");
  Journal second = std::move(first);
  second.stdinfo("inside");
  second.close();
  second.stdinfo("outside");
  EXPECT_EQ(replayed(second),
            (Lines{"   PRIMITIVE: a", "   ------------", "   said", "   .", "   PRIMITIVE: b",
                   "   ------------", "   inside", "   .", "outside"}));
}

TEST(Journal, SaysWhatStartsForDebugging) {
  Journal journal;
  { const JournalBlock block(journal, "prepare"); }
  RecordedLog log(LogLevel::debug);
  journal.replay(log, 0);
  EXPECT_EQ(log.lines(), (std::vector<std::string>{"   PRIMITIVE: prepare", "   ------------------",
                                                   "   Starting the primitive prepare", "   ."}));
}

TEST(Journal, APrimitiveThatAnErrorLeavesHasNoEnd) {
  Journal first, second;
  { const JournalBlock block(first, "prepare"); }
  try {
    const JournalBlock outer(second, "prepare");
    const JournalBlock inner(second, "validateData");
    throw 1;
  } catch (int) {
  }
  first.merge(std::move(second));
  RecordedLog log;
  first.replay(log, 0);
  EXPECT_EQ(log.lines(), (std::vector<std::string>{"   PRIMITIVE: prepare", "   ------------------",
                                                   "      PRIMITIVE: validateData",
                                                   "      -----------------------"}));
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/at_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/errors.h"
#include "base/text.h"
#include "commands/commands.h"
#include "support/paths.h"

namespace wyvern::commands {
namespace {

using Tokens = std::vector<std::string>;

std::string written(const testing::TemporaryFolder& folder, const std::string& name,
                    const std::string& text) {
  const std::string path = folder.file(name);
  std::ofstream(path) << text;
  return path;
}

std::string refusal(const Tokens& tokens) {
  try {
    expand_at_files(tokens);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(TokensOfText, CommentsAndBlanks) {
  EXPECT_EQ(
      tokens_of_text("# params\n-p\nstackFrames:operation=median   # comment\n\n"
                     "\treject_method=minmax\n  # indented\nname.fits#x a #b\n"),
      (Tokens{"-p", "stackFrames:operation=median", "reject_method=minmax", "name.fits#x", "a"}));
}

TEST(TokensOfText, LineEndsOfAllKinds) {
  EXPECT_EQ(tokens_of_text("a.fits\r\nb.fits # x\rc.fits"), (Tokens{"a.fits", "b.fits", "c.fits"}));
  EXPECT_EQ(tokens_of_text("\xEF\xBB\xBF# header\na.fits"), Tokens{"a.fits"});
}

TEST(TokensOfText, DoubleQuotesHoldBlanks) {
  EXPECT_EQ(tokens_of_text("\"../my file.fits\" b.fits"), (Tokens{"../my file.fits", "b.fits"}));
  EXPECT_EQ(tokens_of_text("object=\"a b\" \"#c\""), (Tokens{"object=a b", "#c"}));
  EXPECT_EQ(tokens_of_text("\"../my file.fits"), (Tokens{"\"../my", "file.fits"}));
}

TEST(ExpandAtFiles, InPlaceAndNested) {
  const testing::TemporaryFolder folder;
  const std::string inner = written(folder, "inner.lis", "b.fits c.fits\n");
  const std::string outer = written(folder, "outer.lis", "a.fits\n@" + inner + "\n-r foo\n");
  EXPECT_EQ(expand_at_files({"--qa", "@" + outer, "d.fits"}),
            (Tokens{"--qa", "a.fits", "b.fits", "c.fits", "-r", "foo", "d.fits"}));
  EXPECT_EQ(expand_at_files({"@" + inner, "@" + inner}).size(), 4U);
}

TEST(ExpandAtFiles, UnreadableFiles) {
  EXPECT_EQ(refusal({"@nolist.lis"}), "[Errno 2] No such file or directory: 'nolist.lis'");
  const testing::TemporaryFolder folder;
  EXPECT_EQ(refusal({"@" + folder.path().string()}),
            "[Errno 21] Is a directory: '" + folder.path().string() + "'");
}

TEST(ExpandAtFiles, FileThatLeadsBackToItself) {
  const testing::TemporaryFolder folder;
  const std::string first = folder.file("first.lis");
  const std::string second = written(folder, "second.lis", "x @" + first);
  written(folder, "first.lis", "@" + second);
  EXPECT_TRUE(contains(refusal({"@" + first}), "contains itself")) << refusal({"@" + first});
}

TEST(ExpandAtFiles, DeepChain) {
  const testing::TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) {
    written(folder, std::to_string(i), "@" + folder.file(std::to_string(i + 1)));
  }
  EXPECT_TRUE(contains(refusal({"@" + folder.file("0")}), "nested deeper than 32"));
}

// Each level doubles the number of files: no result in a lifetime, were they all read.
TEST(ExpandAtFiles, FilesThatNameEachOtherTwice) {
  const testing::TemporaryFolder folder;
  for (int i = 0; i < 31; ++i) {
    const std::string next = "@" + folder.file(std::to_string(i + 1));
    written(folder, std::to_string(i), next + "\n" + next + "\n");
  }
  written(folder, "31", "");
  EXPECT_TRUE(contains(refusal({"@" + folder.file("0")}), "after 10000 others"));
}

TEST(ExpandAtFiles, WhatIsNoList) {
  const testing::TemporaryFolder folder;
  const std::string frame = written(folder, "frame.fits", "SIMPLE  =                    T");
  EXPECT_TRUE(contains(refusal({"@" + frame}), "frame.fits' is a FITS file, not a list"));
  const std::string binary = written(folder, "binary", std::string("a\0b", 3));
  EXPECT_TRUE(contains(refusal({"@" + binary}), "binary' is not a list of names"));
  EXPECT_TRUE(contains(refusal({"@/dev/zero"}), "'/dev/zero' is not a list of names"));
  const std::string line = written(folder, "line", std::string(100'000, 'x'));
  EXPECT_TRUE(contains(refusal({"@" + line}), "a piece of it has 100000 characters"));
}

TEST(ExpandAtFiles, Limits) {
  const testing::TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 500'001; ++i) text += "a ";
  const std::string half = written(folder, "half", text);
  EXPECT_EQ(expand_at_files({"@" + half}).size(), 500'001U);
  EXPECT_TRUE(contains(refusal({"@" + half, "@" + half}), "more than 1000000 names"));
  const std::string large = written(folder, "large", std::string(33 << 20, '\n'));
  EXPECT_TRUE(expand_at_files({"@" + large}).empty());
  EXPECT_TRUE(contains(refusal({"@" + large, "@" + large}), "is too large: at-files may have 64"));
}

TEST(ExpandAtFiles, ParserShowsTheUsage) {
  const ArgumentParser parser("reduce", "", {{.names = {"files"}, .arity = Arity::any}}, true);
  try {
    parser.parse({"@nolist.lis"});
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "usage: reduce [-h] [files ...]\nreduce: error: [Errno 2] No such file or "
                 "directory: 'nolist.lis'");
  }
}

}  // namespace
}  // namespace wyvern::commands

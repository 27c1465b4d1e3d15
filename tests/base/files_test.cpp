// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "base/temporary_file.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using wyvern::testing::TemporaryFolder;

std::span<const std::byte> bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

// RFC 1321, appendix A.5.
TEST(Digest, Md5) {
  EXPECT_EQ(md5_hex(bytes("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex(bytes("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5_hex(bytes("12345678901234567890123456789012345678901234567890123456789012345678901"
                          "234567890")),
            "57edf4a22be3c955ac49da2e2107b67a");
}

// FIPS 180-2, appendix B.
TEST(Digest, Sha256) {
  EXPECT_EQ(sha256_hex(bytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Digest, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  const std::string content(1'000'003, 'x');
  write_file_atomically(folder.file("long"), content);
  EXPECT_EQ(md5_of_file(folder.file("long")), md5_hex(bytes(content)));
  EXPECT_THROW(md5_of_file(folder.file("absent")), InputError);
}

TEST(TextFile, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const std::string content("line\n\0more\r\n", 12);
  write_file_atomically(folder.file("a"), content);
  EXPECT_EQ(read_text_file(folder.file("a")), content);
}

TEST(TextFile, MissingOneIsAnErrorThatNamesIt) {
  try {
    read_text_file("/nonexistent/a.txt");
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "[Errno 2] No such file or directory: '/nonexistent/a.txt'");
  }
}

TEST(AtomicWrite, ReplacesAndLeavesNothingBehind) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("a"), "old and longer");
  write_file_atomically(folder.file("a"), "new");
  EXPECT_EQ(read_text_file(folder.file("a")), "new");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(AtomicWrite, FailureLeavesTheOldFileAndNoDebris) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "taken");
  write_file_atomically(folder.file("taken/inner"), "kept");
  EXPECT_THROW(write_file_atomically(folder.file("taken"), "text"), OutputError);
  EXPECT_EQ(files_in(folder.path()), 1U);
  EXPECT_EQ(read_text_file(folder.file("taken/inner")), "kept");
  EXPECT_THROW(write_file_atomically(folder.file("absent/file"), "text"), OutputError);
  EXPECT_EQ(files_in(folder.path()), 1U);
}

// What a killed program leaves is not locked; what a living one makes is.
TEST(TemporaryFiles, OnlyThoseOfDeadProgramsAreRemoved) {
  const TemporaryFolder folder;
  for (const char* name : {".wyvern-part-dead00", ".wyvern-part-dead00-wal",
                           ".wyvern-part-dead01-journal", ".wyvern-partner", "product.fits"}) {
    std::ofstream(folder.file(name)) << "text";
  }
  TemporaryFile living(folder.file("product.fits"));
  EXPECT_FALSE(std::filesystem::exists(folder.file(".wyvern-part-dead00")));
  remove_abandoned_files(folder.path().string());  // a log that was met before its file
  EXPECT_TRUE(std::filesystem::exists(living.name()));
  living.write("new");
  living.put_in_place();
  EXPECT_EQ(read_text_file(folder.file("product.fits")), "new");
  EXPECT_EQ(files_in(folder.path()), 2U);
}

TEST(AtomicCopy, HasTheBytesOfTheOther) {
  const TemporaryFolder folder;
  write_file_atomically(folder.file("a"), "content");
  copy_file_atomically(folder.file("a"), folder.file("b"));
  EXPECT_EQ(read_text_file(folder.file("b")), "content");
  EXPECT_THROW(copy_file_atomically(folder.file("absent"), folder.file("b")), InputError);
  EXPECT_EQ(read_text_file(folder.file("b")), "content");
  EXPECT_EQ(files_in(folder.path()), 2U);
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/file_digests.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/errors.h"
#include "base/files.h"
#include "kernels/instruction_set.h"
#include "support/paths.h"

namespace wyvern {
namespace {

// Files of random bytes whose sizes are about the ends of blocks and pieces.
std::vector<std::string> random_files(const testing::TemporaryFolder& folder, std::size_t count) {
  static constexpr std::size_t kSizes[] = {0,     1,     55,    56,     63,     64,    65, 119,
                                           65535, 65536, 65537, 131072, 200000, 70000, 3,  65472};
  std::mt19937 random(3);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < count; ++i) {
    std::string bytes(kSizes[i % std::size(kSizes)], '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    paths.push_back(folder.file(std::to_string(i)));
    write_file_atomically(paths.back(), bytes);
  }
  return paths;
}

TEST(FileDigests, AreThoseOfTheLibrary) {
  const testing::TemporaryFolder folder;
  const std::vector<std::string> paths = random_files(folder, 16);
  const kernels::InstructionSet before = kernels::instruction_set();
  for (const kernels::InstructionSet set : kernels::supported_instruction_sets()) {
    kernels::use_instruction_set(set);
    for (std::size_t count = 1; count <= 8; ++count) {
      for (std::size_t first = 0; first + count <= paths.size(); ++first) {
        const auto some = std::span(paths).subspan(first, count);
        const auto digests = md5_of_files(some);
        ASSERT_EQ(digests.size(), count);
        for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(digests[i], md5_of_file(some[i]));
      }
    }
  }
  kernels::use_instruction_set(before);
}

TEST(FileDigests, InGroupsAndFromSeveralThreads) {
  const testing::TemporaryFolder folder;
  for (const std::size_t count : {0, 1, 2, 9, 16}) {
    const std::vector<std::string> paths = random_files(folder, count);
    FileDigests digests(paths, 3);
    std::vector<std::thread> threads;
    std::vector<std::string> found(count);
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&, i] { found[i] = digests.md5(paths[i]); });
    }
    for (auto& thread : threads) thread.join();
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(found[i], md5_of_file(paths[i]));
  }
}

TEST(FileDigests, AreWorkedOutAhead) {
  const testing::TemporaryFolder folder;
  const std::vector<std::string> paths = random_files(folder, 16);
  {
    FileDigests digests(paths, 2);
    digests.work_ahead();
    for (std::size_t i = paths.size(); i-- > 0;) {
      EXPECT_EQ(digests.md5(paths[i]), md5_of_file(paths[i]));
    }
  }
  FileDigests left_alone(paths, 2);
  left_alone.work_ahead();
}

TEST(FileDigests, MissingFileIsAnErrorOfItsOwn) {
  const testing::TemporaryFolder folder;
  std::vector<std::string> paths = random_files(folder, 3);
  paths.insert(paths.begin() + 1, folder.file("gone"));
  FileDigests digests(paths, 1);
  EXPECT_EQ(digests.md5(paths[3]), md5_of_file(paths[3]));
  EXPECT_THROW(digests.md5(paths[1]), InputError);
  EXPECT_EQ(digests.md5(paths[0]), md5_of_file(paths[0]));
  write_file_atomically(folder.file("other"), "another file");
  EXPECT_EQ(digests.md5(folder.file("other")), md5_of_file(folder.file("other")));
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/errors.h"
#include "base/files.h"
#include "fits/file.h"
#include "simulation/simulation.h"
#include "support/paths.h"

namespace wyvern::simulation {
namespace {

Options one_frame(int threads) {
  Options options;
  options.preset = "bad";
  options.science = 1;
  options.darks = options.flats = 0;
  options.threads = threads;
  return options;
}

// Number of images in a file; -1 when it cannot be read.
int images_in(const std::string& path) {
  try {
    int images = 0;
    for (const fits::Hdu& hdu : fits::read_file(path, fits::Pixels::load)) {
      images += hdu.is_image() ? 1 : 0;
    }
    return images;
  } catch (const InputError&) {
    return -1;
  }
}

TEST(BadInputs, AreFortyTwoAndListed) {
  const testing::TemporaryFolder folder;
  const Result result = simulate_night(folder.path().string(), one_frame(1));
  EXPECT_EQ(result.frames.size(), 1U);
  ASSERT_EQ(result.spoiled.size(), 42U);
  const auto listing = nlohmann::json::parse(read_text_file(folder.file("truth/bad_inputs.json")));
  std::map<std::string, std::string> files;  // by defect
  std::map<std::string, int> expectations;
  for (std::size_t i = 0; i < 42; ++i) {
    const std::string name = std::filesystem::path(result.spoiled[i]).filename().string();
    EXPECT_EQ(listing[i]["file"], name);
    EXPECT_EQ(name.substr(0, 13), "N20120117S0" + std::to_string(901 + i).substr(0, 2));
    files[listing[i]["defect"]] = result.spoiled[i];
    ++expectations[listing[i]["expect"]];
  }
  EXPECT_EQ(
      expectations,
      (std::map<std::string, int>{
          {"accept", 4}, {"reject", 23}, {"reject when mixed with good frames", 5}, {"warn", 10}}));
  const std::set<std::string> unreadable = {"truncated data",
                                            "truncated primary header",
                                            "no END card",
                                            "empty file",
                                            "text file",
                                            "gzip magic, no content",
                                            "bzip2 stream cut short",
                                            "bzip2 stream with wrong bytes"};
  const std::map<std::string, int> images = {{"primary HDU only", 0},
                                             {"extension has no data", 0},
                                             {"a table instead of an image", 0},
                                             {"two image extensions", 2}};
  for (const auto& [defect, file] : files) {
    const auto other = images.find(defect);
    const int usual = unreadable.contains(defect) ? -1 : 1;
    EXPECT_EQ(images_in(file), other == images.end() ? usual : other->second) << defect;
  }
}

TEST(BadInputs, TheSameOptionsGiveTheSameBytes) {
  const testing::TemporaryFolder one, other;
  const Result first = simulate_night(one.path().string(), one_frame(1));
  const Result second = simulate_night(other.path().string(), one_frame(2));
  ASSERT_EQ(first.spoiled.size(), second.spoiled.size());
  for (std::size_t i = 0; i < first.spoiled.size(); ++i) {
    EXPECT_EQ(md5_of_file(first.spoiled[i]), md5_of_file(second.spoiled[i])) << first.spoiled[i];
  }
}

TEST(BadInputs, NeedAFrame) {
  const testing::TemporaryFolder folder;
  Options options = one_frame(1);
  options.science = 0;
  EXPECT_THROW(simulate_night(folder.path().string(), options), UsageError);
  options = one_frame(1);
  options.bz2 = true;
  EXPECT_THROW(simulate_night(folder.path().string(), options), UsageError);
}

}  // namespace
}  // namespace wyvern::simulation

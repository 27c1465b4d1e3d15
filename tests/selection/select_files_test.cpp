// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "base/errors.h"
#include "base/text.h"
#include "selection/night.h"
#include "selection/selection.h"
#include "support/paths.h"

namespace wyvern {
namespace {

class SelectFiles : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    for (AstroData& ad : testing::night()) {
      ad.extensions.front().data = Plane::filled<float>(4, 6, 0.0F);
      ad.write(folder_->file(ad.filename()), false);
    }
  }
  static void TearDownTestSuite() { folder_.reset(); }

  void SetUp() override {
    for (const AstroData& ad : testing::night()) files_.push_back(folder_->file(ad.filename()));
  }

  // Base names of what is selected.
  std::vector<std::string> names(const Selection& selection) {
    std::vector<std::string> found;
    for (const std::string& file : select_files(files_, selection, warnings_)) {
      found.push_back(std::filesystem::path(file).filename());
    }
    return found;
  }

  inline static std::unique_ptr<testing::TemporaryFolder> folder_;
  std::vector<std::string> files_, warnings_;
};

TEST_F(SelectFiles, AllTagsAndNoExcludedOne) {
  EXPECT_EQ(names({}).size(), 17U);
  EXPECT_EQ(names({{"DARK", "CAL"}, {}, nullptr}).size(), 4U);
  EXPECT_EQ(names({{"IMAGE"}, {"FLAT"}, nullptr}).size(), 5U);
  EXPECT_EQ(names({{}, {"FLAT", "DARK"}, nullptr}).size(), 5U);
  EXPECT_EQ(names({{"dark"}, {}, nullptr}).size(), 0U);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(SelectFiles, KeepsOrderAndRepetitions) {
  files_ = {files_[3], files_[0], files_[3]};
  const std::vector<std::string> expected = {"N20120102S0533.fits", "N20120102S0530.fits",
                                             "N20120102S0533.fits"};
  EXPECT_EQ(names({{"DARK"}, {}, nullptr}), expected);
}

TEST_F(SelectFiles, Expressions) {
  const Expression expression = Expression::parse("object==\"Dark\" or ut_time>\"05:33:00\"");
  EXPECT_EQ(names({{}, {"FLAT"}, &expression}).size(), 6U);
}

TEST_F(SelectFiles, BadFilesArePassedOver) {
  const std::string bad = folder_->file("d.log"), missing = folder_->file("none.fits");
  std::ofstream(bad) << "not FITS";
  files_.insert(files_.begin() + 2, {bad, missing});
  EXPECT_EQ(names({{"DARK"}, {}, nullptr}).size(), 4U);
  ASSERT_EQ(warnings_.size(), 2U);
  EXPECT_TRUE(contains(warnings_[0], "No access, or not supported format for: " + bad))
      << warnings_[0];
  EXPECT_TRUE(contains(warnings_[1], "No such file or directory: '" + missing + "'"))
      << warnings_[1];
}

// Half of a compressed dark: its pixels are gone.
std::string damaged_dark(const testing::TemporaryFolder& folder) {
  const std::string path = folder.file("N20120102S0999.fits.bz2");
  AstroData dark = testing::night().front().clone();
  dark.extensions.front().data = Plane::filled<float>(900, 1000, 0.0F);
  std::uint32_t state = 1;
  for (float& pixel : dark.extensions.front().data.pixels<float>()) {
    state = state * 1664525U + 1013904223U;
    pixel = static_cast<float>(state >> 8);
  }
  dark.write(path, true);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  return path;
}

TEST_F(SelectFiles, TagsNeedOnlyTheBeginningOfACompressedFile) {
  files_ = {files_[0], damaged_dark(*folder_)};
  EXPECT_EQ(names({{"DARK"}, {}}).size(), 2U);
  const Expression expression = Expression::parse("coadds==1");
  EXPECT_EQ(names({{"FLAT"}, {}, &expression}).size(), 0U);
  EXPECT_TRUE(warnings_.empty());
  for (const Selection& selection : {Selection{{"DARK"}, {}, &expression},
                                     Selection{{"DARK"}, {}, nullptr, true}, Selection{}}) {
    warnings_.clear();
    EXPECT_EQ(names(selection).size(), 1U);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_TRUE(contains(warnings_[0], "its bzip2 stream is damaged or cut short")) << warnings_[0];
  }
}

TEST_F(SelectFiles, WrongExpressionEndsTheSelection) {
  const Expression expression = Expression::parse("coadds");
  EXPECT_THROW(names({{}, {}, &expression}), UsageError);
}

}  // namespace
}  // namespace wyvern

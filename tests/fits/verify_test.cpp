// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "made_files.h"

namespace wyvern::fits {
namespace {

std::string verdict(const std::string& path) {
  try {
    verify_data_sums(path);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(VerifyDataSums, FindsAChangedPixelInAnyHdu) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("product.fits");
  write_small_file(path);
  EXPECT_EQ(verdict(path), "");
  const std::string whole = bytes_of(path);
  const std::size_t data = whole.find("XTENSION");
  ASSERT_NE(data, std::string::npos);
  std::string damaged = whole;
  damaged[damaged.size() - 2880] ^= 1;  // the first byte of the last data unit
  put_bytes(path, damaged);
  EXPECT_NE(verdict(path).find("product.fits: HDU "), std::string::npos) << verdict(path);
  EXPECT_NE(verdict(path).find("its data do not agree with their DATASUM"), std::string::npos);
}

TEST(VerifyDataSums, SumsOfOtherProgramsProveNothing) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("other.fits");
  make_file(path, [&](fitsfile* file, int& status) {
    long axes[2] = {10, 10};
    fits_create_img(file, FLOAT_IMG, 2, axes, &status);
    fits_write_chksum(file, &status);
  });
  std::string bytes = bytes_of(path);
  bytes[2880] = 1;
  put_bytes(path, bytes);
  EXPECT_EQ(verdict(path), "");
}

}  // namespace
}  // namespace wyvern::fits

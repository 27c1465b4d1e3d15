// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/frame_fault.h"
#include "made_files.h"

namespace wyvern::fits {
namespace {

TEST(DeferredPixels, AreReadInParts) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("deferred.fits");
  write_small_file(path);
  const auto source = deferred_pixels(path, 1);
  ASSERT_NE(source, nullptr);
  std::vector<float> part(7);
  source->read(4, part.size(), reinterpret_cast<std::byte*>(part.data()));
  EXPECT_EQ(part, (std::vector<float>{4, 5, 6, 7, 8, 9, 10}));
}

TEST(DeferredPixels, OfEveryPlainTypeAreThoseOfAWholeReading) {
  const testing::TemporaryFolder folder;
  for (const int bitpix : {16, 32, -32, -64}) {
    const std::string path = folder.file(std::to_string(bitpix));
    make_file(path, [&](fitsfile* file, int& status) {
      long axes[2] = {300, 20};
      fits_create_img(file, bitpix, 2, axes, &status);
      std::vector<double> values(6000);
      for (std::size_t k = 0; k < values.size(); ++k) values[k] = -500.0 + static_cast<double>(k);
      fits_write_img(file, TDOUBLE, 1, 6000, values.data(), &status);
    });
    const auto source = deferred_pixels(path, 0);
    ASSERT_NE(source, nullptr) << bitpix;
    const Plane whole = plane_of(read_file(path, Pixels::load).front()).share();
    Plane later = Plane::deferred_to(source, whole.type(), whole.shape());
    later.load();
    EXPECT_EQ(std::memcmp(later.raw(), whole.raw(), whole.bytes()), 0) << bitpix;
  }
}

TEST(DeferredPixels, AreNotForScaledOrCompressedOnes) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("scaled.fits");
  make_file(path, [&](fitsfile* file, int& status) {
    long axes[2] = {10, 10};
    fits_create_img(file, USHORT_IMG, 2, axes, &status);
  });
  EXPECT_EQ(deferred_pixels(path, 0), nullptr);
  const std::string zipped = folder.file("small.fits.gz");
  write_small_file(zipped);
  EXPECT_EQ(deferred_pixels(zipped, 1), nullptr);
}

TEST(DeferredPixels, OfAFileThatChangedAreRefused) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("changed.fits");
  write_small_file(path);
  const auto source = deferred_pixels(path, 1);
  write_small_file(path, {.overwrite = true});
  std::vector<float> part(7);
  try {
    source->read(0, part.size(), reinterpret_cast<std::byte*>(part.data()));
    FAIL();
  } catch (const FrameFault& fault) {
    EXPECT_EQ(fault.path(), path);
    EXPECT_EQ(fault.status(), ExitStatus::bad_input);
    EXPECT_NE(std::string(fault.what()).find("changed.fits"), std::string::npos) << fault.what();
  }
}

// What `work` says when the process may open no file. The text is taken when it may again: the
// sanitizer of virtual calls needs a descriptor.
std::string said_without_descriptors(const std::function<void()>& work) {
  rlimit before{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  std::exception_ptr caught;
  try {
    work();
  } catch (...) {
    caught = std::current_exception();
  }
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  if (!caught) return "nothing";
  try {
    std::rethrow_exception(caught);
  } catch (const OutputError& error) {
    return error.what();
  }
}

// Descriptors are the program's own trouble: no frame is to blame, and the next one would fail too.
TEST(DeferredPixels, WithoutADescriptorBlameNoFrame) {
  const testing::TemporaryFolder folder;
  const std::string path = folder.file("scarce.fits");
  write_small_file(path);
  const auto source = deferred_pixels(path, 1);
  std::vector<float> part(7);
  const auto read_part = [&] {
    source->read(0, part.size(), reinterpret_cast<std::byte*>(part.data()));
  };
  const auto read_all = [&] { read_file(path, Pixels::load); };
  read_part();
  read_all();
  const std::string said = said_without_descriptors(read_part);
  EXPECT_NE(said.find("scarce.fits: its pixels cannot be read: Too many open files"),
            std::string::npos)
      << said;
  const std::string of_whole = said_without_descriptors(read_all);
  EXPECT_NE(of_whole.find("Too many open files"), std::string::npos) << of_whole;
}

}  // namespace
}  // namespace wyvern::fits

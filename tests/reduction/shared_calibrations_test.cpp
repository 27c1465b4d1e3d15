// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/shared_calibrations.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/errors.h"
#include "base/files.h"
#include "primitives/frames.h"
#include "support/paths.h"

// Calibrations that are opened before anybody asks for them.

namespace wyvern {
namespace {

using namespace wyvern::testing;

class ExpectedCalibrations : public ::testing::TestWithParam<bool> {
 protected:
  std::string file(const std::string& name, float level) {
    const Frame frame = raw_frame(38, Plane::filled<float>(40, 50, level));
    const std::string path = folder.file(name);
    frame->write(path, true);
    return path;
  }
  static PlannedCalibration planned(const std::string& file) {
    PlannedCalibration one;
    one.file = file;
    return one;
  }

  TemporaryFolder folder;
  SharedCalibrations calibrations{{}, {}, {}};
  Journal log;
};

TEST_P(ExpectedCalibrations, AreThoseOfTheFiles) {
  const std::string dark = file("dark.fits", 3.0F), flat = file("flat.fits", 4.0F);
  calibrations.expect({planned(dark), planned(""), planned(dark), planned(flat)}, GetParam());
  for (const auto& [path, level] : {std::pair(flat, 4.0F), std::pair(dark, 3.0F)}) {
    const auto found = calibrations.open(path, log);
    ASSERT_TRUE(found) << path;
    EXPECT_EQ(found->path, path);
    EXPECT_EQ(found->md5, md5_of_file(path));
    EXPECT_EQ(found->frame->extensions[0].data.pixels<float>()[7], level);
  }
}

TEST_P(ExpectedCalibrations, NeedNotBeAllThatAreAskedFor) {
  calibrations.expect({planned(file("dark.fits", 3.0F))}, GetParam());
  const std::string flat = file("flat.fits", 4.0F);
  EXPECT_EQ(calibrations.open(flat, log)->md5, md5_of_file(flat));
}

TEST_P(ExpectedCalibrations, WhatFailsAheadFailsForWhoeverAsks) {
  const std::string missing = folder.file("missing.fits"), damaged = file("damaged.fits", 5.0F);
  {
    std::fstream bytes(damaged, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(-2880, std::ios::end);
    bytes.put('\x7f');
  }
  calibrations.expect({planned(missing), planned(damaged)}, GetParam());
  for (int frame = 0; frame < 2; ++frame) {
    EXPECT_FALSE(calibrations.open(missing, log));
    EXPECT_THROW(calibrations.open(damaged, log), CalibrationError);
  }
}

TEST_P(ExpectedCalibrations, NeedNotBeAskedForAtAll) {
  calibrations.expect({planned(file("dark.fits", 3.0F))}, GetParam());
}

INSTANTIATE_TEST_SUITE_P(InTurnOrAhead, ExpectedCalibrations, ::testing::Bool());

}  // namespace
}  // namespace wyvern

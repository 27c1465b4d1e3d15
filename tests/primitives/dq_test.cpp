// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/errors.h"
#include "instruments/gnirs/keyhole.h"
#include "primitives/frames.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Flags = std::vector<std::uint16_t>;

// A square frame as prepare leaves it, all pixels 100 ADU.
struct Square {
  explicit Square(std::int64_t side_)
      : side(side_), frame(raw_frame(14, Plane::filled<float>(side_, side_, 100.0F))) {
    bench.run("prepare", {frame});
  }
  float& at(std::int64_t y, std::int64_t x) {
    return frame->extensions[0].data.pixels<float>()[static_cast<std::size_t>(y * side + x)];
  }
  std::uint16_t flag(std::int64_t y, std::int64_t x) const {
    return mask_of(frame)[static_cast<std::size_t>(y * side + x)];
  }
  std::int64_t count(std::uint16_t value) const {
    const Flags mask = mask_of(frame);
    return std::count(mask.begin(), mask.end(), value);
  }
  void add_dq(Arguments arguments = {}) {
    arguments.emplace_back("add_illum_mask", false);
    bench.run("addDQ", {frame}, arguments);
  }

  std::int64_t side;
  Bench bench;
  Frame frame;
};

TEST(AddDq, SaturationLinearityAndHiddenSaturation) {
  Square square(120);
  square.at(10, 10) = 6666.0F;
  square.at(10, 11) = 6665.9F;
  square.at(10, 12) = 4761.0F;
  square.at(10, 13) = 4760.9F;
  for (int y = 50; y <= 56; ++y) {
    for (int x = 50; x <= 56; ++x) square.at(y, x) = 7000.0F;
  }
  for (int y = 52; y <= 54; ++y) {
    for (int x = 52; x <= 54; ++x) square.at(y, x) = 50.0F;
  }
  square.at(30, 30) = std::nanf("");
  square.add_dq();
  EXPECT_EQ(square.flag(10, 10), 4);
  EXPECT_EQ(square.flag(10, 11), 2);
  EXPECT_EQ(square.flag(10, 12), 2);
  EXPECT_EQ(square.flag(10, 13), 0);
  EXPECT_EQ(square.flag(53, 53), 4);
  EXPECT_EQ(square.flag(30, 30), 1);  // it is NaN
  EXPECT_EQ(square.count(0), 14347);
  EXPECT_EQ(square.count(2), 2);
  EXPECT_EQ(square.count(4), 50);
  EXPECT_EQ(square.frame->filename(), "N20120117S0014_dqAdded.fits");
  EXPECT_EQ(square.frame->phu.text("ADDDQ"), kBenchTime);
}

TEST(AddDq, PixelsThatAreNoNumbersAreBadButNotInDragons) {
  for (const bool compat : {false, true}) {
    Square square(120);
    square.bench.context.compat = compat;
    square.at(3, 4) = std::nanf("");
    square.at(5, 6) = -std::numeric_limits<float>::infinity();
    square.add_dq();
    EXPECT_EQ(square.count(1), compat ? 0 : 2);
    EXPECT_EQ(square.flag(3, 4), compat ? 0 : 1);
  }
}

TEST(AddDq, AnImageWithoutInformationIsRefused) {
  for (const float level : {0.0F, 7000.0F, std::nanf("")}) {
    Square square(400);
    for (int y = 0; y < 400; ++y) {
      for (int x = 0; x < 400; ++x) square.at(y, x) = level;
    }
    EXPECT_THROW(square.add_dq(), DataError) << level;
  }
}

TEST(AddDq, SmallFramesCountAsHoles) {
  for (const std::int64_t side : {90, 100}) {
    Square square(side);
    square.add_dq();
    EXPECT_EQ(square.count(4), side * side);
  }
}

TEST(AddDq, RegionsJoinAtEdgesNotAtCorners) {
  Square square(120);
  for (const auto& [y, x] : {std::pair{59, 60}, {61, 60}, {60, 59}, {60, 61}}) {
    square.at(y, x) = 5000.0F;
  }
  square.add_dq();
  EXPECT_EQ(square.flag(59, 60), 2);
  EXPECT_EQ(square.flag(60, 60), 4);
  EXPECT_EQ(square.count(2), 4);
  EXPECT_EQ(square.count(4), 1);
}

TEST(AddDq, SaysWhenThereIsNoBadPixelMask) {
  Square square(120);
  square.bench.log = Journal();
  square.add_dq();
  EXPECT_EQ(square.bench.said(),
            (std::vector<std::string>{"No BPMs found for N20120117S0014_prepared.fits and none "
                                      "supplied by the user.",
                                      ""}));
}

Calibration bad_pixels(const std::string& name, std::int64_t side, std::int16_t value) {
  Plane plane = Plane::filled<std::int16_t>(side, side, 0);
  plane.pixels<std::int16_t>()[static_cast<std::size_t>(2 * side + 3)] = value;
  auto frame = std::make_shared<AstroData>();
  frame->set_path(name);
  frame->extensions.emplace_back().data = std::move(plane);
  return {frame, name, "", "0123"};
}

TEST(AddDq, JoinsStaticAndUserMasks) {
  Square square(120);
  square.bench.calibrations.by_type["processed_bpm"] = bad_pixels("bpm.fits", 120, 1);
  square.bench.calibrations.files["mine.fits"] = bad_pixels("mine.fits", 120, 8);
  square.add_dq({{"user_bpm", "mine.fits"}});
  EXPECT_EQ(square.flag(2, 3), 9);
  EXPECT_EQ(square.count(0), 120 * 120 - 1);
  EXPECT_TRUE(square.bench.has_said("Using bpm.fits as static BPM"));
  EXPECT_TRUE(square.bench.has_said("Using mine.fits as user BPM"));
  const fits::Table& rows = square.frame->tables.at("PROVENANCE");
  EXPECT_EQ(rows.cells<std::string>("filename"),
            (std::vector<std::string>{"bpm.fits", "mine.fits"}));
  EXPECT_EQ(rows.cells<std::string>("provenance_added_by"),
            (std::vector<std::string>{"addDQ", "addDQ"}));
}

TEST(AddDq, StaticMaskCanBeNamedOrLeftOut) {
  Square named(120);
  named.bench.calibrations.files["other.fits"] = bad_pixels("other.fits", 120, 1);
  named.add_dq({{"static_bpm", "other.fits"}});
  EXPECT_EQ(named.flag(2, 3), 1);
  Square without(120);
  without.bench.calibrations.by_type["processed_bpm"] = bad_pixels("bpm.fits", 120, 1);
  without.add_dq({{"static_bpm", {}}});
  EXPECT_EQ(without.flag(2, 3), 0);
  Square missing(120);
  missing.add_dq({{"user_bpm", "nosuch.fits"}});
  EXPECT_EQ(missing.bench.warnings(), std::vector<std::string>{"Cannot open file nosuch.fits"});
}

TEST(AddDq, CutsALargerMaskAndRefusesASmallerOne) {
  Square square(120);
  square.bench.calibrations.by_type["processed_bpm"] = bad_pixels("bpm.fits", 124, 1);
  square.add_dq();
  EXPECT_EQ(square.flag(2, 3), 1);
  EXPECT_EQ(square.count(1), 1);
  Square smaller(120);
  smaller.bench.calibrations.by_type["processed_bpm"] = bad_pixels("bpm.fits", 100, 1);
  EXPECT_THROW(smaller.add_dq(), DataError);
}

TEST(AddDq, LeavesAMaskThatIsThereAlready) {
  Square square(120);
  square.frame->extensions[0].mask = Plane::filled<std::uint16_t>(120, 120, 32);
  square.at(5, 5) = 9000.0F;
  square.add_dq();
  EXPECT_EQ(square.count(32), 120 * 120);
  EXPECT_EQ(square.bench.warnings(),
            std::vector<std::string>{"A mask already exists in N20120117S0014_prepared.fits:1"});
}

// --- the keyhole ------------------------------------------------------------------------------

constexpr std::int64_t kRows = 1022, kColumns = 1024;

// The nominal keyhole of ShortBlue in J, lit with 1000, moved by some rows and columns.
Plane lit_keyhole(int up, int right) {
  const auto shape = keyhole_of("ShortBlue_G5538", "J");
  const std::vector<std::uint8_t> dark =
      kernels::keyhole_mask(*shape, shape->x0, shape->y0, 0, 0, kRows, kColumns);
  Plane plane = Plane::filled<float>(kRows, kColumns, 0.0F);
  const std::span<float> out = plane.pixels<float>();
  for (std::int64_t y = 100; y < kRows - 100; ++y) {
    for (std::int64_t x = 100; x < kColumns - 100; ++x) {
      if (dark[static_cast<std::size_t>(y * kColumns + x)] == 0) {
        out[static_cast<std::size_t>((y + up) * kColumns + x + right)] = 1000.0F;
      }
    }
  }
  return plane;
}

std::int64_t illuminated(const Frame& frame) {
  const Flags mask = mask_of(frame);
  return std::count_if(mask.begin(), mask.end(), [](std::uint16_t m) { return (m & 64) == 0; });
}

TEST(AddIllumMaskToDq, FollowsTheLight) {
  Bench bench;
  const Frame frame = electrons(14, lit_keyhole(3, -5));
  bench.run("addIllumMaskToDQ", {frame});
  EXPECT_EQ(illuminated(frame), 49470);
  EXPECT_TRUE(bench.has_said("Applying shifts to the illumination mask: dx = -4.4px, dy = 4.3px."));
  EXPECT_EQ(frame->filename(), "N20120117S0014_illumMaskAdded.fits");
  EXPECT_FALSE(frame->phu.has("ADILLMSK"));
}

TEST(AddIllumMaskToDq, TheUserCanShiftIt) {
  Bench bench;
  const Frame frame = electrons(14, lit_keyhole(3, -5));
  bench.run("addIllumMaskToDQ", {frame}, {{"xshift", 7}, {"yshift", -4}});
  EXPECT_EQ(illuminated(frame), 49486);
}

TEST(AddIllumMaskToDq, WithoutLightTheNominalPlaceServes) {
  Bench bench;
  Plane plane = Plane::filled<float>(kRows, kColumns, 0.0F);
  for (std::int64_t y = 400; y < 440; ++y) {
    for (std::int64_t x = 400; x < 440; ++x) {
      plane.pixels<float>()[static_cast<std::size_t>(y * kColumns + x)] = 1e4F;
    }
  }
  const Frame frame = electrons(14, std::move(plane));
  bench.run("addIllumMaskToDQ", {frame});
  EXPECT_EQ(illuminated(frame), 49547);
  EXPECT_EQ(bench.warnings(),
            std::vector<std::string>{
                "Only 1296 illuminated pixels detected in N20120117S0014.fits, when 49000 are "
                "expected. Using the default illumination mask position."});
}

TEST(AddIllumMaskToDq, OneFrameDecidesForAll) {
  Bench bench;
  const Frame off = electrons(14, Plane::filled<float>(kRows, kColumns, 0.0F));
  const Frame on = electrons(15, lit_keyhole(3, -5));
  make_flat(off, false);
  make_flat(on, true);
  off->extensions[0].mask = Plane::filled<std::uint16_t>(kRows, kColumns, 1);
  bench.run("addIllumMaskToDQ", {off, on});
  EXPECT_TRUE(bench.warnings().empty());
  EXPECT_EQ(illuminated(off), 49470);
  EXPECT_EQ(illuminated(on), 49470);
  EXPECT_EQ(mask_of(off)[0], 65);
  EXPECT_EQ(mask_of(on)[0], 64);
}

TEST(AddIllumMaskToDq, CamerasWithoutAKeyholeStayAsTheyAre) {
  Bench bench;
  const Frame frame = electrons(14, Plane::filled<float>(20, 20, 0.0F));
  frame->phu.set("CAMERA", "ShortBlue_G5521");
  bench.run("addIllumMaskToDQ", {frame});
  EXPECT_TRUE(frame->extensions[0].mask.empty());
  EXPECT_EQ(frame->filename(), "N20120117S0014.fits");
  EXPECT_EQ(bench.warnings(),
            std::vector<std::string>{"No illumination mask found for N20120117S0014.fits, no mask "
                                     "can be added to the DQ planes of the inputs"});
}

TEST(AddIllumMaskToDq, DarksAreStampedOnly) {
  Bench bench;
  bench.context.primitives = primitive_class_for({"GEMINI", "GNIRS"});
  const Frame frame = electrons(14, Plane::filled<float>(20, 20, 0.0F));
  make_dark(frame);
  bench.run("addIllumMaskToDQ", {frame});
  EXPECT_TRUE(frame->extensions[0].mask.empty());
  EXPECT_EQ(frame->phu.text("ADILLMSK"), kBenchTime);
}

}  // namespace
}  // namespace wyvern

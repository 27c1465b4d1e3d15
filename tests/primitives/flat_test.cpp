// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.h"
#include "primitives/frames.h"

// makeLampFlat, normalizeFlat, thresholdFlatfield, makeBPM.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;
using Flags = std::vector<std::uint16_t>;

Frame lamp(int number, bool on, float level) {
  Frame frame = electrons(number, floats(1, 2, {level, level + 2}), floats(1, 2, {1, 1}),
                          flags(1, 2, {0, 0}));
  make_flat(frame, on);
  return frame;
}

TEST(MakeLampFlat, SubtractsTheStacks) {
  Bench bench;
  const Frame other = electrons(35, floats(1, 2, {9, 9}));
  const FrameList made = bench.run(
      "makeLampFlat",
      {lamp(31, false, 10), lamp(32, true, 100), lamp(33, true, 104), lamp(34, false, 12), other});
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(data_of(made[0]), (Floats{91, 91}));
  EXPECT_EQ(variance_of(made[0]), (Floats{1, 1}));
  EXPECT_EQ(made[0]->filename(), "N20120117S0032_lampstack.fits");
  EXPECT_EQ(made[0]->phu.text("DATALAB"), "GN-2012A-Q-1-10-032-STACK");
  EXPECT_EQ(made[0]->phu.text("IMCMB002"), "N20120117S0033.fits");
  EXPECT_TRUE(bench.warnings().empty());
  const Words said = bench.said();
  EXPECT_EQ(Words(said.begin(), said.begin() + 6),
            (Words{"Inputs for lampOn", "  N20120117S0032.fits", "  N20120117S0033.fits",
                   "Inputs for lampOff", "  N20120117S0031.fits", "  N20120117S0034.fits"}));
}

TEST(MakeLampFlat, SingleFramesAreUsedAsTheyAre) {
  Bench bench;
  const FrameList made = bench.run("makeLampFlat", {lamp(31, true, 100), lamp(32, false, 10)});
  EXPECT_EQ(data_of(made.at(0)), (Floats{90, 90}));
  EXPECT_EQ(variance_of(made[0]), (Floats{2, 2}));
  EXPECT_EQ(made[0]->filename(), "N20120117S0031_lampstack.fits");
  EXPECT_FALSE(made[0]->phu.has("NCOMBINE"));
}

TEST(MakeLampFlat, ExposureTimesShouldAgree) {
  Bench bench;
  const Frame off = lamp(32, false, 10);
  off->phu.set("EXPTIME", 30.0);
  bench.run("makeLampFlat", {lamp(31, true, 100), off});
  EXPECT_EQ(bench.warnings(),
            Words{"Lamp-on and lamp-off flats do not have the same exposure time."});
}

TEST(MakeLampFlat, WithoutLampOffTheLampOnStackServes) {
  Bench bench;
  const FrameList made = bench.run("makeLampFlat", {lamp(31, true, 100), lamp(32, true, 102)});
  EXPECT_EQ(data_of(made.at(0)), (Floats{101, 103}));
  EXPECT_EQ(made[0]->filename(), "N20120117S0031_stack.fits");
  EXPECT_EQ(bench.warnings().size(), 2U);
}

TEST(MakeLampFlat, WithoutLampOnThereIsNone) {
  Bench bench;
  EXPECT_THROW(bench.run("makeLampFlat", {lamp(31, false, 100), lamp(32, false, 102)}), InputError);
}

TEST(MakeLampFlat, StacksWithItsOwnParameters) {
  Bench bench;
  bench.context.user_parameters = {{"stackFrames:operation", "median"},
                                   {"makeLampFlat:operation", "lmedian"}};
  const FrameList made =
      bench.run("makeLampFlat", {lamp(31, true, 100), lamp(32, true, 102), lamp(33, false, 0)});
  EXPECT_EQ(data_of(made.at(0)), (Floats{100, 100}));
  EXPECT_TRUE(bench.has_said("Combining 2 inputs with lmedian and sigclip rejection"));
}

// --- normalizeFlat, thresholdFlatfield --------------------------------------------------------

Frame lamp_stack() {
  return electrons(31, floats(2, 4, {40000, 41000, 39000, 300, 0, -50, 38000, 900000}),
                   floats(2, 4, {5000, 5100, 4900, 60, 30, 30, 4800, 9e5F}),
                   flags(2, 4, {0, 0, 0, 64, 1, 0, 0, 0}));
}

TEST(NormalizeFlat, DividesByTheMedianOfCleanPixels) {
  Bench bench;
  const Frame frame = lamp_stack();
  bench.run("normalizeFlat", {frame});
  EXPECT_EQ(data_of(frame), (Floats{1.0126582F, 1.0379747F, 0.98734176F, 0.0075949365F, 0,
                                    -0.0012658228F, 0.96202534F, 22.784811F}));
  EXPECT_EQ(variance_of(frame),
            (Floats{3.2046146e-06F, 3.268707e-06F, 3.1405223e-06F, 3.8455376e-08F, 1.9227688e-08F,
                    1.9227688e-08F, 3.07643e-06F, 0.0005768306F}));
  EXPECT_EQ(mask_of(frame), (Flags{0, 0, 0, 64, 1, 0, 0, 0}));
  EXPECT_EQ(frame->phu.text("NORMLIZE"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0031_normalized.fits");
}

TEST(ThresholdFlatfield, SetsWhatCannotBeUsedToOne) {
  Bench bench;
  const Frame frame = lamp_stack();
  bench.run("normalizeFlat", {frame});
  const Floats variance = variance_of(frame);
  bench.run("thresholdFlatfield", {frame});
  EXPECT_EQ(data_of(frame), (Floats{1.0126582F, 1.0379747F, 0.98734176F, 1, 1, 1, 0.96202534F, 1}));
  EXPECT_EQ(mask_of(frame), (Flags{0, 0, 0, 64, 1, 64, 0, 64}));
  EXPECT_EQ(variance_of(frame), variance);
  EXPECT_EQ(frame->phu.text("TRHFLAT"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0031_thresholdFlatfielded.fits");
}

TEST(ThresholdFlatfield, KeepsHighBadPixelsAndNaN) {
  Bench bench;
  const Frame frame =
      electrons(31, floats(1, 4, {20, 20, std::nanf(""), 10}), {}, flags(1, 4, {1, 2, 0, 0}));
  bench.run("thresholdFlatfield", {frame});
  EXPECT_EQ(data_of(frame)[0], 20.0F);
  EXPECT_EQ(data_of(frame)[1], 1.0F);
  EXPECT_TRUE(std::isnan(data_of(frame)[2]));
  EXPECT_EQ(data_of(frame)[3], 10.0F);
  EXPECT_EQ(mask_of(frame), (Flags{1, 66, 0, 0}));
}

TEST(ThresholdFlatfield, MakesAMaskWhereThereIsNone) {
  Bench bench;
  const Frame frame = electrons(31, floats(1, 2, {1, 0}));
  bench.run("thresholdFlatfield", {frame});
  EXPECT_EQ(mask_of(frame), (Flags{0, 64}));
}

TEST(NormalizeFlat, ByTheMeanOrNotAtAll) {
  Bench bench;
  const Frame mean = electrons(31, floats(1, 3, {1, 2, 6}), {}, flags(1, 3, {0, 0, 0}));
  bench.run("normalizeFlat", {mean}, {{"scale", "mean"}});
  EXPECT_EQ(data_of(mean)[2], 2.0F);
  const Frame none = electrons(31, floats(1, 3, {1, 2, 6}));
  bench.run("normalizeFlat", {none}, {{"scale", {}}});
  EXPECT_EQ(data_of(none)[2], 6.0F);
  EXPECT_EQ(none->filename(), "N20120117S0031_normalized.fits");
}

TEST(NormalizeFlat, WithoutACleanPixelIsAnError) {
  Bench bench;
  const Frame frame = electrons(31, floats(1, 2, {1, 2}), {}, flags(1, 2, {2, 64}));
  EXPECT_THROW(bench.run("normalizeFlat", {frame}), DataError);
  EXPECT_EQ(data_of(frame), (Floats{1, 2}));
}

// --- makeBPM ----------------------------------------------------------------------------------

TEST(MakeBpm, FlagsWhatIsBeyondTheLimits) {
  Bench bench;
  const Frame dark = electrons(50, floats(2, 4, {-20.5F, -20, 100, 100.5F, 0, 0, 0, 0}));
  const Frame flat =
      electrons(31, floats(2, 4, {1, 1, 1, 1, 0.09F, 0.1F, 1.25F, 1.3F}),
                floats(2, 4, {1, 1, 1, 1, 1, 1, 1, 1}), flags(2, 4, {0, 0, 0, 0, 0, 0, 0, 0}));
  flat->phu.set("OBJECT", "GCALflat", "Object Name");
  bench.context.streams["darks"] = {dark};
  const FrameList made = bench.run("makeBPM", {flat});
  ASSERT_EQ(made.size(), 1U);
  const Extension& extension = made[0]->extensions[0];
  // 0.1F is more than 0.1.
  EXPECT_EQ(pixels<std::int16_t>(extension.data),
            (std::vector<std::int16_t>{1, 0, 0, 1, 1, 0, 0, 1}));
  EXPECT_TRUE(extension.variance.empty());
  EXPECT_TRUE(extension.mask.empty());
  EXPECT_EQ(made[0]->phu.text("OBJECT"), "BPM");
  EXPECT_EQ(made[0]->phu.comment("OBJECT"), "Object Name");
  EXPECT_EQ(made[0]->phu.text("BPMASK"), kBenchTime);
  EXPECT_EQ(made[0]->filename(), "N20120117S0031_bpm.fits");
}

TEST(MakeBpm, NoLimitFlagsNothing) {
  Bench bench;
  bench.context.streams["darks"] = {electrons(50, floats(1, 2, {-1e9F, 1e9F}))};
  const Frame flat = electrons(31, floats(1, 2, {-50, 50}));
  bench.run("makeBPM", {flat},
            {{"dark_lo_thresh", {}},
             {"dark_hi_thresh", {}},
             {"flat_lo_thresh", {}},
             {"flat_hi_thresh", {}}});
  EXPECT_EQ(pixels<std::int16_t>(flat->extensions[0].data), (std::vector<std::int16_t>{0, 0}));
}

TEST(MakeBpm, NeedsFlatsAndDarksThatFit) {
  Bench bench;
  const Frame flat = electrons(31, floats(1, 2, {1, 1}));
  EXPECT_THROW(bench.run("makeBPM", {flat}), InputError);
  bench.context.streams["darks"] = {electrons(50, floats(1, 2, {0, 0}))};
  EXPECT_THROW(bench.run("makeBPM", {}), InputError);
  bench.context.streams["darks"] = {electrons(50, floats(1, 1, {0}))};
  EXPECT_THROW(bench.run("makeBPM", {flat}), DataError);
  const Frame unknown = electrons(50, floats(1, 2, {0, 0}));
  unknown->extensions[0].header.set("BUNIT", "counts");
  bench.context.streams["darks"] = {unknown};
  EXPECT_THROW(bench.run("makeBPM", {flat}), DataError);
}

}  // namespace
}  // namespace wyvern

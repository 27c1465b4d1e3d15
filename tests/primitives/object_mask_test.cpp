// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/frames.h"

// Object masks and applyDQPlane.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;
using Flags = std::vector<std::uint16_t>;
using Bytes = std::vector<std::uint8_t>;

TEST(AddObjectMaskToDq, ObjectsAreBadPixels) {
  Bench bench;
  const Frame frame = electrons(14, floats(1, 4, {0, 0, 0, 0}), {}, flags(1, 4, {64, 64, 64, 64}));
  frame->extensions[0].attach("OBJMASK", plane_of<std::uint8_t>(1, 4, {0, 0, 0, 1}));
  bench.run("addObjectMaskToDQ", {frame});
  EXPECT_EQ(mask_of(frame), (Flags{64, 64, 64, 65}));
  EXPECT_EQ(frame->filename(), "N20120117S0014_objectMaskAdded.fits");
}

TEST(AddObjectMaskToDq, MakesAMaskWhereThereIsNone) {
  Bench bench;
  const Frame frame = electrons(14, floats(1, 2, {0, 0}));
  frame->extensions[0].attach("OBJMASK", plane_of<std::uint8_t>(1, 2, {0, 1}));
  const Frame plain = electrons(15, floats(1, 2, {0, 0}));
  bench.run("addObjectMaskToDQ", {frame, plain});
  EXPECT_EQ(mask_of(frame), (Flags{0, 1}));
  EXPECT_TRUE(plain->extensions[0].mask.empty());
  EXPECT_EQ(plain->filename(), "N20120117S0015_objectMaskAdded.fits");
  EXPECT_EQ(bench.warnings(), Words{"No object mask present for N20120117S0015.fits extension 1; "
                                    "cannot apply object mask"});
}

// A frame of 9 x 9 with one object pixel in the middle.
Frame with_object() {
  Frame frame = electrons(14, Plane::filled<float>(9, 9, 0.0F));
  Plane objects = Plane::filled<std::uint8_t>(9, 9, 0);
  objects.pixels<std::uint8_t>()[40] = 1;
  frame->extensions[0].attach("OBJMASK", std::move(objects));
  return frame;
}

std::int64_t object_pixels(const Frame& frame) {
  const Bytes mask = pixels<std::uint8_t>(*frame->extensions[0].plane("OBJMASK"));
  return std::count(mask.begin(), mask.end(), 1);
}

TEST(DilateObjectMask, DrawsTheReferencesDiscs) {
  for (const auto& [radius, count] :
       {std::pair{1.0, 5}, std::pair{1.5, 9}, std::pair{2.0, 13}, std::pair{2.3, 21}}) {
    Bench bench;
    const Frame frame = with_object();
    bench.run("dilateObjectMask", {frame}, {{"dilation", radius}});
    EXPECT_EQ(object_pixels(frame), count) << radius;
    EXPECT_EQ(frame->filename(), "N20120117S0014_objmaskDilated.fits");
    EXPECT_EQ(frame->phu.text("DLOBJMSK"), kBenchTime);
  }
}

TEST(DilateObjectMask, LessThanOnePixelDoesNothing) {
  Bench bench;
  const Frame frame = with_object();
  bench.run("dilateObjectMask", {frame}, {{"dilation", 0.9}});
  EXPECT_EQ(object_pixels(frame), 1);
  EXPECT_EQ(frame->filename(), "N20120117S0014.fits");
  EXPECT_FALSE(frame->phu.has("DLOBJMSK"));
}

TEST(DilateObjectMask, HappensOnceUnlessRepeated) {
  Bench bench;
  const Frame frame = with_object();
  bench.run("dilateObjectMask", {frame});
  bench.run("dilateObjectMask", {frame});
  EXPECT_EQ(object_pixels(frame), 5);
  EXPECT_EQ(bench.warnings(),
            Words{"No changes will be made to N20120117S0014_objmaskDilated.fits, "
                  "since it has already been processed by dilateObjectMask"});
  bench.run("dilateObjectMask", {frame}, {{"repeat", true}});
  EXPECT_EQ(object_pixels(frame), 13);
}

TEST(DilateObjectMask, FramesWithoutObjectsAreStampedToo) {
  Bench bench;
  const Frame frame = electrons(14, floats(1, 1, {0}));
  bench.run("dilateObjectMask", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0014_objmaskDilated.fits");
  EXPECT_TRUE(frame->phu.has("DLOBJMSK"));
}

// --- applyDQPlane -----------------------------------------------------------------------------

TEST(ApplyDqPlane, KeepsSaturatedAndNonLinearPixels) {
  Bench bench;
  const Frame frame = electrons(14, floats(1, 6, {1, 2, 3, 100, 200, 300}),
                                floats(1, 6, {1, 1, 1, 1, 1, 1}), flags(1, 6, {0, 2, 4, 1, 64, 0}));
  bench.run("applyDQPlane", {frame});
  // The median of 1, 2, 3 and 300.
  EXPECT_EQ(data_of(frame), (Floats{1, 2, 3, 2.5F, 2.5F, 300}));
  EXPECT_EQ(variance_of(frame), Floats(6, 1.0F));
  EXPECT_EQ(mask_of(frame), (Flags{0, 2, 4, 1, 64, 0}));
  EXPECT_EQ(frame->phu.text("APLDQPLN"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0014_dqPlaneApplied.fits");
  EXPECT_EQ(bench.said(), Words{"The flags [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, "
                                "8192, 16384, 32768] will be applied"});
}

TEST(ApplyDqPlane, TakesMeansNumbersAndOtherFlags) {
  const auto run = [](const Arguments& arguments) {
    Bench bench;
    const Frame frame = electrons(14, floats(1, 4, {1, 2, 6, 100}), {}, flags(1, 4, {0, 2, 0, 8}));
    bench.run("applyDQPlane", {frame}, arguments);
    return data_of(frame);
  };
  EXPECT_EQ(run({{"replace_value", "mean"}}), (Floats{1, 2, 6, 3}));
  EXPECT_EQ(run({{"replace_value", -5}}), (Floats{1, 2, 6, -5}));
  EXPECT_EQ(run({{"replace_value", "2.5"}}), (Floats{1, 2, 6, 2.5F}));
  EXPECT_EQ(run({{"replace_flags", 2}, {"replace_value", 0.0}}), (Floats{1, 0, 6, 100}));
}

TEST(ApplyDqPlane, WithoutAMaskThereIsAWarning) {
  Bench bench;
  const Frame frame = electrons(14, floats(1, 2, {1, 2}));
  bench.run("applyDQPlane", {frame});
  EXPECT_EQ(data_of(frame), (Floats{1, 2}));
  EXPECT_EQ(bench.warnings(), Words{"No DQ plane exists for N20120117S0014.fits extension 1, so "
                                    "the correction cannot be applied"});
}

// The centre, the corner and the pixel flagged non-linear after one iteration of the ring filter.
Floats ring_filtered(const char* statistic, double inner, double outer) {
  Bench bench;
  const Frame frame =
      electrons(14, floats(5, 5, {0,  1,  3,  5,  8,  11, 15, 19, 23, 27,  32,  36, 42,
                                  47, 52, 58, 64, 70, 76, 83, 89, 96, 103, 110, 118}));
  Plane mask = Plane::filled<std::uint16_t>(5, 5, 0);
  mask.pixels<std::uint16_t>()[0] = 8;
  mask.pixels<std::uint16_t>()[12] = 1;
  mask.pixels<std::uint16_t>()[13] = 2;
  frame->extensions[0].mask = std::move(mask);
  const Floats before = data_of(frame);
  bench.run("applyDQPlane", {frame},
            {{"replace_value", statistic}, {"inner", inner}, {"outer", outer}});
  const Floats after = data_of(frame);
  for (std::size_t k = 0; k < after.size(); ++k) {
    if (k == 0 || k == 12) continue;
    EXPECT_EQ(after[k], before[k]) << k;
  }
  return {after[12], after[0]};
}

TEST(ApplyDqPlane, RingFilterGivesTheReferencesValues) {
  EXPECT_EQ(ring_filtered("median", 1, 1.5), (Floats{47, 1}));
  EXPECT_EQ(ring_filtered("median", 1, 2), (Floats{47, 3}));
  EXPECT_EQ(ring_filtered("median", 2, 2.9), (Floats{52, 15}));
  EXPECT_EQ(ring_filtered("mean", 1, 1.5), (Floats{43.75F, 7.8F}));
  EXPECT_EQ(ring_filtered("mean", 1, 2), (Floats{45, 10.571428F}));
  EXPECT_EQ(ring_filtered("mean", 2, 2.9), (Floats{53.066666F, 17.2F}));
}

TEST(ApplyDqPlane, OuterRadiusMustNotBeTheSmaller) {
  EXPECT_THROW(ring_filtered("median", 3, 2), RecipeError);
}

}  // namespace
}  // namespace wyvern

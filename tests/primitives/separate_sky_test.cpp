// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/frame_fault.h"
#include "primitives/frames.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

// A frame whose pixels are not needed, at an offset along the keyhole (Q) and across it (P).
Frame at(int number, double q, double p = 0.0) {
  Frame frame = electrons(number, Plane::on_disk(PixelType::f32, {1022, 1024}));
  frame->phu.set("QOFFSET", q);
  frame->phu.set("POFFSET", p);
  return frame;
}

std::vector<std::int64_t> groups_of(const FrameList& frames) {
  std::vector<std::int64_t> groups;
  for (const Frame& frame : frames) groups.push_back(frame->phu.integer("EXPGROUP").value_or(-1));
  return groups;
}

std::vector<std::int64_t> grouped(const FrameList& frames, const Arguments& arguments = {}) {
  Bench bench;
  bench.run("separateSky", frames, arguments);
  return groups_of(frames);
}

using Groups = std::vector<std::int64_t>;

// The keyhole of ShortBlue overlaps itself up to shifts of 644 px along and 128 px across.
TEST(SeparateSky, GroupsOverlapInTheKeyhole) {
  EXPECT_EQ(grouped({at(14, 0), at(15, 88.05)}), (Groups{0, 0}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 88.08)}), (Groups{0, 1}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 0, 17.60)}), (Groups{0, 0}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 0, -17.63)}), (Groups{0, 1}));
}

TEST(SeparateSky, AFractionOfTheFieldMakesGroupsSmaller) {
  EXPECT_EQ(grouped({at(14, 0), at(15, 60)}, {{"frac_FOV", 0.5}}), (Groups{0, 1}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 48)}, {{"frac_FOV", 0.5}}), (Groups{0, 0}));
}

TEST(SeparateSky, JoinsByTheCentreThenByAnyMember) {
  // 110 is near the centre of the first two, 30; 125 is near the member at 60 only.
  EXPECT_EQ(grouped({at(14, 0), at(15, 60), at(16, 110)}), (Groups{0, 0, 0}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 60), at(16, 125)}), (Groups{0, 0, 0}));
  EXPECT_EQ(grouped({at(14, 0), at(15, 60), at(16, 150)}), (Groups{0, 0, 1}));
}

TEST(SeparateSky, ACentreCountsBeforeAMember) {
  // 120 overlaps the member at 60 of the first group, but the centre of the second.
  EXPECT_EQ(grouped({at(14, 0), at(15, 60), at(16, 160), at(17, 120)}), (Groups{0, 0, 1, 1}));
}

TEST(SeparateSky, OneGroupIsBothObjectAndSky) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 5)};
  EXPECT_EQ(bench.run("separateSky", frames), frames);
  EXPECT_EQ(bench.context.streams["sky"], frames);
  for (const Frame& frame : frames) {
    EXPECT_EQ(frame->phu.text("OBJFRAME"), "TRUE");
    EXPECT_EQ(frame->phu.text("SKYFRAME"), "TRUE");
    EXPECT_EQ(frame->phu.text("SEPSKY"), kBenchTime);
  }
  EXPECT_EQ(names_of(frames),
            (Words{"N20120117S0014_skySeparated.fits", "N20120117S0015_skySeparated.fits"}));
  EXPECT_EQ(
      bench.said(),
      (Words{"Identified 1 group(s) of exposures", "Treating a single group as both object and sky",
             "Science frames:", "  N20120117S0014.fits", "  N20120117S0015.fits",
             "Sky frames:", "  N20120117S0014.fits", "  N20120117S0015.fits"}));
}

TEST(SeparateSky, OfTwoGroupsTheNearerIsTheObject) {
  Bench bench;
  const FrameList frames = {at(14, 120), at(15, 2), at(16, 122), at(17, -2)};
  EXPECT_EQ(bench.run("separateSky", frames), (FrameList{frames[1], frames[3]}));
  EXPECT_EQ(bench.context.streams["sky"], (FrameList{frames[0], frames[2]}));
  EXPECT_FALSE(frames[0]->phu.has("OBJFRAME"));
  EXPECT_EQ(frames[0]->phu.text("SKYFRAME"), "TRUE");
  EXPECT_FALSE(frames[1]->phu.has("SKYFRAME"));
  EXPECT_EQ(groups_of(frames), (Groups{0, 1, 0, 1}));
  EXPECT_TRUE(bench.has_said("Treating 1 group as object and 1 as sky, based on target proximity"));
}

TEST(SeparateSky, TheFirstOfTwoGroupsAtTheSameDistanceIsTheObject) {
  Bench bench;
  const FrameList frames = {at(14, -50), at(15, 50)};
  EXPECT_EQ(bench.run("separateSky", frames), FrameList{frames[0]});
}

TEST(SeparateSky, OfMoreGroupsTheNearestHalfAreObjects) {
  Bench bench;
  const FrameList frames = {at(14, 300), at(15, 100), at(16, 0), at(17, 200), at(18, 400)};
  // Five frames: two objects are enough.
  EXPECT_EQ(bench.run("separateSky", frames), (FrameList{frames[1], frames[2]}));
  EXPECT_EQ(bench.context.streams["sky"], (FrameList{frames[0], frames[3], frames[4]}));
  EXPECT_TRUE(
      bench.has_said("Classifying groups based on target proximity and observation efficiency"));
}

TEST(SeparateSky, UnguidedFramesAreSky) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 1), at(16, 2)};
  frames[1]->phu.set("PWFS2_ST", "parked");
  EXPECT_EQ(bench.run("separateSky", frames), (FrameList{frames[0], frames[2]}));
  EXPECT_EQ(bench.context.streams["sky"], FrameList{frames[1]});
  EXPECT_TRUE(bench.has_said("Treating N20120117S0015.fits as SKY since it's unguided"));
}

TEST(SeparateSky, AFrameThatDoesNotSayHowItWasGuidedIsNoSky) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 1)};
  frames[1]->phu.set("PWFS2_ST", "parked");
  frames[1]->phu.remove("OIWFS_ST");
  EXPECT_EQ(bench.run("separateSky", frames), frames);
  EXPECT_EQ(bench.context.streams["sky"], frames);
}

TEST(SeparateSky, AnUnguidedObjectIsKeptWithAWarning) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 120)};
  frames[0]->phu.set("PWFS2_ST", "parked");
  EXPECT_EQ(bench.run("separateSky", frames, {{"ref_obj", "N20120117S0014.fits"}}),
            FrameList{frames[0]});
  EXPECT_EQ(bench.context.streams["sky"], FrameList{frames[1]});
  EXPECT_EQ(bench.warnings(),
            Words{"N20120117S0014.fits manually flagged as OBJECT but it's unguided!"});
}

TEST(SeparateSky, NamedFramesDecideForTheirGroups) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 2), at(16, 120), at(17, 122)};
  EXPECT_EQ(bench.run("separateSky", frames, {{"ref_sky", "S0015"}}),
            (FrameList{frames[2], frames[3]}));
  EXPECT_EQ(bench.context.streams["sky"], (FrameList{frames[0], frames[1]}));
}

TEST(SeparateSky, ANamedObjectLeavesTheRestAsSky) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 120), at(16, 122)};
  EXPECT_EQ(bench.run("separateSky", frames, {{"ref_obj", "S0016.fits"}}),
            (FrameList{frames[1], frames[2]}));
  EXPECT_EQ(bench.context.streams["sky"], FrameList{frames[0]});
  // In one group only, all are both.
  Bench other;
  const FrameList same = {at(14, 0), at(15, 2)};
  EXPECT_EQ(other.run("separateSky", same, {{"ref_obj", "S0014"}}), same);
  EXPECT_EQ(other.context.streams["sky"], same);
}

TEST(SeparateSky, NamesThatMatchNothingAreReported) {
  Bench bench;
  bench.run("separateSky", {at(14, 0)}, {{"ref_obj", "S0014,nosuch.fits"}, {"ref_sky", "other"}});
  EXPECT_EQ(
      bench.warnings(),
      (Words{"Failed to find the following file(s), specified via ref_obj/ref_sky parameters, "
             "in the input:",
             "  nosuch", "  other"}));
}

TEST(SeparateSky, EarlierRolesHoldAndConflictsAreNamed) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 120), at(16, 240)};
  frames[0]->phu.set("SKYFRAME", "TRUE");
  frames[1]->phu.set("OBJFRAME", "TRUE");
  const FrameList objects = bench.run("separateSky", frames, {{"ref_obj", "S0014"}});
  EXPECT_EQ(objects, (FrameList{frames[0], frames[1]}));
  EXPECT_EQ(bench.context.streams["sky"], FrameList{frames[0]});
  EXPECT_EQ(bench.warnings(),
            (Words{"N20120117S0014.fits previously classified as SKY; added OBJECT as requested",
                   "Ignoring the following input file(s), which could not be classified as object "
                   "or sky after applying incomplete prior classifications from the input:",
                   "  N20120117S0016.fits"}));
  EXPECT_EQ(frames[2]->filename(), "N20120117S0016.fits");
  EXPECT_FALSE(frames[2]->phu.has("SEPSKY"));
}

TEST(SeparateSky, WithoutAKeyholeTheDetectorIsTheField) {
  Bench bench;
  const FrameList frames = {at(14, 0), at(15, 0, 100)};
  for (const Frame& frame : frames) frame->phu.set("CAMERA", "ShortBlue_G5521");
  bench.run("separateSky", frames);
  EXPECT_EQ(groups_of(frames), (Groups{0, 0}));
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(SeparateSky, OffsetsMustBeThere) {
  Bench bench;
  const Frame frame = at(14, 0);
  frame->phu.remove("QOFFSET");
  EXPECT_THROW(bench.run("separateSky", {frame}), FrameFault);
  for (const double impossible : {1e300, -1e9}) {
    frame->phu.set("QOFFSET", impossible);
    EXPECT_THROW(bench.run("separateSky", {frame}), FrameFault) << impossible;
  }
}

}  // namespace
}  // namespace wyvern

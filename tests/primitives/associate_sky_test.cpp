// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/frame_fault.h"
#include "primitives/frames.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

// A frame taken some seconds past five, some arcsec from the others.
Frame at(int number, int seconds, double x = 0.0) {
  Frame frame = electrons(number, floats(1, 1, {0}));
  frame->phu.set("UT", to_string(TimeOfDay{5, seconds / 60, seconds % 60, 0}));
  frame->phu.set("XOFFSET", x);
  return frame;
}

// Numbers of the frames in a frame's SKYTABLE; empty without one.
std::vector<int> skies_of(const Frame& frame) {
  std::vector<int> numbers;
  const auto table = frame->tables.find("SKYTABLE");
  if (table == frame->tables.end()) return numbers;
  for (const std::string& name : table->second.cells<std::string>("SKYNAME")) {
    EXPECT_EQ(name.substr(14), "_skyAssociated.fits");
    numbers.push_back(std::stoi(name.substr(12, 2)));
  }
  return numbers;
}
using Numbers = std::vector<int>;

// Ten frames, one every 80 s, each elsewhere, all both object and sky.
struct Dither {
  Dither() {
    for (int i = 0; i < 10; ++i) frames.push_back(at(11 + i, 80 * i, 3.0 * i));
    bench.context.streams["sky"] = frames;
  }
  FrameList run(const Arguments& arguments = {}) {
    return bench.run("associateSky", frames, arguments);
  }
  Bench bench;
  FrameList frames;
};

TEST(AssociateSky, TakesAllWithinTheTime) {
  Dither dither;
  EXPECT_EQ(dither.run(), dither.frames);
  EXPECT_EQ(skies_of(dither.frames[0]), (Numbers{12, 13, 14, 15, 16, 17, 18}));
  EXPECT_EQ(skies_of(dither.frames[2]), (Numbers{11, 12, 14, 15, 16, 17, 18, 19, 20}));
  EXPECT_EQ(dither.frames[0]->phu.text("ASSOCSKY"), kBenchTime);
  EXPECT_EQ(dither.bench.context.streams["sky"], dither.frames);
}

TEST(AssociateSky, TakesTheNearestWhenFewAreWithinTheTime) {
  Dither dither;
  dither.run({{"time", 100.0}});
  EXPECT_EQ(skies_of(dither.frames[0]), (Numbers{12, 13, 14}));
  // 80 s before and after, then one of the two at 160 s: the first in the list.
  EXPECT_EQ(skies_of(dither.frames[4]), (Numbers{13, 14, 16}));
}

TEST(AssociateSky, LeastAndMostSkies) {
  Dither few;
  few.run({{"time", 100.0}, {"min_skies", {}}});
  EXPECT_EQ(skies_of(few.frames[0]), Numbers{12});
  EXPECT_EQ(skies_of(few.frames[4]), (Numbers{14, 16}));
  Dither most;
  most.run({{"max_skies", 4}});
  EXPECT_EQ(skies_of(most.frames[0]), (Numbers{12, 13, 14, 15}));
  EXPECT_EQ(skies_of(most.frames[4]), (Numbers{13, 14, 16, 17}));
  Dither both;
  both.run({{"time", 0.0}, {"min_skies", 5}, {"max_skies", 2}});
  EXPECT_EQ(skies_of(both.frames[0]), (Numbers{12, 13}));
}

TEST(AssociateSky, DistanceMustBeMoreThanTheLimit) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0.0), at(12, 60, 1.0), at(13, 120, 1.001), at(14, 180, 0.9)};
  frames[3]->phu.set("YOFFSET", 0.5);
  bench.context.streams["sky"] = frames;
  bench.run("associateSky", frames);
  EXPECT_EQ(skies_of(frames[0]), (Numbers{13, 14}));
  for (const Frame& frame : frames) frame->tables.clear();
  bench.run("associateSky", frames, {{"distance", 0.0}});
  EXPECT_EQ(skies_of(frames[0]), (Numbers{12, 13, 14}));
}

TEST(AssociateSky, ConfigurationsMustAgree) {
  const std::pair<const char*, Value> changes[] = {
      {"EXPTIME", 60.02}, {"COADDS", 2}, {"CAMERA", "LongBlue_G5542"}, {"FILTER2", "H_G0518"},
      {"DETBIAS", -0.6},  {"LNRS", 16},  {"SLIT", "Other_G5530"}};
  for (const auto& [keyword, value] : changes) {
    Bench bench;
    const FrameList frames = {at(11, 0, 0), at(12, 60, 10), at(13, 120, 20)};
    frames[1]->phu.set(keyword, value);
    bench.context.streams["sky"] = frames;
    bench.run("associateSky", frames);
    EXPECT_EQ(skies_of(frames[0]), Numbers{13}) << keyword;
  }
  Bench bench;
  const FrameList frames = {at(11, 0, 0), at(12, 60, 10)};
  frames[1]->phu.set("EXPTIME", 60.005);
  frames[1]->extensions[0].header.set("OBJECT", "other");
  bench.context.streams["sky"] = frames;
  bench.run("associateSky", frames);
  EXPECT_EQ(skies_of(frames[0]), Numbers{12});
}

TEST(AssociateSky, ShapesMustAgree) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0), at(12, 60, 10), at(13, 120, 20)};
  frames[1]->extensions[0].data = floats(1, 2, {0, 0});
  bench.context.streams["sky"] = frames;
  bench.run("associateSky", frames);
  EXPECT_EQ(skies_of(frames[0]), Numbers{13});
}

TEST(AssociateSky, AllMeansAllInTheirOrder) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0)}, skies = {at(14, 900, 0), frames[0], at(12, 60, 0)};
  bench.context.streams["sky"] = skies;
  bench.run("associateSky", frames, {{"use_all", true}});
  EXPECT_EQ(skies_of(frames[0]), (Numbers{14, 11, 12}));
  EXPECT_TRUE(bench.has_said(
      "Associating all available sky AstroData objects with N20120117S0011_skyAssociated.fits"));
}

TEST(AssociateSky, SkiesOnlyAreRenamedOnce) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0)}, skies = {at(12, 60, 50)};
  bench.context.streams["sky"] = skies;
  bench.run("associateSky", frames);
  EXPECT_EQ(names_of(skies), Words{"N20120117S0012_skyAssociated.fits"});
  EXPECT_EQ(skies[0]->phu.text("ASSOCSKY"), kBenchTime);
  EXPECT_FALSE(skies[0]->tables.contains("SKYTABLE"));
  EXPECT_EQ(bench.said(),
            (Words{"The sky frames associated with N20120117S0011_skyAssociated.fits are:",
                   "  N20120117S0012_skyAssociated.fits"}));
}

TEST(AssociateSky, WithoutSkiesThereIsAWarning) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0)};
  EXPECT_EQ(bench.run("associateSky", frames), frames);
  EXPECT_EQ(frames[0]->filename(), "N20120117S0011_skyAssociated.fits");
  EXPECT_EQ(bench.warnings(),
            Words{"Cannot associate sky frames, since at least one science AstroData object and "
                  "one sky AstroData object are required for associateSky"});
}

TEST(AssociateSky, ASingleFrameIsNotItsOwnSky) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0)};
  bench.context.streams["sky"] = frames;
  EXPECT_EQ(bench.run("associateSky", frames), frames);
  EXPECT_EQ(bench.warnings(),
            (Words{"No sky frames available for N20120117S0011_skyAssociated.fits",
                   "Sky frames could not be associated to any input frames.Sky subtraction will "
                   "not be possible."}));
  EXPECT_TRUE(bench.context.streams["no_skies"].empty());
}

TEST(AssociateSky, FramesWithoutSkiesLeaveTheStreamLastFirst) {
  Bench bench;
  FrameList frames = {at(11, 0, 0), at(12, 60, 10), at(13, 120, 20), at(14, 180, 30)};
  frames[0]->phu.set("EXPTIME", 10.0);
  frames[3]->phu.set("EXPTIME", 20.0);
  bench.context.streams["sky"] = frames;
  EXPECT_EQ(bench.run("associateSky", frames), (FrameList{frames[1], frames[2]}));
  EXPECT_EQ(bench.context.streams["no_skies"], (FrameList{frames[3], frames[0]}));
  EXPECT_EQ(bench.warnings().back(),
            "N20120117S0011_skyAssociated.fits does not have any associated skies and cannot be "
            "sky-subtracted, moving to \"no_skies\" stream");
}

TEST(AssociateSky, SkiesCanBeFiles) {
  const TemporaryFolder folder;
  const Frame sky = at(12, 60, 50);
  sky->write(folder.file("N20120117S0012.fits"), false);
  Bench bench;
  const FrameList frames = {at(11, 0, 0)};
  bench.run("associateSky", frames, {{"sky", folder.file("N20120117S0012.fits")}});
  EXPECT_EQ(skies_of(frames[0]), Numbers{12});
  EXPECT_EQ(names_of(bench.context.streams["sky"]), Words{"N20120117S0012_skyAssociated.fits"});
}

TEST(AssociateSky, OffsetsAlongTheSlitDoForAllWhereOneFrameHasNoOthers) {
  Dither dither, other;
  for (const Frame& frame : other.frames) {
    frame->phu.set("QOFFSET", *frame->phu.number("XOFFSET"));
    frame->phu.set("XOFFSET", 0.0);
  }
  other.frames[3]->phu.remove("XOFFSET");
  dither.run();
  other.run();
  for (std::size_t k = 0; k < dither.frames.size(); ++k) {
    EXPECT_EQ(skies_of(other.frames[k]), skies_of(dither.frames[k]));
  }
  EXPECT_EQ(other.bench.said().front().find("N20120117S0014.fits has no XOFFSET and YOFFSET"), 0U);
}

TEST(AssociateSky, OffsetsMustBeThere) {
  Bench bench;
  const FrameList frames = {at(11, 0, 0), at(12, 60, 50)};
  for (const char* keyword : {"YOFFSET", "QOFFSET"}) frames[1]->phu.remove(keyword);
  bench.context.streams["sky"] = frames;
  try {
    bench.run("associateSky", frames);
    FAIL() << "nothing was thrown";
  } catch (const FrameFault& error) {
    EXPECT_EQ(error.status(), ExitStatus::bad_input);
    EXPECT_NE(std::string(error.what()).find("YOFFSET"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace wyvern

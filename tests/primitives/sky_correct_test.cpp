// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>

#include "base/frame_fault.h"
#include "primitives/frames.h"
#include "primitives/sky_pattern.h"
#include "primitives/sky_subtraction.h"
#include "support/paths.h"

// skyCorrect, stackSkyFrames, subtractSky.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

Plane constant(float value) {
  return Plane::filled<float>(25, 40, value);
}

// The science frame and the sky of the reference's worked example.
Frame example_science() {
  Plane data = sky_image(100, 10, 7);
  add_bright_row(data);
  return electrons(14, std::move(data), constant(100));
}
Frame example_sky() {
  return electrons(15, sky_image(80, 5, 11), constant(4));
}

double level(const Frame& frame) {
  Journal log;
  const SkySubtraction settings{.scale = false, .offset = true};
  const Frame zero = electrons(1, constant(0));
  const Floats before = data_of(frame);
  AstroData copy = frame->clone();
  subtract_sky(copy, *zero, settings, log);
  return before[0] - copy.extensions[0].data.pixels<float>()[0];
}

Floats four(const Frame& frame) {
  const Floats all = data_of(frame);
  return {all[0], all[1], all[2], all[3]};
}

void expect_near(const Floats& found, const Floats& expected, float tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) ASSERT_NEAR(found[k], expected[k], tolerance) << k;
}

Words lines_before(const Words& all, std::size_t count) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()))};
}

// --- subtractSky ------------------------------------------------------------------------------

// Runs subtractSky on the example.
struct Subtraction {
  explicit Subtraction(Arguments arguments = {}) {
    bench.calibrations.files["sky.fits"] = {sky, "sky.fits", "", ""};
    arguments.emplace_back("sky", "sky.fits");
    bench.run("subtractSky", {science}, arguments);
  }
  Bench bench;
  Frame science = example_science(), sky = example_sky();
};

TEST(SubtractSky, ScalesTheSky) {
  const Subtraction run;
  expect_near(four(run.science), {-12.16526F, -9.926666F, -9.11393F, -8.594925F}, 1e-5F);
  EXPECT_NEAR(variance_of(run.science)[0], 106.22262F, 1e-5F);
  EXPECT_NEAR(level(run.science), 0.0, 1e-4);
  EXPECT_EQ(run.science->filename(), "N20120117S0014_skySubtracted.fits");
  EXPECT_EQ(run.science->phu.text("SUBSKY"), kBenchTime);
  EXPECT_EQ(run.bench.said(),
            Words{"Subtracting N20120117S0015.fits from the science frame N20120117S0014.fits"});
}

TEST(SubtractSky, LeavesTheSkyAlone) {
  const Subtraction run;
  EXPECT_EQ(data_of(run.sky), data_of(example_sky()));
  EXPECT_EQ(variance_of(run.sky), variance_of(example_sky()));
}

TEST(SubtractSky, AnOffsetInsteadOfAScale) {
  const Subtraction run({{"scale_sky", false}, {"offset_sky", true}});
  const Floats science = data_of(example_science()), sky = data_of(example_sky());
  Floats expected;
  for (std::size_t k = 0; k < science.size(); ++k) {
    expected.push_back(science[k] - sky[k] - 19.62599422117453F);
  }
  expect_near(data_of(run.science), expected, 1e-5F);
  EXPECT_EQ(variance_of(run.science)[7], 104.0F);
}

TEST(SubtractSky, NeitherScaleNorOffset) {
  const Subtraction run({{"scale_sky", false}});
  EXPECT_EQ(data_of(run.science)[3], data_of(example_science())[3] - data_of(example_sky())[3]);
}

TEST(SubtractSky, OfScaleAndOffsetTheScaleCounts) {
  const Subtraction run({{"offset_sky", true}}), scaled;
  EXPECT_EQ(data_of(run.science), data_of(scaled.science));
  EXPECT_EQ(run.bench.warnings(),
            Words{"Both the scale_sky and offset_sky parameters are set. Setting "
                  "offset_sky=False."});
}

TEST(SubtractSky, TheLevelCanBePutBack) {
  const Subtraction run({{"reset_sky", true}}), lost;
  Floats expected = data_of(lost.science);
  for (float& value : expected) value += 100.13817207809002F;
  expect_near(data_of(run.science), expected, 1e-4F);
  const std::string line = run.bench.said().back();
  EXPECT_EQ(line.find("  Adding 100.1381720"), 0U) << line;
  EXPECT_TRUE(line.ends_with(" to N20120117S0014.fits extension 1")) << line;
}

TEST(SubtractSky, MasksAreJoinedAndKeptOutOfTheLevel) {
  Bench bench;
  const Frame science = example_science(), sky = example_sky();
  // Half of the sky is wrong, and says so.
  Plane mask = Plane::filled<std::uint16_t>(25, 40, 0);
  for (std::size_t k = 0; k < 400; ++k) {
    mask.pixels<std::uint16_t>()[k] = 8;
    sky->extensions[0].data.pixels<float>()[k] = 5000.0F;
  }
  sky->extensions[0].mask = std::move(mask);
  science->extensions[0].mask = Plane::filled<std::uint16_t>(25, 40, 0);
  science->extensions[0].mask.pixels<std::uint16_t>()[0] = 1;
  bench.calibrations.files["sky.fits"] = {sky, "sky.fits", "", ""};
  bench.run("subtractSky", {science}, {{"sky", "sky.fits"}});
  EXPECT_EQ(mask_of(science)[0], 9);
  EXPECT_EQ(mask_of(science)[1], 8);
  EXPECT_EQ(mask_of(science)[400], 0);
  EXPECT_NEAR(level(science), 0.0, 1e-3);
}

TEST(SubtractSky, HappensOnce) {
  Subtraction run;
  const Floats once = data_of(run.science);
  run.bench.run("subtractSky", {run.science}, {{"sky", "sky.fits"}});
  EXPECT_EQ(data_of(run.science), once);
  EXPECT_EQ(run.bench.warnings(),
            Words{"No changes will be made to N20120117S0014_skySubtracted.fits, since it has "
                  "already been processed by subtractSky"});
}

TEST(SubtractSky, WithoutASkyTheFrameIsStamped) {
  Bench bench;
  const Frame frame = example_science();
  bench.run("subtractSky", {frame});
  EXPECT_EQ(data_of(frame), data_of(example_science()));
  EXPECT_TRUE(frame->phu.has("SUBSKY"));
  EXPECT_EQ(bench.warnings(),
            Words{"No changes will be made to N20120117S0014.fits, since no sky was specified"});
}

// --- skyCorrect -------------------------------------------------------------------------------

void associate(const Frame& frame, const FrameList& skies) {
  fits::Table table;
  table.name = "SKYTABLE";
  std::vector<std::string> names = names_of(skies);
  table.add({.name = "SKYNAME", .cells = std::move(names)});
  frame->tables["SKYTABLE"] = std::move(table);
}

// Frames with sky levels 100, 110, 120 ...; each other's skies unless told otherwise.
FrameList dither(int count, double scatter = 10.0) {
  FrameList frames;
  for (int i = 0; i < count; ++i) {
    const std::int64_t strides[] = {7, 11, 13, 17, 19, 23};
    frames.push_back(electrons(14 + i, sky_image(100 + 10 * i, scatter, strides[i]), constant(100),
                               Plane::filled<std::uint16_t>(25, 40, 0)));
  }
  for (const Frame& frame : frames) {
    FrameList others = frames;
    std::erase(others, frame);
    associate(frame, others);
  }
  return frames;
}

FrameList clones(const FrameList& frames) {
  FrameList copies;
  for (const Frame& frame : frames) copies.push_back(std::make_shared<AstroData>(frame->clone()));
  return copies;
}

struct Correction {
  explicit Correction(int count, double scatter = 10.0)
      : frames(dither(count, scatter)), raw(clones(frames)) {
    bench.context.streams["sky"] = frames;
  }
  FrameList run(Arguments arguments = {}) {
    arguments.emplace_back("mask_objects", false);
    return bench.run("skyCorrect", frames, arguments);
  }
  // What comes of the k-th frame with a stack of the given ones.
  Floats expected(std::size_t k, const FrameList& skies, const Arguments& stacking) {
    Bench other;
    Arguments arguments = stacking;
    arguments.emplace_back("scale", true);
    const Frame sky =
        skies.size() == 1 ? skies[0] : other.run("stackFrames", skies, arguments).at(0);
    Journal log;
    AstroData copy = raw[k]->clone();
    subtract_sky(copy, *sky, {}, log);
    return pixels<float>(copy.extensions[0].data);
  }
  Bench bench;
  FrameList frames, raw;
};

const Arguments kMinmax = {
    {"operation", "median"}, {"reject_method", "minmax"}, {"nlow", 1}, {"nhigh", 1}};
const Arguments kMedian = {{"operation", "median"}, {"reject_method", "none"}};

TEST(SkyCorrect, EveryStackIsMadeOfUnsubtractedFrames) {
  Correction four_frames(4);
  EXPECT_EQ(four_frames.run(), four_frames.frames);
  const FrameList& raw = four_frames.raw;
  EXPECT_EQ(data_of(four_frames.frames[0]),
            four_frames.expected(0, {raw[1], raw[2], raw[3]}, kMinmax));
  EXPECT_EQ(data_of(four_frames.frames[3]),
            four_frames.expected(3, {raw[0], raw[1], raw[2]}, kMinmax));
  for (const Frame& frame : four_frames.frames) {
    EXPECT_NEAR(level(frame), 0.0, 1e-3);
    EXPECT_FALSE(frame->tables.contains("SKYTABLE"));
    EXPECT_EQ(frame->phu.text("SUBSKY"), kBenchTime);
  }
  EXPECT_EQ(four_frames.frames[1]->filename(), "N20120117S0015_skyCorrected.fits");
}

TEST(SkyCorrect, LogsTheStackAndTheSubtraction) {
  Correction four_frames(4, 0.01);
  four_frames.run();
  const Words expected = {"Creating sky frame for N20120117S0014.fits",
                          "Combining 3 inputs with median and minmax rejection",
                          "Combining images. Applying scale factors.",
                          "N20120117S0015.fits                          1.000",
                          "N20120117S0016.fits                          0.917",
                          "N20120117S0017.fits                          0.846",
                          "",
                          "Creating sky frame for N20120117S0015.fits"};
  EXPECT_EQ(lines_before(four_frames.bench.said(), expected.size()), expected);
  EXPECT_TRUE(four_frames.bench.has_said(
      "Subtracting N20120117S0014_sky.fits from the science frame N20120117S0014.fits"));
}

TEST(SkyCorrect, TheFirstSkyByNameSetsTheScale) {
  Correction run(4);
  associate(run.frames[0], {run.frames[3], run.frames[1], run.frames[2]});
  run.run();
  EXPECT_EQ(data_of(run.frames[0]), run.expected(0, {run.raw[1], run.raw[2], run.raw[3]}, kMinmax));
}

TEST(SkyCorrect, WithTwoFramesEachIsTheOthersSky) {
  Correction pair(2);
  pair.run();
  EXPECT_EQ(data_of(pair.frames[0]), pair.expected(0, {pair.raw[1]}, {}));
  EXPECT_EQ(data_of(pair.frames[1]), pair.expected(1, {pair.raw[0]}, {}));
  EXPECT_TRUE(pair.bench.has_said(
      "Subtracting N20120117S0015.fits from the science frame N20120117S0014.fits"));
}

TEST(SkyCorrect, TwoSkiesAreStackedWithoutRejection) {
  Correction three(3);
  three.run();
  EXPECT_EQ(data_of(three.frames[0]), three.expected(0, {three.raw[1], three.raw[2]}, kMedian));
  const Words warnings = three.bench.warnings();
  EXPECT_EQ(warnings, Words(3, "Trying to reject too many images. Setting nlow=nhigh=0."));
}

TEST(SkyCorrect, TwoSkiesAreAnErrorWhereTheReferenceHasOne) {
  Correction three(3);
  three.bench.context.compat = true;
  try {
    three.run();
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "Only 2 images but nlow=1 and nhigh=1");
  }
  EXPECT_EQ(data_of(three.frames[0]), data_of(three.raw[0]));
}

TEST(SkyCorrect, FramesWithTheSameSkiesShareTheStack) {
  Correction run(5);
  const FrameList skies = {run.frames[2], run.frames[3], run.frames[4]};
  run.frames.resize(2);
  for (const Frame& frame : run.frames) associate(frame, skies);
  run.bench.context.streams["sky"] = skies;
  run.run();
  EXPECT_EQ(data_of(run.frames[0]), run.expected(0, {run.raw[2], run.raw[3], run.raw[4]}, kMinmax));
  EXPECT_EQ(data_of(run.frames[1]), run.expected(1, {run.raw[2], run.raw[3], run.raw[4]}, kMinmax));
  const Words said = run.bench.said();
  EXPECT_EQ(
      std::count(said.begin(), said.end(), "Combining 3 inputs with median and minmax rejection"),
      1);
  EXPECT_TRUE(run.bench.has_said("This sky will also be used for N20120117S0015.fits"));
  EXPECT_TRUE(run.bench.has_said(
      "Subtracting N20120117S0014_sky.fits from the science frame N20120117S0015.fits"));
  EXPECT_EQ(data_of(skies[0]), data_of(run.raw[2]));
}

TEST(SkyCorrect, ThreadsGiveTheSameBytesAndLog) {
  const auto run_with = [](int threads) {
    Bench bench(threads);
    const FrameList frames = dither(6);
    bench.context.streams["sky"] = frames;
    bench.run("skyCorrect", frames, {{"mask_objects", false}});
    std::vector<Floats> all;
    for (const Frame& frame : frames) all.push_back(data_of(frame));
    return std::pair{all, bench.said()};
  };
  EXPECT_EQ(run_with(1), run_with(3));
}

TEST(SkyCorrect, WithoutASkyTableAFrameStaysAsItIs) {
  Correction run(3);
  run.frames[1]->tables.clear();
  run.run();
  EXPECT_EQ(data_of(run.frames[1]), data_of(run.raw[1]));
  EXPECT_EQ(run.frames[1]->filename(), "N20120117S0015.fits");
  EXPECT_FALSE(run.frames[1]->phu.has("SUBSKY"));
  EXPECT_EQ(run.bench.warnings().front(),
            "N20120117S0015.fits has no SKYTABLE so cannot subtract a sky frame");
  EXPECT_TRUE(run.bench.has_said("Cannot subtract sky from N20120117S0015.fits"));
}

TEST(SkyCorrect, WithoutASkyStreamTheFramesAreSearched) {
  Correction run(2);
  run.bench.context.streams["sky"].clear();
  run.run();
  EXPECT_EQ(data_of(run.frames[0]), run.expected(0, {run.raw[1]}, {}));
  EXPECT_EQ(run.bench.warnings(),
            Words{"Sky stream is empty. Will search for sky frames in main stream."});
}

TEST(SkyCorrect, SkiesMayBeNamedAsBeforeTheirAssociationOrLieOnDisk) {
  const TemporaryFolder folder;
  Correction run(3);
  run.frames[1]->set_filename("N20120117S0015_skySeparated.fits");
  const std::string file = folder.file("other_sky.fits");
  run.raw[2]->write(file, false);
  fits::Table table;
  table.add({.name = "SKYNAME",
             .cells = Words{"N20120117S0015_skyAssociated.fits", "N20120117S0099.fits", file}});
  run.frames[0]->tables["SKYTABLE"] = std::move(table);
  run.frames.resize(1);
  run.run();
  EXPECT_TRUE(run.bench.has_said("Found " + file + " on disk"));
  EXPECT_EQ(run.bench.warnings().front(),
            "Cannot find a sky file named N20120117S0099.fits. Ignoring it.");
  // The file comes first by name.
  EXPECT_EQ(data_of(run.frames[0]), run.expected(0, {run.raw[2], run.raw[1]}, kMedian));
}

TEST(SkyCorrect, OffsetsAndLevelsPutBack) {
  Correction offset(2);
  offset.run({{"scale_sky", false}, {"offset_sky", true}});
  EXPECT_NEAR(level(offset.frames[0]), 0.0, 1e-3);
  Floats plain = data_of(offset.raw[0]);
  const Floats sky = data_of(offset.raw[1]);
  const float c = plain[0] - sky[0] - data_of(offset.frames[0])[0];
  for (std::size_t k = 0; k < plain.size(); ++k) plain[k] -= sky[k] + c;
  expect_near(data_of(offset.frames[0]), plain, 1e-4F);

  Correction reset(2);
  reset.run({{"reset_sky", true}});
  EXPECT_NEAR(level(reset.frames[0]), level(reset.raw[0]), 1e-3);
  EXPECT_NEAR(level(reset.frames[1]), level(reset.raw[1]), 1e-3);
}

TEST(SkyCorrect, SkiesCanBeSaved) {
  const TemporaryFolder folder;
  Correction run(4);
  run.bench.context.output_folder = folder.path().string();
  run.run({{"save_sky", true}});
  EXPECT_TRUE(run.bench.has_said("Writing sky frame N20120117S0014_sky.fits to disk"));
  const AstroData sky = AstroData::open(folder.file("N20120117S0014_sky.fits"));
  Bench other;
  Arguments stacking = kMinmax;
  stacking.emplace_back("scale", true);
  const Frame expected =
      other.run("stackFrames", {run.raw[1], run.raw[2], run.raw[3]}, stacking).at(0);
  expect_near(pixels<float>(sky.extensions[0].data), data_of(expected), 1e-4F);
  EXPECT_TRUE(std::filesystem::exists(folder.file("N20120117S0017_sky.fits")));
}

TEST(SkyCorrect, OfScaleAndZeroTheScaleCounts) {
  Correction both(4), scale(4);
  both.run({{"zero", true}});
  scale.run();
  EXPECT_EQ(data_of(both.frames[0]), data_of(scale.frames[0]));
  EXPECT_EQ(both.bench.warnings(),
            Words{"Both the scale and zero parameters are set. Setting zero=False."});
}

TEST(SkyCorrect, AFrameWhoseSkyCannotBeScaledIsToBlameAndNothingIsChanged) {
  const TemporaryFolder folder;
  Correction four_frames(4);
  const FrameList& frames = four_frames.frames;
  for (const std::size_t k : {2U, 3U}) {
    std::ranges::fill(frames[k]->extensions[0].mask.pixels<std::uint16_t>(), std::uint16_t{1});
  }
  Bench& bench = four_frames.bench;
  bench.context.output_folder = folder.path().string();
  bench.context.streams["main"] = frames;
  try {
    four_frames.run({{"save_sky", true}});
    FAIL() << "nothing was thrown";
  } catch (const FrameFault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::processing);
    EXPECT_EQ(std::string(fault.what()).find("N20120117S0016.fits: failed to scale its sky"), 0U);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(bench.context.streams["main"], frames);
  EXPECT_EQ(data_of(frames[0]), data_of(four_frames.raw[0]));
  // The frame is dropped and the work done again.
  FrameList left = {frames[0], frames[1]};
  bench.context.streams["sky"] = left;
  bench.run("skyCorrect", left, {{"mask_objects", false}});
  EXPECT_NEAR(level(frames[0]), 0.0, 1e-3);
}

// --- objects in the skies ---------------------------------------------------------------------

// One frame and three skies; the first sky has a bright object pixel at (12, 20).
struct WithObject {
  WithObject() {
    FrameList all = dither(4);
    frames = {all[0]};
    skies = {all[1], all[2], all[3]};
    for (const Frame& sky : skies) {
      sky->extensions[0].attach("OBJMASK", Plane::filled<std::uint8_t>(25, 40, 0));
    }
    skies[0]->extensions[0].plane("OBJMASK")->pixels<std::uint8_t>()[kObject] = 1;
    bench.context.streams["sky"] = skies;
  }
  // How many skies were left out of the stack at the object and next to it.
  std::pair<int, int> left_out(Arguments arguments) {
    const TemporaryFolder folder;
    bench.context.output_folder = folder.path().string();
    for (const auto& [name, value] : {std::pair<const char*, Value>{"reject_method", "none"},
                                      {"save_sky", true},
                                      {"save_rejection_map", true}}) {
      arguments.emplace_back(name, value);
    }
    bench.run("skyCorrect", frames, arguments);
    const AstroData sky = AstroData::open(folder.file("N20120117S0014_sky.fits"));
    const std::vector<std::int16_t> map = pixels<std::int16_t>(*sky.extensions[0].plane("REJMAP"));
    return {map[kObject], map[kObject + 1]};
  }
  static constexpr std::size_t kObject = 12 * 40 + 20;
  Bench bench;
  FrameList frames, skies;
};

TEST(SkyCorrect, ObjectsAreMaskedWithTheirSurroundings) {
  WithObject run;
  EXPECT_EQ(run.left_out({}), (std::pair{1, 1}));
  EXPECT_EQ(mask_of(run.skies[0])[WithObject::kObject], 0);
}

TEST(SkyCorrect, ObjectsAreMaskedWithoutDilationToo) {
  WithObject run;
  EXPECT_EQ(run.left_out({{"dilation", 0.0}}), (std::pair{1, 0}));
}

TEST(SkyCorrect, ObjectsNeedNotBeMasked) {
  WithObject run;
  EXPECT_EQ(run.left_out({{"mask_objects", false}}), (std::pair{0, 0}));
}

TEST(StackSkyFrames, MasksObjectsInCopies) {
  WithObject run;
  const FrameList made =
      run.bench.run("stackSkyFrames", run.skies,
                    {{"dilation", 0.0}, {"reject_method", "none"}, {"save_rejection_map", true}});
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0]->filename(), "N20120117S0015_skyStacked.fits");
  const auto map = pixels<std::int16_t>(*made[0]->extensions[0].plane("REJMAP"));
  EXPECT_EQ(map[WithObject::kObject], 1);
  EXPECT_EQ(mask_of(run.skies[0])[WithObject::kObject], 0);
}

}  // namespace
}  // namespace wyvern

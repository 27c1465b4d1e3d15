// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.h"
#include "primitives/frames.h"
#include "primitives/sky_pattern.h"

// stackFrames and stackDarks: headers, names, messages, scaling. The kernel has tests of its own.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;
using Flags = std::vector<std::uint16_t>;

Frame frame_at(int number, float level) {
  return electrons(number, floats(1, 2, {level, level + 1}), floats(1, 2, {2, 2}),
                   flags(1, 2, {0, 0}));
}

TEST(StackFrames, HeadersOfAStack) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20), three = frame_at(16, 60);
  two->phu.set("AIRMASS", 1.5);
  three->phu.set("AIRMASS", 1.8);
  two->extensions[0].header.set("RDNOISE", 40.0);
  one->extensions[0].attach("OBJMASK", plane_of<std::uint8_t>(1, 2, {0, 1}));
  const FrameList made = bench.run("stackFrames", {one, two, three});
  ASSERT_EQ(made.size(), 1U);
  const AstroData& stack = *made[0];
  EXPECT_EQ(data_of(made[0]), (Floats{30, 31}));
  EXPECT_EQ(variance_of(made[0]), (Floats{0.6666667F, 0.6666667F}));
  EXPECT_EQ(stack.phu.get("AIRMASS"), Value((1.2 + 1.5 + 1.8) / 3));
  EXPECT_EQ(stack.phu.comment("AIRMASS"), "Mean airmass for the exposure");
  EXPECT_EQ(stack.phu.text("DATALAB"), "GN-2012A-Q-1-10-014-STACK");
  EXPECT_EQ(stack.phu.get("NCOMBINE"), Value(3));
  EXPECT_EQ(stack.phu.comment("NCOMBINE"), "Number of input images");
  EXPECT_EQ(stack.phu.text("IMCMB001"), "N20120117S0014.fits");
  EXPECT_EQ(stack.phu.text("IMCMB003"), "N20120117S0016.fits");
  EXPECT_EQ(stack.phu.comment("IMCMB001"), "");
  EXPECT_EQ(stack.phu.text("STACKFRM"), kBenchTime);
  EXPECT_EQ(stack.extensions[0].header.get("RDNOISE"),
            Value(std::sqrt((900.0 + 1600.0 + 900.0) / 3)));
  EXPECT_EQ(stack.extensions[0].header.get("GAIN"), Value(1.0));
  EXPECT_EQ(stack.filename(), "N20120117S0014_stack.fits");
  EXPECT_EQ(stack.extensions[0].plane("OBJMASK"), nullptr);
  EXPECT_EQ(stack.extensions[0].wcs, one->extensions[0].wcs);
  EXPECT_EQ(bench.said(),
            (Words{"Combining 3 inputs with mean and sigclip rejection", "Combining images.", ""}));
}

TEST(StackFrames, InputsStayAsTheyAre) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20);
  one->extensions[0].attach("OBJMASK", plane_of<std::uint8_t>(1, 2, {0, 1}));
  const FrameList made = bench.run("stackFrames", {one, two});
  made[0]->extensions[0].header.set("GAIN", 7.0);
  EXPECT_EQ(data_of(one), (Floats{10, 11}));
  EXPECT_EQ(one->filename(), "N20120117S0014.fits");
  EXPECT_EQ(one->phu.text("DATALAB"), "GN-2012A-Q-1-10-014");
  EXPECT_FALSE(one->phu.has("NCOMBINE"));
  EXPECT_EQ(one->extensions[0].header.get("GAIN"), Value(1.0));
  EXPECT_NE(one->extensions[0].plane("OBJMASK"), nullptr);
}

TEST(StackFrames, DifferentGainsAreJoined) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20);
  two->extensions[0].header.set("GAIN", 2.0);
  const FrameList made = bench.run("stackFrames", {one, two});
  EXPECT_EQ(made[0]->extensions[0].header.get("GAIN"), Value(2 / 1.5));
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(StackFrames, NoMeanOfAirmassesThatAreNotKnown) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20);
  two->phu.remove("AIRMASS");
  EXPECT_EQ(bench.run("stackFrames", {one, two})[0]->phu.get("AIRMASS"), Value(1.2));
}

TEST(StackFrames, OneInputIsReturnedAsItIs) {
  Bench bench;
  const Frame one = electrons(14, plane_of<std::int32_t>(1, 1, {3}));
  EXPECT_EQ(bench.run("stackFrames", {one}), FrameList{one});
  EXPECT_EQ(one->filename(), "N20120117S0014.fits");
  EXPECT_FALSE(one->phu.has("STACKFRM"));
  EXPECT_EQ(one->extensions[0].data.type(), PixelType::i32);
  EXPECT_EQ(bench.said(), Words{"No stacking will be performed, since at least two input AstroData "
                                "objects are required for stackFrames"});
  EXPECT_TRUE(bench.run("stackFrames", {}).empty());
}

TEST(StackFrames, WithoutASuffixTheLabelHasNoneEither) {
  for (const Value& suffix : {Value(), Value("")}) {
    Bench bench;
    const FrameList made =
        bench.run("stackFrames", {frame_at(14, 10), frame_at(15, 20)}, {{"suffix", suffix}});
    EXPECT_EQ(made[0]->phu.text("DATALAB"), "GN-2012A-Q-1-10-014");
    EXPECT_EQ(made[0]->filename(), "N20120117S0014.fits");
  }
}

TEST(StackFrames, OnlyOneBarOfTheSuffixBecomesADash) {
  Bench bench;
  const FrameList made =
      bench.run("stackFrames", {frame_at(14, 10), frame_at(15, 20)}, {{"suffix", "_my_stack"}});
  EXPECT_EQ(made[0]->phu.text("DATALAB"), "GN-2012A-Q-1-10-014-MY_STACK");
}

TEST(StackFrames, MasksMayBeIgnored) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20);
  two->extensions[0].mask = flags(1, 2, {1, 0});
  const Frame with = bench.run("stackFrames", {one, two})[0];
  EXPECT_EQ(data_of(with), (Floats{10, 16}));
  EXPECT_EQ(mask_of(with), (Flags{0, 0}));
  const Frame without = bench.run("stackFrames", {one, two}, {{"apply_dq", false}})[0];
  EXPECT_EQ(data_of(without), (Floats{15, 16}));
  EXPECT_TRUE(without->extensions[0].mask.empty());
  EXPECT_EQ(mask_of(two), (Flags{1, 0}));
}

TEST(StackFrames, AMaskThatOneInputLacksIsNoMask) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20);
  one->extensions[0].mask = flags(1, 2, {1, 1});
  two->extensions[0].mask = {};
  const Frame stack = bench.run("stackFrames", {one, two})[0];
  EXPECT_EQ(data_of(stack), (Floats{15, 16}));
  EXPECT_TRUE(stack->extensions[0].mask.empty());
}

TEST(StackFrames, RejectionMapCountsWhatIsLeftOut) {
  Bench bench;
  const Frame one = frame_at(14, 10), two = frame_at(15, 20), three = frame_at(16, 30);
  two->extensions[0].mask = flags(1, 2, {1, 0});
  const Frame stack = bench.run("stackFrames", {one, two, three},
                                {{"reject_method", "none"}, {"save_rejection_map", true}})[0];
  const Plane* map = stack->extensions[0].plane("REJMAP");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(pixels<std::int16_t>(*map), (std::vector<std::int16_t>{1, 0}));
}

TEST(StackFrames, InputsMustGoTogether) {
  Bench bench;
  EXPECT_THROW(bench.run("stackFrames", {frame_at(14, 1), electrons(15, floats(2, 1, {0, 0}))}),
               DataError);
  const Frame two = frame_at(15, 1);
  two->extensions.push_back(two->extensions[0].clone());
  EXPECT_THROW(bench.run("stackFrames", {frame_at(14, 1), two}), DataError);
}

TEST(StackFrames, MinmaxNeedsEnoughInputs) {
  const Arguments minmax = {{"reject_method", "minmax"}, {"nlow", 1}, {"nhigh", 1}};
  Bench bench;
  try {
    bench.run("stackFrames", {frame_at(14, 1), frame_at(15, 2)}, minmax);
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_STREQ(error.what(), "Only 2 images but nlow=1 and nhigh=1");
  }
  bench.context.mode = "qa";
  const FrameList made = bench.run("stackFrames", {frame_at(14, 1), frame_at(15, 2)}, minmax);
  EXPECT_EQ(data_of(made.at(0)), (Floats{1.5F, 2.5F}));
  EXPECT_EQ(bench.warnings(), Words{"Trying to reject too many images. Setting nlow=nhigh=0."});
}

TEST(StackFrames, VarclipWithoutVariancesIsSigclip) {
  FrameList frames;
  for (int i = 0; i < 12; ++i) {
    frames.push_back(
        electrons(10 + i, floats(1, 1, {i == 5 ? 500.0F : 100.0F + static_cast<float>(i % 3)})));
  }
  Bench bench;
  const Frame stack = bench.run("stackFrames", frames, {{"reject_method", "varclip"}})[0];
  EXPECT_LT(data_of(stack)[0], 103.0F);
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(StackFrames, ThreadsGiveTheSameBytes) {
  const auto stack_with = [](int threads) {
    FrameList frames;
    for (int i = 0; i < 5; ++i) {
      Plane data = Plane::filled<float>(150, 150, 0.0F);
      for (float value = static_cast<float>(i); float& pixel : data.pixels<float>()) {
        pixel = value;
        value = value > 900 ? value - 899.7F : value * 1.37F + 1.1F;
      }
      frames.push_back(electrons(10 + i, data.clone(), data.clone()));
    }
    Bench bench(threads);
    return bench.run("stackFrames", frames, {{"scale", true}})[0];
  };
  const Frame one = stack_with(1), three = stack_with(3);
  EXPECT_EQ(data_of(one), data_of(three));
  EXPECT_EQ(variance_of(one), variance_of(three));
}

// --- scale and zero ---------------------------------------------------------------------------

Floats scaled(const Plane& plane, float factor, float offset) {
  Floats values = pixels<float>(plane);
  for (float& value : values) value = value * factor + offset;
  return values;
}

// Two frames: the worked example's sky, and the same times `factor` plus `offset`.
FrameList skies(float factor, float offset) {
  Plane sky = sky_image(100, 10, 7);
  Plane other = plane_of<float>(25, 40, scaled(sky, factor, offset));
  return {electrons(14, std::move(sky)), electrons(15, std::move(other))};
}

void expect_near(const Floats& found, const Floats& expected, float tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) ASSERT_NEAR(found[k], expected[k], tolerance) << k;
}

TEST(StackScaling, FactorsBringAllToTheFirst) {
  Bench bench;
  const FrameList frames = skies(2, 0);
  const Frame stack = bench.run("stackFrames", frames, {{"scale", true}})[0];
  expect_near(data_of(stack), data_of(frames[0]), 1e-3F);
  EXPECT_EQ(bench.said(), (Words{"Combining 2 inputs with mean and sigclip rejection",
                                 "Combining images. Applying scale factors.",
                                 "N20120117S0014.fits                          1.000",
                                 "N20120117S0015.fits                          0.500", ""}));
}

TEST(StackScaling, OffsetsDoTheSame) {
  Bench bench;
  const FrameList frames = skies(1, 50);
  const Frame stack = bench.run("stackFrames", frames, {{"zero", true}})[0];
  expect_near(data_of(stack), data_of(frames[0]), 1e-3F);
  EXPECT_TRUE(bench.has_said("Combining images. Applying offsets."));
  EXPECT_TRUE(bench.has_said("N20120117S0015.fits                        -50.000"));
}

TEST(StackScaling, OfBothTheOffsetsCount) {
  Bench bench;
  const FrameList frames = skies(1, 50);
  const Frame stack = bench.run("stackFrames", frames, {{"scale", true}, {"zero", true}})[0];
  expect_near(data_of(stack), data_of(frames[0]), 1e-3F);
  EXPECT_EQ(bench.warnings(),
            Words{"Both the scale and zero parameters are set. Setting scale=False."});
}

TEST(StackScaling, ANegativeFactorSwitchesItOff) {
  Bench bench;
  const FrameList frames = skies(1, -300);
  const Frame stack = bench.run("stackFrames", frames, {{"scale", true}})[0];
  expect_near(data_of(stack), scaled(frames[0]->extensions[0].data, 1, -150), 1e-3F);
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(StackScaling, LevelsAreThoseOfTheSection) {
  // The right half of the second frame is much brighter, which must not matter.
  FrameList frames = skies(2, 0);
  const std::span<float> other = frames[1]->extensions[0].data.pixels<float>();
  for (std::size_t k = 0; k < other.size(); ++k) {
    if (k % 40 >= 20) other[k] += 1000.0F;
  }
  Bench bench;
  bench.run("stackFrames", frames, {{"scale", true}, {"statsec", "[1:20,1:25]"}});
  EXPECT_TRUE(bench.has_said("N20120117S0015.fits                          0.500"));
  Bench whole;
  whole.run("stackFrames", frames, {{"scale", true}});
  EXPECT_FALSE(whole.has_said("N20120117S0015.fits                          0.500"));
}

TEST(StackScaling, FlaggedPixelsAndObjectsDoNotCount) {
  FrameList frames = skies(2, 0);
  Plane mask = Plane::filled<std::uint16_t>(25, 40, 0);
  Plane objects = Plane::filled<std::uint8_t>(25, 40, 0);
  const std::span<float> other = frames[1]->extensions[0].data.pixels<float>();
  for (std::size_t k = 0; k < other.size(); ++k) {
    if (k % 40 < 20) continue;
    other[k] += 1000.0F;
    if (k < 500) {
      mask.pixels<std::uint16_t>()[k] = 2;
    } else {
      objects.pixels<std::uint8_t>()[k] = 1;
    }
  }
  frames[0]->extensions[0].mask = mask.clone();
  frames[1]->extensions[0].mask = std::move(mask);
  frames[0]->extensions[0].attach("OBJMASK", objects.clone());
  frames[1]->extensions[0].attach("OBJMASK", std::move(objects));
  Bench bench;
  bench.run("stackFrames", frames, {{"scale", true}});
  EXPECT_TRUE(bench.has_said("N20120117S0015.fits                          0.500"));
}

// --- stackDarks -------------------------------------------------------------------------------

Frame dark(int number, float level) {
  Frame frame = frame_at(number, level);
  make_dark(frame);
  return frame;
}

TEST(StackDarks, StacksDarksOnly) {
  Bench bench;
  const FrameList made = bench.run("stackDarks", {dark(14, 10), dark(15, 20)});
  EXPECT_EQ(data_of(made.at(0)), (Floats{15, 16}));
  EXPECT_EQ(made[0]->filename(), "N20120117S0014_stack.fits");
  try {
    bench.run("stackDarks", {dark(14, 10), frame_at(15, 20)});
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find("Not all inputs have DARK tag"), 0U) << error.what();
  }
}

TEST(StackDarks, ExposureTimesMustAgree) {
  Bench bench;
  const Frame other = dark(15, 20);
  other->phu.set("EXPTIME", 60.009);
  EXPECT_EQ(bench.run("stackDarks", {dark(14, 10), other}).size(), 1U);
  other->phu.set("EXPTIME", 60.02);
  try {
    bench.run("stackDarks", {dark(14, 10), other});
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find("Darks are not of equal exposure time"), 0U);
  }
}

TEST(StackDarks, ItsOwnParametersCount) {
  Bench bench;
  bench.context.user_parameters = {{"stackFrames:operation", "wtmean"},
                                   {"stackDarks:operation", "lmedian"},
                                   {"stackDarks:suffix", "_mine"}};
  const FrameList made = bench.run("stackDarks", {dark(14, 10), dark(15, 20)});
  EXPECT_EQ(data_of(made.at(0)), (Floats{10, 11}));
  EXPECT_EQ(made[0]->filename(), "N20120117S0014_stack.fits");
}

TEST(StackFrames, APixelCanBeTraced) {
  Bench bench;
  const FrameList frames = {frame_at(14, 10), frame_at(15, 20), frame_at(16, 60)};
  frames[2]->extensions[0].mask.pixels<std::uint16_t>()[1] = 1;
  bench.run("stackFrames", frames, {{"debug_pixel", 1}});
  const Words said = bench.said();
  ASSERT_EQ(said.size(), 9U);
  EXPECT_EQ(said[2], "Debugging pixel 1 of extension 1: x = 1, y = 0 (from 0)");
  EXPECT_NE(said[4].find("  11  "), std::string::npos) << said[4];
  EXPECT_TRUE(said[4].ends_with("0  used")) << said[4];
  EXPECT_TRUE(said[6].ends_with("1  left out for its DQ")) << said[6];
  EXPECT_NE(said[7].find("stack"), std::string::npos);
  EXPECT_NE(said[7].find(" 16 "), std::string::npos) << said[7];
}

TEST(StackFrames, APixelOutsideIsSaid) {
  Bench bench;
  bench.run("stackFrames", {frame_at(14, 10), frame_at(15, 20)}, {{"debug_pixel", 2}});
  EXPECT_EQ(bench.warnings(), Words{"debug_pixel=2 is outside of the image, which has 2 pixels"});
}

}  // namespace
}  // namespace wyvern

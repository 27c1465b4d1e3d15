// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "primitives/frames.h"

// A frame of 2 x 4 pixels through the first half of the science recipe, with the numbers that the
// reference gives.

namespace wyvern {
namespace {

using namespace wyvern::testing;

Frame dark() {
  Frame frame = electrons(50, floats(2, 4, {5, 1, 2, 3, 4, 5, 6, 7}),
                          floats(2, 4, {90, 91, 92, 93, 94, 95, 96, 97}),
                          flags(2, 4, {0, 2, 0, 0, 0, 0, 0, 8}));
  make_dark(frame);
  frame->set_filename("N20120117S0050_dark.fits");
  return frame;
}

Frame flat() {
  Frame frame = electrons(40, floats(2, 4, {1.1F, 0.9F, 1, 0.95F, 1.05F, 1.3F, 0.7F, 1}),
                          floats(2, 4, {1e-4F, 2e-4F, 0, 1e-4F, 3e-4F, 1e-4F, 1e-4F, 2e-4F}),
                          flags(2, 4, {0, 0, 64, 0, 0, 0, 0, 0}));
  frame->set_filename("N20120117S0040_flat.fits");
  return frame;
}

const std::vector<std::uint16_t> kMask = {0, 0, 64, 0, 1, 0, 0, 4};
const std::vector<std::uint16_t> kMaskAfterDark = {0, 2, 64, 0, 1, 0, 0, 12};

class Chain : public ::testing::Test {
 protected:
  Chain() {
    bench.calibrations.by_type["processed_dark"] = {dark(), "", "user_cals", ""};
    bench.calibrations.by_type["processed_flat"] = {flat(), "", "", ""};
  }

  // Small frames cannot get their mask from addDQ, which takes them for saturated.
  void prepare(Plane data, std::int64_t coadds = 1) {
    frame = raw_frame(14, std::move(data));
    frame->phu.set("COADDS", coadds);
    step("prepare");
    frame->extensions[0].mask = plane_of<std::uint16_t>(2, 4, kMask);
  }
  void step(std::string_view name, const Arguments& arguments = {}) {
    ASSERT_EQ(bench.run(name, {frame}, arguments), FrameList{frame});
  }
  void both_variances() { step("addVAR", {{"read_noise", true}, {"poisson_noise", true}}); }

  Bench bench;
  Frame frame;
};

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

const std::initializer_list<float> kRaw = {100.25F, -2.5F, 0, 4000.125F, 7.0625F, 250, 12, 33.75F};

TEST_F(Chain, ElectronsAndVariance) {
  prepare(floats(2, 4, kRaw));
  step("ADUToElectrons");
  const Floats counts = {1353.375F, -33.75F, 0, 54001.688F, 95.34375F, 3375, 162, 455.625F};
  EXPECT_EQ(data_of(frame), counts);
  EXPECT_TRUE(frame->extensions[0].variance.empty());
  both_variances();
  EXPECT_EQ(data_of(frame), counts);
  EXPECT_EQ(variance_of(frame),
            (Floats{2253.375F, 900, 900, 54901.688F, 995.34375F, 4275, 1062, 1355.625F}));
  EXPECT_EQ(mask_of(frame), kMask);
}

TEST_F(Chain, DarkIsSubtracted) {
  prepare(floats(2, 4, kRaw));
  step("ADUToElectrons");
  both_variances();
  step("darkCorrect");
  EXPECT_EQ(data_of(frame),
            (Floats{1348.375F, -34.75F, -2, 53998.688F, 91.34375F, 3370, 156, 448.625F}));
  EXPECT_EQ(variance_of(frame),
            (Floats{2343.375F, 991, 992, 54994.688F, 1089.3438F, 4370, 1158, 1452.625F}));
  EXPECT_EQ(mask_of(frame), kMaskAfterDark);
}

void expect_close(const Floats& found, const Floats& expected, float tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    EXPECT_NEAR(found[k], expected[k], tolerance * std::abs(expected[k])) << k;
  }
}

TEST_F(Chain, FlatDividesAndFlaggedPixelsAreReplaced) {
  prepare(floats(2, 4, kRaw));
  step("ADUToElectrons");
  both_variances();
  step("darkCorrect");
  step("flatCorrect");
  EXPECT_EQ(data_of(frame), (Floats{1225.7954F, -38.61111F, -2, 56840.723F, 86.99405F, 2592.3079F,
                                    222.85715F, 448.625F}));
  const Floats variance = variance_of(frame);
  // The reference's fourth power differs by a unit in the last place from machine to machine.
  expect_close(
      variance,
      {2060.8533F, 1223.8248F, 992, 418926.8F, 990.1263F, 2983.4355F, 2373.4011F, 1492.8779F},
      2.4e-7F);
  EXPECT_EQ(mask_of(frame), kMaskAfterDark);

  const Frame with_mean = std::make_shared<AstroData>(frame->clone());
  step("applyDQPlane");
  EXPECT_EQ(data_of(frame), (Floats{1225.7954F, -38.61111F, 1225.7954F, 56840.723F, 1225.7954F,
                                    2592.3079F, 222.85715F, 1225.7954F}));
  EXPECT_EQ(variance_of(frame), variance);
  EXPECT_EQ(mask_of(frame), kMaskAfterDark);
  bench.run("applyDQPlane", {with_mean}, {{"replace_value", "mean"}});
  EXPECT_EQ(data_of(with_mean), (Floats{1225.7954F, -38.61111F, 12168.614F, 56840.723F, 12168.614F,
                                        2592.3079F, 222.85715F, 12168.614F}));
}

TEST_F(Chain, WholeNumbersBecomeDouble) {
  prepare(plane_of<std::int32_t>(2, 4, {100, -3, 0, 4000, 7, 250, 12, 33}));
  EXPECT_EQ(frame->extensions[0].data.type(), PixelType::i32);
  step("ADUToElectrons");
  EXPECT_EQ(pixels<double>(frame->extensions[0].data),
            (Doubles{1350, -40.5, 0, 54000, 94.5, 3375, 162, 445.5}));
  both_variances();
  step("darkCorrect");
  EXPECT_EQ(pixels<double>(frame->extensions[0].data),
            (Doubles{1345, -41.5, -2, 53997, 90.5, 3370, 156, 438.5}));
  step("flatCorrect");
  EXPECT_EQ(pixels<double>(frame->extensions[0].data),
            (Doubles{1222.7272462253734, -46.111112332638434, -2, 56838.94808165586,
                     86.19048010464986, 2592.307787392975, 222.85714665237745, 438.5}));
  const Doubles variance = pixels<double>(frame->extensions[0].variance);
  const Doubles expected = {2057.443063982531,  1223.9817731973876, 992,
                            418902.59338436276, 989.3230983495445,  2983.435616575662,
                            2373.4011950412387, 1480.9564490285084};
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(variance[k], expected[k], 1.2e-7 * expected[k]) << k;
  }
}

TEST_F(Chain, CoaddsRaiseNoiseAndLevels) {
  prepare(floats(2, 4, kRaw), 5);
  fits::Header& header = frame->extensions[0].header;
  EXPECT_EQ(frame->phu.get("EXPTIME"), Value(300.0));
  EXPECT_EQ(header.get("RDNOISE"), Value(67.0820393249937));
  EXPECT_EQ(header.get("NONLINEA"), Value(23809));
  EXPECT_EQ(header.get("SATLEVEL"), Value(33333));
  step("ADUToElectrons");
  EXPECT_EQ(header.get("NONLINEA"), Value(321421.5));
  EXPECT_EQ(header.get("SATLEVEL"), Value(449995.5));
  both_variances();
  EXPECT_EQ(variance_of(frame),
            (Floats{5853.375F, 4500, 4500, 58501.688F, 4595.3438F, 7875, 4662, 4955.625F}));
}

TEST_F(Chain, VarianceInTwoSteps) {
  prepare(floats(2, 4, {100.25F, -3, 0, 4000, 0, 0, 0, 0}));
  step("addVAR", {{"read_noise", true}});
  EXPECT_EQ(variance_of(frame), Floats(8, 4.9382715F));
  step("ADUToElectrons");
  EXPECT_EQ(variance_of(frame), Floats(8, 900.0F));
  step("addVAR", {{"poisson_noise", true}});
  EXPECT_EQ(variance_of(frame), (Floats{2253.375F, 900, 900, 54900, 900, 900, 900, 900}));
  EXPECT_EQ(frame->extensions[0].header.text("VARNOISE"), "read, Poisson");
}

TEST_F(Chain, PhotonNoiseInAduIsThatOfTheElectrons) {
  prepare(floats(2, 4, {100.25F, -3, 0, 4000, std::nanf(""), 0, 0, 0}));
  step("addVAR", {{"poisson_noise", true}});
  EXPECT_EQ(variance_of(frame), (Floats{7.4259257F, 0, 0, 296.2963F, 0, 0, 0, 0}));
  EXPECT_EQ(frame->extensions[0].header.text("VARNOISE"), "Poisson");
}

}  // namespace
}  // namespace wyvern

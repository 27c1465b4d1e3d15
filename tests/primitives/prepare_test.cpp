// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/frames.h"

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

Frame raw() {
  return raw_frame(14, floats(2, 2, {1, 2, 3, 4}));
}

TEST(Prepare, NamesStampsAndHeaders) {
  Bench bench;
  const Frame frame = raw();
  bench.run("prepare", {frame});
  EXPECT_EQ(frame->filename(), "N20120117S0014_prepared.fits");
  EXPECT_EQ(frame->phu.text("ORIGNAME"), "N20120117S0014.fits");
  for (const char* stamp : {"VALDATA", "SDZSTRUC", "SDZHDRSG", "SDZHDRSI", "PREPARE", "GEM-TLM"}) {
    EXPECT_EQ(frame->phu.text(stamp), kBenchTime) << stamp;
  }
  EXPECT_EQ(frame->phu.comment("PREPARE"), "UT time stamp for PREPARE");
  EXPECT_EQ(frame->phu.text("FILTER"), "J");
  EXPECT_EQ(frame->phu.get("PIXSCALE"), Value(0.1517));
  const fits::Header& header = frame->extensions[0].header;
  EXPECT_EQ(header.text("BUNIT"), "adu");
  EXPECT_EQ(header.get("PIXSCALE"), Value(0.1517));
  EXPECT_EQ(header.get("RDNOISE"), Value(30.0));
  EXPECT_EQ(header.get("GAIN"), Value(13.5));
  EXPECT_EQ(header.get("SATLEVEL"), Value(6666));
  EXPECT_EQ(header.get("NONLINEA"), Value(4761));
  EXPECT_EQ(header.comment("NONLINEA"), "Non-linear regime [ADU]");
  EXPECT_EQ(header.get("CRVAL1"), frame->phu.get("CRVAL1"));
}

TEST(Prepare, AppendsKeywordsInTheReferencesOrder) {
  Bench bench;
  const Frame frame = raw();
  const std::size_t before = frame->phu.cards().size();
  bench.run("prepare", {frame});
  Words keywords;
  for (std::size_t i = before; i < frame->phu.cards().size(); ++i) {
    keywords.push_back(frame->phu.cards()[i].keyword);
  }
  // ORIGNAME stands first in files, where opening has put it.
  std::erase(keywords, "ORIGNAME");
  EXPECT_EQ(keywords, (Words{"GEM-TLM", "VALDATA", "SDZSTRUC", "SDZHDRSG", "FILTER", "PIXSCALE",
                             "SDZHDRSI", "PREPARE"}));
}

TEST(Prepare, LogsItsPartsOneInsideTheOther) {
  Bench bench;
  bench.run("prepare", {raw(), raw()});
  EXPECT_EQ(bench.said(), (Words{"Updating keywords that are common to all Gemini data",
                                 "Updating keywords that are common to all Gemini data",
                                 "Updating keywords that are specific to GNIRS",
                                 "Updating keywords that are specific to GNIRS"}));
}

TEST(Prepare, MovesRadecsysAndDetectorKeywords) {
  Bench bench;
  const Frame frame = raw();
  frame->phu.set("GAIN", 99.0);
  frame->extensions[0].header.set("RADECSYS", "FK4", "old name");
  bench.run("prepare", {frame});
  const fits::Header& header = frame->extensions[0].header;
  EXPECT_FALSE(header.has("RADECSYS"));
  EXPECT_EQ(header.text("RADESYS"), "FK4");
  EXPECT_EQ(header.comment("RADESYS"), "old name");
  EXPECT_FALSE(frame->phu.has("GAIN"));
  EXPECT_EQ(header.get("GAIN"), Value(13.5));
}

TEST(Prepare, TwiceChangesNothing) {
  Bench bench;
  const Frame frame = raw();
  frame->phu.set("COADDS", 2);
  bench.run("prepare", {frame});
  bench.run("prepare", {frame});
  EXPECT_EQ(frame->phu.get("EXPTIME"), Value(120.0));
  EXPECT_EQ(bench.warnings().front(),
            "No changes will be made to N20120117S0014_prepared.fits, since it has already been "
            "processed by validateData");
}

// The message of the InputError that preparing the frame ends with.
std::string refusal(const Frame& frame, const Arguments& arguments = {}) {
  Bench bench;
  try {
    bench.run("prepare", {frame}, arguments);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Prepare, RefusesOtherInstruments) {
  const Frame frame = raw();
  frame->phu.set("INSTRUME", "NIRI");
  EXPECT_EQ(refusal(frame),
            "Input file N20120117S0014.fits is NIRI data and not suitable for GNIRSImage class");
}

TEST(Prepare, WantsOneExtension) {
  const Frame frame = raw();
  frame->extensions.push_back(frame->extensions[0].clone());
  EXPECT_NE(refusal(frame).find("found 2 science extensions"), std::string::npos);
  frame->extensions.clear();
  EXPECT_NE(refusal(frame).find("found 0 science extensions"), std::string::npos);
}

TEST(Prepare, WantsAWcsUnlessToldOtherwise) {
  const Frame frame = raw();
  frame->extensions[0].wcs.reset();
  EXPECT_NE(refusal(frame).find("no celestial WCS"), std::string::npos);
  EXPECT_EQ(refusal(frame, {{"require_wcs", false}}), "");
}

TEST(Prepare, RefusesAnUnknownDetectorConfiguration) {
  const Frame frame = raw();
  frame->phu.set("DETBIAS", -1.5);
  EXPECT_NE(refusal(frame).find(": no read_noise is known"), std::string::npos) << refusal(frame);
}

TEST(Prepare, AnErrorInOneFrameLeavesTheOthersLog) {
  Bench bench;
  const Frame bad = raw();
  bad->phu.set("INSTRUME", "NIRI");
  EXPECT_THROW(bench.run("prepare", {raw(), bad, raw()}), InputError);
  EXPECT_EQ(bench.said().size(), 4U);
}

// --- ADUToElectrons, addVAR -------------------------------------------------------------------

Frame prepared(Bench& bench) {
  Frame frame = raw();
  bench.run("prepare", {frame});
  return frame;
}

TEST(AduToElectrons, ConvertsPlanesAndHeaders) {
  Bench bench;
  const Frame frame = prepared(bench);
  frame->extensions[0].variance = floats(2, 2, {1, 1, 2, 2});
  bench.run("ADUToElectrons", {frame});
  EXPECT_EQ(data_of(frame), (std::vector<float>{13.5F, 27, 40.5F, 54}));
  EXPECT_EQ(variance_of(frame), (std::vector<float>{182.25F, 182.25F, 364.5F, 364.5F}));
  const fits::Header& header = frame->extensions[0].header;
  EXPECT_EQ(header.text("BUNIT"), "electron");
  EXPECT_EQ(header.get("GAIN"), Value(1.0));
  EXPECT_EQ(header.get("SATLEVEL"), Value(89991.0));
  EXPECT_EQ(header.comment("SATLEVEL"), "Saturation level [electron]");
  EXPECT_EQ(header.get("NONLINEA"), Value(64273.5));
  EXPECT_EQ(frame->phu.text("ADUTOELE"), kBenchTime);
  EXPECT_EQ(frame->filename(), "N20120117S0014_ADUToElectrons.fits");
}

TEST(AduToElectrons, HappensOnce) {
  Bench bench;
  const Frame frame = prepared(bench);
  bench.run("ADUToElectrons", {frame});
  bench.run("ADUToElectrons", {frame});
  EXPECT_EQ(data_of(frame)[0], 13.5F);
  EXPECT_EQ(bench.warnings().size(), 1U);
  // Another one that is in electrons without having been here.
  const Frame other = electrons(15, floats(1, 1, {5}));
  bench.run("ADUToElectrons", {other});
  EXPECT_EQ(data_of(other)[0], 5.0F);
  EXPECT_EQ(bench.warnings().back(),
            "  N20120117S0015.fits:1 is already in electrons. Continuing.");
}

TEST(AddVar, SaysWhatItAdds) {
  Bench bench;
  const Frame one = prepared(bench), two = prepared(bench);
  bench.log = Journal();
  bench.run("addVAR", {one, two}, {{"read_noise", true}, {"poisson_noise", true}});
  EXPECT_EQ(bench.said(), Words{"Adding the read noise component and the Poisson noise component "
                                "of the variance"});
  EXPECT_EQ(one->phu.text("ADDVAR"), kBenchTime);
  EXPECT_EQ(one->filename(), "N20120117S0014_varAdded.fits");
  EXPECT_EQ(one->extensions[0].header.text("VARNOISE"), "read, Poisson");
}

TEST(AddVar, AddsEachNoiseOnce) {
  Bench bench;
  const Frame frame = prepared(bench);
  bench.run("addVAR", {frame}, {{"read_noise", true}});
  const std::vector<float> once = variance_of(frame);
  bench.run("addVAR", {frame}, {{"read_noise", true}});
  EXPECT_EQ(variance_of(frame), once);
  EXPECT_EQ(frame->extensions[0].header.text("VARNOISE"), "read");
  EXPECT_EQ(bench.warnings().size(), 1U);
}

TEST(AddVar, WithoutANoiseLeavesTheFrameAlone) {
  Bench bench;
  const Frame frame = prepared(bench);
  bench.run("addVAR", {frame});
  EXPECT_TRUE(frame->extensions[0].variance.empty());
  EXPECT_FALSE(frame->phu.has("ADDVAR"));
  EXPECT_EQ(frame->filename(), "N20120117S0014_prepared.fits");
  EXPECT_EQ(bench.warnings(), Words{"Cannot add a variance component since no variance component "
                                    "has been selected"});
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/descriptors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/errors.h"
#include "base/text.h"
#include "instruments/headers.h"

namespace wyvern {
namespace {

using testing::data_with;
using testing::set_cards;

AstroData keyhole_frame(int extensions = 1) {
  return data_with({{"INSTRUME", "GNIRS"},
                    {"OBSERVAT", "Gemini-North"},
                    {"OBSTYPE", "OBJECT"},
                    {"ACQMIR", "In"},
                    {"SLIT", "Acq_G5530"},
                    {"DECKER", "Acq_G5531"},
                    {"CAMERA", "ShortBlue_G5540"},
                    {"FILTER1", "Open"},
                    {"FILTER2", "J_G0517"},
                    {"ARRAYID", "SN7638228.1"},
                    {"LNRS", 1},
                    {"NDAVGS", 16},
                    {"DETBIAS", -0.3},
                    {"COADDS", 2},
                    {"EXPTIME", 30.0}},
                   extensions);
}

std::string refusal(const AstroData& ad, std::string_view name,
                    const DescriptorOptions& options = {}) {
  try {
    static_cast<void>(describe(ad, name, options));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Descriptors, NumbersThatNoIntegerHoldsAreRefused) {
  AstroData ad = keyhole_frame();
  for (const double number : {1e300, -1e300}) {
    ad.phu.set("COADDS", number);
    EXPECT_EQ(refusal(ad, "coadds").find("keyword COADDS is not a number") != std::string::npos,
              true)
        << refusal(ad, "coadds");
    ad.phu.set("COADDS", 1);
    ad.phu.set("LNRS", number);
    EXPECT_TRUE(describe(ad, 0, "gain").is_none());
    ad.phu.set("LNRS", 1);
    ad.phu.set("MJD-OBS", number);
    ad.phu.set("DATE-OBS", "2012-01-17");
    EXPECT_EQ(str(describe(ad, "ut_date")), "2012-01-17");
  }
}

TEST(DescriptorNames, AreEightyThreeInAlphabeticalOrder) {
  const std::vector<std::string>& names = descriptor_names();
  EXPECT_EQ(names.size(), 83U);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  // The reference leaves these out of its list for GNIRS although they can be called.
  for (const char* name : {"gain", "read_noise", "saturation_level", "non_linear_level"}) {
    EXPECT_TRUE(is_descriptor(name)) << name;
  }
  EXPECT_FALSE(is_descriptor("prism_motor_steps"));
  EXPECT_FALSE(is_descriptor("Gain"));
}

TEST(DescriptorNames, AllCanBeAskedOfAnyGeminiFile) {
  for (int extensions : {0, 1, 3}) {
    const AstroData gnirs = keyhole_frame(extensions);
    const AstroData niri = data_with({{"INSTRUME", "NIRI"}}, extensions);
    for (const std::string& name : descriptor_names()) {
      EXPECT_NO_THROW(describe(gnirs, name)) << name;
      EXPECT_NO_THROW(describe(niri, name)) << name;
    }
  }
}

TEST(DescriptorNames, TellWhetherThereIsAPrettyForm) {
  const int pretty = static_cast<int>(std::ranges::count_if(
      descriptor_names(), [](const std::string& name) { return takes_pretty(name); }));
  EXPECT_EQ(pretty, 14);
  EXPECT_TRUE(takes_pretty("filter_name"));
  EXPECT_FALSE(takes_pretty("gain"));
}

TEST(Keywords, DependOnTheInstrument) {
  const AstroData gnirs = keyhole_frame();
  const AstroData niri = data_with({{"INSTRUME", "NIRI"}});
  EXPECT_EQ(keyword_for(gnirs, "gain"), "GAIN");
  EXPECT_EQ(keyword_for(gnirs, "array_name"), "ARRAYID");
  EXPECT_EQ(keyword_for(niri, "array_name"), "ARRAYNAM");
  EXPECT_EQ(keyword_for(gnirs, "cd12"), "CD1_2");
  EXPECT_EQ(keyword_for(data_with({}), "object"), "OBJECT");
  try {
    static_cast<void>(keyword_for(gnirs, "observation_class"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "No match for 'observation_class'");
  }
}

TEST(Errors, NameTheFileAndWhatIsWrong) {
  AstroData ad = keyhole_frame();
  ad.set_path("/data/N20120117S0014.fits");
  EXPECT_EQ(refusal(ad, "spam"),
            "N20120117S0014.fits: 'AstroDataGnirs' object has no attribute 'spam'");
  EXPECT_EQ(refusal(data_with({}), "gain"), "'AstroData' object has no attribute 'gain'");
  ad.phu.set("CAMERA", "Foo_G1");
  EXPECT_EQ(refusal(ad, "pixel_scale"),
            "N20120117S0014.fits: keyword CAMERA: Unrecognized GNIRS camera, Foo");
  EXPECT_THROW(describe(ad, 1, "gain"), InputError);
  ad.phu.set("EXPTIME", "long");
  EXPECT_TRUE(contains(refusal(ad, "exposure_time"), "EXPTIME"));
}

TEST(Slices, GiveBareValues) {
  const AstroData ad = keyhole_frame(2);
  EXPECT_EQ(describe(ad, "gain"), Value(ValueList{13.5, 13.5}));
  EXPECT_EQ(describe(ad, 1, "gain"), Value(13.5));
  EXPECT_EQ(describe(ad, 1, "array_section"), Value(Section{0, 6, 0, 4}));
  EXPECT_EQ(describe(ad, 0, "array_section", {.pretty = true}), Value("[1:6,1:4]"));
}

TEST(Prepared, KeywordsOfEveryExtensionTakeThePlaceOfTables) {
  AstroData ad = keyhole_frame(2);
  ad.extensions[0].header.set("GAIN", 1.0);
  ad.extensions[1].header.set("GAIN", 1.0);
  ad.extensions[0].header.set("SATLEVEL", 89991.0);
  EXPECT_EQ(gain(ad), 13.5);
  EXPECT_EQ(exposure_time(ad), 60.0);
  ad.phu.set("PREPARE", "2024-05-01T10:00:00");
  EXPECT_EQ(gain(ad), 1.0);
  EXPECT_EQ(exposure_time(ad), 30.0);
  // SATLEVEL is missing in one of two: from the well of 2 coadds, and the gain of the header.
  EXPECT_EQ(describe(ad, "saturation_level"), Value(ValueList{180000, 180000}));
  EXPECT_EQ(saturation_level(ad, 0), 89991.0);
}

TEST(Typed, ValuesAreThoseOfTheDescriptors) {
  AstroData ad = keyhole_frame();
  EXPECT_EQ(read_noise(ad), 30.0 * std::sqrt(2.0));
  EXPECT_EQ(saturation_level(ad), 13333.0);
  EXPECT_EQ(non_linear_level(ad), 9523.0);
  EXPECT_EQ(pixel_scale(ad), 0.1517);
  EXPECT_EQ(airmass(ad), std::nullopt);
  EXPECT_EQ(ut_datetime(ad), std::nullopt);
  EXPECT_TRUE(is_in_adu(ad));
  EXPECT_EQ(text_descriptor(ad, "filter_name", true), "J");
  EXPECT_EQ(text_descriptor(ad, "observation_id"), "");
  ad.extensions[0].header.set("BUNIT", "electron");
  EXPECT_FALSE(is_in_adu(ad));
  ad.phu.set("ARRAYID", "SN1");
  EXPECT_EQ(gain(ad), std::nullopt);
  EXPECT_EQ(saturation_level(ad), std::nullopt);
}

TEST(Dispersion, IsConvertedInEveryExtension) {
  AstroData ad = keyhole_frame(2);
  EXPECT_TRUE(describe(ad, "dispersion").is_none());
  ad.extensions[0].header.set("WDELTA", 2.0);
  EXPECT_EQ(describe(ad, "dispersion", {.as_nanometers = true}), Value(ValueList{2.0e9, Value()}));
  ad.extensions[1].header.set("WDELTA", 4.0);
  EXPECT_EQ(describe(ad, "dispersion"), Value(ValueList{2.0, 4.0}));
}

Value time_of(const testing::Cards& cards, const DescriptorOptions& options = {}) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"}});
  set_cards(ad.phu, cards);
  return describe(ad, "ut_datetime", options);
}

TEST(UtDatetime, TakesTheFirstDateAndTheFirstTimeThatCanBeRead) {
  const DateTime expected{{2012, 1, 17}, {5, 30, 3, 250000}};
  EXPECT_EQ(time_of({{"DATE-OBS", "2012-01-17T05:30:03.25"}, {"UT", "01:00:00"}}), Value(expected));
  EXPECT_EQ(time_of({{"DATE-OBS", "soon"}, {"DATE", "2012-01-17"}, {"UTSTART", "5:30:3.2500009"}}),
            Value(expected));
  EXPECT_EQ(time_of({{"DATE-OBS", "17/01/112"}, {"UT", "x"}, {"STARTUT", "05:30:03.25"}}),
            Value(expected));
  EXPECT_EQ(time_of({{"OBSSTART", "2012-01-17 05:30:03.25"}}), Value(expected));
}

TEST(UtDatetime, DoesNotInventDates) {
  EXPECT_TRUE(time_of({{"DATE-OBS", "2012-13-17"}, {"UT", "05:30:03"}}).is_none());
  EXPECT_TRUE(time_of({{"DATE-OBS", "2012-02-30"}, {"UT", "05:30:03"}}).is_none());
  EXPECT_TRUE(
      time_of({{"DATE-OBS", "2012-02-20"}, {"UT", "24:30:03"}}, {.strict = true}).is_none());
  EXPECT_EQ(time_of({{"UT", "05:30"}}, {.timeonly = true}), Value(TimeOfDay{}));
  EXPECT_EQ(time_of({{"MJD-OBS", 55943.5}}), Value(DateTime{{2012, 1, 17}, {12, 0, 0, 0}}));
}

TEST(UtDatetime, FallsBackOnTheNamesOfFrameAndFile) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"}});
  ad.extensions[0].header.set("FRMNAME", "N20120117S0014:0");
  EXPECT_EQ(describe(ad, "ut_datetime", {.dateonly = true}), Value(Date{2012, 1, 17}));
  EXPECT_EQ(describe(ad, 0, "ut_datetime", {.dateonly = true}), Value(Date{2012, 1, 17}));
  ad.set_path("N20130201S0014.fits");
  EXPECT_EQ(describe(ad, "ut_datetime", {.dateonly = true}), Value(Date{2013, 2, 1}));
}

TEST(Coordinates, ComeAsNumbersOrSexagesimalText) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"}, {"RA", "12:30:00"}, {"DEC", "-00:30:00"}});
  EXPECT_DOUBLE_EQ(describe(ad, "ra").as_double(), 187.5);
  EXPECT_DOUBLE_EQ(describe(ad, "dec").as_double(), -0.5);
  set_cards(ad.phu, {{"RA", "187 30 0 degrees"}, {"DEC", "north"}});
  EXPECT_DOUBLE_EQ(describe(ad, "_ra").as_double(), 187.5);
  EXPECT_TRUE(describe(ad, "_dec").is_none());
  EXPECT_FALSE(refusal(ad, "target_dec", {.icrs = true}).empty());
}

TEST(Components, NamesOfEngineeringPositionsAreKeptOrRefused) {
  AstroData ad = data_with({{"INSTRUME", "GNIRS"}, {"ACQMIR", "Out"}});
  set_cards(ad.phu, {{"GRATING", "111/mmLB_G5534"}, {"PRISM", "LB+SXD_G5536"}});
  EXPECT_EQ(describe(ad, "disperser"), Value("111/mm_G5534&SXD_G5536"));
  EXPECT_EQ(describe(ad, "disperser", {.pretty = true}), Value("111/mm&SXD"));
  ad.phu.set("PRISM", "** ENG 49450 **");
  EXPECT_TRUE(describe(ad, "disperser").is_none());
  ad.phu.set("GRATING", "/mm");
  EXPECT_EQ(describe(ad, "_grating"), Value("/mm"));
}

}  // namespace
}  // namespace wyvern

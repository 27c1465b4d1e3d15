// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/headers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "simulation/presets.h"

namespace wyvern::simulation {
namespace {

fits::Header header_of(const Preset& preset, const Shot& shot) {
  std::optional<HeaderWcs> wcs;
  if (shot.kind != Kind::dark) {
    wcs = pointed_at(preset.camera, preset.position_angle_deg, preset.target_deg);
  }
  return primary_header(preset, shot, wcs);
}

class EveryPreset : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryPreset, KeywordsSayWhatTheFrameIs) {
  const Preset preset = *find_preset(GetParam());
  for (const Shot& shot : observing_sequence(preset)) {
    const fits::Header h = header_of(preset, shot);
    const bool dark = shot.kind == Kind::dark, science = shot.kind == Kind::science;
    const bool lamp = !dark && !science;
    EXPECT_EQ(h.text("INSTRUME"), "GNIRS");
    EXPECT_EQ(h.text("OBSERVAT"), "Gemini-North");
    EXPECT_EQ(h.text("ACQMIR"), dark ? "Out" : "In");
    EXPECT_EQ(h.text("OBSTYPE"), science ? "OBJECT" : dark ? "DARK" : "FLAT");
    EXPECT_EQ(h.has("GCALSHUT"), lamp);
    const std::string shutter = shot.kind == Kind::lamp_on ? "OPEN" : "CLOSED";
    EXPECT_EQ(h.text("GCALSHUT").value_or(shutter), shutter);
    EXPECT_EQ(h.has("P2ARA"), science);
    EXPECT_EQ(h.text("FILTER1")->find("Dark") != std::string::npos, dark);
    EXPECT_EQ(h.integer("COADDS"), shot.setup.coadds);
    EXPECT_EQ(h.number("EXPTIME"), shot.setup.exposure_s);
    EXPECT_EQ(h.integer("LNRS"), shot.setup.mode.lnrs);
    EXPECT_EQ(h.integer("NDAVGS"), shot.setup.mode.ndavgs);
    for (const fits::Card& card : h.cards()) {
      EXPECT_EQ(fits::card_text(card).size(), 80U) << card.keyword;
    }
  }
}

// A sky frame needs others within 600 s and away from it.
TEST_P(EveryPreset, DithersHaveNeighbours) {
  std::vector<Shot> science;
  for (const Shot& shot : observing_sequence(*find_preset(GetParam()))) {
    if (shot.kind == Kind::science) science.push_back(shot);
  }
  for (const Shot& a : science) {
    int near = 0;
    for (const Shot& b : science) {
      const bool soon = std::abs(seconds_between(a.start, b.start)) <= 600.0;
      near += soon && std::hypot(a.p - b.p, a.q - b.q) > 1.0 ? 1 : 0;
    }
    EXPECT_GE(near, 3);
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, EveryPreset, ::testing::ValuesIn(night_presets()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(Sequence, TutorialHasTheNamesOfTheTutorial) {
  std::vector<std::string> names;
  for (const Shot& shot : observing_sequence(*find_preset("tutorial")))
    names.push_back(shot.name());
  ASSERT_EQ(names.size(), 46U);
  EXPECT_EQ(names[0], "N20120117S0014");
  EXPECT_EQ(names[19], "N20120117S0033");
  EXPECT_EQ(names[20], "N20120117S0034");
  EXPECT_EQ(names[35], "N20120117S0049");
  EXPECT_EQ(names[36], "N20120102S0538");
  EXPECT_EQ(names[45], "N20120102S0547");
}

struct RealOffsets {
  const char* frame;
  double pa_deg;
  Epoch epoch;
  double p, q, ra, dec;
};

// Offset keywords of real headers, to nine digits.
TEST(Headers, OffsetsAreThoseOfRealHeaders) {
  const RealOffsets all[] = {{"N20120102S0213", 0.0, Epoch::y2012, 0.231808060498, 9.04455460605,
                              -0.231808060498, -9.04455460605},
                             {"N20120104S0167", 150.0, Epoch::y2012, 0.907222914371,
                              -0.752015971737, 0.409670104872, -1.10487639276},
                             {"N20151213S0022", 0.0, Epoch::y2015, 5.49184409552118,
                              -4.54032308032102, 5.49184409552118, -4.54032308032102},
                             {"N20170201S0246", 261.88, Epoch::y2015, 4.95029116303084,
                              4.57296714373344, -5.22633328599631, 4.25474458459421}};
  for (const RealOffsets& real : all) {
    Preset preset = *find_preset("tutorial");
    preset.position_angle_deg = real.pa_deg;
    preset.epoch = real.epoch;
    Shot shot = observing_sequence(preset).front();
    shot.p = real.p;
    shot.q = real.q;
    const fits::Header h = header_of(preset, shot);
    EXPECT_NEAR(*h.number("RAOFFSET"), real.ra, 1e-9) << real.frame;
    EXPECT_NEAR(*h.number("DECOFFSE"), real.dec, 1e-9) << real.frame;
    if (shot.p < 0.3) {
      EXPECT_NEAR(*h.number("XOFFSET"), -9.04564436416, 1e-9);
      EXPECT_NEAR(*h.number("YOFFSET"), 0.184447922138, 1e-9);
    }
  }
}

TEST(Pointing, OriginOfTheCameraIsOnTheTarget) {
  for (const std::string& name : night_presets()) {
    const Preset preset = *find_preset(name);
    const Wcs wcs = pointed_at(preset.camera, preset.position_angle_deg, preset.target_deg).wcs();
    const Point seen = wcs.to_pixel(preset.target_deg);
    EXPECT_NEAR(seen.x, preset.camera.origin.x, 1e-6) << name;
    EXPECT_NEAR(seen.y, preset.camera.origin.y, 1e-6) << name;
  }
}

TEST(Pointing, CdTurnsAsInARealHeader) {
  const HeaderWcs turned = pointed_at(find_preset("tutorial")->camera, 150.0, {10.0, 20.0});
  const double real[2][2] = {{-2.01868011397308e-05, -3.9490211042457e-05},
                             {3.69783926494311e-05, -2.07306111839483e-05}};  // N20120104S0167
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) EXPECT_NEAR(turned.cd[i][j], real[i][j], 1e-8);
  }
}

// The Crab at Maunakea: culminates at 90 - (22.01 - 19.82) degrees.
TEST(Pointing, HorizonOfAKnownInstant) {
  const Horizon now = horizon({{2012, 1, 1}, {10, 30, 0, 0}}, {83.633, 22.0145});
  EXPECT_NEAR(now.sidereal_h, 6.83483, 1e-4);  // by ERFA
  EXPECT_NEAR(now.hour_angle_h, now.sidereal_h - 83.633 / 15.0, 1e-9);
  EXPECT_GT(now.elevation_deg, 70.0);
  EXPECT_NEAR(now.airmass(), 1.0 / std::sin(now.elevation_deg * 3.14159265358979 / 180.0), 1e-3);
  EXPECT_LT((Horizon{0, 0, -30.0, 0}).airmass(), 3.4);
}

}  // namespace
}  // namespace wyvern::simulation

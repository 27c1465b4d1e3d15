// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/files.h"
#include "instruments/descriptors.h"
#include "instruments/tags.h"
#include "simulation/simulation.h"
#include "support/paths.h"

namespace wyvern::simulation {
namespace {

Options few(int science, int flats, int darks, int threads = 1) {
  Options options;
  options.science = science;
  options.flats = flats;
  options.darks = darks;
  options.threads = threads;
  return options;
}

// Two science frames, one flat of either kind, one dark, written once for all tests.
class SmallNight : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    result_ = new Result(simulate_night(folder_->path().string(), few(2, 1, 1)));
  }
  static void TearDownTestSuite() {
    delete result_;
    delete folder_;
  }
  static nlohmann::json truth() { return nlohmann::json::parse(read_text_file(result_->truth)); }
  static AstroData frame(std::size_t i) { return AstroData::open(result_->frames.at(i)); }

  static testing::TemporaryFolder* folder_;
  static Result* result_;
};
testing::TemporaryFolder* SmallNight::folder_ = nullptr;
Result* SmallNight::result_ = nullptr;

std::string digest(const Result& result, std::size_t i) {
  return md5_of_file(result.frames.at(i));
}

TEST_F(SmallNight, IsTheSameForAnyNumberOfThreads) {
  const testing::TemporaryFolder again;
  const Result other = simulate_night(again.path().string(), few(2, 1, 1, 3));
  ASSERT_EQ(other.frames.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(digest(other, i), digest(*result_, i));
  EXPECT_EQ(md5_of_file(other.truth), md5_of_file(result_->truth));
}

TEST_F(SmallNight, FramesDoNotDependOnHowManyThereAre) {
  const testing::TemporaryFolder again;
  const Result one = simulate_night(again.path().string(), few(1, 0, 0));
  EXPECT_EQ(digest(one, 0), digest(*result_, 0));
  Options seeded = few(1, 0, 0);
  seeded.seed = 5;
  const testing::TemporaryFolder elsewhere;
  EXPECT_NE(digest(simulate_night(elsewhere.path().string(), seeded), 0), digest(*result_, 0));
}

TEST_F(SmallNight, FilesAreThoseOfRawFrames) {
  const auto file = fits::read_file(result_->frames.at(0), fits::Pixels::load);
  ASSERT_EQ(file.size(), 2U);
  EXPECT_FALSE(file[0].header.has("CHECKSUM"));
  EXPECT_FALSE(file[1].header.has("EXTNAME"));
  EXPECT_FALSE(file[1].header.has("CRVAL1"));
  const auto& pixels = std::get<Plane>(file[1].data);
  EXPECT_EQ(pixels.type(), PixelType::f32);
  EXPECT_EQ(pixels.ny(), 1022);
  EXPECT_EQ(pixels.nx(), 1024);
}

TEST_F(SmallNight, TagsAreThoseOfTheObservatory) {
  const Tags common{"GEMINI", "GNIRS", "NORTH", "RAW", "UNPREPARED"};
  const auto with = [&](std::initializer_list<const char*> more) {
    Tags tags = common;
    tags.insert(more.begin(), more.end());
    return tags;
  };
  EXPECT_EQ(tags_of(frame(0)), with({"IMAGE", "SIDEREAL"}));
  EXPECT_EQ(tags_of(frame(2)),
            with({"IMAGE", "CAL", "FLAT", "GCALFLAT", "GCAL_IR_ON", "LAMPON", "SIDEREAL"}));
  EXPECT_EQ(tags_of(frame(3)),
            with({"IMAGE", "CAL", "FLAT", "GCALFLAT", "GCAL_IR_OFF", "LAMPOFF", "SIDEREAL"}));
  EXPECT_EQ(tags_of(frame(4)), with({"CAL", "DARK", "AT_ZENITH", "AZEL_TARGET", "NON_SIDEREAL"}));
}

// The nights that the reference was run on have the same keywords.
TEST_F(SmallNight, HeadersHaveTheCardsOfTheReferenceNight) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const char* names[] = {"N20120117S0014", "N20120117S0015", "N20120117S0019", "N20120117S0022",
                         "N20120102S0538"};
  for (std::size_t i = 0; i < 5; ++i) {
    const auto path = *data / "golden/small/raw" / (std::string(names[i]) + ".fits.bz2");
    const AstroData theirs = AstroData::open(path.string(), fits::Pixels::defer), ours = frame(i);
    EXPECT_EQ(tags_of(ours), tags_of(theirs)) << names[i];
    const auto keywords = [](const fits::Header& header) {
      std::vector<std::string> list;
      for (const fits::Card& card : header.cards()) list.push_back(card.keyword);
      return list;
    };
    EXPECT_EQ(keywords(ours.phu), keywords(theirs.phu)) << names[i];
    EXPECT_EQ(keywords(ours.extensions[0].header), keywords(theirs.extensions[0].header));
    for (const char* keyword :
         {"OBJECT", "OBSCLASS", "FILTER2", "SLIT", "POFFSET", "EXPTIME", "PA"}) {
      EXPECT_EQ(ours.phu.get(keyword), theirs.phu.get(keyword)) << names[i] << ' ' << keyword;
    }
  }
}

TEST_F(SmallNight, DescriptorsAreThoseOfTheSetup) {
  const AstroData science = frame(0);
  EXPECT_EQ(exposure_time(science), 60.0);
  EXPECT_EQ(gain(science), 13.5);
  EXPECT_EQ(read_noise(science), 10.0);
  EXPECT_EQ(text_descriptor(science, "filter_name", true), "J");
  EXPECT_EQ(text_descriptor(science, "observation_class"), "science");
  EXPECT_EQ(text_descriptor(science, "data_label"), "GN-2011B-Q-999-1-001");
  EXPECT_EQ(iso_format(*ut_datetime(science)), "2012-01-17T05:12:07");
  EXPECT_EQ(text_descriptor(frame(4), "filter_name", true), "Dark&J");
}

// The header puts the target on the origin; the truth says how far that is from what was seen.
TEST_F(SmallNight, TruthAgreesWithTheHeaderButForThePointingError) {
  const nlohmann::json truth_file = truth();
  const auto& sources = truth_file["sources"];
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& entry = truth_file["frames"][i];
    const AstroData science = frame(i);
    const auto wcs = Wcs::from_header(science.phu, 2);
    ASSERT_TRUE(wcs.has_value());
    const double east = entry["pointing_error_arcsec"][0],
                 north = entry["pointing_error_arcsec"][1];
    EXPECT_GT(std::hypot(east, north), 1e-3);
    for (std::size_t s = 0; s < sources.size(); ++s) {
      const double dec = sources[s]["dec_deg"].get<double>() - north / 3600.0;
      const double ra = sources[s]["ra_deg"].get<double>() -
                        east / 3600.0 / std::cos(dec * 3.14159265358979 / 180.0);
      const Point expected = wcs->to_pixel({ra, dec});
      EXPECT_NEAR(entry["source_xy"][s][0].get<double>(), expected.x, 2e-3);
      EXPECT_NEAR(entry["source_xy"][s][1].get<double>(), expected.y, 2e-3);
    }
  }
}

// Adds up a star above its surroundings: e- and centroid.
struct Aperture {
  double electrons = 0.0, x = 0.0, y = 0.0;
};

Aperture measure(const Plane& plane, double x, double y) {
  const auto pixels = plane.pixels<float>();
  std::vector<float> ring;
  double sum = 0.0, sx = 0.0, sy = 0.0;
  const auto visit = [&](auto&& f) {
    for (int j = static_cast<int>(y) - 26; j <= y + 26; ++j) {
      for (int i = static_cast<int>(x) - 26; i <= x + 26; ++i) {
        f(pixels[static_cast<std::size_t>(j) * 1024 + i], i, j, std::hypot(i - x, j - y));
      }
    }
  };
  visit([&](float v, int, int, double r) {
    if (r > 16.0 && r < 22.0) ring.push_back(v);
  });
  std::sort(ring.begin(), ring.end());
  const double sky = ring[ring.size() / 2];
  visit([&](float v, int i, int j, double r) {
    if (r < 12.0) sum += v - sky;
    if (r < 6.0) {
      sx += (v - sky) * i;
      sy += (v - sky) * j;
    }
  });
  double core = 0.0;
  visit([&](float v, int, int, double r) { core += r < 6.0 ? v - sky : 0.0; });
  return {sum * 13.5, sx / core, sy / core};
}

TEST_F(SmallNight, StarsAreWhereAndAsBrightAsTheTruthSays) {
  const nlohmann::json truth_file = truth();
  const auto& entry = truth_file["frames"][0];
  const AstroData science = frame(0);
  for (const std::size_t s : {2U, 3U}) {  // star2 and star3: well inside the bar
    const double x = entry["source_xy"][s][0], y = entry["source_xy"][s][1];
    const Aperture star = measure(science.extensions[0].data, x, y);
    const double expected = truth_file["sources"][s]["electrons_per_frame"].get<double>() *
                            entry["throughput"].get<double>() *
                            truth_file["mean_response_in_keyhole"].get<double>();
    EXPECT_NEAR(star.electrons / expected, 0.97, 0.08) << s;
    EXPECT_NEAR(star.x, x, 0.25) << s;
    EXPECT_NEAR(star.y, y, 0.25) << s;
  }
}

TEST_F(SmallNight, LevelsAreThoseOfSkyLampAndDark) {
  const nlohmann::json truth_file = truth();
  const auto median_in_bar = [&](std::size_t i) {
    const AstroData ad = frame(i);
    const auto pixels = ad.extensions[0].data.pixels<float>();
    std::vector<float> values;
    for (int y = 455; y < 485; ++y) {
      for (int x = 350; x < 700; ++x)
        values.push_back(pixels[static_cast<std::size_t>(y) * 1024 + x]);
    }
    std::sort(values.begin(), values.end());
    return static_cast<double>(values[values.size() / 2]);
  };
  const double response = truth_file["median_response_in_keyhole"];
  const double sky = truth_file["frames"][0]["sky_e_per_s"].get<double>() * 60.0;
  EXPECT_NEAR(median_in_bar(0), sky * response / 13.5, 0.04 * sky / 13.5);
  EXPECT_GT(median_in_bar(2), 3000.0);
  EXPECT_LT(median_in_bar(2), 3700.0);
  EXPECT_LT(std::abs(median_in_bar(3)), 4.0);
  EXPECT_LT(std::abs(median_in_bar(4)), 4.0);
  for (const auto& entry : truth_file["frames"]) EXPECT_LT(entry["n_saturated"], 400);
}

TEST(Simulation, SaturatedStarFillsItsPixels) {
  const testing::TemporaryFolder folder;
  Options options = few(1, 0, 0);
  options.preset = "saturated";
  const Result result = simulate_night(folder.path().string(), options);
  const auto truth = nlohmann::json::parse(read_text_file(result.truth));
  EXPECT_GT(truth["frames"][0]["n_saturated"], 100);
}

TEST(Simulation, CompressedFramesHoldTheSamePixels) {
  const testing::TemporaryFolder folder;
  Options options = few(0, 0, 1);
  const std::string plain = simulate_night(folder.path().string(), options).frames.at(0);
  options.bz2 = true;
  const std::string packed = simulate_night(folder.path().string(), options).frames.at(0);
  EXPECT_EQ(packed, plain + ".bz2");
  EXPECT_LT(std::filesystem::file_size(packed), std::filesystem::file_size(plain) / 2);
  const AstroData a = AstroData::open(plain), b = AstroData::open(packed);
  const auto pa = a.extensions[0].data.pixels<float>(), pb = b.extensions[0].data.pixels<float>();
  EXPECT_TRUE(std::equal(pa.begin(), pa.end(), pb.begin(), pb.end()));
}

TEST(Simulation, TellsItsProgress) {
  const testing::TemporaryFolder folder;
  std::vector<std::size_t> told;
  simulate_night(folder.path().string(), few(1, 0, 1, 2), [&](std::size_t done, std::size_t all) {
    EXPECT_EQ(all, 2U);
    told.push_back(done);
  });
  EXPECT_EQ(told, (std::vector<std::size_t>{1, 2}));
}

TEST(Simulation, WrongOptionsAreUsageErrors) {
  const testing::TemporaryFolder folder;
  Options options;
  options.preset = "sunny";
  EXPECT_THROW(simulate_night(folder.path().string(), options), UsageError);
  EXPECT_THROW(simulate_night(folder.path().string(), few(-1, 0, 0)), UsageError);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Simulation, FolderThatCannotBeMadeIsAnOutputError) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder.file("taken"), "a file");
  EXPECT_THROW(simulate_night(folder.file("taken"), few(1, 0, 0)), OutputError);
}

}  // namespace
}  // namespace wyvern::simulation

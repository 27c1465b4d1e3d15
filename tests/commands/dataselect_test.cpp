// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/text.h"
#include "commands/at_files.h"
#include "commands/commands.h"
#include "support/paths.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Tokens = std::vector<std::string>;

void write_frame(const fs::path& path, const std::string& object, const std::string& type,
                 double exposure, const std::string& date, const std::string& time,
                 const std::string& shutter) {
  AstroData ad;
  const bool dark = type == "DARK", flat = type == "FLAT";
  const std::vector<std::pair<std::string, Value>> cards = {
      {"INSTRUME", "GNIRS"},
      {"OBSERVAT", "Gemini-North"},
      {"TELESCOP", "Gemini-North"},
      {"OBJECT", object},
      {"OBSTYPE", type},
      {"OBSCLASS", dark || flat ? "partnerCal" : "science"},
      {"CAMERA", "ShortBlue_G5540"},
      {"SLIT", "Acq_G5530"},
      {"DECKER", "Acq_G5531"},
      {"GRATING", "32/mmSB_G5533"},
      {"PRISM", "MIR_G5537"},
      {"FILTER1", dark ? "Dark_G0511" : "Open"},
      {"FILTER2", "J_G0517"},
      {"ACQMIR", "In"},
      {"EXPTIME", exposure},
      {"COADDS", 1},
      {"LNRS", 1},
      {"NDAVGS", 16},
      {"DATE-OBS", date},
      {"UT", time},
      {"RAWPIREQ", "YES"},
      {"RAWGEMQA", "USABLE"},
      {"GCALLAMP", flat ? "IRhigh" : "Off"},
      {"GCALSHUT", shutter}};
  for (const auto& [keyword, value] : cards) ad.phu.set(keyword, value);
  ad.extensions.emplace_back().data = Plane::filled<float>(2, 3, 0.0F);
  ad.write(path, false);
}

// The frames of the tutorial: 10 darks, 20 of the target, 8 flats with lamp on and 8 with lamp off.
void write_tutorial_frames(const fs::path& folder) {
  const auto name = [&](int night, int number) {
    return folder / ("N201201" + std::string(night < 10 ? "0" : "") + std::to_string(night) + "S0" +
                     (number < 100 ? "0" : "") + std::to_string(number) + ".fits");
  };
  for (int i = 538; i <= 547; ++i) {
    write_frame(name(2, i), "Dark", "DARK", 60, "2012-01-02", "04:00:00", "CLOSED");
  }
  for (int i = 14; i <= 33; ++i) {
    write_frame(name(17, i), "GRB120116A", "OBJECT", 60, "2012-01-17",
                "05:" + std::to_string(i) + ":07", "CLOSED");
  }
  for (int i = 34; i <= 49; ++i) {
    write_frame(name(17, i), "GCALflat", "FLAT", 1.4, "2012-01-17", "05:50:00",
                i < 42 ? "OPEN" : "CLOSED");
  }
}

std::string file_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Outcome {
  int status;
  std::string out, errors;
};

Outcome dataselect(const Tokens& tokens) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Outcome outcome{};
  try {
    outcome.status = run_dataselect("dataselect", tokens);
  } catch (const Error& error) {
    outcome.status = static_cast<int>(error.status());
    outcome.errors = error.what();
  }
  std::fflush(stdout);
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.errors += ::testing::internal::GetCapturedStderr();
  return outcome;
}

class Dataselect : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    start_ = fs::current_path();
    fs::create_directory(folder_->path() / "playdata");
    fs::create_directory(folder_->path() / "playground");
    write_tutorial_frames(folder_->path() / "playdata");
    fs::current_path(folder_->path() / "playground");
  }
  static void TearDownTestSuite() {
    fs::current_path(start_);
    folder_.reset();
  }

  inline static std::unique_ptr<testing::TemporaryFolder> folder_;
  inline static fs::path start_;
};

// The words of a shell's line with single quotes.
Tokens words_of(const std::string& line) {
  Tokens words(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

struct Transcript {
  Tokens words;
  std::string out;
  bool good;
};

Transcript transcript(const fs::path& path) {
  const std::string text = file_text(path);
  const std::size_t line = text.find('\n'), end = text.find("--- exit status");
  const std::size_t out = text.find("--- stdout\n");
  Transcript found{words_of(text.substr(2, line - 2)), "", contains(text.substr(end), "status 0")};
  if (out != std::string::npos && out < end) found.out = text.substr(out + 11, end - out - 11);
  return found;
}

std::string sorted_lines(const std::string& text) {
  Tokens lines = split(text, '\n');
  std::sort(lines.begin(), lines.end());
  return join(lines, "\n");
}

TEST_F(Dataselect, PrintsWhatTheReferencePrints) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  int compared = 0;
  for (const auto& entry : fs::directory_iterator(*shared / "golden/transcripts/info")) {
    if (!entry.path().stem().string().starts_with("ds_")) continue;
    const Transcript expected = transcript(entry.path());
    // Lists can be given here.
    if (!expected.good || entry.path().stem() == "ds_at") continue;
    const Outcome found = dataselect({expected.words.begin() + 1, expected.words.end()});
    EXPECT_EQ(found.status, 0) << entry.path() << found.errors;
    // The reference lists what it finds for a pattern in the order of the directory.
    EXPECT_EQ(sorted_lines(found.out), sorted_lines(expected.out)) << entry.path();
    if (entry.path().stem() != "ds_glob") {
      EXPECT_EQ(found.out, expected.out) << entry.path();
    }
    ++compared;
  }
  EXPECT_GT(compared, 12);
}

TEST_F(Dataselect, WritesTheListsOfTheTutorial) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const fs::path folder = *shared / "golden/transcripts/tutorial_cli";
  for (const auto& [runs, shown] : std::vector<std::pair<Tokens, std::string>>{
           {{"06_dataselect_dark"}, "07_cat_darks"},
           {{"08_dataselect_dark60"}, "09_cat_darks60b"},
           {{"10_dataselect_flat"}, "11_cat_flats"},
           {{"12_dataselect_sci1", "13_dataselect_sci2", "14_dataselect_sci3"},
            "15_cat_targets"}}) {
    for (const std::string& run : runs) {
      const Transcript expected = transcript(folder / (run + ".txt"));
      const Outcome found = dataselect({expected.words.begin() + 1, expected.words.end()});
      EXPECT_EQ(found.status, 0) << run << found.errors;
      EXPECT_EQ(found.out, expected.out) << run;
    }
    const Transcript lists = transcript(folder / (shown + ".txt"));
    std::string written;
    for (std::size_t i = 1; i < lists.words.size(); ++i) written += file_text(lists.words[i]);
    EXPECT_EQ(written, lists.out) << shown;
  }
}

TEST_F(Dataselect, Help) {
  const Outcome found = dataselect({"--help"});
  EXPECT_EQ(found.status, 0);
  EXPECT_TRUE(contains(found.out, "--fail-on-bad"));
  EXPECT_TRUE(contains(found.out, "--compat"));
}

TEST_F(Dataselect, FilesBetweenOptionsAndBlanksInTags) {
  const Outcome found = dataselect({"../playdata/N20120102S0538.fits", "--tags", " DARK , CAL",
                                    "../playdata/N20120102S0539.fits"});
  EXPECT_EQ(found.out, "../playdata/N20120102S0538.fits\n../playdata/N20120102S0539.fits\n");
}

TEST_F(Dataselect, BadNamesAreWarnedOf) {
  std::ofstream("d.log") << "text";
  const Tokens line = {"nosuch.fits", "none*.fits", "d.log", "../playdata/N20120102S0538.fits"};
  const Outcome found = dataselect(line);
  EXPECT_EQ(found.status, 0);
  EXPECT_EQ(found.out, "../playdata/N20120102S0538.fits\n");
  EXPECT_TRUE(contains(found.errors, "WARNING - No such file: 'nosuch.fits'\n")) << found.errors;
  EXPECT_TRUE(contains(found.errors, "WARNING - No file matches 'none*.fits'\n")) << found.errors;
  EXPECT_TRUE(contains(found.errors, "No access, or not supported format for: d.log"));
  Tokens strict = line;
  strict.emplace_back("--fail-on-bad");
  EXPECT_EQ(dataselect(strict).status, 1);
  EXPECT_EQ(dataselect({"../playdata/*.fits", "--expr=airmass<2", "--fail-on-bad"}).status, 0);
}

TEST_F(Dataselect, WrongExpressionsAndLines) {
  EXPECT_EQ(dataselect({"../playdata/*.fits", "--expr=nosuch==1"}).status, 2);
  EXPECT_EQ(dataselect({"../playdata/*.fits", "--expr=exposure_time=="}).status, 2);
  const Outcome found = dataselect({"--tags", "DARK"});
  EXPECT_EQ(found.status, 2);
  EXPECT_TRUE(
      contains(found.errors, "dataselect: error: the following arguments are required: inputs"));
}

TEST_F(Dataselect, NamesWithSpecialCharacters) {
  for (const char* name : {"my dark.fits", "a[1].fits"}) {
    write_frame(name, "Dark", "DARK", 60, "2012-01-02", "04:00:00", "CLOSED");
  }
  const Outcome found = dataselect({"my dark.fits", "a[1].fits", "-o", "special.lis", "-v"});
  EXPECT_EQ(found.out, "my dark.fits\na[1].fits\n");
  EXPECT_EQ(expand_at_files({"@special.lis"}), (Tokens{"my dark.fits", "a[1].fits"}));
}

TEST_F(Dataselect, NeverWritesOverData) {
  write_frame("raw.fits", "Dark", "DARK", 60, "2012-01-02", "04:00:00", "CLOSED");
  const std::string before = file_text("raw.fits");
  EXPECT_EQ(dataselect({"../playdata/*.fits", "-o", "raw.fits"}).status, 2);
  EXPECT_EQ(dataselect({"raw.fits", "-o", "./raw.fits"}).status, 2);
  EXPECT_EQ(file_text("raw.fits"), before);
  EXPECT_EQ(dataselect({"raw.fits", "-o", "nosuch/x.lis"}).status, 8);
}

TEST_F(Dataselect, Json) {
  const Outcome found = dataselect({"../playdata/N20120102S053[89].fits", "x.fits", "--json"});
  EXPECT_EQ(found.out,
            "{\"selected\": [\"../playdata/N20120102S0538.fits\", "
            "\"../playdata/N20120102S0539.fits\"], \"warnings\": [\"No such file: 'x.fits'\"]}\n");
}

TEST_F(Dataselect, DebugShowsTheOptions) {
  const Outcome found = dataselect({"x", "--debug", "--xtags", "A,B"});
  EXPECT_EQ(found.out,
            "Namespace(inputs=['x'], tags=[], xtags=['A', 'B'], expression=None, strict=False, "
            "output=None, adpkg=None, verbose=False, debug=True)\n");
}

}  // namespace
}  // namespace wyvern::commands

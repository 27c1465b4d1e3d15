// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/text.h"
#include "calibrations/made_calibrations.h"
#include "commands/commands.h"
#include "support/paths.h"

namespace wyvern::commands {
namespace {

namespace fs = std::filesystem;
using Tokens = std::vector<std::string>;

struct Outcome {
  int status = 0;
  std::string output, errors;
};

// A small processed dark or flat.
void write_calibration(const std::string& path, const std::string& kind) {
  AstroData ad;
  for (const auto& [keyword, value] :
       std::initializer_list<std::pair<const char*, Value>>{{"INSTRUME", "GNIRS"},
                                                            {"OBSERVAT", "Gemini-North"},
                                                            {"TELESCOP", "Gemini-North"},
                                                            {"OBSTYPE", kind},
                                                            {"OBJECT", kind},
                                                            {"DATE-OBS", "2012-01-17"},
                                                            {"UT", "05:30:03"}}) {
    ad.phu.set(keyword, value);
  }
  if (kind != "OBJECT") ad.phu.set("PROC" + kind, "2026-01-01T00:00:00");
  ad.extensions.emplace_back().data = Plane::filled<float>(4, 6, 1.0F);
  ad.write(path, true);
}

// A playground as in the tutorial: the working directory, with a configuration that names its
// database.
class Caldb : public ::testing::Test {
 protected:
  Caldb() {
    fs::create_directories(folder.path() / "home/.dragons");
    fs::create_directories(playground);
    configure("[calibs]\ndatabases = " + database + " get\n");
    ::setenv("HOME", folder.file("home").c_str(), 1);
    ::unsetenv("DRAGONSRC");
    ::unsetenv("WYVERN_COMPAT");
    fs::current_path(playground);
  }
  ~Caldb() override {
    fs::current_path(before);
    ::unsetenv("DRAGONSRC");
  }

  void configure(const std::string& text) const {
    std::ofstream(folder.path() / "home/.dragons/dragonsrc") << text;
  }

  static Outcome run(const Tokens& tokens) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Outcome outcome;
    try {
      outcome.status = run_caldb("caldb", tokens);
    } catch (const Error& error) {
      outcome.status = static_cast<int>(error.status());
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::fflush(stdout);
    std::fflush(stderr);
    outcome.output = ::testing::internal::GetCapturedStdout();
    outcome.errors = ::testing::internal::GetCapturedStderr();
    return outcome;
  }

  // What the reference printed, for this playground and without escape sequences.
  Outcome golden(const std::string& name) const {
    std::ostringstream file;
    file << std::ifstream(*testing::reference_data() / "golden/transcripts" / (name + ".txt"))
                .rdbuf();
    std::string text = replace_all(file.str(), "/data/playground", playground.string());
    text = replace_all(replace_all(text, "\x1b[1m", ""), "\x1b[0m", "");
    const auto part = [&text](const std::string& mark) -> std::string {
      const std::size_t at = text.find(mark);
      if (at == std::string::npos) return "";
      const std::size_t begin = at + mark.size();
      return text.substr(begin, text.find("--- ", begin) - begin);
    };
    EXPECT_FALSE(text.empty()) << name;
    return {0, part("--- stdout\n"), part("--- stderr\n")};
  }

  void expect_golden(const std::string& name, const Tokens& tokens, int status) const {
    const Outcome expected = golden(name);
    Outcome outcome = run(tokens);
    for (const char* escape : {"\x1b[1m", "\x1b[0m"}) {
      outcome.output = replace_all(outcome.output, escape, "");
      outcome.errors = replace_all(outcome.errors, escape, "");
    }
    // The reference does not say whose error it is.
    const std::string action = tokens.empty() ? "" : " " + tokens.front();
    outcome.errors = replace_all(outcome.errors, "caldb" + action + ": error: ", "");
    EXPECT_EQ(outcome.output, expected.output) << name;
    EXPECT_EQ(outcome.errors, expected.errors) << name;
    EXPECT_EQ(outcome.status, status) << name;
  }

  testing::TemporaryFolder folder;
  fs::path before = fs::current_path();
  fs::path playground = fs::canonical(folder.path()) / "playground";
  std::string database = (playground / "cal_manager.db").string();
};

TEST_F(Caldb, PrintsWhatTheReferencePrints) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  write_calibration("N20120102S0538_dark.fits", "DARK");
  write_calibration("N20120117S0034_flat.fits", "FLAT");
  expect_golden("tutorial_cli/01_caldb_list_before_init", {"list"}, 7);
  expect_golden("tutorial_cli/02_caldb_init", {"init"}, 0);
  expect_golden("tutorial_cli/04_caldb_list_empty", {"list"}, 0);
  expect_golden("tutorial_cli/05_caldb_config", {"config"}, 0);
  expect_golden("tutorial_cli/17_caldb_add_dark", {"add", "N20120102S0538_dark.fits"}, 0);
  expect_golden("tutorial_cli/19_caldb_add_flat", {"add", "N20120117S0034_flat.fits"}, 0);
  expect_golden("tutorial_cli/20_caldb_list", {"list"}, 0);
  expect_golden("caldb/add_again", {"add", "-v", "N20120102S0538_dark.fits"}, 0);
  expect_golden("caldb/add_missing", {"add", "nosuch.fits"}, 1);
  expect_golden("caldb/list1b", {"list"}, 0);
  expect_golden("caldb/remove_path", {"remove", "-v", "/some/where/N20120117S0034_flat.fits"}, 0);
  expect_golden("caldb/list3", {"list"}, 0);
  fs::create_directory("sub");
  write_calibration("sub/copy_dark.fits", "DARK");
  expect_golden("caldb/add_dir", {"add", "-v", "sub"}, 0);
  expect_golden("caldb/list4", {"list"}, 0);
  expect_golden("caldb/d_opt", {"init", "-v", "-d", "other.db"}, 0);
  expect_golden("caldb/d_list", {"list", "-d", "other.db"}, 0);
  expect_golden("caldb/init_w", {"init", "-w", "-v"}, 0);
  expect_golden("caldb/list5", {"list"}, 0);
}

TEST_F(Caldb, HelpInCompatibilityModeIsTheReferences) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  ::setenv("WYVERN_COMPAT", "3.2", 1);
  expect_golden("info/caldb_noaction", {}, 255);
  expect_golden("info/caldb_help", {"--help"}, 0);
}

TEST_F(Caldb, ConfigurationFromElsewhere) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  run({"init"});
  fs::copy_file(folder.path() / "home/.dragons/dragonsrc", "dragonsrc");
  expect_golden("caldb/c_opt", {"list", "-c", "dragonsrc"}, 0);
  ::setenv("DRAGONSRC", (playground / "dragonsrc").c_str(), 1);
  expect_golden("caldb/config", {"config"}, 0);
}

TEST_F(Caldb, ConfigurationIsNeeded) {
  ::setenv("DRAGONSRC", "/nonexistent", 1);
  const Outcome outcome = run({"list"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.errors.starts_with("caldb list: error: Cannot read config file."))
      << outcome.errors;
  EXPECT_EQ(run({"list", "-c", "nosuch"}).status, 1);
  EXPECT_EQ(run({"config"}).status, 0);
}

TEST_F(Caldb, SeveralDatabases) {
  configure("[calibs]\ndatabases = a.db\n  b.db store\n  archive.gemini.edu\n");
  const Outcome list = run({"list"}), config = run({"config"});
  EXPECT_EQ(list.status, 1);
  EXPECT_TRUE(
      contains(list.errors, "error: Multiple local database files are listed in the config file."))
      << list.errors;
  EXPECT_TRUE(contains(config.output, "\na.db\n  Type:  LocalDB\n  Get:   True\n  Store: False\n"));
  EXPECT_TRUE(contains(config.output, "\nb.db\n  Type:  LocalDB\n  Get:   False\n  Store: True\n"));
  EXPECT_TRUE(contains(config.output, "\narchive.gemini.edu\n  Type:  RemoteDB\n"));
  EXPECT_TRUE(contains(config.output,
                       "Database file: a.db\n   NB: The database does not exist. Please "
                       "initialize it.\n       (Read the help message about 'init' command)\n"));
  EXPECT_FALSE(contains(config.output, "\x1b"));
  EXPECT_EQ(run({"init", "-d", "b.db"}).status, 0);
}

TEST_F(Caldb, GoesOnAfterABadFile) {
  run({"init"});
  write_calibration("a_dark.fits", "DARK");
  write_calibration("raw.fits", "OBJECT");
  std::ofstream("junk.fits") << "no FITS";
  const Outcome outcome = run({"add", "-v", "junk.fits", "raw.fits", "a_dark.fits"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(contains(outcome.errors, "No access, or not supported format for: junk.fits"));
  EXPECT_TRUE(
      contains(outcome.errors, "raw.fits: Tags do not indicate this is a valid calibration file."));
  EXPECT_TRUE(contains(outcome.errors, "Ingested a_dark.fits\n"));
  EXPECT_EQ(run({"list"}).output, "Database: " + database + "\na_dark.fits                    " +
                                      playground.string() + "\n");
}

TEST_F(Caldb, FoldersAndWhatIsBelowThem) {
  run({"init"});
  fs::create_directories("cals/below");
  write_calibration("cals/a_dark.fits", "DARK");
  write_calibration("cals/below/b_dark.fits", "DARK");
  std::ofstream("cals/junk.fits") << "no FITS";
  const Outcome shallow = run({"add", "cals"});
  EXPECT_EQ(shallow.status, 0);
  EXPECT_TRUE(shallow.errors.starts_with("Skipped: No access, or not supported format for: "))
      << shallow.errors;
  EXPECT_FALSE(contains(run({"list"}).output, "b_dark.fits"));
  EXPECT_TRUE(
      run({"add", "-k", "-v", "cals"}).errors.starts_with("Ingesting the files under cals"));
  EXPECT_TRUE(contains(run({"list"}).output, "b_dark.fits"));
}

TEST_F(Caldb, AddSaysWhatItDid) {
  run({"init"});
  fs::create_directories("cals");
  write_calibration("cals/a_dark.fits", "DARK");
  write_calibration("cals/b_flat.fits", "FLAT");
  write_calibration("cals/raw.fits", "OBJECT");
  const Outcome first = run({"add", "cals"}), second = run({"add", "cals", "cals/raw.fits"});
  EXPECT_TRUE(contains(first.errors, "Skipped: cals/raw.fits: Tags do not indicate"))
      << first.errors;
  EXPECT_TRUE(first.errors.ends_with("2 added, 1 skipped\n")) << first.errors;
  EXPECT_TRUE(second.errors.ends_with("2 unchanged, 1 skipped, 1 refused\n")) << second.errors;
  EXPECT_EQ(second.status, 1);
  fs::create_directories("more");
  write_calibration("more/a_dark.fits", "FLAT");
  const Outcome third = run({"add", "more/a_dark.fits"});
  EXPECT_EQ(third.errors, "more/a_dark.fits takes the place of " +
                              (playground / "cals/a_dark.fits").string() +
                              ", which has the same name\n");
}

TEST_F(Caldb, ManySkippedFilesAreCounted) {
  run({"init"});
  fs::create_directories("raw");
  for (int i = 0; i < 25; ++i) write_calibration(fmt::format("raw/{:02}.fits", i), "OBJECT");
  const Outcome outcome = run({"add", "raw"}), verbose = run({"add", "-v", "raw"});
  EXPECT_TRUE(outcome.errors.ends_with("Skipped: 5 more files (-v names them)\n25 skipped\n"))
      << outcome.errors;
  EXPECT_TRUE(contains(verbose.errors, "raw/24.fits"));
}

TEST_F(Caldb, ListOptions) {
  run({"init"});
  write_calibration("a_dark.fits", "DARK");
  write_calibration("b_flat.fits", "FLAT");
  run({"add", "a_dark.fits", "b_flat.fits"});
  EXPECT_EQ(run({"list", "--paths", "-t", "processed_flat"}).output,
            (playground / "b_flat.fits").string() + "\n");
  EXPECT_TRUE(contains(run({"list", "-l"}).output,
                       "a_dark.fits                    processed_dark     "
                       "2012-01-17 05:30:03"));
  EXPECT_TRUE(
      contains(run({"list", "-t", "processed_arc"}).output, "There are no files of this type"));
  EXPECT_EQ(run({"list", "-t", "dark"}).status, 2);
  const auto listed = nlohmann::json::parse(run({"list", "--json"}).output);
  EXPECT_EQ(listed["calibrations"].size(), 2U);
  EXPECT_EQ(listed["calibrations"][1]["type"], "processed_flat");
}

TEST_F(Caldb, CheckFindsWhatIsGoneOrChanged) {
  run({"init"});
  for (const char* name : {"a_dark.fits", "b_dark.fits", "c_dark.fits"}) {
    write_calibration(name, "DARK");
    run({"add", name});
  }
  EXPECT_EQ(run({"check"}).output, "Database: " + database + "\n3 files: 3 intact\n");
  fs::remove("a_dark.fits");
  std::ofstream("b_dark.fits", std::ios::app) << "more";
  const Outcome outcome = run({"check"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(contains(outcome.output, "\ngone       " + (playground / "a_dark.fits").string() +
                                           ": the file is not there any more\nchanged    "))
      << outcome.output;
  EXPECT_TRUE(contains(outcome.output, "3 files: 1 intact, 1 gone, 1 changed\n"));
  const auto checked = nlohmann::json::parse(run({"check", "--json"}).output);
  EXPECT_EQ(checked["calibrations"][1]["state"], "changed");
}

TEST_F(Caldb, StopsAtABadFileInCompatibilityMode) {
  run({"init"});
  write_calibration("raw.fits", "OBJECT");
  write_calibration("a_dark.fits", "DARK");
  ::setenv("WYVERN_COMPAT", "3.2", 1);
  const Outcome outcome = run({"add", "raw.fits", "a_dark.fits"});
  EXPECT_EQ(outcome.status, 255);
  EXPECT_EQ(outcome.errors, "Tags do not indicate this is a valid calibration file.\n");
  EXPECT_TRUE(contains(run({"list"}).output, "There are no files"));
}

TEST_F(Caldb, RemovesWhatItKnows) {
  run({"init"});
  write_calibration("a_dark.fits", "DARK");
  run({"add", "a_dark.fits"});
  const Outcome outcome = run({"remove", "-v", "nosuch.fits", "a_dark.fits"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.errors,
            "caldb remove: error: Could not find any nosuch.fits file in the database\nRemoved "
            "a_dark.fits\n");
}

TEST_F(Caldb, DatabaseProblems) {
  EXPECT_EQ(run({"add", "a.fits"}).status, 7);
  EXPECT_EQ(run({"init", "-d", "none/a.db"}).status, 7);
  std::ofstream("image.fits") << "SIMPLE  =                    T";
  EXPECT_EQ(run({"init", "-w", "-d", "image.fits"}).status, 7);
  EXPECT_EQ(run({"list", "-d", "image.fits"}).status, 7);
  EXPECT_EQ(fs::file_size("image.fits"), 30U);
}

// A frame that differs from the only dark in one thing: that thing is named, and no other.
TEST_F(Caldb, WhyNamesWhatFails) {
  run({"init"});
  testing::write_made("a_dark.fits", testing::kDark);
  run({"add", "a_dark.fits"});
  const auto why = [](const testing::Cards& cards) {
    testing::write_made("sci.fits", cards);
    const Outcome outcome = run({"why", "sci.fits"});
    EXPECT_EQ(outcome.errors, "");
    std::string failed;
    for (const std::string& line : split(outcome.output, '\n')) {
      if (line.starts_with("    NO ")) failed += std::string(trim(line.substr(6, 18))) + ";";
    }
    return fmt::format("{} {}", outcome.status, failed);
  };
  EXPECT_EQ(why({}), "0 ");
  EXPECT_EQ(why({{"COADDS", 2}}), "4 coadds;");
  EXPECT_EQ(why({{"LNRS", 16}}), "4 read mode;");
  EXPECT_EQ(why({{"DATE-OBS", "2012-04-02"}, {"UT", "17:10:03"}}), "4 time;");
}

TEST_F(Caldb, WhyAsJson) {
  run({"init"});
  testing::write_made("a_dark.fits", testing::kDark);
  run({"add", "a_dark.fits"});
  testing::write_made("sci.fits", {{"COADDS", 2}});
  const Outcome outcome = run({"why", "--json", "sci.fits", "-t", "processed_dark"});
  const auto reports = nlohmann::json::parse(outcome.output);
  ASSERT_EQ(reports.size(), 1U);
  const auto& report = reports[0];
  EXPECT_EQ(report["schema"], "wyvern.calibration-search");
  EXPECT_EQ(report["winner"], nullptr);
  EXPECT_EQ(report["candidates"][0]["name"], "a_dark.fits");
  for (const auto& verdict : report["candidates"][0]["criteria"]) {
    EXPECT_EQ(verdict["passed"], verdict["criterion"] != "coadds") << verdict;
  }
}

TEST_F(Caldb, DatabaseInAFolder) {
  fs::create_directory("cals");
  EXPECT_EQ(run({"init", "-d", "cals"}).status, 0);
  EXPECT_TRUE(run({"list", "-d", "cals"}).output.starts_with("Database: cals/cal_manager.db\n"));
}

TEST_F(Caldb, WrongLines) {
  EXPECT_EQ(run({"bogus"}).status, 2);
  EXPECT_TRUE(contains(run({"bogus"}).errors,
                       "caldb: error: argument action: invalid choice: 'bogus' (choose from "
                       "'init', 'list', 'add', 'remove', 'config', "));
  EXPECT_EQ(run({"add"}).status, 2);
  EXPECT_EQ(run({"list", "extra"}).status, 2);
  EXPECT_EQ(run({"add", "--help"}).status, 0);
}

}  // namespace
}  // namespace wyvern::commands

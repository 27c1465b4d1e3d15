// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "calibrations/calibrations.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using testing::kBpm;
using testing::kDark;
using testing::kFlat;
using testing::prepared_frame;
using testing::refusal;
using testing::write_made;
using Texts = std::vector<std::string>;

class Service : public ::testing::Test {
 protected:
  Service() {
    dark = write_made(folder.file("a_dark.fits"), kDark);
    flat = write_made(folder.file("b_flat.fits"), kFlat);
  }

  DatabaseLine database(const std::string& name, bool get, bool store, bool made = true) const {
    DatabaseLine line;
    line.location = line.path = folder.file(name);
    line.get = get;
    line.store = store;
    if (made) CalibrationStore::create(line.path, true);
    return line;
  }
  std::string found(const CalibrationService& service, const std::string& type) {
    notes.clear();
    const auto answer = service.find(prepared_frame("sci.fits"), type, notes);
    return answer ? answer->path + " from " + answer->origin : "nothing";
  }

  testing::TemporaryFolder folder;
  std::string dark, flat;
  Texts notes;
};

TEST_F(Service, UserCalibrationsComeFirst) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false)};
  CalibrationStore(config.databases[0].path).add(dark);
  const CalibrationService service({{"processed_dark", "mine.fits"}}, config, {.mode = "sq"});
  EXPECT_EQ(found(service, "processed_dark"), "mine.fits from user_cals");
  EXPECT_EQ(found(service, "processed_flat"), "nothing");
  EXPECT_THROW(found(service, "flat_processed"), InputError);
  EXPECT_EQ(service.user_calibrations().at("processed_dark"), "mine.fits");
}

TEST_F(Service, DatabasesAreAskedInOrder) {
  CalibrationConfig config;
  config.databases = {database("store-only.db", false, true), database("empty.db", true, false),
                      database("full.db", true, false), database("last.db", true, false)};
  for (const int i : {0, 2, 3}) CalibrationStore(config.databases[i].path).add(dark);
  const CalibrationService service({}, config, {.mode = "sq"});
  EXPECT_EQ(found(service, "processed_dark"), dark + " from " + folder.file("full.db"));
  EXPECT_TRUE(notes.empty());
}

TEST_F(Service, MissingDatabaseIsNotedWhenItIsOnlyReadFrom) {
  CalibrationConfig config;
  config.databases = {database("none.db", true, false, false), database("one.db", true, false)};
  CalibrationStore(config.databases[1].path).add(dark);
  const CalibrationService service({}, config, {.mode = "sq"});
  EXPECT_EQ(found(service, "processed_dark"), dark + " from " + folder.file("one.db"));
  EXPECT_EQ(notes, Texts{"Error getting calibrations, continuing: Unable to find calibration "
                         "database file " +
                         folder.file("none.db")});
}

TEST_F(Service, DatabasesThatCannotBeUsedAreToldAtOnce) {
  CalibrationConfig config;
  config.databases = {database("none.db", true, true, false)};
  EXPECT_EQ(refusal<DatabaseError>([&] { CalibrationService({}, config, {.mode = "sq"}); }),
            "Unable to find calibration database file " + folder.file("none.db"));
  config.databases = {database("text.db", true, false, false)};
  std::ofstream(folder.file("text.db")) << std::string(500, 'x');
  EXPECT_THROW(CalibrationService({}, config, {.mode = "sq"}), DatabaseError);
}

TEST_F(Service, StoresWhereItMay) {
  CalibrationConfig config;
  config.databases = {database("read.db", true, false), database("write.db", true, true)};
  CalibrationService service({}, config, {.mode = "sq"});
  EXPECT_EQ(service.store(flat, "processed_flat"),
            (Texts{folder.file("read.db") + ": NOT storing " + flat + " as processed_flat",
                   folder.file("write.db") + ": Storing " + flat + " as processed_flat"}));
  EXPECT_EQ(found(service, "processed_flat"), flat + " from " + folder.file("write.db"));
}

TEST_F(Service, AFileThatADatabaseDoesNotTakeIsStillThere) {
  CalibrationConfig config;
  config.databases = {database("write.db", true, true)};
  CalibrationService service({}, config, {.mode = "sq"});
  const std::string raw = write_made(folder.file("raw.fits"), {});
  const std::string why = refusal<DatabaseError>([&] { service.store(raw, "processed_dark"); });
  EXPECT_NE(why.find("'caldb add " + raw + "'"), std::string::npos) << why;
}

TEST_F(Service, ManyFramesAskAtOnce) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false)};
  CalibrationStore(config.databases[0].path).add(dark);
  const CalibrationService service({}, config, {.mode = "sq"});
  std::vector<std::string> answers(8);
  std::vector<std::thread> threads;
  for (std::string& answer : answers) {
    threads.emplace_back([&] {
      Texts own;
      const auto calibration = service.find(prepared_frame("sci.fits"), "processed_dark", own);
      answer = calibration ? calibration->path : "nothing";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers, std::vector<std::string>(8, dark));
}

TEST_F(Service, ExplainsAllCandidatesOfAllDatabases) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false), database("two.db", true, false),
                      database("three.db", false, true)};
  const std::string other = write_made(folder.file("other_dark.fits"),
                                       testing::with(kDark, {{"LNRS", 16}, {"COADDS", 2}}));
  CalibrationStore(config.databases[0].path).add(other);
  CalibrationStore(config.databases[1].path).add(dark);
  CalibrationStore(config.databases[1].path).add(flat);
  CalibrationStore(config.databases[2].path).add(dark);
  const CalibrationService service({}, config, {});
  const AstroData frame = prepared_frame("sci.fits");
  const SearchReport report = service.explain(frame, "processed_dark");
  EXPECT_EQ(report.asked, (Texts{folder.file("one.db"), folder.file("two.db")}));
  EXPECT_EQ(report.winner, dark);
  EXPECT_EQ(report.origin, folder.file("two.db"));
  ASSERT_EQ(report.candidates.size(), 2U);
  EXPECT_TRUE(report.candidates[0].chosen);
  EXPECT_EQ(report.candidates[0].failures(), 0U);
  EXPECT_NEAR(report.candidates[0].days.value(), -14.514, 1e-3);
  EXPECT_EQ(report.candidates[1].name, "other_dark.fits");
  EXPECT_EQ(report.candidates[1].failures(), 2U);
  const std::string few = short_search_text(report, 1);
  EXPECT_TRUE(contains(few, "and 1 more")) << few;
  EXPECT_THROW(service.explain(frame, "dark"), InputError);
}

TEST_F(Service, ShortExplanationNamesWhatFails) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false)};
  const CalibrationService empty({}, config, {});
  const AstroData frame = prepared_frame("sci.fits", {{"COADDS", 2}});
  EXPECT_EQ(short_search_text(empty.explain(frame, "processed_dark")),
            "there is no processed_dark for this instrument in " + folder.file("one.db"));
  CalibrationStore(config.databases[0].path).add(dark);
  const std::string text =
      short_search_text(CalibrationService({}, config, {}).explain(frame, "processed_dark"));
  EXPECT_TRUE(contains(text,
                       "a_dark.fits (14.5 days before the frame): coadds is 1, the frame's 2 "
                       "(equal)"))
      << text;
  EXPECT_FALSE(contains(text, "read mode")) << text;
  const SearchReport none = CalibrationService({}, {}, {}).explain(frame, "processed_dark");
  EXPECT_TRUE(contains(short_search_text(none), "no calibration database is configured"));
  SearchReport late;  // what could not be read in the search can be read again
  late.candidates.emplace_back().name = "late_dark.fits";
  EXPECT_TRUE(contains(short_search_text(late), "late_dark.fits")) << short_search_text(late);
  EXPECT_TRUE(contains(short_search_text(late), "try again")) << short_search_text(late);
}

TEST_F(Service, UserCalibrationIsExplained) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false)};
  CalibrationStore(config.databases[0].path).add(dark);
  const CalibrationService service({{"processed_dark", "mine.fits"}}, config, {});
  const SearchReport report = service.explain(prepared_frame("sci.fits"), "processed_dark");
  EXPECT_EQ(report.winner, "mine.fits");
  EXPECT_EQ(report.origin, "user_cals");
  EXPECT_FALSE(report.candidates.at(0).chosen);
}

// How far a search reaches is said in the configuration, or by the caller.
TEST_F(Service, GradesAreTakenOnlyWhenAccepted) {
  CalibrationConfig config;
  config.databases = {database("one.db", true, false)};
  CalibrationStore(config.databases[0].path).add(dark);
  const auto grade = [&](const testing::Cards& cards, CalibrationSettings settings = {}) {
    const auto found = CalibrationService({}, config, std::move(settings))
                           .find(prepared_frame("sci.fits", cards), "processed_dark", notes);
    return found ? fmt::format("{} {}", grade_name(found->grade), found->scale) : "nothing";
  };
  const testing::Cards later = {{"DATE-OBS", "2012-04-02"}, {"UT", "17:10:03"}};
  const testing::Cards twice = {{"COADDS", 2}, {"EXPTIME", 120.0}};
  EXPECT_EQ(grade(later), "nothing");
  EXPECT_EQ(grade(later, {.accept = Grade::wider}), "wider 1");
  EXPECT_EQ(grade(later, {.window_days = {{"processed_dark", 100.0}}}), "exact 1");
  EXPECT_EQ(grade(twice, {.accept = Grade::wider}), "nothing");
  EXPECT_EQ(grade(twice, {.accept = Grade::other}), "other 2");
  config.entries["accept"] = "other";
  EXPECT_EQ(grade(twice), "other 2");
  EXPECT_EQ(grade(twice, {.accept = Grade::exact}), "nothing");
  EXPECT_EQ(grade(twice, {.compat = true}), "nothing");
  config.entries = {{"dark_window_days", "92"}};
  EXPECT_EQ(grade(later), "exact 1");
  config.entries = {{"accept", "anything"}};
  EXPECT_THROW(grade(later), InputError);
  config.entries = {{"dark_window_days", "-1"}};
  EXPECT_THROW(grade(later), InputError);
}

class UserCalibrations : public Service {
 protected:
  std::string why(const std::string& given) const {
    const std::string text = refusal<InputError>([&] { parse_user_calibrations({given}); });
    return replace_all(text, folder.path().string() + "/", "");
  }
};

TEST_F(UserCalibrations, AreCheckedAgainstTheirFiles) {
  const std::string bpm = write_made(folder.file("bpm.fits"), kBpm);
  const std::string odd = write_made(folder.file("a:b_dark.fits"), kDark);
  EXPECT_EQ(parse_user_calibrations({"processed_dark:" + dark, "processed_flat:" + flat,
                                     "processed_bpm:" + bpm, "processed_dark:" + odd}),
            (std::map<std::string, std::string>{
                {"processed_dark", odd}, {"processed_flat", flat}, {"processed_bpm", bpm}}));
  EXPECT_TRUE(parse_user_calibrations({}).empty());
}

TEST_F(UserCalibrations, RefusalsSayWhyInOneLine) {
  EXPECT_EQ(why("dark.fits"),
            "--user_cal dark.fits: TYPE:FILE is needed, as in processed_dark:mydark.fits");
  EXPECT_EQ(why("nonsense:" + flat),
            "--user_cal nonsense:b_flat.fits: Unknown calibration type 'nonsense'");
  EXPECT_EQ(why("bpm:" + flat),
            "--user_cal bpm:b_flat.fits: calibrations of type 'bpm' cannot be "
            "given with this option");
  EXPECT_EQ(why("processed_dark:nosuch.fits"),
            "--user_cal processed_dark:nosuch.fits: [Errno 2] No such file or directory: "
            "'nosuch.fits'");
  const std::string mismatch = why("processed_dark:" + flat);
  EXPECT_TRUE(
      mismatch.starts_with("--user_cal processed_dark:b_flat.fits: Calibration type "
                           "processed_dark does not match file b_flat.fits: it has no tag "
                           "DARK"))
      << mismatch;
  EXPECT_EQ(mismatch.find('\n'), std::string::npos);
}

TEST(CalibrationTypes, AndTheirTags) {
  EXPECT_EQ(calibration_types().size(), 13U);
  EXPECT_EQ(required_tags("processed_slitflat"), (Texts{"PROCESSED", "FLAT", "SLITV"}));
  EXPECT_EQ(required_tags("bpm"), Texts{"BPM"});
  EXPECT_TRUE(required_tags("flat_processed").empty());
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "calibrations/calibrations.h"
#include "calibrations/sqlite.h"
#include "fits/compression.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;
using Added = CalibrationStore::Added;
using State = CalibrationStore::FileState;
using testing::kBpm;
using testing::kDark;
using testing::kFlat;
using testing::prepared_frame;
using testing::refusal;
using testing::with;
using testing::write_made;

class Store : public ::testing::Test {
 protected:
  Store() {
    CalibrationStore::create(database, false);
    store.emplace(database);
  }

  std::string file(const std::string& name) const { return folder.file(name); }
  std::string subfolder(const std::string& name) const {
    fs::create_directories(folder.path() / name);
    return (folder.path() / name).string();
  }

  std::optional<std::string> find(const std::string& type, const AstroData& frame,
                                  const std::string& mode = "sq") {
    notes.clear();
    const auto found = store->find(frame, type, {.mode = mode}, notes);
    return found ? std::optional(found->path) : std::nullopt;
  }
  std::optional<std::string> find(const std::string& type) {
    return find(type, prepared_frame("N20120117S0014_varAdded.fits"));
  }

  std::vector<Row> rows(const std::string& table) const {
    const Database reader(database, Database::Open::existing);
    Statement statement(reader, "SELECT * FROM " + table + " ORDER BY id");
    std::vector<Row> found;
    while (statement.step()) found.push_back(statement.row());
    return found;
  }

  testing::TemporaryFolder folder;
  std::string database = folder.file("cal_manager.db");
  std::optional<CalibrationStore> store;
  std::vector<std::string> notes;
};

TEST_F(Store, FindsWhatWasAdded) {
  const std::string dark = write_made(file("N20120102S0538_dark.fits"), kDark);
  const std::string flat = write_made(file("N20120117S0034_flat.fits"), kFlat);
  const std::string bpm = write_made(file("bpm.fits"), kBpm);
  for (const std::string& path : {dark, flat, bpm}) EXPECT_EQ(store->add(path), Added::entered);
  EXPECT_EQ(find("processed_dark"), dark);
  EXPECT_EQ(find("processed_flat"), flat);
  EXPECT_EQ(find("processed_bpm"), bpm);
  for (const char* type : {"bpm", "mask", "processed_arc", "processed_standard"}) {
    EXPECT_EQ(find(type), std::nullopt) << type;
  }
  EXPECT_TRUE(notes.empty());
  EXPECT_NE(refusal<InputError>([&] { find("flat_processed"); }).find("not recognized"),
            std::string::npos);
}

// The database vouches for what is in it.
TEST_F(Store, ADamagedFileIsNotTaken) {
  const std::string dark = write_made(file("N20120102S0538_dark.fits"), kDark);
  std::fstream stream(dark, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(fs::file_size(dark)) - 2880);
  stream.put('\x7f');
  stream.close();
  const std::string said = refusal<InputError>([&] { store->add(dark); });
  EXPECT_NE(said.find("do not agree with their DATASUM"), std::string::npos) << said;
  EXPECT_TRUE(store->list().empty());
}

TEST_F(Store, TheAnswerHasTheDigestThatWasCompared) {
  const std::string dark = write_made(file("N20120102S0538_dark.fits"), kDark);
  store->add(dark);
  const auto found =
      store->find(prepared_frame("N20120117S0014.fits"), "processed_dark", {}, notes);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->md5, md5_of_file(dark));
}

TEST_F(Store, ModeAndTimeOfTheFrameCount) {
  store->add(write_made(file("q_dark.fits"), with(kDark, {{"PROCMODE", "qa"}})));
  const AstroData frame = prepared_frame("a.fits");
  EXPECT_EQ(find("processed_dark", frame, "sq"), std::nullopt);
  EXPECT_NE(find("processed_dark", frame, "qa"), std::nullopt);
  const AstroData timeless =
      prepared_frame("a.fits", {{"DATE-OBS", Value()}, {"UT", Value()}, {"OBSID", "x"}});
  EXPECT_EQ(find("processed_dark", timeless, "qa"), std::nullopt);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0].starts_with("a.fits: the time of observation is not known")) << notes[0];
}

TEST_F(Store, OfTwoEqualDarksTheFirstAdded) {
  const std::string first = write_made(file("z_dark.fits"), kDark);
  store->add(first);
  store->add(write_made(file("a_dark.fits"), kDark));
  EXPECT_EQ(find("processed_dark"), first);
}

// Another calibration that fits is better than none.
TEST_F(Store, PassesOverFilesThatChangedOrWent) {
  const std::string best = write_made(file("best_dark.fits"), with(kDark, {{"UT", "20:00:00"}}));
  const std::string next = write_made(file("next_dark.fits"), kDark);
  store->add(best);
  store->add(next);
  EXPECT_EQ(find("processed_dark"), best);
  std::ofstream(best, std::ios::app) << "changed";
  EXPECT_EQ(find("processed_dark"), next);
  EXPECT_EQ(notes, (std::vector<std::string>{"md5 checksum of " + best +
                                             " does not match. Not returning this calibration"}));
  fs::remove(best);
  EXPECT_EQ(find("processed_dark"), next);
  EXPECT_EQ(notes, (std::vector<std::string>{"Error getting calibrations, continuing: [Errno 2] No "
                                             "such file or directory: '" +
                                             best + "'"}));
  fs::remove(next);
  EXPECT_EQ(find("processed_dark"), std::nullopt);
  EXPECT_EQ(notes.size(), 2U);
}

TEST_F(Store, AddingAgainChangesNothing) {
  const std::string dark = write_made(file("a_dark.fits"), kDark);
  EXPECT_EQ(store->add(dark), Added::entered);
  EXPECT_EQ(store->add(dark), Added::unchanged);
  EXPECT_EQ(rows("diskfile").size(), 1U);
  EXPECT_EQ(rows("header").size(), 1U);
}

TEST_F(Store, NewContentTakesThePlaceOfTheOld) {
  store->add(write_made(file("a_dark.fits"), kDark));
  const std::string moved =
      write_made(subfolder("sub") + "/a_dark.fits", with(kDark, {{"LNRS", 16}}));
  EXPECT_EQ(store->add(moved), Added::replaced);
  ASSERT_EQ(store->list().size(), 1U);
  EXPECT_EQ(store->list()[0].folder, subfolder("sub"));
  EXPECT_EQ(rows("file").size(), 1U);
  const std::vector<Row> versions = rows("diskfile");
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].at("canonical"), Value(0));
  EXPECT_EQ(versions[0].at("present"), Value(0));
  EXPECT_EQ(versions[1].at("canonical"), Value(1));
  EXPECT_EQ(find("processed_dark"), std::nullopt) << "the old version must not answer";
}

TEST_F(Store, EntryOfAnIdenticalCopyPointsToTheCopy) {
  const std::string dark = write_made(file("a_dark.fits"), kDark);
  const std::string copy = subfolder("sub") + "/a_dark.fits";
  fs::copy_file(dark, copy);
  store->add(dark);
  EXPECT_EQ(store->add(copy), Added::moved);
  EXPECT_EQ(find("processed_dark"), copy);
  EXPECT_EQ(rows("diskfile").size(), 1U);
}

TEST_F(Store, PathsThatVanishedAreReplaced) {
  const std::string dark = write_made(file("a_dark.fits"), kDark);
  store->add(dark);
  const std::string moved = subfolder("sub") + "/a_dark.fits";
  fs::rename(dark, moved);
  EXPECT_EQ(store->add(moved), Added::moved);
  EXPECT_EQ(find("processed_dark"), moved);
}

TEST_F(Store, WhatIsNoCalibrationLeavesNoTrace) {
  const std::string text = file("junk.fits"), folder_name = subfolder("dark.fits");
  std::ofstream(text) << "no FITS";
  EXPECT_TRUE(refusal<InputError>([&] {
                store->add(text);
              }).starts_with("No access, or not supported format for: " + text));
  EXPECT_EQ(refusal<InputError>([&] { store->add(file("none.fits")); }),
            "File " + file("none.fits") + " does not exist.");
  EXPECT_THROW(store->add(folder_name), InputError);
  const std::string raw = write_made(file("raw.fits"), {{"OBSTYPE", "DARK"}, {"PREPARE", Value()}});
  const std::string science = write_made(file("sci.fits"), {{"PROCSCI", "sq"}});
  for (const std::string& path : {raw, science}) {
    const std::string why = refusal<InputError>([&] { store->add(path); });
    EXPECT_TRUE(why.starts_with(path + ": Tags do not indicate this is a valid calibration file."))
        << why;
  }
  const std::string other = write_made(file("niri_dark.fits"), with(kDark, {{"INSTRUME", "NIRI"}}));
  EXPECT_THROW(store->add(other), InputError);
  for (const char* table : {"file", "diskfile", "header", "gnirs"}) {
    EXPECT_TRUE(rows(table).empty()) << table;
  }
}

TEST_F(Store, AnotherReaderOfTheNameThatFailsKeepsTheEntry) {
  const std::string dark = write_made(file("a_dark.fits"), kDark);
  store->add(dark);
  const std::string spoiled = subfolder("sub") + "/a_dark.fits";
  std::ofstream(spoiled) << "no FITS";
  EXPECT_THROW(store->add(spoiled), InputError);
  EXPECT_EQ(find("processed_dark"), dark);
}

TEST_F(Store, CompressedFilesGoByTheirPlainName) {
  const std::string dark = write_made(file("a_dark.fits"), kDark);
  const std::string plain = read_text_file(dark), packed = dark + ".bz2";
  write_file_atomically(packed, fits::compress(plain, fits::Compression::bzip2));
  EXPECT_EQ(store->add(packed), Added::entered);
  EXPECT_EQ(store->list()[0].name, "a_dark.fits");
  EXPECT_EQ(find("processed_dark"), packed);
  const Row row = rows("diskfile").at(0);
  EXPECT_EQ(row.at("compressed"), Value(1));
  EXPECT_EQ(row.at("file_md5"), Value(md5_of_file(packed)));
  EXPECT_EQ(row.at("data_md5"), Value(md5_of_file(dark)));
  EXPECT_EQ(row.at("data_size"), Value(std::int64_t(plain.size())));
  store->remove("a_dark.fits.bz2");
  EXPECT_TRUE(store->list().empty());
}

TEST_F(Store, RemovesAllVersionsOfAName) {
  store->add(write_made(file("a_dark.fits"), kDark));
  store->add(write_made(subfolder("sub") + "/a_dark.fits", with(kDark, {{"LNRS", 16}})));
  store->add(write_made(file("b_flat.fits"), kFlat));
  store->remove("/some/where/a_dark.fits");
  ASSERT_EQ(store->list().size(), 1U);
  EXPECT_EQ(store->list()[0].name, "b_flat.fits");
  for (const char* table : {"file", "diskfile", "header", "gnirs"}) {
    EXPECT_EQ(rows(table).size(), 1U) << table;
  }
  EXPECT_TRUE(fs::exists(file("a_dark.fits")));
  EXPECT_EQ(refusal<InputError>([&] { store->remove("nosuch.fits"); }),
            "Could not find any nosuch.fits file in the database");
}

TEST_F(Store, ListsWithDetails) {
  store->add(write_made(file("b_dark.fits"), kDark));
  store->add(write_made(file("a_flat.fits"), kFlat));
  const auto entries = store->list();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].type, "processed_flat");
  EXPECT_EQ(entries[1].type, "processed_dark");
  EXPECT_EQ(entries[1].path(), file("b_dark.fits"));
  EXPECT_EQ(entries[1].values.at("exposure_time"), Value(60));
  EXPECT_EQ(entries[1].values.at("read_mode"), Value("Bright Objects"));
  EXPECT_EQ(store->entry("/some/where/b_dark.fits")->type, "processed_dark");
  EXPECT_FALSE(store->entry("nosuch.fits"));
}

TEST_F(Store, ChecksTheFilesOnDisk) {
  for (const char* name : {"a.fits", "b.fits", "c.fits", "d.fits"}) {
    store->add(write_made(file(name), kDark));
  }
  fs::remove(file("b.fits"));
  std::ofstream(file("c.fits"), std::ios::app) << "more";
  std::fstream(file("d.fits"), std::ios::in | std::ios::out) << "SIMPLX";
  const auto states = [&](bool sizes_only) {
    std::vector<State> found;
    for (const auto& checked : store->check(sizes_only)) {
      found.push_back(checked.state);
      EXPECT_EQ(checked.why.empty(), checked.state == State::intact);
    }
    return found;
  };
  EXPECT_EQ(states(false),
            (std::vector{State::intact, State::gone, State::changed, State::changed}));
  EXPECT_EQ(states(true), (std::vector{State::intact, State::gone, State::changed, State::intact}));
  EXPECT_TRUE(store->integrity_problems().empty());
}

TEST_F(Store, FindsRowsThatPointNowhere) {
  store->add(write_made(file("a.fits"), kDark));
  const Database other(database, Database::Open::existing);
  other.run("PRAGMA foreign_keys = OFF; DELETE FROM header");
  const auto problems = store->integrity_problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0], "a row of table gnirs points to a row of header that is not there");
}

TEST_F(Store, RelativePathsBecomeAbsolute) {
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  write_made("a_dark.fits", kDark);
  store->add("./a_dark.fits");
  fs::current_path(before);
  EXPECT_EQ(fs::weakly_canonical(store->list()[0].folder), fs::weakly_canonical(folder.path()));
}

// Column by column what the reference stored of the same two files.
TEST_F(Store, StoresWhatTheReferenceStores) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  for (const char* name : {"N20120102S0538_dark.fits", "N20120117S0034_flat.fits"}) {
    const std::string packed =
        (*shared / "golden/tutorial/products" / (std::string(name) + ".gz")).string();
    write_file_atomically(file(name),
                          fits::expand(read_text_file(packed), fits::Compression::gzip, packed));
    store->add(file(name));
  }
  const std::string golden = file("golden.db");
  fs::copy_file(*shared / "golden/calibrations/cal_manager_v3.2.3.db", golden);
  for (const std::string table : {"file", "diskfile", "header", "gnirs"}) {
    const std::vector<Row> ours = rows(table);
    const Database reference(golden, Database::Open::existing);
    Statement statement(reference, "SELECT * FROM " + table + " ORDER BY id");
    for (const Row& row : ours) {
      ASSERT_TRUE(statement.step()) << table;
      for (const auto& [column, expected] : statement.row()) {
        const bool of_the_moment = column == "path" || column == "lastmod" || column == "entrytime";
        if (of_the_moment || column == "types") continue;
        EXPECT_EQ(repr(row.at(column)), repr(expected)) << table << "." << column;
      }
    }
  }
}

}  // namespace
}  // namespace wyvern::calibrations

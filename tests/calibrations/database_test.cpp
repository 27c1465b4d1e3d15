// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/files.h"
#include "calibrations/calibrations.h"
#include "calibrations/schema.h"
#include "calibrations/sqlite.h"
#include "fits/compression.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;
using testing::refusal;
using testing::TemporaryFolder;
using Open = Database::Open;

std::string golden_copy(const fs::path& shared, const TemporaryFolder& folder) {
  const std::string path = folder.file("golden.db");
  fs::copy_file(shared / "golden/calibrations/cal_manager_v3.2.3.db", path);
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

std::multiset<std::string> schema_of(const std::string& path) {
  const Database database(path, Open::existing);
  Statement statement(database, "SELECT type, name, tbl_name, sql FROM sqlite_master");
  std::multiset<std::string> lines;
  while (statement.step()) {
    lines.insert(str(statement.column(0)) + "|" + str(statement.column(1)) + "|" +
                 str(statement.column(2)) + "|" + str(statement.column(3)));
  }
  return lines;
}

Value answer(const Database& database, const std::string& sql) {
  Statement statement(database, sql);
  return statement.step() ? statement.column(0) : Value();
}

TEST(Sqlite, KeepsKindsOfValues) {
  const TemporaryFolder folder;
  const Database database(folder.file("a.db"), Open::create);
  database.run("CREATE TABLE t (a TEXT, b NUMERIC, c BOOLEAN, d INTEGER, e TEXT)");
  insert_row(database, "t", {{"a", "it's; DROP"}, {"b", 0.5}, {"c", true}, {"d", 7}, {"e", {}}});
  Statement statement(database, "SELECT * FROM t");
  ASSERT_TRUE(statement.step());
  EXPECT_EQ(statement.row(),
            (Row{{"a", "it's; DROP"}, {"b", 0.5}, {"c", 1}, {"d", 7}, {"e", Value()}}));
  EXPECT_FALSE(statement.step());
}

TEST(Sqlite, TransactionsAreUndoneUnlessCommitted) {
  const TemporaryFolder folder;
  const Database database(folder.file("a.db"), Open::create);
  database.run("CREATE TABLE t (a TEXT)");
  {
    Transaction lost(database);
    insert_row(database, "t", {{"a", "lost"}});
  }
  {
    Transaction kept(database);
    insert_row(database, "t", {{"a", "kept"}});
    kept.commit();
  }
  EXPECT_EQ(answer(database, "SELECT group_concat(a) FROM t"), Value("kept"));
}

TEST(Sqlite, SaysWhenALockIsHeld) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.db");
  CalibrationStore::create(path, false);
  const Database holder(path, Open::existing);
  holder.run("BEGIN EXCLUSIVE");
  const Database waiting(path, Open::existing, std::chrono::milliseconds(20));
  const std::string text =
      refusal<DatabaseError>([&] { waiting.run("INSERT INTO file (name) VALUES ('a')"); });
  EXPECT_NE(text.find(path + " is locked by another program"), std::string::npos) << text;
}

TEST(Sqlite, ForeignKeysAreEnforced) {
  const TemporaryFolder folder;
  CalibrationStore::create(folder.file("a.db"), false);
  const Database database(folder.file("a.db"), Open::existing);
  EXPECT_THROW(database.run("INSERT INTO gnirs (header_id) VALUES (99)"), DatabaseError);
}

TEST(Schema, IsTheReferences) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  CalibrationStore::create(folder.file("new.db"), false);
  EXPECT_EQ(schema_of(folder.file("new.db")), schema_of(golden_copy(*shared, folder)));
  const Database database(folder.file("new.db"), Open::existing);
  EXPECT_EQ(answer(database, "PRAGMA page_size"), Value(4096));
  EXPECT_EQ(answer(database, "PRAGMA user_version"), Value(0));
  EXPECT_EQ(answer(database, "PRAGMA journal_mode"), Value("wal"));
}

TEST(Schema, ReadsTheReferencesDatabase) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  const CalibrationStore store(golden_copy(*shared, folder));
  const std::vector<CalibrationStore::Entry> entries = store.list();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].name, "N20120102S0538_dark.fits");
  EXPECT_EQ(entries[1].name, "N20120117S0034_flat.fits");
  EXPECT_EQ(entries[1].folder, "/data/playground");
}

// The database that the reference wrote, with its products where they are here.
TEST(Schema, TheReferencesDatabaseAnswers) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  const std::string path = golden_copy(*shared, folder);
  for (const char* name : {"N20120102S0538_dark.fits", "N20120117S0034_flat.fits"}) {
    const std::string packed =
        (*shared / "golden/tutorial/products" / (std::string(name) + ".gz")).string();
    write_file_atomically(folder.file(name),
                          fits::expand(read_text_file(packed), fits::Compression::gzip, packed));
  }
  {
    const Database database(path, Open::existing);
    Statement(database, "UPDATE diskfile SET path = ?", {folder.path().string()}).execute();
  }
  const std::string before = md5_of_file(path);
  CalibrationStore store(path);
  const AstroData frame = testing::prepared_frame("N20120117S0014_varAdded.fits",
                                                  {{"CAMERA", "ShortBlue_G5538"}, {"LNRS", 16}});
  std::vector<std::string> notes;
  const auto dark = store.find(frame, "processed_dark", {}, notes);
  const auto flat = store.find(frame, "processed_flat", {}, notes);
  ASSERT_TRUE(dark && flat) << (notes.empty() ? "" : notes[0]);
  EXPECT_EQ(dark->path, folder.file("N20120102S0538_dark.fits"));
  EXPECT_EQ(flat->path, folder.file("N20120117S0034_flat.fits"));
  EXPECT_EQ(store.check(false)[0].state, CalibrationStore::FileState::intact);
  EXPECT_EQ(md5_of_file(path), before) << "reading must not change the file";
  EXPECT_EQ(store.add(testing::write_made(folder.file("new_dark.fits"), testing::kDark)),
            CalibrationStore::Added::entered);
  EXPECT_EQ(answer(Database(path, Open::existing), "PRAGMA integrity_check"), Value("ok"));
}

// As DRAGONS 3.1 makes them: without tables of instruments that came later.
TEST(Schema, FewerTablesWillDo) {
  const TemporaryFolder folder;
  const std::string path = folder.file("old.db");
  CalibrationStore::create(path, false);
  Database(path, Open::existing).run("DROP TABLE ghost; DROP TABLE calcache; DROP TABLE preview");
  CalibrationStore store(path);
  store.add(testing::write_made(folder.file("a_dark.fits"), testing::kDark));
  EXPECT_EQ(store.list().size(), 1U);
  store.remove("a_dark.fits");
  EXPECT_TRUE(store.list().empty());
  EXPECT_TRUE(store.integrity_problems().empty());
}

TEST(Opening, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto text = [](const std::string& path) {
    return refusal<DatabaseError>([&] { CalibrationStore store(path); });
  };
  const std::string missing = folder.file("missing.db"), other = folder.file("text.db");
  EXPECT_EQ(text(missing), "Unable to find calibration database file " + missing);
  EXPECT_FALSE(fs::exists(missing));
  std::ofstream(other) << std::string(2000, 'x');
  EXPECT_EQ(text(other), other + " is not a calibration database (not an SQLite file)");
  EXPECT_NE(text(folder.path().string()).find("is a folder"), std::string::npos);
}

TEST(Opening, RefusesOtherTables) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.db");
  const auto text = [&] { return refusal<DatabaseError>([&] { CalibrationStore store(path); }); };
  { Database(path, Open::create).run("CREATE TABLE t (a TEXT)"); }
  EXPECT_NE(text().find("no table 'file'"), std::string::npos) << text();
  CalibrationStore::create(path, true);
  Database(path, Open::existing).run("ALTER TABLE header RENAME COLUMN procmode TO processing");
  EXPECT_NE(text().find("of DRAGONS 4"), std::string::npos) << text();
}

TEST(Creating, LeavesWhatIsThere) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.db"), image = folder.file("image.fits");
  CalibrationStore::create(path, false);
  CalibrationStore(path).add(testing::write_made(folder.file("a_dark.fits"), testing::kDark));
  EXPECT_THROW(CalibrationStore::create(path, false), DatabaseError);
  EXPECT_EQ(CalibrationStore(path).list().size(), 1U);
  CalibrationStore::create(path, true);
  EXPECT_TRUE(CalibrationStore(path).list().empty());
  std::ofstream(image) << "SIMPLE  =                    T";
  EXPECT_THROW(CalibrationStore::create(image, true), DatabaseError);
  EXPECT_EQ(fs::file_size(image), 30U);
  EXPECT_EQ(
      refusal<DatabaseError>([&] { CalibrationStore::create(folder.file("none/a.db"), false); }),
      "There was an error when trying to create the database " + folder.file("none/a.db") +
          ". Please, check your path and permissions.");
}

TEST(Creating, FollowsLinks) {
  const TemporaryFolder folder;
  CalibrationStore::create(folder.file("real.db"), false);
  fs::create_symlink("real.db", folder.file("link.db"));
  CalibrationStore::create(folder.file("link.db"), true);
  EXPECT_TRUE(fs::is_symlink(folder.file("link.db")));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 2);
}

}  // namespace
}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Databases that several processes use, that cannot be written, that are damaged.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/sqlite.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;
using testing::kDark;
using testing::prepared_frame;
using testing::refusal;
using testing::with;
using testing::write_made;

constexpr uid_t kNobody = 65534;
constexpr fs::perms kMayWrite =
    fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;

// Acts as a user without special rights, as long as it lives.
class AsOrdinaryUser {
 public:
  AsOrdinaryUser() {
    if (::geteuid() == 0 && ::seteuid(kNobody) != 0) ADD_FAILURE() << "cannot change the user";
  }
  ~AsOrdinaryUser() {
    if (::getuid() == 0 && ::seteuid(0) != 0) ADD_FAILURE() << "cannot change the user back";
  }
};

class Robustness : public ::testing::Test {
 protected:
  Robustness() {
    fs::permissions(folder.path(), fs::perms::all);
    CalibrationStore::create(database, false);
  }
  ~Robustness() override { fs::permissions(folder.path(), fs::perms::all); }

  std::string dark(const std::string& name, int hour = 17) const {
    const std::string path =
        write_made(folder.file(name), with(kDark, {{"UT", std::to_string(hour) + ":10:03"}}));
    fs::permissions(path, fs::perms::all);
    return path;
  }
  std::size_t entries() const { return CalibrationStore(database).list().size(); }
  Value answer(const std::string& sql) const {
    const Database reader(database, Database::Open::existing);
    Statement statement(reader, sql);
    return statement.step() ? statement.column(0) : Value();
  }
  void set_journal(const std::string& mode) const {
    Database(database, Database::Open::existing).run("PRAGMA journal_mode = " + mode);
  }

  // Starts `count` processes that each add a file of their own; the number of those that failed.
  int add_at_once(int count) const {
    std::vector<std::string> files;
    for (int i = 0; i < count; ++i) files.push_back(dark("d" + std::to_string(i) + "_dark.fits"));
    int gate[2];
    if (::pipe(gate) != 0) return count;
    std::vector<pid_t> children;
    for (const std::string& file : files) {
      children.push_back(::fork());
      if (children.back() == 0) ::_exit(added_after(gate, file) ? 0 : 1);
    }
    ::close(gate[0]);
    ::close(gate[1]);
    int failures = 0;
    for (const pid_t child : children) {
      int status = 0;
      ::waitpid(child, &status, 0);
      if (status != 0) ++failures;
    }
    return failures;
  }

  testing::TemporaryFolder folder;
  std::string database = folder.file("cal_manager.db");

 private:
  // In a child: waits until the gate is opened, so that all go at once.
  bool added_after(const int gate[2], const std::string& file) const {
    ::close(gate[1]);
    char byte = 0;
    while (::read(gate[0], &byte, 1) > 0) {
    }
    try {
      CalibrationStore(database).add(file);
      return true;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      return false;
    }
  }
};

TEST_F(Robustness, ThirtyTwoProcessesAddAtOnce) {
  EXPECT_EQ(add_at_once(32), 0);
  EXPECT_EQ(entries(), 32U);
  EXPECT_EQ(answer("PRAGMA integrity_check"), Value("ok"));
  EXPECT_EQ(answer("SELECT count(*) FROM gnirs"), Value(32));
}

TEST_F(Robustness, ThirtyTwoProcessesAddAtOnceWithARollbackJournal) {
  set_journal("DELETE");
  EXPECT_EQ(add_at_once(32), 0);
  EXPECT_EQ(entries(), 32U);
  EXPECT_EQ(answer("PRAGMA journal_mode"), Value("delete"));
}

TEST_F(Robustness, NothingIsLeftBesideTheFileAfterUse) {
  CalibrationStore(database).add(dark("a_dark.fits"));
  EXPECT_FALSE(fs::exists(database + "-wal"));
  EXPECT_FALSE(fs::exists(database + "-shm"));
  // The file alone is the whole database.
  fs::copy_file(database, folder.file("copy.db"));
  EXPECT_EQ(CalibrationStore(folder.file("copy.db")).list().size(), 1U);
}

TEST_F(Robustness, ReadOnlyFileAnswersAndIsNotWritten) {
  const std::string first = dark("a_dark.fits"), second = dark("b_dark.fits");
  CalibrationStore(database).add(first);
  fs::permissions(database, kMayWrite, fs::perm_options::remove);
  const AsOrdinaryUser user;
  CalibrationStore store(database);
  std::vector<std::string> notes;
  EXPECT_NE(store.find(prepared_frame("sci.fits"), "processed_dark", {}, notes), std::nullopt);
  const std::string why = refusal<DatabaseError>([&] { store.add(second); });
  EXPECT_TRUE(contains(why, "cannot be written: check the permissions")) << why;
  EXPECT_EQ(entries(), 1U);
}

// With and without a write-ahead log, in a folder where none can be made.
TEST_F(Robustness, ReadOnlyFolderAnswers) {
  const std::string first = dark("a_dark.fits");
  CalibrationStore(database).add(first);
  for (const char* mode : {"DELETE", "WAL"}) {
    set_journal(mode);
    fs::permissions(folder.path(), fs::perms::all, fs::perm_options::replace);
    fs::permissions(folder.path(), kMayWrite, fs::perm_options::remove);
    fs::permissions(database, kMayWrite, fs::perm_options::remove);
    {
      const AsOrdinaryUser user;
      EXPECT_EQ(entries(), 1U) << mode;
      EXPECT_TRUE(contains(
          refusal<DatabaseError>([&] { CalibrationStore(database).remove("a_dark.fits"); }),
          "cannot be written"))
          << mode;
    }
    fs::permissions(folder.path(), fs::perms::all);
    fs::permissions(database, fs::perms::all);
  }
}

TEST_F(Robustness, FileThatMayNotBeReadIsNamed) {
  fs::permissions(database, fs::perms::none);
  const AsOrdinaryUser user;
  EXPECT_EQ(
      refusal<DatabaseError>([&] { CalibrationStore store(database); }),
      "calibration database " + database + " cannot be opened: check the path and its permissions");
}

TEST_F(Robustness, DamageIsFoundAtOpening) {
  for (int i = 0; i < 8; ++i)
    CalibrationStore(database).add(dark("d" + std::to_string(i) + ".fits"));
  const auto size = fs::file_size(database);
  std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t at = 4096; at + 4096 <= size; at += 4096) {
    file.seekp(static_cast<std::streamoff>(at + 2));
    file << "garbage";
  }
  file.close();
  const std::string why = refusal<DatabaseError>([&] { CalibrationStore store(database); });
  EXPECT_TRUE(contains(why, database + " is damaged: move it away, make a new one")) << why;
}

TEST_F(Robustness, ATruncatedFileIsDamaged) {
  fs::resize_file(database, 4096 * 10);
  const std::string why = refusal<DatabaseError>([&] { CalibrationStore store(database); });
  EXPECT_TRUE(contains(why, "is damaged")) << why;
}

TEST_F(Robustness, ANewerKindIsLeftAlone) {
  CalibrationStore(database).add(dark("a_dark.fits"));
  Database(database, Database::Open::existing).run("PRAGMA user_version = 7");
  const std::string why = refusal<DatabaseError>([&] { CalibrationStore store(database); });
  EXPECT_TRUE(contains(why, "of a newer kind (version 7)")) << why;
  EXPECT_EQ(answer("SELECT count(*) FROM file"), Value(1));
}

TEST_F(Robustness, AFullDatabaseKeepsWhatItHas) {
  CalibrationStore(database).add(dark("a_dark.fits"));
  const Database small(database, Database::Open::existing);
  Statement pages(small, "PRAGMA page_count");
  ASSERT_TRUE(pages.step());
  small.run("PRAGMA max_page_count = " + str(pages.column(0)));
  const std::string long_name(20000, 'x');
  try {
    Transaction transaction(small);
    Statement(small, "INSERT INTO file (name) VALUES (?)", {long_name}).execute();
    transaction.commit();
    FAIL() << "the database grew";
  } catch (const OutputError& error) {
    EXPECT_EQ(error.status(), ExitStatus::resources);
    EXPECT_TRUE(contains(error.what(), "the disk is full: nothing was changed")) << error.what();
  }
  EXPECT_EQ(entries(), 1U);
}

// A small file system of its own in a folder, as long as it lives.
class SmallDisk {
 public:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
    fs::create_directory(folder_);
    mounted = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  ~SmallDisk() {
    if (mounted) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted = false;

 private:
  std::string folder_;
};

// A real disk without room; only the superuser can make one.
TEST_F(Robustness, AFullDiskKeepsWhatItHas) {
  const SmallDisk disk(folder.file("disk"));
  if (!disk.mounted) GTEST_SKIP() << "skipped: no right to mount a small disk";
  const std::string there = folder.file("disk/cal_manager.db"), filler = folder.file("disk/filler");
  CalibrationStore::create(there, false);
  CalibrationStore(there).add(dark("a_dark.fits"));
  std::ofstream(filler, std::ios::binary) << std::string(8'000'000, 'x');
  std::string why = "no error";
  for (int i = 0; i < 100 && why == "no error"; ++i) {
    why = refusal<OutputError>(
        [&] { CalibrationStore(there).add(dark("d" + std::to_string(i) + "_dark.fits")); });
  }
  EXPECT_TRUE(contains(why, "the disk is full")) << why;
  const std::string more = folder.file("disk/more.db");
  EXPECT_THROW(CalibrationStore::create(more, false), OutputError);
  EXPECT_FALSE(fs::exists(more));
  fs::remove(filler);
  EXPECT_GE(CalibrationStore(there).list().size(), 1U);
  EXPECT_EQ(CalibrationStore(there).add(dark("z_dark.fits")), CalibrationStore::Added::entered);
}

}  // namespace
}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "calibrations/calibrations.h"
#include "calibrations/ini_file.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern::calibrations {
namespace {

namespace fs = std::filesystem;
using testing::refusal;
using Texts = std::vector<std::string>;

class Config : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    const fs::path path = folder.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  CalibrationConfig read(const std::string& text) const {
    return read_calibration_config(write("rc", text), environment);
  }
  DatabaseLine line(const std::string& text) const {
    return read("[calibs]\ndatabases = " + text + "\n").databases.at(0);
  }
  std::string error(const std::string& text) const {
    const std::string what = refusal<InputError>([&] { read(text); });
    return replace_all(what, folder.file("rc"), "rc");
  }

  testing::TemporaryFolder folder;
  Environment environment{folder.file("home"), std::nullopt};
};

TEST_F(Config, AsInTheTutorial) {
  const CalibrationConfig config =
      read("[calibs]\ndatabases = /data/playground/cal_manager.db get\n");
  ASSERT_EQ(config.databases.size(), 1U);
  EXPECT_EQ(config.databases[0].location, "/data/playground/cal_manager.db");
  EXPECT_EQ(config.databases[0].path, "/data/playground/cal_manager.db");
  EXPECT_FALSE(config.databases[0].remote);
  EXPECT_TRUE(config.databases[0].get);
  EXPECT_FALSE(config.databases[0].store);
  EXPECT_EQ(config.files, Texts{folder.file("rc")});
  EXPECT_TRUE(config.warnings.empty());
}

TEST_F(Config, DialectOfConfigparser) {
  const CalibrationConfig config = read(
      "# a comment\n; another\n[other]\ndatabases = /x/y.db\n"
      "[calibs]\n"
      "DataBases: /a/1.db\r\n"
      "   /a/2.db get store\n"
      "  # a comment inside\n"
      "\n"
      "\t/a/3.db store\n"
      "upload_cookie = a=b: c\n"
      "standalone =\n");
  ASSERT_EQ(config.databases.size(), 3U);
  EXPECT_EQ(config.databases[0].path, "/a/1.db");
  EXPECT_TRUE(config.databases[1].get && config.databases[1].store);
  EXPECT_TRUE(!config.databases[2].get && config.databases[2].store);
  EXPECT_EQ(config.entries.at("upload_cookie"), "a=b: c");
  EXPECT_EQ(config.entries.at("standalone"), "");
}

TEST_F(Config, DefaultsOfAllSections) {
  const CalibrationConfig config =
      read("[DEFAULT]\ndatabases = /a/1.db\nx = 1\ny = 2\n[calibs]\nx = 3\n");
  EXPECT_EQ(config.databases.at(0).path, "/a/1.db");
  EXPECT_EQ(config.entries.at("x"), "3");
  EXPECT_EQ(config.entries.at("y"), "2");
  EXPECT_TRUE(read("[other]\ndatabases = /a/1.db\n").databases.empty());
}

TEST_F(Config, QuotesAndPercentSigns) {
  EXPECT_EQ(line("'/my data/cal.db' store").path, "/my data/cal.db");
  EXPECT_EQ(line("\"/my data/cal.db\"").location, "/my data/cal.db");
  EXPECT_EQ(line("/my\\ data/cal.db").path, "/my data/cal.db");
  EXPECT_EQ(line("/100%/cal.db").path, "/100%/cal.db");
  EXPECT_EQ(line("/100%%/cal.db").path, "/100%/cal.db");
  EXPECT_EQ(line("/${x}/cal.db").path, "/${x}/cal.db");
}

TEST_F(Config, ErrorsNameFileAndLine) {
  EXPECT_EQ(error("[calibs]\ndatabases = /a/1.db\n  /a/2.db fetch\n"),
            "rc, line 3: /a/2.db: Unknown flag 'fetch'; the flags are get and store");
  EXPECT_EQ(error("[calibs]\ndatabases = /a/1.db store ; note\n"),
            "rc, line 2: /a/1.db: Unknown flag ';'; the flags are get and store");
  EXPECT_EQ(error("[calibs]\na = 1\nA = 2\n"), "rc, line 3: key 'a' stands already in line 2");
  EXPECT_EQ(error("[calibs]\n[calibs]\n"), "rc, line 2: section [calibs] stands already in line 1");
  EXPECT_EQ(error("a = 1\n"), "rc, line 1: a [section] is needed before the first key");
  EXPECT_EQ(error("[calibs]\nnonsense\n"),
            "rc, line 2: 'nonsense' is neither a [section] nor 'key = value'");
  EXPECT_EQ(error("[calibs]\ndatabases = '/a/1.db\n"), "rc, line 2: a ' that is not closed");
}

TEST_F(Config, WhatIsNoConfiguration) {
  const auto said = [&](const std::string& file) {
    return refusal<InputError>([&] { read_calibration_config(file, environment); });
  };
  EXPECT_EQ(said("/dev/zero").find("/dev/zero: is larger than"), 0U) << said("/dev/zero");
  EXPECT_NE(said(folder.path().string()).find("cannot be read"), std::string::npos);
  EXPECT_TRUE(read_calibration_config("/dev/null", environment).databases.empty());
}

TEST_F(Config, PlacesOfDatabases) {
  fs::create_directories(folder.path() / "home/cals");
  EXPECT_EQ(line("~/cals").path, folder.file("home/cals/cal_manager.db"));
  EXPECT_EQ(line("~/cals").location, "~/cals");
  EXPECT_EQ(line("~/new.db").path, folder.file("home/new.db"));
  EXPECT_EQ(line("cal.db").path, "cal.db");
  EXPECT_FALSE(line("cal.db").remote);
  EXPECT_FALSE(line(folder.path().string() + "//cal").remote);
  for (const char* server : {"archive.gemini.edu", "https://archive.gemini.edu", "http://a/b.db"}) {
    EXPECT_TRUE(line(server).remote) << server;
    EXPECT_EQ(line(server).path, "") << server;
  }
  EXPECT_TRUE(read("[calibs]\ndatabases = archive.gemini.edu\n").warnings.empty());
}

TEST_F(Config, SettingsForServers) {
  const RemoteSettings usual = read("[calibs]\n").remote;
  EXPECT_EQ(usual.cache_folder, folder.file("home/.cache/wyvern/calibrations"));
  EXPECT_EQ(usual.upload_cookie, "qap_upload_processed_cal_ok");
  EXPECT_FALSE(usual.offline);
  const RemoteSettings own =
      read(
          "[calibs]\ncache_dir = ~/c\noffline = yes\nsession_cookie = abc\nupload_cookie =\n"
          "remote_timeout = 2.5\n")
          .remote;
  EXPECT_EQ(own.cache_folder, folder.file("home/c"));
  EXPECT_EQ(own.session_cookie, "abc");
  EXPECT_EQ(own.upload_cookie, "");
  EXPECT_EQ(own.timeout_s, 2.5);
  EXPECT_TRUE(own.offline);
  environment.cache_home = "/x";
  environment.offline = true;
  EXPECT_EQ(read("[other]\n").remote.cache_folder, "/x/wyvern/calibrations");
  EXPECT_TRUE(read("[calibs]\n").remote.offline);
  EXPECT_EQ(error("[calibs]\noffline = maybe\n"), "rc: offline = maybe: yes or no is needed");
  EXPECT_EQ(error("[calibs]\nremote_timeout = 0\n"),
            "rc: remote_timeout = 0: seconds, up to 86400, are needed");
}

TEST_F(Config, OldKey) {
  const CalibrationConfig config = read("[calibs]\nstandalone = True\ndatabase_dir = ~/old\n");
  EXPECT_EQ(config.databases.at(0).path, folder.file("home/old/cal_manager.db"));
  EXPECT_EQ(config.warnings.size(), 1U);
  EXPECT_TRUE(read("[calibs]\ndatabases = /a/1.db\ndatabase_dir = ~/old\n").databases.size() == 1);
}

TEST_F(Config, WhichFile) {
  const auto path = [&](const std::optional<std::string>& dragonsrc = std::nullopt) {
    const CalibrationConfig config =
        read_calibration_config(std::nullopt, {environment.home, dragonsrc});
    return config.databases.empty() ? "" : config.databases[0].path;
  };
  EXPECT_EQ(path(), "");
  write("home/.geminidr/rsys.cfg", "[calibs]\ndatabases = /old.db\n");
  EXPECT_EQ(path(), "/old.db");
  EXPECT_EQ(read_calibration_config(std::nullopt, environment).warnings.size(), 1U);
  write("home/.dragons/dragonsrc", "[calibs]\ndatabases = /usual.db\n");
  EXPECT_EQ(path(), "/usual.db");
  write("home/mine", "[calibs]\ndatabases = /mine.db\n");
  EXPECT_EQ(path("~/mine"), "/mine.db");
  EXPECT_EQ(path(folder.file("none")), "/old.db");
  const std::string none = folder.file("none");
  EXPECT_EQ(refusal<InputError>([&] { read_calibration_config(none, environment); }),
            "configuration file " + none + " does not exist");
  EXPECT_TRUE(read_calibration_config(std::nullopt, {"", std::nullopt}).files.empty());
}

TEST(ShellWords, AsAShellSplits) {
  EXPECT_EQ(shell_words(R"(a  "b c"'d' e\ f)"), (Texts{"a", "b cd", "e f"}));
  EXPECT_EQ(shell_words(R"("a\"b\c" '')"), (Texts{R"(a"b\c)", ""}));
  EXPECT_TRUE(shell_words("  ").empty());
  EXPECT_THROW(shell_words("a\\"), InputError);
}

}  // namespace
}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The archive client against a server on loopback that answers as Gemini's archive does.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "archive_server.h"
#include "base/files.h"
#include "base/text.h"
#include "calibrations/archive_exchange.h"
#include "calibrations/calibrations.h"
#include "fits/compression.h"
#include "made_calibrations.h"
#include "support/paths.h"

namespace wyvern {
namespace {

namespace fs = std::filesystem;
using testing::kDark;
using testing::kFlat;
using testing::prepared_frame;
using testing::refusal;
using testing::write_made;
using Texts = std::vector<std::string>;

class Remote : public ::testing::Test {
 protected:
  Remote() {
    ::setenv("no_proxy", "*", 1);
    config.databases.push_back({server.url(), "", true, true, true});
    config.remote.cache_folder = folder.file("cache");
    config.remote.timeout_s = 5.0;  // a busy machine may be slow
  }
  void SetUp() override {
    if (!server.runs()) GTEST_SKIP() << "skipped: no python3";
    flat = write_made(server.place("processed_flat", "N20120117S0034_flat.fits"), kFlat);
  }

  // What a reduction that begins now finds; `notes` are what it says about it.
  std::string find(const std::string& type = "processed_flat",
                   const CalibrationSettings& settings = {}) {
    notes.clear();
    const CalibrationService service({}, config, settings);
    const auto found = service.find(prepared_frame("N20120117S0014_prepared.fits"), type, notes);
    return found ? found->path : "";
  }
  std::string note() const { return join(notes, "\n"); }
  bool is_flat(const std::string& path) const {
    return !path.empty() && md5_of_file(path) == md5_of_file(flat);
  }

  testing::TemporaryFolder folder;
  testing::ArchiveServer server{folder.path() / "server"};
  CalibrationConfig config;
  std::string flat;
  Texts notes;
};

TEST_F(Remote, AsksAsTheReferenceDoes) {
  const std::string path = find();
  EXPECT_TRUE(is_flat(path)) << note();
  EXPECT_EQ(fs::path(path).filename(), "N20120117S0034_flat.fits");
  EXPECT_TRUE(notes.empty());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0]["method"], "POST");
  EXPECT_EQ(requests[0]["path"], "/calmgr/processed_flat/sq/N20120117S0014_prepared.fits");
  EXPECT_EQ(requests[0]["headers"]["Content-Type"], "application/x-www-form-urlencoded");
  EXPECT_FALSE(requests[0]["headers"].contains("Cookie"));
  EXPECT_EQ(requests[1]["path"], "/file/N20120117S0034_flat.fits");
}

TEST_F(Remote, ModeIsPartOfTheRequest) {
  find("processed_dark", {.mode = "ql"});
  EXPECT_EQ(server.requests().at(0)["path"],
            "/calmgr/processed_dark/ql/N20120117S0014_prepared.fits");
}

TEST_F(Remote, WhatIsNotThereIsNoAnswer) {
  EXPECT_EQ(find("processed_dark"), "");
  EXPECT_TRUE(notes.empty()) << note();
}

TEST_F(Remote, DownloadsOnce) {
  const std::string first = find();
  server.requests();
  EXPECT_EQ(find(), first);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U) << "the file is in the cache";
  EXPECT_EQ(requests[0]["method"], "POST");
}

TEST_F(Remote, ASpoiltFileInTheCacheIsFetchedAgain) {
  const std::string path = find();
  std::ofstream(path, std::ios::app) << "spoilt";
  EXPECT_TRUE(is_flat(find()));
}

TEST_F(Remote, OneRequestForEachFrameAndType) {
  const CalibrationService service({}, config, {});
  const AstroData frame = prepared_frame("N20120117S0014_prepared.fits");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(service.find(frame, "processed_flat", notes));
  const SearchReport report = service.explain(frame, "processed_flat");
  EXPECT_EQ(report.origin, server.url());
  ASSERT_EQ(report.candidates.size(), 1U);
  EXPECT_TRUE(report.candidates[0].chosen);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(Remote, LocalDatabasesComeInTheirOrder) {
  const std::string database = folder.file("cal.db");
  CalibrationStore::create(database, false);
  const std::string mine = write_made(folder.file("mine_flat.fits"), kFlat);
  CalibrationStore(database).add(mine);
  config.databases.insert(config.databases.begin(), {database, database});
  EXPECT_EQ(find(), mine);
  EXPECT_TRUE(server.requests().empty()) << "nothing goes out when a local database has it";
  std::swap(config.databases[0], config.databases[1]);
  EXPECT_NE(find(), mine);
}

TEST_F(Remote, OfflineUsesWhatWasDownloaded) {
  const std::string path = find();
  server.stop();
  config.remote.offline = true;
  EXPECT_EQ(find(), path);
  EXPECT_TRUE(notes.empty()) << note();
  EXPECT_EQ(find("processed_dark"), "");
  EXPECT_TRUE(contains(note(), "off-line: " + server.url() + " is not asked")) << note();
}

TEST_F(Remote, OfflineAsksNobody) {
  config.remote.offline = true;
  EXPECT_EQ(find(), "");
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(Remote, CompressedFilesAreUnpacked) {
  const std::string packed = fits::compress(read_text_file(flat), fits::Compression::bzip2);
  const std::string plain = folder.file("plain.fits");
  fs::rename(flat, plain);
  flat = plain;
  write_file_atomically(server.place("processed_flat", "N20120117S0034_flat.fits.bz2"), packed);
  const std::string path = find();
  EXPECT_EQ(fs::path(path).filename(), "N20120117S0034_flat.fits") << note();
  EXPECT_TRUE(is_flat(path));
  server.requests();
  EXPECT_EQ(find(), path);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Remote, LoginRequiredIsExplained) {
  for (const char* how : {"file=403", "file=401", "answer=403"}) {
    server.fail(how);
    EXPECT_EQ(find(), "") << how;
    EXPECT_TRUE(contains(note(), "the data are proprietary or the server wants a login")) << note();
    EXPECT_TRUE(contains(note(), "session_cookie")) << note();
  }
  for (const char* how : {"file=html", "answer=html"}) {
    server.fail(how);
    EXPECT_EQ(find(), "") << how;
    EXPECT_TRUE(contains(note(), "login")) << note();
  }
  server.fail("");
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, ExplanationsSayWhatWentWrong) {
  server.fail("file=403");
  const CalibrationService service({}, config, {});
  const AstroData frame = prepared_frame("N20120117S0014_prepared.fits");
  const SearchReport refused = service.explain(frame, "processed_flat");
  for (const std::string& text : {search_text(refused), short_search_text(refused)}) {
    EXPECT_TRUE(contains(text, "no processed_flat")) << text;
    EXPECT_TRUE(contains(text, "the server wants a login")) << text;
  }
  server.fail("");
  const SearchReport found = CalibrationService({}, config, {}).explain(frame, "processed_flat");
  EXPECT_TRUE(contains(search_text(found), "CHOSEN (exact); chosen by the server"))
      << search_text(found);
}

TEST_F(Remote, TheLoginGoesToTheConfiguredServerOnly) {
  config.remote.session_cookie = "secret";
  server.fail("file=away");
  EXPECT_TRUE(is_flat(find())) << note();
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0]["headers"]["Cookie"], "gemini_archive_session=secret");
  EXPECT_EQ(requests[1]["headers"]["Cookie"], "gemini_archive_session=secret");
  EXPECT_TRUE(requests[2]["headers"]["Host"].get<std::string>().starts_with("localhost:"));
  EXPECT_FALSE(requests[2]["headers"].contains("Cookie"));
}

TEST_F(Remote, ErrorsThatPassAreTriedAgain) {
  server.fail("answer=500*2");
  EXPECT_TRUE(is_flat(find())) << note();
  EXPECT_TRUE(notes.empty()) << note();
  fs::remove_all(config.remote.cache_folder);
  server.fail("file=503*2");
  EXPECT_TRUE(is_flat(find())) << note();
  fs::remove_all(config.remote.cache_folder);
  server.fail("answer=hangup*1 file=hangup*1");
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, ErrorsThatStayAreNamed) {
  server.fail("answer=500");
  EXPECT_EQ(find(), "");
  EXPECT_TRUE(contains(note(),
                       "/calmgr/processed_flat/sq/N20120117S0014_prepared.fits: an error of "
                       "the server (status 500)"))
      << note();
  EXPECT_EQ(server.requests().size(), 3U);
  server.fail("file=404");
  EXPECT_EQ(find(), "");
  EXPECT_TRUE(contains(note(), "Could not retrieve " + server.url() +
                                   "/file/N20120117S0034_flat.fits: not found (status 404)"))
      << note();
}

TEST_F(Remote, ACutTransferGoesOnWhereItBroke) {
  server.fail("file=truncated*2");
  EXPECT_TRUE(is_flat(find())) << note();
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  const auto size = fs::file_size(flat);
  EXPECT_EQ(requests[2]["headers"]["Range"], "bytes=" + std::to_string(size / 2) + "-");
}

TEST_F(Remote, ACutTransferGoesOnInTheNextRun) {
  server.fail("file=truncated");
  EXPECT_EQ(find(), "");
  EXPECT_FALSE(notes.empty());
  server.requests();
  server.fail("");
  EXPECT_TRUE(is_flat(find())) << note();
  EXPECT_TRUE(server.requests().at(1)["headers"].contains("Range"));
}

TEST_F(Remote, AServerWithoutRangesBeginsAnew) {
  server.fail("file=truncated");
  EXPECT_EQ(find(), "");
  server.fail("file=norange");
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, AWrongDigestIsRefusedAndNothingKept) {
  for (const char* how : {"file=wrong", "answer=wrongmd5"}) {
    server.fail(how);
    EXPECT_EQ(find(), "") << how;
    EXPECT_TRUE(contains(note(), "MD5 hash of downloaded file does not match")) << note();
    for (const auto& entry : fs::recursive_directory_iterator(config.remote.cache_folder)) {
      EXPECT_NE(entry.path().extension(), ".fits") << entry.path();
    }
  }
  server.fail("");
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, ARemainderOfAnotherFileDoesNotSpoilTheNext) {
  fs::create_directories(config.remote.cache_folder + "/partial");
  std::ofstream(config.remote.cache_folder + "/partial/" + md5_of_file(flat)) << "rubbish";
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, SilenceEnds) {
  config.remote.timeout_s = 0.6;
  for (const char* how : {"answer=silent", "file=stall"}) {
    server.fail(how);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(find(), "") << how;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(12)) << how;
    EXPECT_TRUE(contains(note(), "no byte came for 0.6 s")) << note();
  }
}

TEST_F(Remote, SlowIsNotSilent) {
  server.fail("file=slow");
  EXPECT_TRUE(is_flat(find())) << note();
}

TEST_F(Remote, RedirectsAreFollowed) {
  server.fail("answer=redirect file=redirect");
  EXPECT_TRUE(is_flat(find())) << note();
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_EQ(requests[1]["method"], "POST") << "with the body";
  EXPECT_EQ(requests[1]["body"], requests[0]["body"]);
}

TEST_F(Remote, BadAnswersAreNamed) {
  for (const auto& [how, text] : std::vector<std::pair<std::string, std::string>>{
           {"malformed", "it is not well-formed XML"},
           {"doctype", "it has a document type"},
           {"huge", "the answer is longer than 4000000 bytes"},
           {"nourl", "is known but cannot be downloaded"},
           {"nomd5", "comes without a sound md5 sum"},
           {"badname", "comes without a sound file name"},
           {"badscheme", "is no address that files are taken from"}}) {
    server.fail("answer=" + how);
    EXPECT_EQ(find(), "") << how;
    EXPECT_TRUE(contains(note(), text)) << how << ": " << note();
  }
}

TEST_F(Remote, AServerThatIsNotThereIsAskedOnce) {
  server.stop();
  const CalibrationService service({}, config, {});
  EXPECT_FALSE(service.find(prepared_frame("a.fits"), "processed_flat", notes));
  EXPECT_TRUE(contains(note(), "Failed to connect") || contains(note(), "refused")) << note();
  notes.clear();
  EXPECT_FALSE(service.find(prepared_frame("b.fits", {{"DATALAB", "b"}}), "processed_flat", notes));
  EXPECT_TRUE(contains(note(), "is not asked again")) << note();
}

TEST_F(Remote, CtrlCEndsATransfer) {
  server.fail("file=slow");
  std::atomic<bool> stop = false;
  std::thread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    stop = true;
  });
  EXPECT_THROW(find("processed_flat", {.stop = &stop}), Interrupted);
  user.join();
}

TEST_F(Remote, ManyReductionsShareTheDownload) {
  server.fail("file=slow");
  std::vector<std::thread> threads;
  std::vector<std::string> paths(4);
  for (std::string& path : paths) {
    threads.emplace_back([&] {
      Texts own;
      const CalibrationService service({}, config, {});
      const auto found = service.find(prepared_frame("a.fits"), "processed_flat", own);
      path = found ? found->path : join(own, "\n");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& path : paths) EXPECT_TRUE(is_flat(path)) << path;
  std::size_t downloads = 0;
  for (const auto& request : server.requests()) downloads += request["method"] == "GET" ? 1 : 0;
  EXPECT_EQ(downloads, 1U);
}

TEST_F(Remote, UploadsOnlyOnRequest) {
  const std::string dark = write_made(folder.file("N20120102S0538_sq_dark.fits"), kDark);
  CalibrationService quiet({}, config, {});
  EXPECT_EQ(quiet.store(dark, "processed_dark"),
            Texts{server.url() + ": NOT storing " + dark + " as processed_dark"});
  EXPECT_TRUE(server.requests().empty());
  CalibrationService service({}, config, {.upload_calibrations = true});
  EXPECT_EQ(service.store(dark, "processed_dark"),
            Texts{server.url() + ": Storing " + dark + " as processed_dark"});
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0]["path"], "/upload_processed_cal/N20120102S0538_sq_dark.fits");
  EXPECT_EQ(requests[0]["headers"]["Content-Type"], "application/octet-stream");
  EXPECT_EQ(requests[0]["headers"]["Cookie"],
            "gemini_fits_upload_auth=qap_upload_processed_cal_ok");
  EXPECT_EQ(md5_of_file(server.uploaded("N20120102S0538_sq_dark.fits")), md5_of_file(dark));
  EXPECT_EQ(service.upload_science(dark), Texts{server.url() + ": " + dark + " uploaded OK."});
  EXPECT_EQ(server.requests().at(0)["path"], "/upload_file/N20120102S0538_sq_dark.fits");
}

TEST_F(Remote, ARefusedUploadLeavesTheFile) {
  const std::string dark = write_made(folder.file("N20120102S0538_sq_dark.fits"), kDark);
  CalibrationService service({}, config, {.upload_calibrations = true});
  server.fail("upload=403");
  const std::string why = refusal<DatabaseError>([&] { service.store(dark, "processed_dark"); });
  EXPECT_TRUE(contains(why, "is upload_cookie in [calibs] right?")) << why;
  EXPECT_TRUE(fs::exists(dark));
  server.fail("upload=redirect");
  EXPECT_EQ(service.store(dark, "processed_dark").size(), 1U);
}

TEST(ArchiveExchange, DescriptorsAsPythonLiterals) {
  const std::string body =
      calibrations::request_body(prepared_frame("a.fits", {{"UT", "17:10:00"}}));
  const std::string text = replace_all(
      replace_all(replace_all(replace_all(replace_all(body, "%27", "'"), "%3A", ":"), "%2C", ","),
                  "%28", "("),
      "%29", ")");
  EXPECT_TRUE(text.starts_with("descriptors=%7B'airmass':+None,+'amp_read_area':+None,")) << text;
  for (const char* part :
       {"'array_name':+'SN7638228.1'", "'coadds':+1,", "'exposure_time':+60.0,",
        "'filter_name':+'Open%26J_G0517'", "'read_mode':+'Bright+Objects'",
        "'ut_date':+datetime.date(2012,+1,+17)",
        "'ut_datetime':+datetime.datetime(2012,+1,+17,+17,+10)", "'ut_time':+datetime.time(17,+10)",
        "'detector_binning':+'1x1'", "'prepared':+True", "&types=%7B'GEMINI',+'GNIRS'"}) {
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  }
  EXPECT_EQ(std::count(text.begin(), text.end(), '='), 2);
}

TEST(ArchiveExchange, AnswersOfTheArchive) {
  const auto found = calibrations::parse_answer(
      "<?xml version='1.0'?><a:calibration_associations xmlns:a='x'><!-- c --><dataset><filename>d"
      "</filename><md5>dd</md5><calibration><caltype>processed_flat</caltype><filename>f&amp;g.fits"
      "</filename><md5>AB</md5><url> http://h/f.fits </url></calibration><calibration/></dataset>"
      "</a:calibration_associations>");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].file_name, "f&g.fits");
  EXPECT_EQ(found[0].md5, "ab");
  EXPECT_EQ(found[0].url, "http://h/f.fits");
  EXPECT_EQ(found[1].url, "");
}

TEST(ArchiveExchange, NamesInUrls) {
  using calibrations::file_name_of_url;
  EXPECT_EQ(file_name_of_url("http://h/file/a%20b.fits?x=/y"), "a b.fits");
  for (const char* bad : {"http://h/file/", "http://h/file/..%2Fa.fits", "http://h/.fits"}) {
    EXPECT_EQ(file_name_of_url(bad), "") << bad;
  }
}

}  // namespace
}  // namespace wyvern

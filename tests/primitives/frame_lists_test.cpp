// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/errors.h"
#include "primitives/frames.h"
#include "support/paths.h"

// addToList, getList and showList: lists of frames that outlive a run.

namespace wyvern {
namespace {

using namespace wyvern::testing;
using Words = std::vector<std::string>;

Frame dark(int number) {
  Frame frame = raw_frame(number, Plane::filled<float>(4, 4, 20.0F));
  make_dark(frame);
  return frame;
}

class FrameLists : public ::testing::Test {
 protected:
  FrameLists() { bench.context.output_folder = folder.path().string(); }

  FrameList run(const std::string& name, FrameList frames, const Arguments& arguments = {}) {
    return bench.run(name, std::move(frames), arguments);
  }
  static Words names(const FrameList& frames) {
    Words found;
    for (const Frame& frame : frames) found.push_back(frame->filename());
    return found;
  }

  TemporaryFolder folder;
  Bench bench;
  const Arguments purpose = {{"purpose", "forStack"}};
};

TEST_F(FrameLists, GrowFromRunToRun) {
  EXPECT_EQ(names(run("addToList", {dark(38)}, purpose)), Words{"N20120117S0038_forStack.fits"});
  EXPECT_TRUE(std::filesystem::exists(folder.file("N20120117S0038_forStack.fits")));
  const FrameList second = run("addToList", {dark(39)}, purpose);
  const FrameList all = run("getList", second, purpose);
  EXPECT_EQ(names(all), (Words{"N20120117S0038_forStack.fits", "N20120117S0039_forStack.fits"}));
  EXPECT_EQ(all[0]->extensions[0].data.pixels<float>()[0], 20.0F);
}

TEST_F(FrameLists, AFrameIsInAListOnce) {
  run("addToList", {dark(38)}, purpose);
  EXPECT_EQ(run("getList", run("addToList", {dark(38)}, purpose), purpose).size(), 1U);
}

TEST_F(FrameLists, TheNewestFramesInTheListsOrder) {
  const FrameList all = run("addToList", {dark(38), dark(39), dark(40)}, purpose);
  EXPECT_EQ(names(run("getList", all, {{"purpose", "forStack"}, {"max_frames", 2}})),
            (Words{"N20120117S0039_forStack.fits", "N20120117S0040_forStack.fits"}));
}

TEST_F(FrameLists, OtherObservationsHaveOtherLists) {
  const Frame longer = dark(39);
  longer->phu.set("EXPTIME", 30.0);
  run("addToList", {dark(38), longer}, purpose);
  EXPECT_EQ(names(run("getList", {longer}, purpose)), Words{"N20120117S0039_forStack.fits"});
}

TEST_F(FrameLists, AMissingFileIsNamedAndLeftOut) {
  const FrameList all = run("addToList", {dark(38), dark(39)}, purpose);
  std::filesystem::remove(folder.file("N20120117S0038_forStack.fits"));
  EXPECT_EQ(names(run("getList", all, purpose)), Words{"N20120117S0039_forStack.fits"});
  EXPECT_TRUE(bench.has_said("   Cannot open N20120117S0038_forStack.fits"));
}

TEST_F(FrameLists, WithoutAPurposeTheListIsCalledList) {
  const FrameList listed = run("addToList", {dark(38)});
  EXPECT_EQ(names(run("getList", listed)), Words{"N20120117S0038_list.fits"});
}

TEST_F(FrameLists, AnUnknownPurposeIsAnError) {
  run("addToList", {dark(38)}, purpose);
  EXPECT_THROW(run("getList", {dark(38)}, {{"purpose", "forSky"}}), DataError);
}

TEST_F(FrameLists, ABrokenIndexIsAnError) {
  std::filesystem::create_directories(folder.path() / ".reducecache");
  std::ofstream(folder.path() / ".reducecache/stkindex.json") << "no index";
  EXPECT_THROW(run("addToList", {dark(38)}, purpose), InputError);
}

TEST_F(FrameLists, AreShown) {
  run("addToList", {dark(38)}, purpose);
  run("showList", {dark(38)});
  EXPECT_TRUE(bench.has_said("   N20120117S0038_forStack.fits"));
}

TEST_F(FrameLists, ThoseOfTheReferenceAreTakenOver) {
  run("addToList", {dark(38)}, purpose);
  std::filesystem::remove(folder.path() / ".reducecache/stkindex.json");
  // {"a": ["b"]}
  using std::string_literals::operator""s;
  std::ofstream(folder.path() / ".reducecache/stkindex.pkl", std::ios::binary)
      << "\x80\x02}q\0X\x01\0\0\0aq\x01]q\x02X\x01\0\0\0bq\x03"
         "as."s;
  run("showList", {dark(38)});
  EXPECT_TRUE(bench.has_said("List for stack id=a"));
  EXPECT_TRUE(bench.has_said("   b"));
}

}  // namespace
}  // namespace wyvern

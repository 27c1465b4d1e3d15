// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/rules.h"

#include <gtest/gtest.h>

#include "calibrations/rows.h"
#include "made_calibrations.h"

namespace wyvern::calibrations {
namespace {

using testing::Cards;
using testing::kBpm;
using testing::kDark;
using testing::kFlat;
using testing::prepared_frame;
using testing::with;

Row candidate(const Cards& cards) {
  const AstroData ad = prepared_frame("cal.fits", cards);
  Row row = header_row(ad);
  for (const auto& [column, value] : gnirs_row(ad)) row[column] = value;
  // A database gives no true and false, only 1 and 0.
  row["engineering"] = 0;
  row["present"] = 1;
  return row;
}

Row base_request() {
  return request_row(prepared_frame("N20120117S0014_varAdded.fits"), "sq");
}

bool found(const std::string& type, const Cards& cards, const Row& request) {
  const Rule* rule = find_rule(str(request.at("instrument")), type);
  return rule != nullptr && !ranked(*rule, {candidate(cards)}, request).empty();
}

// "DFB": which of dark, flat and BPM answer a request that differs in some items.
std::string answers(const Row& change, const std::string& mode = "sq") {
  Row request = base_request();
  request["mode"] = mode;
  for (const auto& [key, value] : change) request[key] = value;
  return std::string(found("processed_dark", kDark, request) ? "D" : "-") +
         (found("processed_flat", kFlat, request) ? "F" : "-") +
         (found("processed_bpm", kBpm, request) ? "B" : "-");
}

// A change of one item of the request and what the reference answers.
struct Vector {
  std::string item;
  Value value;
  std::string found;
};

std::vector<Vector> reference_vectors() {
  return {
      {"exposure_time", 60, "DFB"},
      {"exposure_time", 30.0, "-FB"},
      {"coadds", 2, "-FB"},
      {"read_mode", "Faint Objects", "-FB"},
      {"read_mode", Value(), "-FB"},
      {"read_mode", "Unknown", "-FB"},
      {"well_depth_setting", "Deep", "--B"},
      {"camera", "LongBlue_G5542", "D-B"},
      {"filter_name", "J_G0517", "D-B"},
      {"focal_plane_mask", "0.30arcsec_G5530&SCLong_G5531", "D-B"},
      {"disperser", "32/mm_G5533", "D-B"},
      {"central_wavelength", Value(), "DFB"},
      {"observation_class", "acq", "DFB"},
      {"observation_type", "FLAT", "DFB"},
      {"array_name", "other", "DFB"},
      {"detector_binning", "2x2", "DF-"},
      {"instrument", "NIRI", "---"},
      {"ut_datetime", "2012-04-01 17:10:03.000000", "-FB"},
      {"ut_datetime", "2012-04-01 17:10:02.000000", "DFB"},
      {"ut_datetime", "2011-10-04 17:10:03.000000", "--B"},
      {"ut_datetime", "2011-10-04 19:34:03.000000", "D-B"},
      {"ut_datetime", "2012-04-15 07:30:03.000000", "-FB"},
      {"ut_datetime", "2012-04-16 07:30:03.000000", "--B"},
      {"ut_datetime", "2020-01-01 00:00:00.000000", "--B"},
      {"ut_datetime", "2010-07-15 00:00:00.000000", "---"},
      {"ut_datetime", Value(), "---"},
  };
}

TEST(GnirsRules, AnswerAsTheReference) {
  EXPECT_EQ(answers({}), "DFB");
  for (const Vector& v : reference_vectors()) {
    EXPECT_EQ(answers({{v.item, v.value}}), v.found) << v.item << " = " << repr(v.value);
    EXPECT_EQ(answers({{v.item, v.value}}, "qa"), v.found) << v.item << " in mode qa";
  }
}

TEST(GnirsRules, WavelengthOfTheGratingIsNoPropertyOfAnImage) {
  const Row request = request_row(prepared_frame("a.fits", {{"GRATWAVE", 4.5}}), "sq");
  EXPECT_TRUE(request.at("central_wavelength").is_none());
  EXPECT_TRUE(found("processed_flat", kFlat, request));
}

// The reference compares doubles; times that are equal within the accuracy of the array are equal.
TEST(GnirsRules, ExposureTimesAgreeWithinATolerance) {
  const auto agrees = [](double dark, double science) {
    Row request = base_request();
    request["exposure_time"] = science;
    return found("processed_dark", with(kDark, {{"EXPTIME", dark}}), request);
  };
  EXPECT_TRUE(agrees(0.3, 3 * 0.1));
  EXPECT_TRUE(agrees(60.0, 60.0001));
  EXPECT_TRUE(agrees(60.0, 60.005));
  EXPECT_FALSE(agrees(60.0, 60.007));
  EXPECT_TRUE(agrees(300.0, 300.029));
  EXPECT_FALSE(agrees(300.0, 300.031));
  EXPECT_TRUE(agrees(0.2, 0.2049));
  EXPECT_FALSE(agrees(0.2, 0.206));
}

TEST(GnirsRules, ExposureTimeOfARawFrameCountsAllCoadds) {
  const AstroData raw =
      prepared_frame("a.fits", {{"PREPARE", Value()}, {"EXPTIME", 0.1}, {"COADDS", 3}});
  EXPECT_TRUE(found("processed_dark", with(kDark, {{"EXPTIME", 0.3}, {"COADDS", 3}}),
                    request_row(raw, "sq")));
}

TEST(GnirsRules, ScienceQualityAsksForTheSame) {
  Row request = base_request();
  const Cards quick = with(kDark, {{"PROCMODE", "qa"}});
  EXPECT_FALSE(found("processed_dark", quick, request));
  request["mode"] = "ql";
  EXPECT_TRUE(found("processed_dark", quick, request));
}

TEST(GnirsRules, FailedCalibrationsAreLeftOut) {
  const Row request = base_request();
  EXPECT_FALSE(found("processed_dark", with(kDark, {{"RAWGEMQA", "BAD"}}), request));
  EXPECT_TRUE(found("processed_dark", with(kDark, {{"RAWGEMQA", "CHECK"}}), request));
}

TEST(GnirsRules, ValuesThatAreNotKnownNeverMatch) {
  Row request = base_request();
  request["read_mode"] = Value();
  EXPECT_FALSE(found("processed_dark", with(kDark, {{"LNRS", 3}}), request));
}

TEST(GnirsRules, OtherTypesHaveNoRule) {
  for (const char* type : {"bpm", "mask", "processed_arc", "processed_fringe", "processed_slit",
                           "processed_standard"}) {
    EXPECT_EQ(find_rule("GNIRS", type), nullptr) << type;
  }
}

// Names of the candidates in the order of preference.
std::string order(const std::string& type, const std::vector<std::pair<std::string, Cards>>& given,
                  const Row& request) {
  std::vector<Row> rows;
  for (const auto& [name, cards] : given) {
    rows.push_back(candidate(cards));
    rows.back()["name"] = name;
  }
  std::string names;
  for (const Row& row : ranked(*find_rule("GNIRS", type), std::move(rows), request)) {
    names += str(row.at("name"));
  }
  return names;
}

TEST(Ranking, NearestInTimeThenBetterModeThenFirstEntered) {
  Row request = base_request();
  request["mode"] = "ql";
  const Cards near = with(kDark, {{"DATE-OBS", "2012-01-16"}});
  EXPECT_EQ(order("processed_dark",
                  {{"a", kDark},
                   {"b", with(near, {{"PROCMODE", "qa"}})},
                   {"c", with(near, {{"PROCMODE", "ql"}})},
                   {"d", near},
                   {"e", near},
                   {"f", with(near, {{"PROCMODE", Value()}})}},
                  request),
            "decbfa");
}

TEST(Ranking, FlatOfTheSameObservationAndWithALampFirst) {
  const Cards other = with(kFlat, {{"OBSID", "GN-2011B-Q-999-2"}, {"UT", "05:31:00"}});
  const Cards off = with(kFlat, {{"GCALLAMP", "Off"}});
  const Cards halogen = with(kFlat, {{"GCALLAMP", "QH"}, {"UT", "07:00:00"}});
  EXPECT_EQ(order("processed_flat", {{"o", other}, {"x", off}, {"f", kFlat}, {"q", halogen}},
                  base_request()),
            "qfox");
}

TEST(Ranking, BpmOfAnyMode) {
  const Cards newer = with(kBpm, {{"DATE-OBS", "2011-07-16"}});
  const Cards unmarked = with(kBpm, {{"DATE-OBS", "2012-01-01"}, {"PROCMODE", Value()}});
  EXPECT_EQ(order("processed_bpm", {{"a", kBpm}, {"u", unmarked}, {"n", newer}}, base_request()),
            "nau");
}

TEST(Judging, ListsEveryCriterionWithBothValues) {
  Row request = base_request();
  request["coadds"] = 2;
  const Rule& rule = *find_rule("GNIRS", "processed_dark");
  const std::vector<Judgement> judgements = judge(rule, candidate(kDark), request);
  ASSERT_EQ(judgements.size(), rule.criteria.size());
  int failed = 0;
  for (const Judgement& j : judgements) {
    if (j.passed) continue;
    ++failed;
    EXPECT_EQ(j.criterion->name, "coadds");
    EXPECT_EQ(j.candidate, Value(1));
    EXPECT_EQ(j.asked, Value(2));
  }
  EXPECT_EQ(failed, 1);
}

TEST(Times, AsDatabaseText) {
  const DateTime when{{2012, 1, 2}, {17, 10, 3, 0}};
  EXPECT_EQ(database_time(when), "2012-01-02 17:10:03.000000");
  EXPECT_EQ(parse_database_time(Value("2012-01-02 17:10:03.000000")), when);
  EXPECT_EQ(parse_database_time(Value("2012-01-02 17:10:03.25"))->time.microsecond, 250000);
  EXPECT_EQ(parse_database_time(Value("yesterday")), std::nullopt);
  EXPECT_EQ(seconds_since_2000(when), 378839403);
}

}  // namespace
}  // namespace wyvern::calibrations

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

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

// The grade of a candidate for a request.
Grade grade(const std::string& type, const Cards& cards, const Row& request, bool compat = false,
            const Row& change = {}) {
  const std::optional<Rule> rule = rule_for(str(request.at("instrument")), type, compat);
  if (!rule) return Grade::none;
  Row row = candidate(cards);
  for (const auto& [key, value] : change) row[key] = value;
  return judge(*rule, std::move(row), request).grade;
}

bool found(const std::string& type, const Cards& cards, const Row& request, bool compat = false) {
  return grade(type, cards, request, compat) == Grade::exact;
}

// "DFB": which of dark, flat and BPM answer a request that differs in some items.
std::string answers(const Row& change, bool compat, const std::string& mode = "sq") {
  Row request = base_request();
  request["mode"] = mode;
  for (const auto& [key, value] : change) request[key] = value;
  return std::string(found("processed_dark", kDark, request, compat) ? "D" : "-") +
         (found("processed_flat", kFlat, request, compat) ? "F" : "-") +
         (found("processed_bpm", kBpm, request, compat) ? "B" : "-");
}

// A change of one item of the request and what the reference answers; what we answer, where that is
// not the same.
struct Vector {
  std::string item;
  Value value;
  std::string found;
  std::string ours = "";
};

std::vector<Vector> reference_vectors() {
  return {
      {"exposure_time", 60, "DFB"},
      {"exposure_time", 60.0001, "-FB", "DFB"},
      {"exposure_time", 30.0, "-FB"},
      {"coadds", 2, "-FB"},
      {"read_mode", "Faint Objects", "-FB"},
      {"read_mode", Value(), "-FB"},
      {"read_mode", "Unknown", "-FB"},
      {"well_depth_setting", "Deep", "--B"},
      {"camera", "LongBlue_G5542", "D-B"},
      {"filter_name", "J_G0517", "D-B", "DFB"},
      {"filter_name", "Open&H_G0518", "D-B"},
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
  EXPECT_EQ(answers({}, true), "DFB");
  for (const Vector& v : reference_vectors()) {
    EXPECT_EQ(answers({{v.item, v.value}}, true), v.found) << v.item << " = " << repr(v.value);
    EXPECT_EQ(answers({{v.item, v.value}}, true, "qa"), v.found) << v.item << " in mode qa";
  }
}

TEST(GnirsRules, DifferFromTheReferenceOnPurposeOnly) {
  EXPECT_EQ(answers({}, false), "DFB");
  for (const Vector& v : reference_vectors()) {
    const std::string expected = v.ours.empty() ? v.found : v.ours;
    EXPECT_EQ(answers({{v.item, v.value}}, false), expected) << v.item << " = " << repr(v.value);
    EXPECT_EQ(answers({{v.item, v.value}}, false, "qa"), expected) << v.item << " in mode qa";
  }
}

TEST(GnirsRules, WavelengthOfTheGratingIsNoPropertyOfAnImage) {
  const Row request = request_row(prepared_frame("a.fits", {{"GRATWAVE", 4.5}}), "sq");
  EXPECT_TRUE(request.at("central_wavelength").is_none());
  EXPECT_TRUE(found("processed_flat", kFlat, request));
  EXPECT_TRUE(found("processed_flat", kFlat, request, true));
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
  for (const char* type : {"bpm", "mask", "processed_fringe", "processed_slit"}) {
    EXPECT_FALSE(rule_for("GNIRS", type, false)) << type;
  }
}

// Names of the candidates in the order of preference.
std::string order(const std::string& type, const std::vector<std::pair<std::string, Cards>>& given,
                  const Row& request) {
  std::vector<Judged> judged;
  for (const auto& [name, cards] : given) {
    Row row = candidate(cards);
    row["name"] = name;
    judged.push_back(judge(*rule_for("GNIRS", type, false), std::move(row), request));
  }
  rank(judged, request);
  std::string names;
  for (const Judged& one : judged) {
    if (one.grade == Grade::exact) names += str(one.row.at("name"));
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

// A request that differs from the base in one item.
Row changed(const std::string& item, const Value& value) {
  Row request = base_request();
  request[item] = value;
  return request;
}

// Names of the required criteria that an exact match fails.
std::string failures(const std::string& type, const Cards& cards, const Row& request,
                     const Row& change = {}) {
  Row row = candidate(cards);
  for (const auto& [key, value] : change) row[key] = value;
  std::string names;
  for (const CriterionVerdict& v :
       judge(*rule_for("GNIRS", type, false), std::move(row), request).verdicts) {
    if (v.required && !v.passed) names += (names.empty() ? "" : ", ") + v.criterion;
  }
  return names;
}

TEST(Judging, NamesExactlyWhatFails) {
  const auto dark = [](const Row& request) { return failures("processed_dark", kDark, request); };
  EXPECT_EQ(dark(base_request()), "");
  EXPECT_EQ(dark(changed("coadds", 2)), "coadds");
  EXPECT_EQ(dark(changed("read_mode", "Faint Objects")), "read mode");
  EXPECT_EQ(dark(changed("ut_datetime", "2012-04-02 17:10:03.000000")), "time");
  EXPECT_EQ(dark(changed("well_depth_setting", "Deep")), "well depth");
  EXPECT_EQ(dark(changed("exposure_time", 30.0)), "exposure time");
  EXPECT_EQ(failures("processed_dark", with(kDark, {{"PROCMODE", "ql"}}), base_request()),
            "processing mode");
  EXPECT_EQ(failures("processed_dark", kDark, base_request(), {{"engineering", 1}}), "engineering");
}

TEST(Judging, ListsEveryCriterionWithBothValues) {
  const Rule rule = *rule_for("GNIRS", "processed_dark", false);
  const Judged judged = judge(rule, candidate(kDark), changed("coadds", 2));
  ASSERT_EQ(judged.verdicts.size(), rule.criteria.size());
  const CriterionVerdict& coadds = judged.verdicts.at(4);
  EXPECT_EQ(coadds.criterion, "coadds");
  EXPECT_EQ(coadds.has, Value(1));
  EXPECT_EQ(coadds.wanted, Value(2));
  EXPECT_EQ(coadds.asks, "equal");
  EXPECT_FALSE(coadds.passed);
  EXPECT_EQ(coadds.passes, Grade::other);
}

// Both sides of every limit of the grades.
TEST(Grades, OfDarksInTime) {
  const auto at_time = [](const std::string& when, const Value& array = "SN7638228.1") {
    return grade("processed_dark", kDark, changed("ut_datetime", when), false,
                 {{"array_name", array}});
  };
  EXPECT_EQ(at_time("2012-04-01 17:10:02.999999"), Grade::exact);
  EXPECT_EQ(at_time("2012-04-01 17:10:03.000000"), Grade::wider);
  EXPECT_EQ(at_time("2011-10-04 17:10:03.000001"), Grade::exact);
  EXPECT_EQ(at_time("2011-10-04 17:10:03.000000"), Grade::wider);
  EXPECT_EQ(at_time("2013-01-01 17:10:02.999999"), Grade::wider);
  EXPECT_EQ(at_time("2013-01-01 17:10:03.000000"), Grade::other);
  EXPECT_EQ(at_time("2011-01-02 17:10:03.000001"), Grade::wider);
  EXPECT_EQ(at_time("2011-01-02 17:10:03.000000"), Grade::other);
  EXPECT_EQ(at_time("2012-04-01 17:10:02.999999", "another"), Grade::exact);
  EXPECT_EQ(at_time("2012-04-01 17:10:03.000000", "another"), Grade::none);
  EXPECT_EQ(at_time("2012-04-01 17:10:03.000000", Value()), Grade::none);
}

TEST(Grades, OfDarksWithOtherCoadds) {
  const auto of = [](double exposure, int coadds) {
    Row request = changed("coadds", coadds);
    request["exposure_time"] = exposure;
    return grade("processed_dark", kDark, request, false, {{"array_name", "SN7638228.1"}});
  };
  EXPECT_EQ(of(60.0, 1), Grade::exact);
  EXPECT_EQ(of(120.0, 2), Grade::other);
  EXPECT_EQ(of(60.0, 2), Grade::none);
  EXPECT_EQ(of(120.0119, 2), Grade::other);
  EXPECT_EQ(of(120.0121, 2), Grade::none);
  EXPECT_EQ(of(120.0, 1), Grade::none);
}

TEST(Grades, WiderOnesAreOfScienceQuality) {
  Row request = changed("ut_datetime", "2012-04-11 17:10:03.000000");
  request["mode"] = "ql";
  const Row array = {{"array_name", "SN7638228.1"}};
  EXPECT_EQ(grade("processed_dark", kDark, request, false, array), Grade::wider);
  EXPECT_EQ(grade("processed_dark", with(kDark, {{"PROCMODE", "ql"}}), request, false, array),
            Grade::other);
}

TEST(Grades, OfFlats) {
  const auto at_time = [](const std::string& when) {
    return grade("processed_flat", kFlat, changed("ut_datetime", when));
  };
  EXPECT_EQ(at_time("2012-04-16 07:30:02.999999"), Grade::exact);
  EXPECT_EQ(at_time("2012-04-16 07:30:03.000000"), Grade::wider);
  EXPECT_EQ(at_time("2013-01-16 07:30:02.999999"), Grade::wider);
  EXPECT_EQ(at_time("2013-01-16 07:30:03.000000"), Grade::none);
  EXPECT_EQ(at_time("2011-10-19 07:30:03.000001"), Grade::exact);
  EXPECT_EQ(at_time("2011-10-19 07:30:03.000000"), Grade::wider);
}

TEST(Grades, TheReferenceKnowsOnlyOne) {
  const Row later = changed("ut_datetime", "2012-04-01 17:10:03.000000");
  EXPECT_EQ(grade("processed_dark", kDark, later, true, {{"array_name", "SN7638228.1"}}),
            Grade::none);
}

TEST(Grades, TheWindowCanBeSet) {
  Rule rule = *rule_for("GNIRS", "processed_dark", false);
  set_window(rule, 10.0);
  EXPECT_EQ(judge(rule, candidate(kDark), base_request(), false).grade, Grade::wider);
  set_window(rule, 15.0);
  EXPECT_EQ(judge(rule, candidate(kDark), base_request(), false).grade, Grade::exact);
}

TEST(GnirsRules, FiltersAreComparedByTheirElements) {
  const auto flat = [](const std::string& filter) {
    return found("processed_flat", kFlat, changed("filter_name", filter));
  };
  EXPECT_TRUE(flat("Open&J_G0517"));
  EXPECT_TRUE(flat("J_G0517&Open"));
  EXPECT_TRUE(flat("J_G0517"));
  EXPECT_FALSE(flat("PK50_G0512&J_G0517"));
  EXPECT_FALSE(flat("Open&J_G0518"));
  EXPECT_FALSE(flat("Unknown"));
}

TEST(GnirsRules, FlatWithoutALampInCompatibilityMode) {
  const Row spectrum = changed("central_wavelength", 4.25),
            shorter = changed("central_wavelength", 4.24);
  const auto off = [](const Row& request, double stored) {
    return grade("processed_flat", with(kFlat, {{"GCALLAMP", "Off"}}), request, true,
                 {{"central_wavelength", stored}}) == Grade::exact;
  };
  EXPECT_TRUE(off(spectrum, 4.25));
  EXPECT_FALSE(off(shorter, 4.24));
  EXPECT_TRUE(found("processed_flat", with(kFlat, {{"GCALLAMP", "QH"}}), base_request(), true));
  EXPECT_FALSE(found("processed_flat", with(kFlat, {{"GCALLAMP", "Ar"}}), base_request(), true));
}

TEST(GnirsRules, FlatsOfSpectraHaveTheirWavelength) {
  const auto flat = [](double wanted) {
    return grade("processed_flat", kFlat, changed("central_wavelength", wanted), false,
                 {{"central_wavelength", 1.65}}) == Grade::exact;
  };
  EXPECT_TRUE(flat(1.65));
  EXPECT_TRUE(flat(1.6509));
  EXPECT_FALSE(flat(1.6511));
  EXPECT_TRUE(flat(1.6491));
  EXPECT_FALSE(flat(1.6489));
}

TEST(GnirsRules, FlatsOfPinholesByTheirDecker) {
  const Row pinhole = changed("focal_plane_mask", "LgPinholes_G5530&SC_XD_G5531");
  const auto with_mask = [&](const char* mask) {
    return grade("processed_flat", kFlat, pinhole, false, {{"focal_plane_mask", mask}}) ==
           Grade::exact;
  };
  EXPECT_TRUE(with_mask("0.30arcsec_G5530&SC_XD_G5531"));
  EXPECT_FALSE(with_mask("0.30arcsec_G5530&LC_XD_G5531"));
}

TEST(GnirsRules, BpmNotLaterThanTheFrameAndOfItsArray) {
  const auto bpm = [](const std::string& when, const Value& array = Value()) {
    return grade("processed_bpm", kBpm, changed("ut_datetime", when), false,
                 {{"array_name", array}}) == Grade::exact;
  };
  EXPECT_TRUE(bpm("2010-07-16 07:30:03.000000"));
  EXPECT_FALSE(bpm("2010-07-16 07:30:02.999999"));
  EXPECT_TRUE(bpm("2012-01-17 05:30:03.000000", "SN7638228.1"));
  EXPECT_FALSE(bpm("2012-01-17 05:30:03.000000", "another"));
}

// A long-slit spectrum at 1.65 micrometres and a calibration of it.
const Row kSpectrum = {{"central_wavelength", 1.65}, {"disperser", "32/mm_G5533"}};

Grade spectral(const std::string& type, Row change, const std::string& when = "") {
  Row request = base_request();
  for (const auto& [key, value] : kSpectrum) request[key] = value;
  if (!when.empty()) request["ut_datetime"] = when;
  Row stored = kSpectrum;
  for (const auto& [key, value] : change) stored[key] = value;
  return grade(type, kFlat, request, false, stored);
}

TEST(GnirsRules, ArcsPinholesAndStandards) {
  for (const char* type : {"processed_arc", "processed_pinhole", "processed_standard"}) {
    EXPECT_EQ(spectral(type, {}), Grade::exact) << type;
    EXPECT_EQ(spectral(type, {{"central_wavelength", 1.6509}}), Grade::exact) << type;
    EXPECT_EQ(spectral(type, {{"central_wavelength", 1.6511}}), Grade::none) << type;
    EXPECT_EQ(spectral(type, {{"central_wavelength", Value()}}), Grade::none) << type;
    EXPECT_EQ(spectral(type, {{"disperser", "111/mm_G5534"}}), Grade::none) << type;
    EXPECT_EQ(spectral(type, {{"camera", "LongBlue_G5542"}}), Grade::none) << type;
    const bool any_filter = std::string(type) == "processed_pinhole";
    const Grade other = any_filter ? Grade::exact : Grade::none;
    EXPECT_EQ(spectral(type, {{"filter_name", "X_G0518"}}), other) << type;
    EXPECT_EQ(spectral(type, {{"focal_plane_mask", "0.10arcsec_G5530"}}), other) << type;
    EXPECT_FALSE(found(type, kFlat, base_request())) << type << " of an image";
  }
}

TEST(GnirsRules, TimesOfArcsPinholesAndStandards) {
  for (const char* type : {"processed_arc", "processed_pinhole"}) {
    EXPECT_EQ(spectral(type, {}, "2013-01-16 07:30:02.999999"), Grade::exact) << type;
    EXPECT_EQ(spectral(type, {}, "2013-01-16 07:30:03.000000"), Grade::none) << type;
    EXPECT_EQ(spectral(type, {}, "2011-01-17 07:30:03.000001"), Grade::exact) << type;
    EXPECT_EQ(spectral(type, {}, "2011-01-17 07:30:03.000000"), Grade::none) << type;
  }
  EXPECT_EQ(spectral("processed_standard", {}, "2012-01-18 07:30:02.999999"), Grade::exact);
  EXPECT_EQ(spectral("processed_standard", {}, "2012-01-18 07:30:03.000000"), Grade::none);
  EXPECT_EQ(spectral("processed_standard", {{"qa_state", "Undefined"}}), Grade::exact);
  EXPECT_EQ(spectral("processed_standard", {{"qa_state", "Usable"}}), Grade::none);
}

TEST(RulesPage, IsUpToDate) {
  std::ostringstream page;
  page << std::ifstream(WYVERN_SOURCE_DIR "/docs/calibration-rules.md").rdbuf();
  EXPECT_EQ(page.str(), calibration_rules_page()) << "make it anew with: make docs";
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

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/provenance.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/paths.h"

namespace wyvern {
namespace {

using Texts = std::vector<std::string>;

std::vector<std::pair<std::string, std::int64_t>> layout(const fits::Table& table) {
  std::vector<std::pair<std::string, std::int64_t>> columns;
  for (const fits::Column& column : table.columns) columns.emplace_back(column.name, column.width);
  return columns;
}

TEST(Provenance, TableHasTheColumnsOfTheReference) {
  AstroData ad;
  add_provenance(ad, "x.fits", "abc", "darkCorrect", "2024-05-01T12:00:00.000001");
  EXPECT_EQ(layout(ad.tables.at("PROVENANCE")),
            (std::vector<std::pair<std::string, std::int64_t>>{
                {"timestamp", 28}, {"filename", 128}, {"md5", 128}, {"provenance_added_by", 128}}));
  EXPECT_EQ(ad.tables.at("PROVENANCE").name, "PROVENANCE");
}

TEST(Provenance, TheSameUseIsNotedOnce) {
  AstroData ad;
  add_provenance(ad, "x.fits", "abc", "darkCorrect", "2024-05-01T12:00:00.000001");
  add_provenance(ad, "x.fits", "abc", "darkCorrect", "2024-05-01T13:00:00.000001");
  add_provenance(ad, "x.fits", "", "darkCorrect", "2024-05-01T13:00:00.000001");
  EXPECT_EQ(ad.tables.at("PROVENANCE").cells<std::string>("md5"), (Texts{"abc", ""}));
  EXPECT_EQ(ad.tables.at("PROVENANCE").cells<std::string>("timestamp")[0],
            "2024-05-01T12:00:00.000001");
}

TEST(Provenance, LongNamesAreNotCut) {
  AstroData ad;
  const std::string name(200, 'n');
  add_provenance(ad, name, "", "prepare", "t");
  add_provenance(ad, name, "", "prepare", "t");
  EXPECT_EQ(ad.tables.at("PROVENANCE").rows(), 1U);
  EXPECT_EQ(ad.tables.at("PROVENANCE").find("filename")->width, 200);
}

TEST(History, WidthOfArgsFollowsTheLongest) {
  AstroData ad;
  add_history(ad, "2024-05-01T10:00:00.000001", "2024-05-01T10:00:01.000001", "prepare",
              R"({"suffix": "_prepared"})");
  add_history(ad, "2024-05-01T10:00:02.000001", "2024-05-01T10:00:03.000001", "addDQ",
              R"({"suffix": "_dqAdded", "x": 1})");
  EXPECT_EQ(
      layout(ad.tables.at("HISTORY")),
      (std::vector<std::pair<std::string, std::int64_t>>{
          {"primitive", 128}, {"args", 31}, {"timestamp_start", 28}, {"timestamp_stop", 28}}));
  EXPECT_EQ(ad.tables.at("HISTORY").cells<std::string>("primitive"), (Texts{"prepare", "addDQ"}));
}

TEST(History, IdenticalRowsAreNotRepeated) {
  AstroData ad;
  for (int i = 0; i < 3; ++i) add_history(ad, "a", i == 2 ? "c" : "b", "addDQ", "{}");
  EXPECT_EQ(ad.tables.at("HISTORY").cells<std::string>("timestamp_stop"), (Texts{"b", "c"}));
}

TEST(History, OldNameIsTakenOver) {
  AstroData ad;
  add_history(ad, "a", "b", "prepare", "{}");
  ad.tables["PROVHISTORY"] = ad.tables.at("HISTORY");
  ad.tables.erase("HISTORY");
  add_history(ad, "c", "d", "addDQ", "{}");
  EXPECT_FALSE(ad.tables.contains("PROVHISTORY"));
  EXPECT_EQ(ad.tables.at("HISTORY").cells<std::string>("primitive"), (Texts{"prepare", "addDQ"}));
}

TEST(History, ColumnsAreFoundByName) {
  AstroData ad;
  fits::Table table;
  for (const char* name : {"timestamp_stop", "timestamp_start", "args", "primitive"}) {
    fits::Column column;
    column.name = name;
    column.cells = Texts{name};
    table.add(column);
  }
  ad.tables["HISTORY"] = table;
  add_history(ad, "a", "b", "addDQ", "{}");
  EXPECT_EQ(ad.tables.at("HISTORY").columns[0].name, "primitive");
  EXPECT_EQ(ad.tables.at("HISTORY").cells<std::string>("args"), (Texts{"args", "{}"}));
}

TEST(Provenance, RowsOfAnotherFrameAreAppended) {
  AstroData a, b;
  add_provenance(a, "1.fits", "m1", "prepare", "t1");
  add_provenance(b, "2.fits", "m2", "prepare", "t2");
  add_provenance(b, "1.fits", "m1", "prepare", "t3");
  add_history(b, "s", "e", "prepare", "{}");
  copy_provenance(a, b);
  copy_history(a, b);
  EXPECT_EQ(a.tables.at("PROVENANCE").cells<std::string>("filename"), (Texts{"1.fits", "2.fits"}));
  EXPECT_EQ(a.tables.at("PROVENANCE").cells<std::string>("timestamp"), (Texts{"t1", "t2"}));
  EXPECT_EQ(a.tables.at("HISTORY").rows(), 1U);
  AstroData empty, target;
  copy_provenance(target, empty);
  EXPECT_TRUE(target.tables.empty());
}

// The tables of a dark of the reference, built up again row by row.
TEST(Provenance, TablesOfTheReferenceAreRebuiltWithTheirFormats) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const AstroData dark = AstroData::open(
      (*data / "golden/small/products/N20120102S0538_dark.fits.gz").string(), fits::Pixels::defer);
  AstroData built;
  copy_history(built, dark);
  copy_provenance(built, dark);
  for (const char* name : {"HISTORY", "PROVENANCE"}) {
    EXPECT_EQ(layout(built.tables.at(name)), layout(dark.tables.at(name))) << name;
    for (const fits::Column& column : dark.tables.at(name).columns) {
      EXPECT_EQ(built.tables.at(name).cells<std::string>(column.name),
                std::get<Texts>(column.cells));
    }
  }
  EXPECT_EQ(built.tables.at("HISTORY").rows(), 7U);
  EXPECT_EQ(built.tables.at("PROVENANCE").rows(), 4U);
}

TEST(Provenance, ReportReadsAsThatOfTheReference) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  std::ifstream stream(*data / "golden/astrodata_io_expected.json");
  const std::string expected = nlohmann::json::parse(stream)["provenance_summary"];
  const AstroData ad = AstroData::open(
      (*data / "golden/headers/written/full_product.fits.gz").string(), fits::Pixels::defer);
  EXPECT_EQ(provenance_summary(ad), expected);
}

TEST(Provenance, ReportOfNothingSaysSo) {
  EXPECT_EQ(provenance_summary(AstroData{}),
            "No Provenance found\n\nNo Provenance History found.\n");
}

TEST(Provenance, ReportIndentsNestedArguments) {
  AstroData ad;
  add_history(ad, "s", "e", "p", R"({"a": [1, "x, {\"y"], "b": {}, "c": null})");
  const std::string text = provenance_summary(ad);
  EXPECT_NE(text.find("p         {                 s                            e\n"
                      "              \"a\": [\n"
                      "                  1,\n"
                      "                  \"x, {\\\"y\"\n"
                      "              ],\n"
                      "              \"b\": {},\n"
                      "              \"c\": null\n"
                      "          }\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace wyvern

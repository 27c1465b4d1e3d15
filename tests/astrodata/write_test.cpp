// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "base/text.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using nlohmann::json;
using wyvern::testing::reference_data;
using wyvern::testing::TemporaryFolder;

json io_expected(const std::filesystem::path& data) {
  std::ifstream stream(data / "golden/astrodata_io_expected.json");
  return json::parse(stream);
}

bool is_checksum(const fits::Card& card) {
  return card.keyword == "CHECKSUM" || card.keyword == "DATASUM";
}

// Equal but for the last digits of real numbers, which the reference cuts.
void expect_same_card(const fits::Card& found, const std::string& wanted_text) {
  const fits::Card wanted = fits::parse_card(wanted_text);
  EXPECT_EQ(found.keyword, wanted.keyword);
  EXPECT_EQ(found.comment, wanted.comment) << wanted.keyword;
  if (found.value.is_float() && wanted.value.is_float()) {
    const double value = wanted.value.as_double();
    EXPECT_NEAR(found.value.as_double(), value, 1e-12 * std::abs(value)) << wanted.keyword;
  } else {
    EXPECT_EQ(found.value, wanted.value) << wanted.keyword;
  }
}

void expect_same_cards(const fits::Header& header, const json& wanted) {
  std::vector<fits::Card> cards;
  for (const fits::Card& card : header.cards()) {
    if (!is_checksum(card)) cards.push_back(card);
  }
  ASSERT_EQ(cards.size(), wanted.size());
  for (std::size_t i = 0; i < cards.size(); ++i) {
    expect_same_card(cards[i], wanted[i].get<std::string>());
  }
}

bool same_pixels(const Plane& a, const Plane& b) {
  return a.type() == b.type() && a.shape() == b.shape() &&
         std::equal(a.raw(), a.raw() + a.bytes(), b.raw());
}

AstroData image(float value, int extensions = 1) {
  AstroData ad;
  for (int i = 0; i < extensions; ++i) {
    Extension extension;
    extension.data = Plane::filled<float>(2, 3, value + static_cast<float>(i));
    ad.extensions.push_back(std::move(extension));
  }
  return ad;
}

fits::Table one_column(const std::string& cell) {
  fits::Table table;
  fits::Column column;
  column.name = "text";
  column.cells = std::vector<std::string>{cell};
  table.add(column);
  return table;
}

TEST(Write, ProductOfTheReferenceIsRewrittenInItsOrder) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = io_expected(*data);
  const TemporaryFolder folder;
  const std::string path = folder.file("again.fits");
  const std::string original =
      (*data / "golden" / expected["written_full_product"]["file"].get<std::string>()).string();
  AstroData::open(original).write(path, false);

  const auto hdus = fits::read_file(path, fits::Pixels::load);
  ASSERT_EQ(hdus.size(), expected["rewritten_hdu_order"].size());
  for (std::size_t i = 1; i < hdus.size(); ++i) {
    const json& wanted = expected["rewritten_hdu_order"][i];
    EXPECT_EQ(hdus[i].extname(), wanted[0].get<std::string>());
    EXPECT_EQ(hdus[i].extver().has_value(), !wanted[1].is_null()) << i;
    if (!wanted[1].is_null()) {
      EXPECT_EQ(hdus[i].extver(), wanted[1].get<std::int64_t>());
    }
  }
  expect_same_cards(hdus[1].header, expected["rewritten_sci1_cards"]);
  expect_same_cards(hdus[0].header, expected["written_full_product"]["hdus"][0]["cards"]);
  std::cout << "rewritten product: " << hdus.size() << " HDUs in order\n";
}

TEST(Write, TablesOfTheReferenceAreRewrittenWithTheirCards) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = io_expected(*data);
  const TemporaryFolder folder;
  const std::string path = folder.file("again.fits");
  AstroData::open((*data / "golden/headers/written/full_product.fits.gz").string())
      .write(path, false);
  const auto hdus = fits::read_file(path, fits::Pixels::load);
  for (const json& wanted : expected["written_full_product"]["hdus"]) {
    const std::string name = wanted["name"];
    if (name != "HISTORY" && name != "PROVENANCE" && name != "REFCAT" && name != "OBJCAT") continue;
    const auto found = std::find_if(hdus.begin(), hdus.end(), [&](const fits::Hdu& hdu) {
      return hdu.extname() == name &&
             (wanted["extver"].is_null() || hdu.extver() == wanted["extver"].get<std::int64_t>());
    });
    ASSERT_NE(found, hdus.end()) << name;
    expect_same_cards(found->header, wanted["cards"]);
  }
}

TEST(Write, PlanesAndTablesComeBackUnchanged) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  AstroData first =
      AstroData::open((*data / "golden/headers/written/full_product.fits.gz").string());
  first.write(folder.file("again.fits"), false);
  const AstroData second = AstroData::open(folder.file("again.fits"));
  ASSERT_EQ(second.extensions.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Extension &a = first.extensions[i], &b = second.extensions[i];
    EXPECT_TRUE(same_pixels(a.data, b.data));
    EXPECT_TRUE(same_pixels(a.variance, b.variance));
    EXPECT_TRUE(same_pixels(a.mask, b.mask));
    EXPECT_TRUE(same_pixels(*a.plane("OBJMASK"), *b.plane("OBJMASK")));
    EXPECT_EQ(a.table("OBJCAT")->columns.size(), b.table("OBJCAT")->columns.size());
    EXPECT_TRUE(a.wcs == b.wcs);
  }
  EXPECT_EQ(second.tables.at("HISTORY").cells<std::string>("args"),
            first.tables.at("HISTORY").cells<std::string>("args"));
  EXPECT_EQ(second.phu.integer("NEXTEND"), 13);
}

TEST(Write, ObjectsMadeInMemoryLookLikeThoseOfTheReference) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = io_expected(*data)["written_from_scratch"];
  AstroData ad;
  ad.phu.set("INSTRUME", "GNIRS");
  ad.phu.set("TELESCOP", "Gemini-North");
  Extension first, second;
  first.data = Plane::filled<double>(4, 5, 1.0);
  first.mask = Plane::filled<std::uint16_t>(4, 5, 0);
  second.data = Plane::filled<std::int32_t>(4, 5, 2);
  second.header.set("FOO", 1);
  ad.extensions.push_back(std::move(first));
  ad.extensions.push_back(std::move(second));
  const TemporaryFolder folder;
  ad.write(folder.file("scratch.fits"), false);
  const auto hdus = fits::read_file(folder.file("scratch.fits"), fits::Pixels::load);
  ASSERT_EQ(hdus.size(), expected.size());
  for (std::size_t i = 0; i < hdus.size(); ++i) {
    expect_same_cards(hdus[i].header, expected[i]["cards"]);
  }
}

TEST(Write, EveryPlaneCarriesTheScienceHeader) {
  const TemporaryFolder folder;
  AstroData ad = image(1.0F);
  Extension& extension = ad.extensions[0];
  extension.header.set("BUNIT", "electron");
  extension.header.set("CHECKSUM", "stale");
  extension.variance = Plane::filled<float>(2, 3, 2.0F);
  extension.mask = Plane::filled<std::uint16_t>(2, 3, 65535);
  extension.attach("OBJMASK", Plane::filled<std::uint8_t>(2, 3, 1));
  extension.attach("OBJCAT", one_column("a"));
  ad.tables["REFCAT"] = one_column("b");
  ad.write(folder.file("planes.fits"), false);
  const auto hdus = fits::read_file(folder.file("planes.fits"), fits::Pixels::load);
  std::vector<std::string> names;
  for (const fits::Hdu& hdu : hdus) {
    names.push_back(hdu.extname());
    EXPECT_NE(hdu.header.text("CHECKSUM"), "stale");
    if (hdu.is_image()) {
      EXPECT_EQ(hdu.header.text("BUNIT"), "electron");
    }
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"", "SCI", "VAR", "DQ", "OBJMASK", "OBJCAT", "REFCAT"}));
  EXPECT_EQ(ad.phu.integer("NEXTEND"), 6);
  EXPECT_EQ(std::get<Plane>(hdus[3].data).pixels<std::uint16_t>()[0], 65535);
}

std::vector<std::int64_t> written_versions(AstroData& ad) {
  const TemporaryFolder folder;
  ad.write(folder.file("v.fits"), false);
  std::vector<std::int64_t> versions;
  for (const fits::Hdu& hdu : fits::read_file(folder.file("v.fits"), fits::Pixels::defer)) {
    if (hdu.extname() == "SCI") versions.push_back(hdu.extver().value());
  }
  return versions;
}

TEST(Write, NumbersStayWhenReadAndStartAnewInACopy) {
  AstroData ad = image(1.0F, 2);
  ad.extensions[0].extver = 2;
  ad.extensions[1].extver = 3;
  EXPECT_EQ(written_versions(ad), (std::vector<std::int64_t>{2, 3}));
  AstroData copy = ad.clone();
  EXPECT_EQ(written_versions(copy), (std::vector<std::int64_t>{1, 2}));
  ad.extensions.insert(ad.extensions.begin(), ad.extensions[0].clone());
  EXPECT_EQ(written_versions(ad), (std::vector<std::int64_t>{4, 2, 3}));
}

TEST(Write, ANumberIsGivenOnce) {
  AstroData ad = image(1.0F, 3);
  for (Extension& extension : ad.extensions) extension.extver = 1;
  EXPECT_EQ(written_versions(ad), (std::vector<std::int64_t>{1, 2, 3}));
}

TEST(Write, ExistingFileAndMissingNameAreErrors) {
  const TemporaryFolder folder;
  AstroData ad = image(1.0F);
  EXPECT_THROW(ad.write("", false), InputError);
  ad.set_path(folder.file("a.fits"));
  ad.write("", false);
  EXPECT_THROW(ad.write("", false), OutputError);
  ad.write(folder.file("b.fits"), true);
  EXPECT_EQ(ad.filename(), "a.fits");
}

TEST(Write, AFileMayReplaceTheOneItWasReadFrom) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.fits");
  image(5.0F).write(path, false);
  AstroData ad = AstroData::open(path, fits::Pixels::defer);
  ad.write(path, true);
  EXPECT_EQ(AstroData::open(path).extensions[0].data.pixels<float>()[0], 5.0F);
}

AstroData with_wcs_table() {
  AstroData ad = image(1.0F);
  fits::Header& header = ad.extensions[0].header;
  header.set("CTYPE1", "RA---TAN");
  header.set("CTYPE2", "DEC--TAN");
  header.set("CD1_1", -4e-5);
  header.set("CD2_2", 4e-5);
  header.set("FITS-WCS", "APPROXIMATE", "FITS WCS is approximate");
  ad.extensions[0].wcs = Wcs::from_header(header, 2);
  ad.extensions[0].wcs_table = one_column("#ASDF 1.0.0");
  return ad;
}

TEST(Write, WcsTableIsKeptWhileTheWcsIsUnchanged) {
  const TemporaryFolder folder;
  with_wcs_table().write(folder.file("w.fits"), false);
  AstroData ad = AstroData::open(folder.file("w.fits"));
  ASSERT_TRUE(ad.extensions[0].wcs_table);
  EXPECT_EQ(ad.extensions[0].other.size(), 0U);
  EXPECT_EQ(ad.extensions[0].header.text("FITS-WCS"), "APPROXIMATE");

  ad.extensions[0].wcs = ad.extensions[0].wcs->after(Affine::shift(1.0, 0.0));
  ad.write(folder.file("moved.fits"), false);
  const AstroData moved = AstroData::open(folder.file("moved.fits"));
  EXPECT_FALSE(moved.extensions[0].wcs_table);
  EXPECT_FALSE(moved.extensions[0].header.has("FITS-WCS"));
  EXPECT_EQ(moved.extensions[0].header.number("CRPIX1"), -1.0);
}

// The frames of the small data set: their WCS after prepare is that of the raw primary header.
TEST(Write, RawFramesGetTheWcsKeywordsOfTheReference) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  std::ifstream stream(*data / "golden/small/steps.json");
  const json frames = json::parse(stream)["sci"]["01_prepare"];
  for (const auto& [name, record] : frames.items()) {
    const std::string raw = name.substr(0, name.find('_')) + ".fits.bz2";
    const AstroData ad =
        AstroData::open((*data / "golden/small/raw" / raw).string(), fits::Pixels::defer);
    fits::Header header;
    ad.extensions[0].wcs->write_to(header);
    for (const auto& [key, value] : record["wcs"].items()) {
      const double wanted = value.get<double>();
      EXPECT_NEAR(header.number(key).value(), wanted, 1e-12 * std::abs(wanted)) << name << key;
    }
  }
  std::cout << "WCS keywords of prepared frames: " << frames.size() << " frames\n";
  EXPECT_EQ(frames.size(), 5U);
}

}  // namespace
}  // namespace wyvern

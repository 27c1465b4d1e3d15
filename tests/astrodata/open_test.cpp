// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "astrodata/astrodata.h"
#include "base/errors.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using nlohmann::json;
using wyvern::testing::reference_data;
using wyvern::testing::TemporaryFolder;

double first_pixel(const Plane& plane) {
  return with_pixel_type(plane.type(), [&](auto pixel) {
    return static_cast<double>(plane.pixels<decltype(pixel)>()[0]);
  });
}

// Description of a plane as the golden file has it, null when absent.
json described(const Plane& plane) {
  if (plane.empty()) return nullptr;
  return {{"v00", first_pixel(plane)}, {"dtype", name_of(plane.type())}};
}

json described(const Extension& extension) {
  json other = json::array();
  for (const auto& [name, attachment] : extension.other) other.push_back(name);
  return {{"EXTNAME", extension.header.text("EXTNAME").value_or("")},
          {"EXTVER", extension.header.integer("EXTVER").value_or(-99)},
          {"data00", first_pixel(extension.data)},
          {"dtype", name_of(extension.data.type())},
          {"mask", described(extension.mask)},
          {"variance", described(extension.variance)},
          {"other", other}};
}

class OpenLayouts : public ::testing::TestWithParam<fits::Pixels> {};

TEST_P(OpenLayouts, AreMappedAsByTheReference) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  std::ifstream stream(*data / "golden/astrodata_io_expected.json");
  const json layouts = json::parse(stream)["structure"];
  std::size_t right = 0;
  for (const json& layout : layouts) {
    AstroData ad = AstroData::open((*data / "golden" / layout["file"].get<std::string>()).string(),
                                   GetParam());
    ad.load_pixels();
    json extensions = json::array(), tables = json::array();
    for (const Extension& extension : ad.extensions) extensions.push_back(described(extension));
    for (const auto& [name, table] : ad.tables) tables.push_back(name);
    EXPECT_EQ(extensions, layout["extensions"]) << layout["file"];
    EXPECT_EQ(tables, layout["tables"]) << layout["file"];
    right += extensions == layout["extensions"] && tables == layout["tables"] ? 1 : 0;
  }
  std::cout << "MEF layouts: " << right << " of " << layouts.size() << "\n";
  EXPECT_EQ(layouts.size(), 21U);
}

INSTANTIATE_TEST_SUITE_P(PixelsNowAndLater, OpenLayouts,
                         ::testing::Values(fits::Pixels::load, fits::Pixels::defer));

// An image HDU to write: 2 rows of 3 pixels.
struct Image {
  std::string name;  // "" for none
  std::optional<int> version;
  Plane plane = Plane::filled<float>(2, 3, 1.0F);
};

void write_images(const std::string& path, std::vector<Image> images,
                  const std::vector<fits::OutputTable>& tables = {}) {
  fits::Header primary;
  primary.set("INSTRUME", "GNIRS");
  std::vector<fits::Header> headers(images.size());
  fits::OutputFile file{&primary, {}};
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!images[i].name.empty()) headers[i].set("EXTNAME", images[i].name);
    if (images[i].version) headers[i].set("EXTVER", *images[i].version);
    file.extensions.emplace_back(fits::OutputImage{&headers[i], &images[i].plane});
  }
  for (const fits::OutputTable& table : tables) file.extensions.emplace_back(table);
  fits::write_file(path, file, {});
}

fits::Table small_table(const std::string& name) {
  fits::Table table;
  table.name = name;
  fits::Column column;
  column.name = "text";
  column.cells = std::vector<std::string>{"one", "two"};
  table.add(column);
  return table;
}

std::vector<Image> images(std::vector<std::pair<std::string, std::optional<int>>> names) {
  std::vector<Image> result;
  for (auto& [name, version] : names) result.push_back({name, version});
  return result;
}

TEST(Open, NamesOfExtensionsAreTakenWithoutCase) {
  const TemporaryFolder folder;
  const std::string path = folder.file("lower.fits");
  const fits::Table table = small_table("objcat"), global = small_table("glob");
  write_images(path, images({{"sci", 1}, {"var", 1}, {"dq", 1}, {"objmask", 1}}),
               {{&table, 1}, {&global, std::nullopt}});
  const AstroData ad = AstroData::open(path);
  ASSERT_EQ(ad.extensions.size(), 1U);
  const Extension& extension = ad.extensions[0];
  EXPECT_EQ(extension.header.text("EXTNAME"), "SCI");
  EXPECT_FALSE(extension.variance.empty());
  EXPECT_EQ(extension.mask.type(), PixelType::u16);
  EXPECT_NE(extension.plane("OBJMASK"), nullptr);
  EXPECT_NE(extension.table("OBJCAT"), nullptr);
  EXPECT_TRUE(ad.tables.contains("GLOB"));
  ASSERT_EQ(ad.warnings().size(), 1U);
  EXPECT_EQ(ad.warnings()[0], "extension name 'glob' should be uppercase");
}

TEST(Open, ImagesWithoutAScienceExtensionAreDroppedWithAWarning) {
  const TemporaryFolder folder;
  const std::string path = folder.file("orphans.fits");
  write_images(path, images({{"SCI", 1}, {"VAR", 2}, {"FOO", 3}}));
  const AstroData ad = AstroData::open(path);
  EXPECT_EQ(ad.extensions.size(), 1U);
  EXPECT_EQ(ad.warnings(),
            (std::vector<std::string>{
                "Discarding VAR :\n 'VAR' need to be associated to a 'SCI' one",
                "Discarding FOO :\n Arbitrary image extensions can only be added in association "
                "to a 'SCI'"}));
}

TEST(Open, RepeatedNumberIsReported) {
  const TemporaryFolder folder;
  const std::string path = folder.file("twice.fits");
  write_images(path, images({{"SCI", 1}, {"SCI", 1}, {"SCI", 1}, {"VAR", 1}}));
  const AstroData ad = AstroData::open(path);
  ASSERT_EQ(ad.extensions.size(), 3U);
  for (const Extension& extension : ad.extensions) EXPECT_FALSE(extension.variance.empty());
  EXPECT_EQ(ad.warnings(), std::vector<std::string>{"Multiple SCI extension with EXTVER 1"});
}

TEST(Open, NegativeVarianceBecomesZero) {
  const TemporaryFolder folder;
  const std::string path = folder.file("negative.fits");
  for (const fits::Pixels pixels : {fits::Pixels::load, fits::Pixels::defer}) {
    std::vector<Image> planes = images({{"SCI", 1}, {"VAR", 1}});
    planes[1].plane.pixels<float>()[2] = -4.0F;
    if (!std::filesystem::exists(path)) write_images(path, std::move(planes));
    AstroData ad = AstroData::open(path, pixels);
    ad.load_pixels();
    EXPECT_EQ(ad.extensions[0].variance.pixels<float>()[2], 0.0F);
    EXPECT_EQ(ad.extensions[0].variance.pixels<float>()[1], 1.0F);
    EXPECT_EQ(ad.warnings(),
              std::vector<std::string>{"Negative variance values found. Setting to zero."});
  }
}

TEST(Open, PlanesOfAnotherShapeAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.file("shape.fits");
  std::vector<Image> planes = images({{"SCI", 1}, {"DQ", 1}});
  planes[1].plane = Plane::filled<float>(3, 3, 0.0F);
  write_images(path, std::move(planes));
  try {
    AstroData::open(path);
    FAIL() << "a mask of another shape was accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("DQ"), std::string::npos);
  }
}

TEST(Open, DeferredPixelsAreReadOnDemandAndSurviveACopy) {
  const TemporaryFolder folder;
  const std::string path = folder.file("later.fits");
  std::vector<Image> planes = images({{"SCI", 1}, {"DQ", 1}, {"SCI", 2}});
  planes[1].plane = Plane::filled<float>(2, 3, 9.0F);
  planes[2].plane = Plane::filled<float>(2, 3, 7.0F);
  write_images(path, std::move(planes));
  AstroData ad = AstroData::open(path, fits::Pixels::defer);
  ASSERT_EQ(ad.extensions.size(), 2U);
  EXPECT_FALSE(ad.extensions[0].data.loaded());
  EXPECT_EQ(ad.extensions[0].mask.type(), PixelType::u16);
  AstroData copy = ad.clone();
  copy.extensions.erase(copy.extensions.begin());
  copy.load_pixels();
  EXPECT_EQ(copy.extensions[0].data.pixels<float>()[0], 7.0F);
  ad.load_pixels();
  EXPECT_EQ(ad.extensions[0].mask.pixels<std::uint16_t>()[5], 9);
}

TEST(Open, OriginalNameIsNotedInTheHeader) {
  const TemporaryFolder folder;
  const std::string path = folder.file("N1.fits");
  write_images(path, images({{"", std::nullopt}}));
  const AstroData ad = AstroData::open(path);
  EXPECT_EQ(ad.phu.text("ORIGNAME"), "N1.fits");
  EXPECT_EQ(ad.phu.comment("ORIGNAME"), "Original filename prior to processing");
  EXPECT_EQ(ad.extensions[0].header.comment("EXTNAME"), "Added by AstroData");
  EXPECT_EQ(ad.extensions[0].header.integer("EXTVER"), 1);
  EXPECT_EQ(ad.filename(), "N1.fits");
  EXPECT_FALSE(ad.extensions[0].wcs);
}

TEST(Open, MissingFileIsNamed) {
  EXPECT_THROW(AstroData::open("/no/such/file.fits"), InputError);
}

// Real frames have their WCS in the primary header.
TEST(Open, RawFramesTakeTheWcsOfThePrimaryHeader) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const AstroData ad = AstroData::open(
      (*data / "golden/headers/real/N20151213S0022.fits.bz2").string(), fits::Pixels::defer);
  ASSERT_EQ(ad.extensions.size(), 1U);
  ASSERT_TRUE(ad.extensions[0].wcs);
  EXPECT_EQ(ad.extensions[0].wcs->projection_centre().x, 8.48375967780604);
  EXPECT_EQ(ad.extensions[0].data.shape(), (std::vector<std::int64_t>{1022, 1024}));
}

// Headers of twenty instruments: whatever the layout, a file opens.
TEST(Open, EveryHeaderOfTheReferenceDataOpens) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  int files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*data / "golden/headers")) {
    if (!file.is_regular_file()) continue;
    EXPECT_NO_THROW(AstroData::open(file.path().string(), fits::Pixels::defer)) << file.path();
    ++files;
  }
  std::cout << "opened: " << files << " files\n";
  EXPECT_GE(files, 280);
}

}  // namespace
}  // namespace wyvern

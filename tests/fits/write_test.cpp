// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/errors.h"
#include "base/text.h"
#include "made_files.h"

namespace wyvern::fits {
namespace {

using testing::TemporaryFolder;

std::vector<std::string> texts_of(const Header& header) {
  std::vector<std::string> texts;
  for (const Card& card : header.cards()) {
    if (card.keyword != "CHECKSUM" && card.keyword != "DATASUM") texts.push_back(card_text(card));
  }
  return texts;
}

std::vector<std::string> names_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// What a file holds, to be written again.
struct Contents {
  explicit Contents(std::vector<Hdu> read) : hdus(std::move(read)) {
    output.primary = &hdus.front().header;
    for (std::size_t i = 1; i < hdus.size(); ++i) {
      if (hdus[i].is_table()) {
        output.extensions.push_back(OutputTable{&table_of(hdus[i]), hdus[i].extver()});
      } else {
        const Plane* plane = hdus[i].is_image() ? &plane_of(hdus[i]) : nullptr;
        output.extensions.push_back(OutputImage{&hdus[i].header, plane});
      }
    }
  }
  std::vector<Hdu> hdus;
  OutputFile output;
};

bool same_pixels(const Plane& a, const Plane& b) {
  return a.type() == b.type() && a.shape() == b.shape() &&
         std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

// Output of fitsverify, or nothing when it is not installed.
std::optional<std::string> verify(const std::string& path) {
  if (std::system("command -v fitsverify > /dev/null 2>&1") != 0) return std::nullopt;
  FILE* pipe = ::popen(("fitsverify '" + path + "' 2>&1").c_str(), "r");
  std::string output;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) {
    output.append(buffer, got);
  }
  ::pclose(pipe);
  return output;
}

Plane ramp(PixelType type, std::vector<std::int64_t> shape) {
  Plane plane(type, std::move(shape));
  with_pixel_type(type, [&](auto pixel) {
    using T = decltype(pixel);
    const auto pixels = plane.pixels<T>();
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<T>(i);
    pixels.front() = std::numeric_limits<T>::lowest();
    pixels.back() = std::numeric_limits<T>::max();
  });
  return plane;
}

Table every_column() {
  Table table;
  table.name = "ALL";
  table.add({"TEXT", std::vector<std::string>{"a", "", "it's \"q\""}, "", "", 28});
  table.add({"BYTE", std::vector<std::uint8_t>{0, 1, 255}});
  table.add({"SHORT", std::vector<std::int16_t>{-32768, 0, 32767}});
  table.add({"INT", std::vector<std::int32_t>{-2147483647 - 1, 0, 2147483647}, "pix", "I11"});
  table.add({"LONG", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 0,
                                               std::numeric_limits<std::int64_t>::max()}});
  table.add({"FLOAT", std::vector<float>{1.5f, std::nanf(""), -0.1f}, "deg"});
  table.add({"DOUBLE", std::vector<double>{0.1, 1e300, -2}});
  table.add({"BOOL", std::vector<bool>{true, false, true}});
  table.add({"VECTOR", std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, "", "", 0, 4,
             "(2,2)"});
  table.add({"TEXTS", std::vector<std::string>{"ab", "", "cdef", "x", "", "yz"}, "", "", 0, 2});
  return table;
}

TEST(Write, RealPrimaryHeadersSurviveByteForByte) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  int files = 0;
  for (const auto& path : golden_headers("real")) {
    if (!path.string().ends_with(".gz")) continue;
    Contents contents(read_file(path.string(), Pixels::defer));
    contents.output.extensions.clear();
    write_file(folder.file("out"), contents.output, {.overwrite = true});
    const auto hdus = read_file(folder.file("out"), Pixels::defer);
    EXPECT_EQ(texts_of(hdus.at(0).header), texts_of(contents.hdus[0].header)) << path;
    ++files;
  }
  EXPECT_EQ(files, 23);
}

TEST(Write, EveryReferenceFileRoundTrips) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  for (const char* part : {"structure", "written", "other"}) {
    for (const auto& path : golden_headers(part)) {
      const Contents first(read_file(path.string(), Pixels::load));
      write_file(folder.file("out"), first.output, {.overwrite = true});
      const auto second = read_file(folder.file("out"), Pixels::load);
      ASSERT_EQ(second.size(), first.hdus.size()) << path;
      for (std::size_t i = 1; i < second.size(); ++i) {
        if (second[i].is_image()) {
          EXPECT_TRUE(same_pixels(plane_of(second[i]), plane_of(first.hdus[i]))) << path << i;
        } else if (second[i].is_table()) {
          EXPECT_EQ(table_of(second[i]).rows(), table_of(first.hdus[i]).rows());
        }
      }
    }
  }
}

TEST(Write, TheReferencesProductIsRewrittenWithTheSameHeaders) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  const auto path = golden_headers("written").at(0);
  const Contents first(read_file(path.string(), Pixels::load));
  write_file(folder.file("out.fits"), first.output, {});
  const auto second = read_file(folder.file("out.fits"), Pixels::load);
  for (std::size_t i = 0; i < second.size(); ++i) {
    EXPECT_EQ(texts_of(second[i].header), texts_of(first.hdus[i].header)) << i;
  }
}

TEST(Write, EveryPixelTypeAndShape) {
  const TemporaryFolder folder;
  const Header primary;
  Header header;
  header.set("EXTNAME", "FOO");
  header.set("BZERO", 5.0);
  header.set("BLANK", 5);
  std::vector<Plane> planes;
  for (int type = 0; type <= static_cast<int>(PixelType::f64); ++type) {
    planes.push_back(ramp(static_cast<PixelType>(type), {7, 13}));
  }
  planes.push_back(ramp(PixelType::f32, {9}));
  planes.push_back(ramp(PixelType::u16, {2, 3, 4}));
  planes.push_back(ramp(PixelType::f32, {200, 300}));
  planes.back().pixels<float>()[3] = std::nanf("");
  planes.back().pixels<float>()[4] = -INFINITY;
  OutputFile output{&primary, {}};
  for (const Plane& plane : planes) output.extensions.push_back(OutputImage{&header, &plane});
  output.extensions.push_back(OutputImage{&header, nullptr});
  write_file(folder.file("a.fits"), output, {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  ASSERT_EQ(hdus.size(), planes.size() + 2);
  for (std::size_t i = 0; i < planes.size(); ++i) {
    EXPECT_TRUE(same_pixels(plane_of(hdus[i + 1]), planes[i])) << name_of(planes[i].type());
  }
  EXPECT_FALSE(hdus.back().is_image());
  const auto report = verify(folder.file("a.fits"));
  if (report) {
    EXPECT_NE(report->find(" 0 error(s)"), std::string::npos) << *report;
  }
}

TEST(Write, StructuralCardsAsTheReferenceWritesThem) {
  const TemporaryFolder folder;
  const Header primary;
  Header header;
  header.set("EXTNAME", "DQ");
  header.set("CHECKSUM", "stale");
  const Plane plane = ramp(PixelType::u16, {4, 5});
  write_file(folder.file("a.fits"), {&primary, {OutputImage{&header, &plane}}},
             {.checksums = false});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::defer);
  std::vector<std::string> texts;
  for (const Card& card : hdus[0].header.cards()) texts.emplace_back(trim_right(card_text(card)));
  for (const Card& card : hdus[1].header.cards()) texts.emplace_back(trim_right(card_text(card)));
  EXPECT_EQ(
      texts,
      (std::vector<std::string>{
          "SIMPLE  =                    T / conforms to FITS standard",
          "BITPIX  =                    8 / array data type",
          "NAXIS   =                    0 / number of array dimensions",
          "EXTEND  =                    T", "XTENSION= 'IMAGE   '           / Image extension",
          "BITPIX  =                   16 / array data type",
          "NAXIS   =                    2 / number of array dimensions",
          "NAXIS1  =                    5", "NAXIS2  =                    4",
          "PCOUNT  =                    0 / number of parameters",
          "GCOUNT  =                    1 / number of groups", "BSCALE  =                    1",
          "BZERO   =                32768", "EXTNAME = 'DQ      '"}));
}

TEST(Write, APrimaryHeaderThatHadPixels) {
  const TemporaryFolder folder;
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const auto path =
      *testing::reference_data() / "golden/headers/structure/single_image_in_primary.fits.gz";
  const Contents contents(read_file(path.string(), Pixels::load));
  ASSERT_TRUE(contents.hdus[0].is_image());
  write_file(folder.file("a.fits"), contents.output, {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_FALSE(hdus[0].is_image());
  EXPECT_EQ(hdus[0].header.integer("NAXIS"), 0);
  EXPECT_FALSE(hdus[0].header.has("NAXIS1"));
}

TEST(Write, EveryColumnTypeRoundTrips) {
  const TemporaryFolder folder;
  const Header primary;
  const Table table = every_column();
  write_file(folder.file("a.fits"), {&primary, {OutputTable{&table, 3}}}, {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_EQ(hdus.at(1).extver(), 3);
  const Table& read = table_of(hdus.at(1));
  EXPECT_EQ(read.name, "ALL");
  ASSERT_EQ(read.columns.size(), table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& a = table.columns[i];
    const Column& b = read.columns[i];
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.unit, b.unit);
    EXPECT_EQ(a.display, b.display);
    EXPECT_EQ(a.repeat, b.repeat) << a.name;
    ASSERT_EQ(a.cells.index(), b.cells.index()) << a.name;
    if (a.name != "FLOAT") {
      EXPECT_EQ(a.cells, b.cells) << a.name;
    }
  }
  EXPECT_TRUE(std::isnan(read.cells<float>("FLOAT")[1]));
  EXPECT_EQ(read.find("TEXT")->width, 28);
  EXPECT_EQ(read.find("TEXTS")->width, 4);
  EXPECT_EQ(read.find("VECTOR")->dimensions, "(2,2)");
}

TEST(Write, TablesWithoutRowsOrColumns) {
  const TemporaryFolder folder;
  const Header primary;
  Table table = every_column();
  table.select_rows({false, false, false});
  Table bare;
  bare.name = "BARE";
  write_file(folder.file("a.fits"), {&primary, {OutputTable{&table, {}}, OutputTable{&bare, {}}}},
             {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_EQ(table_of(hdus.at(1)).rows(), 0u);
  EXPECT_EQ(table_of(hdus.at(1)).columns.size(), table.columns.size());
  EXPECT_EQ(table_of(hdus.at(1)).find("TEXT")->width, 28);
  EXPECT_EQ(hdus[1].extver(), std::nullopt);
  EXPECT_EQ(table_of(hdus.at(2)).columns.size(), 0u);
}

TEST(Write, TableHeadersKeepTheirOtherCards) {
  const TemporaryFolder folder;
  const Header primary;
  Table table = every_column();
  table.header.set("TTYPE1", "STALE");
  table.header.set("EXTVER", 9);
  table.header.set("ORIGIN", "here", "a comment");
  table.header.add_commentary("HISTORY", "made");
  write_file(folder.file("a.fits"), {&primary, {OutputTable{&table, {}}}}, {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_EQ(hdus[1].header.text("TTYPE1"), "TEXT");
  EXPECT_EQ(hdus[1].header.text("ORIGIN"), "here");
  EXPECT_EQ(hdus[1].header.comment("EXTNAME"), "added by AstroData");
  EXPECT_FALSE(hdus[1].header.has("EXTVER"));
  EXPECT_EQ(hdus[1].header.text("TFORM10"), "8A");
}

TEST(Write, AnIndependentVerifierFindsNothing) {
  const TemporaryFolder folder;
  Header primary;
  primary.set("OBJECT", "O'Neil's star");
  primary.set("NEXTEND", 4);
  primary.add_commentary("HISTORY", std::string(200, 'h'));
  Header header;
  header.set("EXTNAME", "SCI");
  header.set("EXTVER", 1);
  header.set("A LONG KEYWORD", 2.5, "in HIERARCH");
  const Plane science = ramp(PixelType::f32, {60, 50});
  const Plane mask = ramp(PixelType::u16, {60, 50});
  Header mask_header = header;
  mask_header.set("EXTNAME", "DQ");
  Table table = every_column();
  Table empty = every_column();
  empty.name = "EMPTY";
  empty.select_rows({false, false, false});
  write_file(folder.file("a.fits"),
             {&primary,
              {OutputImage{&header, &science}, OutputImage{&mask_header, &mask},
               OutputTable{&table, 1}, OutputTable{&empty, {}}}},
             {});
  const auto report = verify(folder.file("a.fits"));
  if (!report) GTEST_SKIP() << "skipped: fitsverify is not installed";
  EXPECT_NE(report->find("0 warning(s) and 0 error(s)"), std::string::npos) << *report;
  EXPECT_EQ(report->find("CHECKSUM is not"), std::string::npos) << *report;
}

TEST(Write, ChecksumsHoldAndFindAChangedPixel) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  const auto status_of = [&](int hdu) {
    fitsfile* file = nullptr;
    int status = 0;
    int data = 0;
    int whole = 0;
    fits_open_diskfile(&file, folder.file("a.fits").c_str(), READONLY, &status);
    fits_movabs_hdu(file, hdu, nullptr, &status);
    fits_verify_chksum(file, &data, &whole, &status);
    fits_close_file(file, &status);
    return std::pair(data, whole);
  };
  EXPECT_EQ(status_of(1), std::pair(1, 1));
  EXPECT_EQ(status_of(2), std::pair(1, 1));
  std::string bytes = bytes_of(folder.file("a.fits"));
  bytes[5760 + 5] = 'x';
  put_bytes(folder.file("a.fits"), bytes);
  EXPECT_EQ(status_of(2), std::pair(-1, -1));
}

TEST(Write, EqualContentsGiveEqualFiles) {
  const TemporaryFolder folder;
  for (const std::string ending : {".fits", ".fits.gz", ".fits.bz2"}) {
    write_small_file(folder.file("a" + ending));
    write_small_file(folder.file("b" + ending));
    EXPECT_EQ(bytes_of(folder.file("a" + ending)), bytes_of(folder.file("b" + ending)));
  }
}

TEST(Write, AnUnusualKeywordOfAReadFileIsKept) {
  const TemporaryFolder folder;
  Header primary;
  for (const char* image : {"SIMPLE  =                    T", "BITPIX  =                    8",
                            "NAXIS   =                    0", "A.B     =                 60. / c",
                            "OBSERVER= 'C\xc3\xb4t\xc3\xa9'", "END", "X"}) {
    primary.append(parse_card(image));
  }
  write_file(folder.file("a.fits"), {&primary, {}}, {});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_EQ(hdus[0].header.number("A.B"), 60.0);
  EXPECT_EQ(hdus[0].header.comment("A.B"), "c");
  EXPECT_TRUE(hdus[0].header.has("X"));
}

TEST(Write, AnExistingFileIsOnlyReplacedWhenAsked) {
  const TemporaryFolder folder;
  put_bytes(folder.file("a.fits"), "precious");
  try {
    write_small_file(folder.file("a.fits"));
    FAIL() << "replaced";
  } catch (const OutputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "File " + folder.file("a.fits") +
                  " already exists. If you mean to replace it then use the argument "
                  "\"overwrite=True\".");
  }
  EXPECT_EQ(bytes_of(folder.file("a.fits")), "precious");
  write_small_file(folder.file("a.fits"), {.overwrite = true});
  EXPECT_EQ(read_file(folder.file("a.fits"), Pixels::load).size(), 2u);
  EXPECT_EQ(names_in(folder), (std::vector<std::string>{"a.fits"}));
}

TEST(Write, AFullDiskLeavesTheOldFileAndNothingElse) {
  const TemporaryFolder folder;
  put_bytes(folder.file("a.fits"), "precious");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_small_file(folder.file("a.fits"), {.overwrite = true}), OutputError);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(bytes_of(folder.file("a.fits")), "precious");
  EXPECT_EQ(names_in(folder), (std::vector<std::string>{"a.fits"}));
}

TEST(Write, AFolderThatIsNotThere) {
  EXPECT_THROW(write_small_file("/no/such/folder/a.fits"), OutputError);
}

TEST(Write, AHeaderThatCannotBeWrittenLeavesNoFile) {
  const TemporaryFolder folder;
  Header primary;
  primary.append({std::string(90, 'K'), 1, "", ""});
  EXPECT_THROW(write_file(folder.file("a.fits"), {&primary, {}}, {}), Error);
  EXPECT_TRUE(names_in(folder).empty());
}

TEST(Write, AFileMayReplaceTheOneItWasReadFrom) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  const Contents contents(read_file(folder.file("a.fits"), Pixels::load));
  write_file(folder.file("a.fits"), contents.output, {.overwrite = true});
  const auto hdus = read_file(folder.file("a.fits"), Pixels::load);
  EXPECT_EQ(plane_of(hdus.at(1)).pixels<float>()[19], 19.0f);
}

}  // namespace
}  // namespace wyvern::fits

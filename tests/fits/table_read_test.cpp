// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "made_files.h"
#include "support/memory.h"

namespace wyvern::fits {
namespace {

using testing::TemporaryFolder;

TEST(ReadTable, TextsOfVariableLengthAreLongerThanBuffers) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.fits");
  std::string text(40000, 'x');
  text += "end";
  make_file(path, [&](fitsfile* file, int& status) {
    const char* name = "S";
    const char* form = "1PB";
    fits_create_tbl(file, BINARY_TBL, 2, 1, const_cast<char**>(&name), const_cast<char**>(&form),
                    nullptr, nullptr, &status);
    fits_write_col(file, TBYTE, 1, 1, 1, static_cast<LONGLONG>(text.size()), text.data(), &status);
    fits_write_col(file, TBYTE, 1, 2, 1, 3, text.data(), &status);
  });
  std::string bytes = bytes_of(path);
  bytes.replace(bytes.find("1PB("), 4, "1PA(");
  put_bytes(path, bytes);
  const auto hdus = read_file(path, Pixels::load);
  const auto& cells = std::get<std::vector<std::string>>(table_of(hdus.at(1)).columns.at(0).cells);
  EXPECT_TRUE(cells == (std::vector<std::string>{text, "xxx"}));
}

TEST(ReadTable, AsciiColumnsWiderThanBuffersAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.fits");
  make_file(path, [&](fitsfile* file, int& status) {
    const char* name = "S";
    const char* form = "A30000";
    fits_create_tbl(file, ASCII_TBL, 1, 1, const_cast<char**>(&name), const_cast<char**>(&form),
                    nullptr, nullptr, &status);
  });
  EXPECT_NE(message_of([&] { read_file(path, Pixels::load); }).find("column S cannot be read"),
            std::string::npos);
}

TEST(ReadTable, CardsThatCfitsioUnderstandsOtherwiseAreRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.fits");
  make_file(path, [&](fitsfile* file, int& status) {
    const char* name = "N";
    const char* form = "1J";
    fits_create_tbl(file, BINARY_TBL, 1, 1, const_cast<char**>(&name), const_cast<char**>(&form),
                    nullptr, "T", &status);
    fits_write_comment(file, "first", &status);
    fits_write_comment(file, "second", &status);
  });
  const std::string whole = bytes_of(path);
  const auto with = [&](std::string first, std::string second) {
    std::string bytes = whole;
    first.resize(80, ' ');
    second.resize(80, ' ');
    bytes.replace(bytes.find("COMMENT first"), 80, first);
    bytes.replace(bytes.find("COMMENT second"), 80, second);
    put_bytes(path, bytes);
    return message_of([&] { read_file(path, Pixels::load); });
  };
  EXPECT_EQ(with("ZIMAGE  =                    F", "COMMENT"), "no InputError");
  EXPECT_EQ(with("ESO DET=                     1", "ZOO ANT                      T"),
            "no InputError");
  for (const auto& [first, second] :
       {std::pair("ZIMAGE  =                    F", "ZIMAGE  =                    T"),
        std::pair("ZIMAGE  = `                  T", "COMMENT"),
        std::pair("ZIMAGE  = Te", "COMMENT")}) {
    EXPECT_NE(with(first, second).find("ZIMAGE is not one card with T or F"), std::string::npos);
  }
  for (const char* card : {"ZIMAGE X=                    T", "ZIMAGE= =                    T",
                           "TFORM1 A= '1D'", "NAXIS2==                     9", "ZTILE1  =0"}) {
    EXPECT_NE(with(card, "COMMENT").find("is none of FITS"), std::string::npos) << card;
  }
  EXPECT_NE(with("TTYPE1  = " + std::string(70, 'x'), "COMMENT").find("TTYPE1 is not a text"),
            std::string::npos);
}

TEST(Column, CopyWithoutMemoryIsAnError) {
  const Column column{.name = "x", .cells = std::vector<double>(std::size_t{1} << 21)};
  testing::expect_bad_alloc([&] { const Column copy = column; });
}

}  // namespace
}  // namespace wyvern::fits

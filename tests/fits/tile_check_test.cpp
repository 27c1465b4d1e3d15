// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Tile-compressed images, whole and damaged. None of the damaged files may reach a decoder of
// CFITSIO that would read or write beyond its memory: run with the address sanitizer, these tests
// see it.
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "base/errors.h"
#include "fits/tile_streams.h"
#include "made_files.h"

namespace wyvern::fits {
namespace {

using testing::TemporaryFolder;

struct Method {
  int code;
  int bitpix;
};
constexpr auto kMethods = std::to_array<Method>({{RICE_1, BYTE_IMG},
                                                 {RICE_1, SHORT_IMG},
                                                 {RICE_1, LONG_IMG},
                                                 {GZIP_1, SHORT_IMG},
                                                 {GZIP_2, LONG_IMG},
                                                 {PLIO_1, SHORT_IMG},
                                                 {HCOMPRESS_1, LONG_IMG}});

// An image of 30 x 21 pixels in tiles of 16 x 8, with runs, steps and noise.
std::vector<int> pixels_of_image() {
  std::vector<int> pixels(630);
  std::uint32_t state = 7;
  for (int i = 0; i < 630; ++i) {
    state = state * 1664525u + 1013904223u;
    pixels[i] = i < 200 ? 3 : i < 400 ? i % 50 : static_cast<int>(state >> 25);
  }
  return pixels;
}

template <class T>
void write_pixels(fitsfile* file, int type, int& status) {
  const std::vector<int> values = pixels_of_image();
  std::vector<T> pixels(values.begin(), values.end());
  fits_write_img(file, type, 1, std::ssize(pixels), pixels.data(), &status);
}

void write_tiles(const std::string& path, Method method, bool with_sum) {
  make_file(path, [&](fitsfile* file, int& status) {
    long axes[] = {30, 21};
    long tiles[] = {16, 8};
    fits_create_img(file, 8, 0, nullptr, &status);
    fits_set_compression_type(file, method.code, &status);
    fits_set_tile_dim(file, 2, tiles, &status);
    fits_create_img(file, method.bitpix, 2, axes, &status);
    // CFITSIO compresses pixels of the image's own type only.
    if (method.bitpix == BYTE_IMG) write_pixels<std::uint8_t>(file, TBYTE, status);
    if (method.bitpix == SHORT_IMG) write_pixels<std::int16_t>(file, TSHORT, status);
    if (method.bitpix == LONG_IMG) write_pixels<std::int32_t>(file, TINT, status);
    if (with_sum) fits_write_chksum(file, &status);
  });
}

TEST(Tiles, AllMethodsAreReadAsCfitsioReadsThem) {
  const TemporaryFolder folder;
  int number = 0;
  for (const Method method : kMethods) {
    const std::string path = folder.file(std::to_string(++number));
    write_tiles(path, method, true);
    const auto hdus = read_file(path, Pixels::load);
    const Plane& plane = plane_of(hdus.at(1));
    std::vector<int> expected = pixels_of_image();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const int pixel = method.bitpix == BYTE_IMG    ? plane.pixels<std::uint8_t>()[i]
                        : method.bitpix == SHORT_IMG ? plane.pixels<std::int16_t>()[i]
                                                     : plane.pixels<std::int32_t>()[i];
      ASSERT_EQ(pixel, expected[i]) << "method " << method.code << ", pixel " << i;
    }
  }
}

TEST(Tiles, HcompressNeedsASum) {
  const TemporaryFolder folder;
  write_tiles(folder.file("a.fz"), {HCOMPRESS_1, LONG_IMG}, false);
  EXPECT_THROW(read_file(folder.file("a.fz"), Pixels::load), InputError);
}

// One byte of the table or its heap is another one, and there is no sum that tells.
TEST(Tiles, DamageIsRefusedOrHarmless) {
  const TemporaryFolder folder;
  int refused = 0;
  for (const Method method : kMethods) {
    if (method.code == HCOMPRESS_1) continue;
    std::filesystem::remove(folder.file("whole"));
    write_tiles(folder.file("whole"), method, false);
    const std::string whole = bytes_of(folder.file("whole"));
    const std::size_t data = whole.size() - 2880;
    for (std::size_t at = data; at < data + 900; at += 7) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ (at % 2 != 0 ? 0xff : 0x10));
      put_bytes(folder.file("damaged"), bytes);
      try {
        read_file(folder.file("damaged"), Pixels::load);
      } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("HDU 2"), std::string::npos);
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 30);
}

// The product of the lengths is beyond 64 bits: nothing may be made of it.
TEST(Tiles, AnImageLargerThanNumbersIsRefused) {
  const TemporaryFolder folder;
  write_tiles(folder.file("a.fz"), {RICE_1, LONG_IMG}, false);
  std::string bytes = bytes_of(folder.file("a.fz"));
  for (const char* keyword : {"ZNAXIS1 =", "ZNAXIS2 ="}) {
    bytes.replace(bytes.find(keyword) + 10, 20, " 4611686018427387904");
  }
  put_bytes(folder.file("b.fz"), bytes);
  try {
    read_file(folder.file("b.fz"), Pixels::load);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("no possible type and size"), std::string::npos)
        << error.what();
  }
}

TEST(Tiles, RiceStreamsThatAreCutShort) {
  // First pixel 7; a block of equal pixels, one of coded ones (no split bits), one of verbatim
  // ones.
  const std::array<std::uint8_t, 6> equal = {0, 0, 0, 7, 0b00000000, 0};
  EXPECT_TRUE(rice_is_whole(equal, 32, 4, 32));
  EXPECT_TRUE(rice_is_whole(equal, 96, 4, 32));
  EXPECT_FALSE(rice_is_whole(equal, 32 * 4, 4, 32)) << "20 bits are needed";
  EXPECT_FALSE(rice_is_whole(std::span(equal).first(4), 1, 4, 32));
  const std::array<std::uint8_t, 3> coded = {9, 0b00111111, 0b11100000};
  EXPECT_TRUE(rice_is_whole(coded, 8, 1, 16));
  EXPECT_FALSE(rice_is_whole(coded, 9, 1, 16)) << "zeros without an end";
  const std::array<std::uint8_t, 4> verbatim = {9, 0b11100000, 0, 0};
  EXPECT_TRUE(rice_is_whole(verbatim, 2, 1, 16));
  EXPECT_FALSE(rice_is_whole(verbatim, 3, 1, 16));
}

TEST(Tiles, ListsThatLeadOutOfThemselves) {
  std::vector<std::uint8_t> list = {0, 0, 0, 5, 0xff, 0x9c, 0, 6, 0, 0, 0x40, 1};
  EXPECT_TRUE(plio_is_whole(list));
  list[7] = 7;
  EXPECT_FALSE(plio_is_whole(list)) << "longer than its bytes";
  list[7] = 6;
  list[10] = 0x10;
  EXPECT_FALSE(plio_is_whole(list)) << "the last word wants another";
  EXPECT_FALSE(plio_is_whole(std::span(list).first(4)));
}

// A column of no width has any number of rows for nothing.
TEST(Tables, EmptyColumnsTakeNoMemory) {
  const TemporaryFolder folder;
  make_file(folder.file("t"), [](fitsfile* file, int& status) {
    char name[] = "A", form[] = "0A";
    char* names[] = {name};
    char* forms[] = {form};
    fits_create_tbl(file, BINARY_TBL, 0, 1, names, forms, nullptr, nullptr, &status);
  });
  EXPECT_EQ(read_file(folder.file("t"), Pixels::load).size(), 2u);
  std::string bytes = bytes_of(folder.file("t"));
  const std::size_t rows = bytes.find("NAXIS2  =");
  ASSERT_NE(rows, std::string::npos);
  bytes.replace(rows + 10, 20, "       1099511627776");
  put_bytes(folder.file("t"), bytes);
  EXPECT_THROW(read_file(folder.file("t"), Pixels::load), InputError);
}

}  // namespace
}  // namespace wyvern::fits

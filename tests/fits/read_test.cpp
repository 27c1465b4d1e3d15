// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <thread>

#include "base/errors.h"
#include "fits/compression.h"
#include "made_files.h"

namespace wyvern::fits {
namespace {

using testing::TemporaryFolder;

TEST(Read, AllReferenceHeadersInBothModes) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const auto files = golden_headers();
  ASSERT_GT(files.size(), 200u);
  for (const auto& path : files) {
    const auto deferred = read_file(path.string(), Pixels::defer);
    ASSERT_FALSE(deferred.empty()) << path;
    if (std::filesystem::file_size(path) > 100000 || path.string().ends_with("bz2")) continue;
    const auto loaded = read_file(path.string(), Pixels::load);
    ASSERT_EQ(deferred.size(), loaded.size()) << path;
    for (std::size_t i = 0; i < loaded.size(); ++i) {
      ASSERT_EQ(loaded[i].is_image(), deferred[i].is_image());
      if (!loaded[i].is_image()) continue;
      EXPECT_TRUE(plane_of(loaded[i]).loaded());
      EXPECT_FALSE(plane_of(deferred[i]).loaded());
      EXPECT_EQ(plane_of(loaded[i]).shape(), plane_of(deferred[i]).shape());
      EXPECT_EQ(plane_of(loaded[i]).type(), plane_of(deferred[i]).type());
    }
  }
}

TEST(Read, AFrameAsTheInstrumentWritesIt) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const auto folder = *testing::reference_data() / "golden" / "headers" / "real";
  for (const char* name : {"N20151213S0022.fits.gz", "N20151213S0022.fits.bz2"}) {
    const auto hdus = read_file((folder / name).string(), Pixels::load_if_expanded);
    ASSERT_EQ(hdus.size(), 2u);
    EXPECT_EQ(hdus[0].header.text("INSTRUME"), "GNIRS");
    EXPECT_FALSE(hdus[0].is_image());
    EXPECT_EQ(hdus[1].extname(), "");
    EXPECT_EQ(hdus[1].extver(), std::nullopt);
    EXPECT_EQ(plane_of(hdus[1]).shape(), (std::vector<std::int64_t>{1022, 1024}));
    EXPECT_EQ(plane_of(hdus[1]).type(), PixelType::f32);
    EXPECT_TRUE(plane_of(hdus[1]).loaded());
  }
}

TEST(Read, PixelTypes) {
  struct Case {
    int bitpix;
    double scale, zero;
    const char* name;
    PixelType type;
  };
  const std::vector<Case> cases = {
      {8, 1, 0, "FOO", PixelType::u8},          {8, 1, 0, "DQ", PixelType::u16},
      {8, 1, 0, "sci", PixelType::u16},         {8, 1, -128, "FOO", PixelType::f32},
      {16, 1, 0, "SCI", PixelType::i16},        {16, 1, 32768, "SCI", PixelType::u16},
      {16, 2, 10, "SCI", PixelType::f32},       {32, 1, 0, "SCI", PixelType::i32},
      {32, 1, 2147483648, "X", PixelType::u32}, {32, 0.5, 0, "SCI", PixelType::f64},
      {64, 1, 0, "SCI", PixelType::i64},        {64, 1, 9223372036854775808., "X", PixelType::u64},
      {64, 1, 5, "SCI", PixelType::f64},        {-32, 1, 0, "SCI", PixelType::f32},
      {-32, 2, 1, "SCI", PixelType::f32},       {-64, 1, 0, "SCI", PixelType::f64}};
  const TemporaryFolder folder;
  int number = 0;
  for (const Case& c : cases) {
    const std::string path = folder.file(std::to_string(number++));
    make_file(path, [&](fitsfile* file, int& status) {
      long axes[] = {3, 2};
      fits_create_img(file, 8, 0, nullptr, &status);
      fits_create_img(file, c.bitpix, 2, axes, &status);
      fits_write_key_str(file, "EXTNAME", c.name, nullptr, &status);
      fits_write_key_dbl(file, "BSCALE", c.scale, 17, nullptr, &status);
      fits_write_key_dbl(file, "BZERO", c.zero, 20, nullptr, &status);
      fits_set_bscale(file, 1, 0, &status);
      short stored[] = {0, 1, 2, 3, 4, 100};
      fits_write_img(file, TSHORT, 1, 6, stored, &status);
    });
    const auto hdus = read_file(path, Pixels::load);
    const Plane& plane = plane_of(hdus.at(1));
    ASSERT_EQ(name_of(plane.type()), name_of(c.type)) << c.bitpix << " " << c.scale;
    EXPECT_EQ(plane_of(read_file(path, Pixels::defer)[1]).type(), c.type);
    with_pixel_type(plane.type(), [&](auto pixel) {
      const auto pixels = plane.pixels<decltype(pixel)>();
      EXPECT_EQ(static_cast<double>(pixels[0]), c.zero);
      EXPECT_EQ(static_cast<double>(pixels[5]), 100 * c.scale + c.zero);
    });
  }
}

TEST(Read, BlankIntegersOfAScaledImageAreNan) {
  const TemporaryFolder folder;
  make_file(folder.file("a"), [](fitsfile* file, int& status) {
    long axes[] = {2};
    fits_create_img(file, 16, 1, axes, &status);
    fits_write_key_lng(file, "BLANK", -9, nullptr, &status);
    fits_write_key_dbl(file, "BSCALE", 2, 17, nullptr, &status);
    fits_set_bscale(file, 1, 0, &status);
    short stored[] = {-9, 4};
    fits_write_img(file, TSHORT, 1, 2, stored, &status);
  });
  const auto hdus = read_file(folder.file("a"), Pixels::load);
  EXPECT_EQ(plane_of(hdus[0]).shape(), (std::vector<std::int64_t>{2}));
  EXPECT_TRUE(std::isnan(plane_of(hdus[0]).pixels<float>()[0]));
  EXPECT_EQ(plane_of(hdus[0]).pixels<float>()[1], 8.0f);
}

TEST(Read, TileCompressedImagesLookLikeImages) {
  const TemporaryFolder folder;
  make_file(folder.file("a.fz"), [](fitsfile* file, int& status) {
    long axes[] = {30, 20};
    fits_create_img(file, 8, 0, nullptr, &status);
    fits_set_compression_type(file, RICE_1, &status);
    fits_create_img(file, USHORT_IMG, 2, axes, &status);
    fits_write_key_str(file, "EXTNAME", "DQ", "the name", &status);
    fits_write_key_dbl(file, "GAIN", 13.5, 15, nullptr, &status);
    std::vector<unsigned short> pixels(600);
    std::iota(pixels.begin(), pixels.end(), 40000);
    fits_write_img(file, TUSHORT, 1, 600, pixels.data(), &status);
    fits_set_compression_type(file, GZIP_1, &status);
    fits_set_quantize_level(file, 0, &status);
    fits_create_img(file, FLOAT_IMG, 2, axes, &status);
    std::vector<float> reals(600, 0.1f);
    reals[7] = NAN;
    fits_write_img(file, TFLOAT, 1, 600, reals.data(), &status);
  });
  const auto hdus = read_file(folder.file("a.fz"), Pixels::load);
  ASSERT_EQ(hdus.size(), 3u);
  const Plane& plane = plane_of(hdus[1]);
  EXPECT_EQ(plane.type(), PixelType::u16);
  EXPECT_EQ(plane.shape(), (std::vector<std::int64_t>{20, 30}));
  EXPECT_EQ(plane.pixels<std::uint16_t>()[599], 40599);
  EXPECT_EQ(hdus[1].header.text("XTENSION"), "IMAGE");
  EXPECT_EQ(hdus[1].header.integer("BITPIX"), 16);
  EXPECT_EQ(hdus[1].header.integer("NAXIS1"), 30);
  EXPECT_EQ(hdus[1].extname(), "DQ");
  EXPECT_EQ(hdus[1].header.number("GAIN"), 13.5);
  for (const Card& card : hdus[1].header.cards()) {
    EXPECT_FALSE(card.keyword.starts_with("Z") || card.keyword.starts_with("TFORM"))
        << card.keyword;
  }
  EXPECT_EQ(plane_of(hdus[2]).pixels<float>()[6], 0.1f);
  EXPECT_TRUE(std::isnan(plane_of(hdus[2]).pixels<float>()[7]));
  const auto planes = read_planes(folder.file("a.fz"), {1});
  EXPECT_EQ(planes.at(0).pixels<std::uint16_t>()[1], 40001);
}

TEST(Read, TablesOfOtherKinds) {
  const TemporaryFolder folder;
  make_file(folder.file("t"), [](fitsfile* file, int& status) {
    char* types[] = {const_cast<char*>("TEXT"), const_cast<char*>("N")};
    char* ascii[] = {const_cast<char*>("A6"), const_cast<char*>("I5")};
    fits_create_tbl(file, ASCII_TBL, 2, 2, types, ascii, nullptr, "ASCII", &status);
    const char* texts[] = {" ab", "cdefgh"};
    int numbers[] = {5, -6};
    fits_write_col(file, TSTRING, 1, 1, 1, 2, texts, &status);
    fits_write_col(file, TINT, 2, 1, 1, 2, numbers, &status);
    char* names[] = {const_cast<char*>("V"), const_cast<char*>("U"), const_cast<char*>("C"),
                     const_cast<char*>("W"), const_cast<char*>("X")};
    char* forms[] = {const_cast<char*>("1PE"), const_cast<char*>("1U"), const_cast<char*>("1C"),
                     const_cast<char*>("1PA"), const_cast<char*>("3X")};
    fits_create_tbl(file, BINARY_TBL, 2, 5, names, forms, nullptr, "BIN", &status);
    float reals[] = {1, 2, 3};
    unsigned short unsigned_numbers[] = {1, 65535};
    float complexes[] = {1, 2, 3, 4};
    char bits[] = {1, 0, 1, 0, 0, 1};
    fits_write_col(file, TFLOAT, 1, 1, 1, 3, reals, &status);
    fits_write_col(file, TFLOAT, 1, 2, 1, 1, reals, &status);
    fits_write_col(file, TUSHORT, 2, 1, 1, 2, unsigned_numbers, &status);
    fits_write_col(file, TCOMPLEX, 3, 1, 1, 2, complexes, &status);
    fits_write_col(file, TSTRING, 4, 2, 1, 1, texts + 1, &status);
    fits_write_col(file, TBIT, 5, 1, 1, 6, bits, &status);
  });
  const auto hdus = read_file(folder.file("t"), Pixels::load);
  const Table& ascii = table_of(hdus.at(1));
  EXPECT_EQ(ascii.name, "ASCII");
  EXPECT_EQ(ascii.cells<std::string>("TEXT"), (std::vector<std::string>{" ab", "cdefgh"}));
  EXPECT_EQ(ascii.find("TEXT")->width, 6);
  EXPECT_EQ(ascii.number("N", 1), -6.0);
  const Table& binary = table_of(hdus.at(2));
  EXPECT_EQ(binary.find("V")->repeat, 3);
  EXPECT_EQ(binary.cells<float>("V")[2], 3.0f);
  EXPECT_EQ(binary.cells<float>("V")[3], 1.0f);
  EXPECT_TRUE(std::isnan(binary.cells<float>("V")[4]));
  EXPECT_EQ(binary.cells<std::int32_t>("U"), (std::vector<std::int32_t>{1, 65535}));
  EXPECT_EQ(binary.cells<float>("C"), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(binary.cells<std::string>("W"), (std::vector<std::string>{"", "cdefgh"}));
  EXPECT_EQ(binary.cells<bool>("X"), (std::vector<bool>{true, false, true, false, false, true}));
}

TEST(Read, NamesAreOnlyNames) {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const std::string name :
       {"a[1].fits", "b[SCI].fits[2]", "!c.fits", "d e.fits", " lead.fits", "~tilde.fits",
        "q'uote\".fits", "caf\xc3\xa9.fits", "x(y).fits", "-", "mem:x", "s+1.fits", "@list",
        "*.fits", "pct%20.fits", "noext"}) {
    write_small_file(name);
    const auto hdus = read_file(name, Pixels::load);
    EXPECT_EQ(hdus.size(), 2u) << name;
    EXPECT_EQ(read_planes(name, {1}).at(0).pixels<float>()[19], 19.0f) << name;
    EXPECT_TRUE(std::filesystem::exists(name)) << name;
  }
  std::filesystem::current_path(before);
}

TEST(Read, CompressionIsToldByContent) {
  const TemporaryFolder folder;
  write_small_file(folder.file("plain.fits"));
  write_small_file(folder.file("x.gz"));
  write_small_file(folder.file("x.bz2"));
  const std::string plain = bytes_of(folder.file("plain.fits"));
  const std::string gzip = bytes_of(folder.file("x.gz"));
  const std::string bzip2 = bytes_of(folder.file("x.bz2"));
  ASSERT_EQ(gzip.substr(0, 3), "\x1f\x8b\x08");
  ASSERT_EQ(bzip2.substr(0, 3), "BZh");
  put_bytes(folder.file("plain.bz2"), plain);
  put_bytes(folder.file("gzip.fits"), gzip);
  put_bytes(folder.file("bzip2.gz"), bzip2);
  for (const char* name : {"plain.bz2", "gzip.fits", "bzip2.gz", "x.gz", "x.bz2"}) {
    const auto hdus = read_file(folder.file(name), Pixels::load);
    EXPECT_EQ(plane_of(hdus.at(1)).pixels<float>()[19], 19.0f) << name;
  }
}

// A file whose pixels compress badly, so that the compressed file is cut in them when half of it
// goes.
std::string noisy_file(const TemporaryFolder& folder, const std::string& name) {
  Header primary;
  primary.set("OBJECT", "noise");
  Plane plane = Plane::filled<float>(900, 1000, 0.0F);
  std::uint32_t state = 1;
  for (float& pixel : plane.pixels<float>()) {
    state = state * 1664525U + 1013904223U;
    pixel = static_cast<float>(state >> 8);
  }
  const Header header;
  write_file(folder.file(name), {&primary, {OutputImage{&header, &plane}}}, {});
  return folder.file(name);
}

TEST(Read, ThePrimaryHeaderNeedsOnlyTheBeginningOfACompressedFile) {
  const TemporaryFolder folder;
  for (const char* name : {"a.gz", "a.bz2"}) {
    const std::string path = noisy_file(folder, name);
    const auto whole = read_file(path, Pixels::defer);
    ASSERT_EQ(whole.size(), 2u) << name;
    const std::string bytes = bytes_of(path);
    put_bytes(path, bytes.substr(0, bytes.size() / 2));
    EXPECT_THROW(read_file(path, Pixels::defer), InputError) << name;
    const auto start = read_file(path, Pixels::primary_if_compressed);
    ASSERT_EQ(start.size(), 1u) << name;
    EXPECT_EQ(start[0].header.cards().size(), whole[0].header.cards().size()) << name;
    EXPECT_EQ(start[0].header.text("OBJECT"), "noise") << name;
    put_bytes(path, bytes.substr(0, 100));
    EXPECT_THROW(read_file(path, Pixels::primary_if_compressed), InputError) << name;
    put_bytes(path, compress("SIMPLE  =                    T", compression_wanted(path)));
    EXPECT_NE(message_of([&] { read_file(path, Pixels::primary_if_compressed); }).find("no END"),
              std::string::npos);
  }
  const std::string plain = noisy_file(folder, "a.fits");
  EXPECT_EQ(read_file(plain, Pixels::primary_if_compressed).size(), 2u);
}

TEST(Read, AStreamThatExpandsWithoutEndIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder.file("bomb.gz");
  const std::string packed = compress(std::string(std::size_t{70} << 20, '\0'), Compression::gzip);
  ASSERT_LT(packed.size(), 200000U);
  put_bytes(path, packed);
  EXPECT_NE(message_of([&] { read_file(path, Pixels::load); }).find("expands to more than"),
            std::string::npos);
}

TEST(Read, StreamsThatFollowEachOtherAreOneFile) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  const std::string plain = bytes_of(folder.file("a.fits"));
  const auto half_compressed = [&](const std::string& half, const std::string& ending) {
    put_bytes(folder.file("half"), half);
    const std::string tool = ending == "gz" ? "gzip" : "bzip2";
    std::system(
        (tool + " -c '" + folder.file("half") + "' > '" + folder.file("out") + "'").c_str());
    return bytes_of(folder.file("out"));
  };
  for (const std::string ending : {"gz", "bz2"}) {
    const std::string joined = half_compressed(plain.substr(0, 3000), ending) +
                               half_compressed(plain.substr(3000), ending);
    if (joined.size() < 100) GTEST_SKIP() << "skipped: no gzip or bzip2 program";
    put_bytes(folder.file("joined"), joined);
    EXPECT_EQ(read_file(folder.file("joined"), Pixels::load).size(), 2u) << ending;
    put_bytes(folder.file("joined"), joined + std::string(100, '\0'));
    EXPECT_EQ(read_file(folder.file("joined"), Pixels::load).size(), 2u) << ending;
  }
}

TEST(Read, FilesThatAreNotFits) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([] { read_file("/no/such.fits", Pixels::load); }),
            "[Errno 2] No such file or directory: '/no/such.fits'");
  put_bytes(folder.file("empty"), "");
  put_bytes(folder.file("text"), "This is text, not FITS.\n");
  put_bytes(folder.file("html"), std::string(5760, '<'));
  put_bytes(folder.file("simple"), "SIMPLE  =                    T");
  for (const char* name : {"empty", "text", "html", "simple", ""}) {
    const std::string path = folder.file(name);
    EXPECT_TRUE(message_of([&] {
                  read_file(path, Pixels::load);
                }).starts_with("No access, or not supported format for: " + path))
        << message_of([&] { read_file(path, Pixels::load); });
  }
}

TEST(Read, EveryTruncationIsAnInputError) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.fits", "a.gz", "a.bz2"}) {
    write_small_file(folder.file(name));
    const std::string whole = bytes_of(folder.file(name));
    const bool compressed = name != "a.fits";
    // Behind the last pixel of a plain file only filling is lost, and behind the first HDU whole
    // records are a file of one HDU.
    const std::size_t end = compressed ? whole.size() : 5760 + 80;
    for (std::size_t size = 1; size < end; size += compressed ? 7 : 61) {
      if (!compressed && size >= 2880 && size < 2880 + 80) continue;
      put_bytes(folder.file("cut"), whole.substr(0, size));
      EXPECT_THROW(read_file(folder.file("cut"), Pixels::load), InputError) << name << " " << size;
      EXPECT_THROW(read_file(folder.file("cut"), Pixels::defer), InputError) << name << " " << size;
    }
  }
}

TEST(Read, AFileWithoutItsLastFillingIsRead) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  const std::string whole = bytes_of(folder.file("a.fits"));
  put_bytes(folder.file("cut"), whole.substr(0, 5760 + 80));
  EXPECT_EQ(plane_of(read_file(folder.file("cut"), Pixels::load).at(1)).pixels<float>()[19], 19.0f);
  EXPECT_EQ(read_planes(folder.file("cut"), {1}).at(0).pixels<float>()[19], 19.0f);
  put_bytes(folder.file("longer"), whole + std::string(2880, 'x'));
  EXPECT_EQ(read_file(folder.file("longer"), Pixels::load).size(), 2u);
}

TEST(Read, SizesAreCheckedBeforeMemoryIsTaken) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"), {.checksums = false});
  const std::string whole = bytes_of(folder.file("a.fits"));
  const std::size_t at = whole.find("NAXIS1  =", 2880) + 10;
  for (const std::string length :
       {"1000000000", "9223372036854775807", "4611686018427387904", "-5", "99999999999999999999"}) {
    std::string changed = whole;
    std::string field = length;
    field.insert(0, 20 - field.size(), ' ');
    changed.replace(at, 20, field);
    put_bytes(folder.file("b.fits"), changed);
    const std::string message =
        message_of([&] { read_file(folder.file("b.fits"), Pixels::defer); });
    EXPECT_NE(message.find("b.fits"), std::string::npos) << length << ": " << message;
    EXPECT_NE(message, "no InputError") << length;
  }
}

// Damage anywhere gives a file or an InputError, never anything else.
TEST(Read, DamagedBytesNeverDoWorse) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  std::vector<std::string> sources;
  for (const char* name : {"structure/tables.fits.gz", "structure/full_two.fits.gz"}) {
    const auto path = *testing::reference_data() / "golden" / "headers" / name;
    std::system(("gzip -dc '" + path.string() + "' > '" + folder.file("plain") + "'").c_str());
    sources.push_back(bytes_of(folder.file("plain")));
    sources.push_back(bytes_of(path.string()));
  }
  make_file(folder.file("tiles"), [](fitsfile* file, int& status) {
    long axes[] = {30, 20};
    fits_create_img(file, 8, 0, nullptr, &status);
    fits_set_compression_type(file, RICE_1, &status);
    fits_create_img(file, SHORT_IMG, 2, axes, &status);
    std::vector<short> pixels(600);
    std::iota(pixels.begin(), pixels.end(), short{-300});
    fits_write_img(file, TSHORT, 1, 600, pixels.data(), &status);
    fits_write_chksum(file, &status);
  });
  sources.push_back(bytes_of(folder.file("tiles")));
  std::uint32_t state = 12345;
  const auto next = [&] { return state = state * 1664525u + 1013904223u; };
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bytes = sources[round % sources.size()];
    if (bytes.empty()) continue;
    for (int k = 0; k < 3; ++k) {
      bytes[(next() >> 8) % bytes.size()] = "0123456789ATFPQ= \xff"[(next() >> 8) % 18];
    }
    put_bytes(folder.file("damaged"), bytes);
    try {
      read_file(folder.file("damaged"), Pixels::load);
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(Read, PlanesOfAChangedFile) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  EXPECT_THROW(read_planes(folder.file("a.fits"), {0}), InputError);
  EXPECT_THROW(read_planes(folder.file("a.fits"), {7}), InputError);
  EXPECT_EQ(read_planes(folder.file("a.fits"), {1, 1}).size(), 2u);
}

TEST(Read, ThreadsReadTheSameFile) {
  const TemporaryFolder folder;
  write_small_file(folder.file("a.fits"));
  write_small_file(folder.file("b.gz"));
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        for (const char* name : {"a.fits", "b.gz"}) {
          const auto hdus = read_file(folder.file(name), Pixels::load);
          good += plane_of(hdus.at(1)).pixels<float>()[19] == 19.0f ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 400);
}

}  // namespace
}  // namespace wyvern::fits

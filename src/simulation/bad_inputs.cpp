// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/bad_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/files.h"
#include "base/text.h"
#include "fits/compression.h"
#include "fits/file.h"

namespace wyvern::simulation {
namespace {

// What is spoiled: the frame, and the bytes of its file.
struct Good {
  const RawFrame& frame;
  std::string bytes;
};

using Write = std::function<void(const Good&, const std::string& path)>;
using Edit = std::function<void(RawFrame&)>;
using Cards = std::vector<std::pair<const char*, Value>>;

struct Defect {
  std::string_view name, expect;
  Write write;
  std::string_view suffix = ".fits";
};

constexpr std::string_view kReject = "reject", kWarn = "warn", kAccept = "accept",
                           kMixed = "reject when mixed with good frames";

// --- ways to spoil ------------------------------------------------------------------------------

void write_hdus(const RawFrame& frame,
                std::vector<std::variant<fits::OutputImage, fits::OutputTable>> extensions,
                const std::string& path) {
  fits::write_file(path, {&frame.primary, std::move(extensions)},
                   {.overwrite = true, .checksums = false});
}

Write edited(Edit edit) {
  return [edit = std::move(edit)](const Good& good, const std::string& path) {
    RawFrame frame{good.frame.primary, good.frame.image, good.frame.pixels.clone(), {}};
    edit(frame);
    write_hdus(frame, {fits::OutputImage{&frame.image, &frame.pixels}}, path);
  };
}

Write without(std::vector<const char*> keywords) {
  return edited([keywords = std::move(keywords)](RawFrame& frame) {
    for (const char* keyword : keywords) frame.primary.remove(keyword);
  });
}

Write setting(Cards cards) {
  return edited([cards = std::move(cards)](RawFrame& frame) {
    for (const auto& [keyword, value] : cards) frame.primary.set(keyword, value);
  });
}

// Other pixels of another type: `change` of each.
template <class T>
Write pixels(std::function<T(float)> change) {
  return edited([change = std::move(change)](RawFrame& frame) {
    Plane plane(pixel_type_of<T>, frame.pixels.shape());
    std::ranges::transform(std::as_const(frame.pixels).pixels<float>(), plane.pixels<T>().begin(),
                           change);
    frame.pixels = std::move(plane);
  });
}

Write bytes(std::function<std::string(std::string)> change) {
  return [change = std::move(change)](const Good& good, const std::string& path) {
    write_file_atomically(path, change(good.bytes));
  };
}

Write text(std::string content) {
  return bytes([content = std::move(content)](const std::string&) { return content; });
}

Write cut_to(std::size_t length) {
  return bytes([length](std::string good) { return good.substr(0, length); });
}

std::string packed(const std::string& good) {
  return fits::compress(good, fits::Compression::bzip2);
}

// --- the defects --------------------------------------------------------------------------------

// Rows and columns [first, last) of the middle.
void crop(RawFrame& frame) {
  constexpr std::int64_t side = 512;
  const std::int64_t y0 = (frame.pixels.ny() - side) / 2, x0 = (frame.pixels.nx() - side) / 2;
  Plane part(PixelType::f32, {side, side});
  const auto from = std::as_const(frame.pixels).pixels<float>();
  for (std::int64_t y = 0; y < side; ++y) {
    std::copy_n(from.begin() + (y0 + y) * frame.pixels.nx() + x0, side,
                part.pixels<float>().begin() + y * side);
  }
  frame.pixels = std::move(part);
}

void unroll(RawFrame& frame) {
  Plane line(PixelType::f32, {frame.pixels.size()});
  std::ranges::copy(std::as_const(frame.pixels).pixels<float>(), line.pixels<float>().begin());
  frame.pixels = std::move(line);
}

void make_holes(RawFrame& frame) {
  const std::int64_t nx = frame.pixels.nx();
  const auto data = frame.pixels.pixels<float>();
  for (std::int64_t y = 440; y < 470; ++y) {
    std::fill_n(data.begin() + y * nx + 480, 40, std::numeric_limits<float>::quiet_NaN());
  }
  std::fill_n(data.begin() + 300 * nx, 3 * nx, std::numeric_limits<float>::infinity());
}

void point_elsewhere(RawFrame& frame) {
  for (const char* keyword : {"RA", "CRVAL1"}) {
    frame.primary.set(keyword, std::fmod(*frame.primary.number(keyword) + 2.0, 360.0));
  }
}

void write_without_data(const Good& good, const std::string& path) {
  fits::Header header;
  header.set("EXTNAME", "SCI");
  write_hdus(good.frame, {fits::OutputImage{&header, nullptr}}, path);
}

void write_two_images(const Good& good, const std::string& path) {
  const fits::OutputImage image{&good.frame.image, &good.frame.pixels};
  write_hdus(good.frame, {image, image}, path);
}

void write_table(const Good& good, const std::string& path) {
  fits::Table table;
  table.add({.name = "A", .cells = std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8}});
  write_hdus(good.frame, {fits::OutputTable{&table, {}}}, path);
}

std::string with_bytes_flipped(const std::string& good) {
  std::string stream = packed(good);
  for (std::size_t i = stream.size() / 2; i < stream.size() / 2 + 64; ++i) {
    stream[i] = static_cast<char>(stream[i] ^ 0x5A);
  }
  return stream;
}

// Two bytes of the object's name are beyond ASCII.
std::string with_odd_bytes(std::string good) {
  const std::size_t card = good.find("OBJECT  =");
  if (card != std::string::npos) good.replace(good.find('\'', card) + 4, 2, "\xE9\xFF");
  return good;
}

std::string without_end(std::string good) {
  return replace_all(std::move(good), "END" + std::string(77, ' '), std::string(80, ' '));
}

std::vector<Defect> defects_of_structure() {
  return {
      {"truncated data", kReject,
       bytes([](std::string good) { return good.substr(0, good.size() * 3 / 5); })},
      {"truncated primary header", kReject, cut_to(1500)},
      {"primary HDU only", kReject,
       [](const Good& good, const std::string& path) { write_hdus(good.frame, {}, path); }},
      {"extension has no data", kReject, write_without_data},
      {"512 x 512 pixels", kMixed, edited(crop)},
      {"one-dimensional data", kReject, edited(unroll)},
      {"two image extensions", kReject, write_two_images},
      {"a table instead of an image", kReject, write_table},
      {"NaN block and rows of infinity", kWarn, edited(make_holes)},
      {"all pixels zero", kWarn, pixels<float>([](float) { return 0.0F; })},
      {"all pixels saturated", kWarn, pixels<float>([](float) { return 6800.0F; })},
      {"32-bit integer pixels", kAccept,
       pixels<std::int32_t>([](float value) { return std::lround(value); })},
      {"unsigned 16-bit pixels (BZERO)", kAccept, pixels<std::uint16_t>([](float value) {
         return static_cast<std::uint16_t>(std::clamp(std::round(value) + 100.0F, 0.0F, 65535.0F));
       })},
      {"64-bit float pixels", kAccept, pixels<double>([](float value) { return value; })},
  };
}

std::vector<Defect> defects_of_headers() {
  return {
      {"no EXPTIME", kReject, without({"EXPTIME"})},
      {"no DETBIAS, hence no gain", kReject, without({"DETBIAS"})},
      {"no WCS", kWarn,
       without({"CTYPE1", "CTYPE2", "CRPIX1", "CRPIX2", "CRVAL1", "CRVAL2", "CD1_1", "CD1_2",
                "CD2_1", "CD2_2"})},
      {"singular CD matrix", kWarn,
       setting({{"CD1_1", 0.0}, {"CD1_2", 0.0}, {"CD2_1", 0.0}, {"CD2_2", 0.0}})},
      {"no offsets", kWarn, without({"POFFSET", "QOFFSET", "RAOFFSET", "DECOFFSE"})},
      {"no date or time", kWarn, without({"DATE-OBS", "TIME-OBS", "UTSTART", "UT", "DATE"})},
      {"unreadable date", kWarn,
       setting({{"DATE-OBS", "2012-13-45"}, {"UTSTART", "25:61:99"}, {"UT", "noon"}})},
      {"no INSTRUME", kReject, without({"INSTRUME"})},
      {"another instrument", kReject, setting({{"INSTRUME", "NIRI"}})},
      {"unknown array", kReject, setting({{"ARRAYID", "SN0000000.0"}})},
      {"unknown read mode", kReject, setting({{"LNRS", 7}})},
      {"unknown camera", kReject, setting({{"CAMERA", "MediumGreen_G0000"}})},
      {"text where a number belongs", kReject, setting({{"EXPTIME", "sixty"}})},
      {"negative exposure time", kReject, setting({{"EXPTIME", -60.0}})},
      {"zero coadds", kReject, setting({{"COADDS", 0}})},
      {"exposure time 30 s among 60 s", kMixed, setting({{"EXPTIME", 30.0}})},
      {"H filter among J", kMixed, setting({{"FILTER2", "H_G0516"}, {"FW2_ENG", -16650}})},
      {"another camera", kMixed, setting({{"CAMERA", "LongBlue_G5542"}})},
      {"another pointing, 2 degrees away", kMixed, edited(point_elsewhere)},
  };
}

std::vector<Defect> defects_of_bytes() {
  return {
      {"copy of the first science frame", kWarn, bytes([](std::string good) { return good; })},
      {"card that is not ASCII", kWarn, bytes(with_odd_bytes)},
      {"no END card", kReject, bytes(without_end)},
      {"empty file", kReject, text("")},
      {"text file", kReject, text("N20120117S0014.fits\nnot a FITS file\n")},
      {"gzip magic, no content", kReject, text(std::string("\x1F\x8B\x08\x00", 4)), ".fits.gz"},
      {"bzip2 stream cut short", kReject,
       bytes([](std::string good) { return packed(good).substr(0, 200000); }), ".fits.bz2"},
      {"bzip2 stream with wrong bytes", kReject, bytes(with_bytes_flipped), ".fits.bz2"},
      {"uncompressed file named .bz2", kAccept, bytes([](std::string good) { return good; }),
       ".fits.bz2"},
  };
}

}  // namespace

std::vector<std::string> write_bad_inputs(const RawFrame& good, const std::string& file,
                                          const std::filesystem::path& play,
                                          const std::filesystem::path& truth) {
  const Good from{good, read_text_file(file)};
  const std::string night = std::filesystem::path(file).filename().string().substr(0, 9);
  std::vector<std::string> files;
  nlohmann::ordered_json listing = nlohmann::ordered_json::array();
  for (const auto& defects : {defects_of_structure(), defects_of_headers(), defects_of_bytes()}) {
    for (const Defect& defect : defects) {
      const std::string name = fmt::format("{}S{:04}{}", night, 901 + files.size(), defect.suffix);
      files.push_back((play / name).string());
      defect.write(from, files.back());
      listing.push_back({{"file", name}, {"defect", defect.name}, {"expect", defect.expect}});
    }
  }
  write_file_atomically((truth / "bad_inputs.json").string(), listing.dump(1) + "\n");
  return files;
}

}  // namespace wyvern::simulation

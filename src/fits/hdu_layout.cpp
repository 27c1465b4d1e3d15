// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "fits/hdu_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "fits/card_format.h"

namespace wyvern::fits {
namespace {

constexpr std::int64_t most_axes = 999;

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// `keyword` is `root` and a number: NAXIS2, ZTILE1.
bool is_indexed(std::string_view keyword, std::string_view root) {
  return keyword.size() > root.size() && keyword.starts_with(root) &&
         all_digits(keyword.substr(root.size()));
}

template <std::size_t N>
bool is_one_of(std::string_view keyword, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), keyword) != names.end();
}

bool describes_compression(std::string_view keyword) {
  constexpr std::array<std::string_view, 19> names = {
      "ZIMAGE",   "ZCMPTYPE", "ZBITPIX", "ZNAXIS",   "ZSIMPLE",  "ZTENSION", "ZEXTEND",
      "ZBLOCKED", "ZPCOUNT",  "ZGCOUNT", "ZHECKSUM", "ZDATASUM", "ZMASKCMP", "ZQUANTIZ",
      "ZDITHER0", "ZBLANK",   "ZSCALE",  "ZZERO",    "ZTHEAP"};
  constexpr std::array<std::string_view, 4> roots = {"ZNAXIS", "ZTILE", "ZNAME", "ZVAL"};
  return is_one_of(keyword, names) || std::any_of(roots.begin(), roots.end(), [&](auto root) {
           return is_indexed(keyword, root);
         });
}

bool describes_columns(std::string_view keyword) {
  constexpr std::array<std::string_view, 9> roots = {"TFORM", "TSCAL", "TZERO", "TNULL", "TTYPE",
                                                     "TUNIT", "TDISP", "TDIM",  "TBCOL"};
  return keyword == "TFIELDS" || keyword == "THEAP" ||
         std::any_of(roots.begin(), roots.end(),
                     [&](auto root) { return is_indexed(keyword, root); });
}

bool describes_layout(std::string_view keyword) {
  constexpr std::array<std::string_view, 6> names = {"SIMPLE", "XTENSION", "BITPIX",
                                                     "NAXIS",  "PCOUNT",   "GCOUNT"};
  return is_one_of(keyword, names) || is_indexed(keyword, "NAXIS");
}

bool sums_bytes(std::string_view keyword) {
  return keyword == "CHECKSUM" || keyword == "DATASUM";
}

double number_or(const Header& header, std::string_view keyword, double fallback) {
  return header.number(keyword).value_or(fallback);
}

// float32 holds every 8- and 16-bit integer; larger ones need float64.
PixelType scaled_type(std::int64_t bitpix) {
  return bitpix == 8 || bitpix == 16 || bitpix == -32 ? PixelType::f32 : PixelType::f64;
}

PixelType native_type(std::int64_t bitpix) {
  switch (bitpix) {
    case 8:
      return PixelType::u8;
    case 16:
      return PixelType::i16;
    case 32:
      return PixelType::i32;
    case 64:
      return PixelType::i64;
    case -32:
      return PixelType::f32;
    default:
      return PixelType::f64;
  }
}

PixelType unsigned_type(std::int64_t bitpix) {
  switch (bitpix) {
    case 16:
      return PixelType::u16;
    case 32:
      return PixelType::u32;
    default:
      return PixelType::u64;
  }
}

bool is_science_plane(const Header& header) {
  constexpr std::array<std::string_view, 3> names = {"SCI", "VAR", "DQ"};
  return is_one_of(to_upper(header.text("EXTNAME").value_or("")), names);
}

}  // namespace

std::size_t find_end_card(std::string_view records, std::size_t from) {
  for (std::size_t i = from; i + card_length <= records.size(); i += card_length) {
    if (records.substr(i, 8) == "END     ") return i;
  }
  return std::string_view::npos;
}

bool is_tile_compressed(const Header& header) {
  return header.logical("ZIMAGE").value_or(false);
}

Header tile_compressed_image_header(const Header& table) {
  Header image;
  const auto add = [&](std::string keyword, Value value, std::string_view comment) {
    image.append(Card{std::move(keyword), std::move(value), std::string(comment), ""});
  };
  add("XTENSION", "IMAGE", "Image extension");
  add("BITPIX", table.get("ZBITPIX"), "array data type");
  const std::int64_t axes = table.integer("ZNAXIS").value_or(0);
  add("NAXIS", axes, "number of array dimensions");
  for (std::int64_t i = 1; i <= std::min(axes, most_axes); ++i) {
    add(fmt::format("NAXIS{}", i), table.get(fmt::format("ZNAXIS{}", i)), "");
  }
  add("PCOUNT", table.get("ZPCOUNT", 0), "number of parameters");
  add("GCOUNT", table.get("ZGCOUNT", 1), "number of groups");
  for (const Card& card : table.cards()) {
    const bool name_by_compressor =
        card.keyword == "EXTNAME" && card.value == Value("COMPRESSED_IMAGE");
    if (describes_layout(card.keyword) || describes_columns(card.keyword) ||
        describes_compression(card.keyword) || sums_bytes(card.keyword) || name_by_compressor) {
      continue;
    }
    image.append(card);
  }
  return image;
}

std::vector<std::int64_t> image_shape(const Header& header) {
  const std::int64_t axes = header.integer("NAXIS").value_or(0);
  std::vector<std::int64_t> shape;
  for (std::int64_t i = std::min(axes, most_axes); i >= 1; --i) {
    shape.push_back(header.integer(fmt::format("NAXIS{}", i)).value_or(0));
    if (shape.back() <= 0) return {};
  }
  return shape;
}

PixelReading pixel_reading(const Header& header) {
  const std::int64_t bitpix = header.integer("BITPIX").value_or(8);
  const double scale = number_or(header, "BSCALE", 1.0);
  const double zero = number_or(header, "BZERO", 0.0);
  if (scale == 1.0 && zero == 0.0) {
    const PixelType type = native_type(bitpix);
    return {type == PixelType::u8 && is_science_plane(header) ? PixelType::u16 : type, false};
  }
  const bool has_unsigned = bitpix == 16 || bitpix == 32 || bitpix == 64;
  if (scale == 1.0 && has_unsigned && zero == std::ldexp(1.0, static_cast<int>(bitpix) - 1)) {
    return {unsigned_type(bitpix), false};
  }
  return {scaled_type(bitpix), bitpix > 0};
}

std::optional<std::int64_t> data_bytes(const Header& header) {
  const auto bitpix = header.integer("BITPIX");
  const auto axes = header.integer("NAXIS");
  constexpr std::array<std::int64_t, 6> types = {8, 16, 32, 64, -32, -64};
  if (!bitpix || std::find(types.begin(), types.end(), *bitpix) == types.end()) return std::nullopt;
  if (!axes || *axes < 0 || *axes > most_axes) return std::nullopt;
  if (*axes == 0) return 0;
  std::int64_t pixels = 1;
  for (std::int64_t i = 1; i <= *axes; ++i) {
    const auto length = header.integer(fmt::format("NAXIS{}", i));
    if (!length || *length < 0) return std::nullopt;
    // The first axis of random groups has length 0 and does not count.
    const bool groups = i == 1 && *length == 0 && header.logical("GROUPS").value_or(false);
    if (!groups && __builtin_mul_overflow(pixels, *length, &pixels)) return std::nullopt;
  }
  std::int64_t bytes = 0;
  const std::int64_t parameters = header.integer("PCOUNT").value_or(0);
  const std::int64_t groups = header.integer("GCOUNT").value_or(1);
  if (parameters < 0 || groups < 0 || __builtin_add_overflow(pixels, parameters, &bytes) ||
      __builtin_mul_overflow(bytes, groups, &bytes) ||
      __builtin_mul_overflow(bytes, std::abs(*bitpix) / 8, &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

bool is_structural_of_image(std::string_view keyword) {
  constexpr std::array<std::string_view, 6> names = {"EXTEND", "BSCALE",  "BZERO",
                                                     "GROUPS", "TFIELDS", "THEAP"};
  return describes_layout(keyword) || is_one_of(keyword, names) || sums_bytes(keyword);
}

bool is_number_of_layout(std::string_view keyword) {
  constexpr std::array<std::string_view, 8> texts = {"XTENSION", "ZCMPTYPE", "ZTENSION", "ZHECKSUM",
                                                     "ZDATASUM", "ZMASKCMP", "ZQUANTIZ", "SIMPLE"};
  constexpr std::array<std::string_view, 6> text_roots = {"TFORM", "TTYPE", "TUNIT",
                                                          "TDISP", "TDIM",  "ZNAME"};
  constexpr std::array<std::string_view, 6> scales = {"BLANK",  "BSCALE", "BZERO",
                                                      "EXTEND", "GROUPS", "ZIMAGE"};
  const bool text = is_one_of(keyword, texts) ||
                    std::any_of(text_roots.begin(), text_roots.end(),
                                [&](auto root) { return is_indexed(keyword, root); });
  return !text && (describes_layout(keyword) || describes_columns(keyword) ||
                   describes_compression(keyword) || is_one_of(keyword, scales));
}

bool is_structural_of_table(std::string_view keyword) {
  return describes_layout(keyword) || describes_columns(keyword) || keyword == "EXTEND" ||
         sums_bytes(keyword);
}

}  // namespace wyvern::fits

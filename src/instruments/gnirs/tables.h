// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include "instruments/instrument.h"

// Look-up tables of GNIRS (reference: gemini_instruments/gnirs/lookup.py).
namespace wyvern::instruments::gnirs {

// Gain, wells and the linear limit are those of every array and read mode.
inline constexpr double gain_e_per_adu = 13.5;
inline constexpr double linear_limit = 0.714286;  // fraction of the saturation level

struct WellDepth {
  std::string_view setting;
  double electrons;
};
inline constexpr WellDepth well_depths[] = {{"Shallow", 90000.0}, {"Deep", 180000.0}};

inline constexpr std::array<std::string_view, 4> read_modes = {
    "Very Bright Objects", "Bright Objects", "Faint Objects", "Very Faint Objects"};

struct Array {
  std::string_view name;               // ARRAYID, or ARRAYID+CONID
  std::array<double, 4> read_noise_e;  // in the order of read_modes, either well depth
};
inline constexpr Array arrays[] = {
    {"UNKNOWN", {145.0, 38.0, 12.0, 7.0}},  // Gemini South
    {"SN7638228.1", {155.0, 30.0, 10.0, 7.0}},
    {"SN7638228.1.2", {155.0, 30.0, 10.0, 7.0}},
    {"SN7638228.1.2+ARC-III", {155.0, 30.0, 10.0, 7.0}},
};

// Low-noise reads and digital averages that make a read mode, where no READMODE names it.
struct Reads {
  double low_noise_reads, averages;
  std::string_view mode;
};
inline constexpr Reads reads[] = {
    {32, 16, "Very Faint Objects"},
    {16, 16, "Faint Objects"},
    {1, 16, "Bright Objects"},
    {1, 1, "Very Bright Objects"},
};

struct CameraScale {
  std::string_view camera;  // without component ID
  double arcsec_per_pixel;
};
inline constexpr CameraScale camera_scales[] = {
    {"ShortBlue", 0.15170}, {"ShortRed", 0.15}, {"LongBlue", 0.05071}, {"LongRed", 0.05095}};

inline constexpr std::optional<double> camera_scale(std::string_view camera) {
  const auto row = std::ranges::find(camera_scales, camera, &CameraScale::camera);
  return row == std::end(camera_scales) ? std::nullopt : std::optional(row->arcsec_per_pixel);
}

inline constexpr FilterWavelength filters[] = {
    {"YPHOT", 1.0300},       {"X", 1.1000},     {"X_(order_6)", 1.1000}, {"JPHOT", 1.2500},
    {"J_(order_5)", 1.2700}, {"H", 1.6300},     {"H_(order_4)", 1.6300}, {"H2", 2.1250},
    {"K_(order_3)", 2.1950}, {"KPHOT", 2.2200}, {"PAH", 3.2950},         {"L", 3.5000},
    {"L_(order_2)", 3.5000}, {"M", 5.1000},     {"M_(order_1)", 5.1000},
};

// The acquisition keyhole by camera and filter (reference: geminidr/gnirs/lookups/FOV.py).
struct KeyholeRow {
  std::string_view camera;  // with component ID
  bool wings;               // false: photometric filters
  double x0, y0;            // nominal centroid, px, 0-based
  int area;                 // nominal number of illuminated pixels
};
inline constexpr KeyholeRow keyholes[] = {
    {"LongBlue_G5542", false, 537.2, 454.8, 205000}, {"LongBlue_G5542", true, 518.4, 452.9, 275000},
    {"LongRed_G5543", false, 451.0, 429.1, 198000},  {"LongRed_G5543", true, 532.4, 507.7, 272000},
    {"ShortBlue_G5538", false, 504.6, 446.8, 25000}, {"ShortBlue_G5538", true, 506.8, 457.1, 49000},
    {"ShortBlue_G5540", false, 504.6, 446.8, 25000}, {"ShortBlue_G5540", true, 506.8, 457.1, 49000},
    {"ShortRed_G5539", true, 519.3, 472.6, 58000},
};

}  // namespace wyvern::instruments::gnirs

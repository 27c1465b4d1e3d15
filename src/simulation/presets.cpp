// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/presets.h"

namespace wyvern::simulation {
namespace {

// CD matrices of real headers turned back to position angle 0: N20120102S0213 and N20130408S0105.
constexpr Matrix short_cd{{{-1.00727449720268e-06, 4.45710383851291e-05},
                           {-4.21228309175288e-05, -1.79227050321363e-06}}};
constexpr Matrix long_cd{
    {{3.11198436243144e-07, -1.39812082027832e-05}, {1.41808033822837e-05, 6.06223103081534e-07}}};

constexpr Camera short_camera(std::string_view name, std::string_view grating, double event_rate) {
  return {name, 101700,         grating,        0.1517,         short_cd,  {487.5864, 578.7471},
          89.7, {513.8, 465.3}, {506.8, 457.1}, {504.6, 446.8}, event_rate};
}

constexpr Camera short_red_side = short_camera("ShortBlue_G5538", "111/mmSB_G5534", 0.6);
constexpr Camera short_quiet = short_camera("ShortBlue_G5540", "32/mmSB_G5533", 0.15);
constexpr Camera long_camera{"LongBlue_G5542",
                             -186755,
                             "32/mmLB_G5533",
                             0.05071,
                             long_cd,
                             {440.2107, 501.0199},
                             89.85,
                             {520.0, 492.0},
                             {518.4, 452.9},
                             {537.2, 454.8},
                             0.15};

constexpr Band band_j{"Open", 0, "J_G0517", 20800, 1.25, 5, 26.4, 16.2, 0.05, 3.9e4, 0.3};
constexpr Band band_h{"Open", 0, "H_G0516", -16650, 1.65, 4, 26.3, 13.8, 0.04, 4.4e4, 3.0};
constexpr Band band_yphot{"YPHOT_G0544", 12480, "Open", 20, 1.10, 6, 25.9, 17.0, 0.06, 2.5e4, 0.2};
constexpr Band band_jphot{"JPHOT_G0545", 16640, "Open", 20, 1.25, 5, 26.1, 16.2, 0.05, 3.0e4, 0.3};

constexpr ReadMode faint_objects{16, 16, 10.0, 8.76224};
constexpr ReadMode bright_objects{1, 16, 30.0, 0.54764};

constexpr Setup faint_setup(double exposure_s, int coadds) {
  return {exposure_s, coadds, faint_objects, "Faint Objects"};
}
constexpr Setup bright_setup(double exposure_s, int coadds) {
  return {exposure_s, coadds, bright_objects, "Bright Objects"};
}

constexpr DateTime at(int year, int month, int day, int hour, int minute, int second) {
  return {{year, month, day}, {hour, minute, second, 0}};
}

Preset tutorial(std::string_view name, Counts counts) {
  return {.name = name,
          .camera = short_red_side,
          .filter = "J",
          .band = band_j,
          .target = "GRB120116A",
          .target_deg = {16.2410, 33.9310},
          .start = at(2012, 1, 17, 5, 12, 7),
          .dark_start = at(2012, 1, 2, 17, 21, 30),
          .first_number = 14,
          .first_dark = 538,
          .science = faint_setup(60.0, 1),
          .flat = bright_setup(1.2, 1),
          .counts = counts,
          .dither = {{0.0, 0.0}, {0.3, 5.1}, {-0.2, -5.2}, {0.5, 10.3}, {-0.4, -9.9}}};
}

Preset long_blue() {
  return {.name = "longblue",
          .camera = long_camera,
          .filter = "H",
          .band = band_h,
          .epoch = Epoch::y2015,
          .target = "SN2016X",
          .target_deg = {193.8226, 0.0996},
          .position_angle_deg = 30.0,
          .start = at(2016, 1, 23, 12, 44, 56),
          .dark_start = at(2016, 1, 23, 18, 3, 20),
          .first_number = 97,
          .first_dark = 401,
          .science = faint_setup(15.0, 2),
          .flat = bright_setup(8.0, 1),
          .counts = {9, 5, 5, 6},
          .dither = {{0.0, 0.0}, {0.4, 3.1}, {-0.3, -3.2}, {0.6, 6.1}, {-0.5, -5.8}},
          .field = FieldOfSources::long_camera};
}

Preset photometric(std::string_view name, std::string_view filter, const Band& band) {
  return {.name = name,
          .camera = short_quiet,
          .filter = filter,
          .band = band,
          .epoch = Epoch::y2015,
          .target = "FS 1",
          .target_deg = {8.477, -12.13280556},
          .start = at(2015, 12, 13, 4, 41, 58),
          .dark_start = at(2015, 12, 13, 17, 2, 11),
          .first_number = 22,
          .first_dark = 301,
          .science = bright_setup(10.0, 8),
          .flat = bright_setup(1.5, 1),
          .counts = {9, 5, 5, 5},
          .dither = {{0.0, 0.0}, {3.1, 3.0}, {3.0, -3.2}, {-3.1, -2.9}, {-3.0, 3.1}},
          .stale_mjd_h = 3.978,
          .field = FieldOfSources::standard};
}

Preset crowded() {
  Preset preset = tutorial("crowded", {10, 5, 5, 6});
  preset.target = "M103-E";
  preset.target_deg = {23.3458, 60.6592};
  preset.position_angle_deg = 90.0;
  preset.field = FieldOfSources::crowded;
  return preset;
}

Preset faint() {
  Preset preset = tutorial("faint", {12, 5, 5, 6});
  preset.target = "GRB120117B";
  preset.pointing_rms_arcsec = 0.1;
  preset.field = FieldOfSources::faint;
  return preset;
}

Preset saturated() {
  Preset preset = tutorial("saturated", {7, 4, 4, 5});
  preset.target = "HIP5447";
  preset.field = FieldOfSources::saturated;
  return preset;
}

std::vector<Preset> presets() {
  return {tutorial("small", {5, 3, 3, 4}),
          tutorial("tutorial", {20, 8, 8, 10}),
          long_blue(),
          photometric("phot", "YPHOT", band_yphot),
          crowded(),
          faint(),
          saturated(),
          photometric("short-bar", "JPHOT", band_jphot)};
}

}  // namespace

std::optional<Preset> find_preset(std::string_view name) {
  for (Preset& preset : presets()) {
    if (preset.name == name) return std::move(preset);
  }
  return std::nullopt;
}

std::vector<std::string> night_presets() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.emplace_back(preset.name);
  return names;
}

}  // namespace wyvern::simulation

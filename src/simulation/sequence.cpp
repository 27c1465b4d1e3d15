// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/sequence.h"

#include <fmt/format.h>

#include <cmath>

namespace wyvern::simulation {
namespace {

double rounded_mas(double arcsec) {
  return std::round(arcsec * 1000.0) / 1000.0;
}

Point dither_offset(const Preset& preset, int index) {
  const int length = static_cast<int>(preset.dither.size());
  const Point place = preset.dither[static_cast<std::size_t>(index % length)];
  const double cycle = index / length;
  return {rounded_mas(place.x + cycle * preset.dither_step.x),
          rounded_mas(place.y + cycle * preset.dither_step.y)};
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::science:
      return "science";
    case Kind::lamp_on:
      return "lamp_on";
    case Kind::lamp_off:
      return "lamp_off";
    case Kind::dark:
      break;
  }
  return "dark";
}

std::string Shot::name() const {
  return fmt::format("N{:04}{:02}{:02}S{:04}", start.date.year, start.date.month, start.date.day,
                     number);
}

double Shot::duration_s() const {
  constexpr double shutdown_s = 1.5;
  return setup.coadds * (setup.exposure_s + setup.mode.overhead_s) + shutdown_s;
}

DateTime later(const DateTime& when, double seconds) {
  return datetime_from_microseconds(microseconds(when) +
                                    static_cast<std::int64_t>(std::llround(seconds * 1e6)));
}

std::vector<Shot> observing_sequence(const Preset& preset) {
  constexpr double pause_s = 60.0, dark_gap_s = 1.0;
  std::vector<Shot> shots;
  DateTime when = preset.start;
  int number = preset.first_number;
  const auto expose = [&](Kind kind, int count, const Setup& setup, double gap_s) {
    for (int i = 0; i < count; ++i) {
      const Point offset = kind == Kind::science ? dither_offset(preset, i) : Point{};
      shots.push_back({kind, number++, i, when, setup, offset.x, offset.y});
      when = later(when, shots.back().duration_s() + gap_s);
    }
    when = later(when, pause_s);
  };
  expose(Kind::science, preset.counts.science, preset.science, preset.gap_s);
  expose(Kind::lamp_on, preset.counts.lamp_on, preset.flat, preset.gap_s);
  expose(Kind::lamp_off, preset.counts.lamp_off, preset.flat, preset.gap_s);
  when = preset.dark_start;
  number = preset.first_dark;
  expose(Kind::dark, preset.counts.dark, preset.science, dark_gap_s);
  return shots;
}

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/catalogue.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace wyvern::sources {

namespace {

constexpr float unknown = -999.0F;

// Stars that the seeing is measured on. Edge, aperture and memory flags rule a source out;
// saturation, neighbours and blending do not.
bool is_good_star(const Measurement& m) {
  constexpr int disqualifying = 65528;
  return m.isophotal_area > 20 && m.image.b > 1.1F && m.ellipticity < 0.5F && m.class_star > 0.8F &&
         m.flux > 25.0F * m.flux_error && (m.flags & disqualifying) == 0 && m.fwhm_deg > 0.0F &&
         m.masked_pixels < 0.2 * m.isophotal_area;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 != 0 ? values[half] : 0.5 * (values[half - 1] + values[half]);
}

std::vector<double> clipped(const std::vector<double>& values) {
  const double middle = median_of(values), mean = mean_of(values);
  double variance = 0.0;
  for (const double v : values) variance += (v - mean) * (v - mean);
  const double reach = 3.0 * std::sqrt(variance / static_cast<double>(values.size()));
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept),
               [&](double v) { return std::abs(v - middle) <= reach; });
  return kept;
}

// Adds columns that are made from the sources one by one.
class Columns {
 public:
  Columns(std::span<const Measurement> sources, fits::Table& table)
      : sources_(sources), table_(table) {}

  template <class T, class F>
  void add(const char* name, const char* unit, const char* display, F&& value) {
    std::vector<T> cells;
    cells.reserve(sources_.size());
    for (const Measurement& m : sources_) cells.push_back(static_cast<T>(value(m)));
    fits::Column column;
    column.name = name;
    column.cells = std::move(cells);
    column.unit = unit;
    column.display = display;
    table_.add(std::move(column));
  }

 private:
  std::span<const Measurement> sources_;
  fits::Table& table_;
};

using M = const Measurement&;

void add_positions(Columns& columns) {
  std::int32_t number = 0;
  columns.add<std::int32_t>("NUMBER", "", "I10", [&](M) { return ++number; });
  columns.add<float>("X_IMAGE", "pix", "F11.4", [](M m) { return m.x; });
  columns.add<float>("Y_IMAGE", "pix", "F11.4", [](M m) { return m.y; });
  columns.add<double>("ERRX2_IMAGE", "pix2", "E18.10", [](M m) { return m.position_error.x2; });
  columns.add<double>("ERRY2_IMAGE", "pix2", "E18.10", [](M m) { return m.position_error.y2; });
  columns.add<double>("ERRXY_IMAGE", "pix2", "E18.10", [](M m) { return m.position_error.xy; });
  columns.add<double>("X_WORLD", "deg", "E18.10", [](M m) { return m.ra; });
  columns.add<double>("Y_WORLD", "deg", "E18.10", [](M m) { return m.dec; });
  columns.add<double>("ERRX2_WORLD", "deg2", "E18.10", [](M m) { return m.sky_position_error.x2; });
  columns.add<double>("ERRY2_WORLD", "deg2", "E18.10", [](M m) { return m.sky_position_error.y2; });
  columns.add<double>("ERRXY_WORLD", "deg2", "E18.10", [](M m) { return m.sky_position_error.xy; });
}

void add_shapes(Columns& columns) {
  columns.add<float>("A_IMAGE", "pix", "F9.3", [](M m) { return m.image.a; });
  columns.add<float>("B_IMAGE", "pix", "F9.3", [](M m) { return m.image.b; });
  columns.add<float>("THETA_IMAGE", "deg", "F6.2", [](M m) { return m.image.theta_deg; });
  columns.add<float>("ERRA_IMAGE", "pix", "F9.5", [](M m) { return m.error.a; });
  columns.add<float>("ERRB_IMAGE", "pix", "F9.5", [](M m) { return m.error.b; });
  columns.add<float>("ERRTHETA_IMAGE", "deg", "F6.2", [](M m) { return m.error.theta_deg; });
  columns.add<float>("A_WORLD", "deg", "G12.7", [](M m) { return m.sky.a; });
  columns.add<float>("B_WORLD", "deg", "G12.7", [](M m) { return m.sky.b; });
  columns.add<float>("THETA_WORLD", "deg", "F6.2", [](M m) { return m.sky.theta_deg; });
  columns.add<float>("ERRA_WORLD", "deg", "G12.7", [](M m) { return m.sky_error.a; });
  columns.add<float>("ERRB_WORLD", "deg", "G12.7", [](M m) { return m.sky_error.b; });
  columns.add<float>("ERRTHETA_WORLD", "deg", "F6.2", [](M m) { return m.sky_error.theta_deg; });
  columns.add<float>("FWHM_IMAGE", "pix", "F8.2", [](M m) { return m.fwhm; });
  columns.add<float>("FWHM_WORLD", "deg", "G12.7", [](M m) { return m.fwhm_deg; });
  columns.add<float>("FLUX_RADIUS", "pix", "F10.3", [](M m) { return m.half_light_radius; });
  columns.add<float>("ELLIPTICITY", "", "F8.3", [](M m) { return m.ellipticity; });
}

void add_photometry(Columns& columns) {
  columns.add<float>("FLUX_AUTO", "count", "G12.7", [](M m) { return m.flux; });
  columns.add<float>("FLUXERR_AUTO", "count", "G12.7", [](M m) { return m.flux_error; });
  columns.add<float>("MAG_AUTO", "mag", "F8.4", [](M m) { return m.magnitude; });
  columns.add<float>("MAGERR_AUTO", "mag", "F8.4", [](M m) { return m.magnitude_error; });
  columns.add<float>("FLUX_MAX", "count", "G12.7", [](M m) { return m.peak; });
  columns.add<float>("CLASS_STAR", "", "F6.3", [](M m) { return m.class_star; });
}

void add_pixel_counts(Columns& columns, bool with_mask) {
  columns.add<std::int32_t>("ISOAREA_IMAGE", "pix2", "I9", [](M m) { return m.isophotal_area; });
  columns.add<std::int16_t>("FLAGS", "", "I3", [](M m) { return m.flags; });
  if (with_mask) {
    columns.add<std::int32_t>("IMAFLAGS_ISO", "", "I9", [](M m) { return m.mask_bits; });
    columns.add<std::int32_t>("NIMAFLAGS_ISO", "", "I9", [](M m) { return m.masked_pixels; });
  } else {
    columns.add<std::int32_t>("IMAFLAGS_ISO", "", "I9", [](M) { return -999; });
    columns.add<float>("NIMAFLAGS_ISO", "", "I9", [](M) { return unknown; });
  }
  columns.add<float>("BACKGROUND", "count", "G12.7", [](M m) { return m.background; });
}

void add_unknowns(Columns& columns) {
  columns.add<std::int32_t>("REF_NUMBER", "", "", [](M) { return -999; });
  columns.add<float>("REF_MAG", "mag", "", [](M) { return unknown; });
  columns.add<float>("REF_MAG_ERR", "mag", "", [](M) { return unknown; });
  columns.add<float>("PROFILE_FWHM", "pix", "", [](M) { return unknown; });
  columns.add<float>("PROFILE_EE50", "pix", "", [](M) { return unknown; });
}

}  // namespace

bool is_plausible(const Measurement& source) {
  return source.isophotal_area >= 20 && source.image.b >= 1.1F &&
         !(source.image.a / source.image.b > 50.0F) &&
         !(source.masked_pixels > 0.95 * source.isophotal_area);
}

std::optional<double> estimate_seeing(std::span<const Measurement> sources) {
  std::vector<double> widths;
  for (const Measurement& m : sources) {
    if (is_good_star(m)) widths.push_back(static_cast<double>(m.fwhm_deg * 3600.0F));
  }
  if (widths.size() > 3) widths = clipped(widths);
  if (widths.empty()) return std::nullopt;
  const double seeing = mean_of(widths);
  return seeing > 0.0 ? std::optional<double>(seeing) : std::nullopt;
}

fits::Table make_catalogue(std::span<const Measurement> sources, bool with_mask) {
  fits::Table table;
  table.name = "OBJCAT";
  Columns columns(sources, table);
  add_positions(columns);
  add_shapes(columns);
  add_photometry(columns);
  add_pixel_counts(columns, with_mask);
  add_unknowns(columns);
  return table;
}

}  // namespace wyvern::sources

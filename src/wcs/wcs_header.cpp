// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "wcs/projection.h"
#include "wcs/wcs.h"

namespace wyvern {

namespace {

constexpr int max_axes = 9;
using Matrix = std::array<std::array<double, 2>, 2>;

std::string indexed(std::string_view stem, int i) {
  return fmt::format("{}{}", stem, i);
}
std::string indexed(std::string_view stem, int i, int j) {
  return fmt::format("{}{}_{}", stem, i, j);
}

int largest_index(const fits::Header& header, std::string_view stem) {
  int largest = 0;
  for (int i = 1; i <= max_axes; ++i) {
    if (header.has(indexed(stem, i))) largest = i;
  }
  return largest;
}

// The number of world axes: WCSAXES, or the largest index that occurs.
int world_axes(const fits::Header& header, int pixel_axes) {
  if (const auto axes = header.integer("WCSAXES")) return static_cast<int>(*axes);
  int axes = std::max(pixel_axes, largest_index(header, "CTYPE"));
  for (int i = 1; i <= max_axes; ++i) {
    for (int j = 1; j <= max_axes; ++j) {
      if (header.has(indexed("CD", i, j))) axes = std::max(axes, i);
    }
  }
  return axes;
}

bool has_cd(const fits::Header& header) {
  for (int i = 1; i <= max_axes; ++i) {
    for (int j = 1; j <= max_axes; ++j) {
      if (header.has(indexed("CD", i, j))) return true;
    }
  }
  return false;
}

double scale_element(const fits::Header& header, bool cd, int i, int j) {
  if (cd) return header.number(indexed("CD", i, j)).value_or(0.0);
  const double step = header.number(indexed("CDELT", i)).value_or(1.0);
  return step * header.number(indexed("PC", i, j)).value_or(i == j ? 1.0 : 0.0);
}

// The sky part of the matrix; nothing when another axis is mixed with it or it is singular.
std::optional<Matrix> sky_matrix(const fits::Header& header, int axes) {
  const bool cd = has_cd(header);
  Matrix matrix{};
  for (int i = 1; i <= axes; ++i) {
    for (int j = 1; j <= axes; ++j) {
      const double element = scale_element(header, cd, i, j);
      if (i <= 2 && j <= 2) {
        matrix[static_cast<std::size_t>(i - 1)][static_cast<std::size_t>(j - 1)] = element;
      } else if ((i <= 2) != (j <= 2) && element != 0.0) {
        return std::nullopt;
      }
    }
  }
  for (std::size_t j = 0; j < 2; ++j) {  // an axis without a scale counts in whole degrees
    if (matrix[0][j] != 0.0 || matrix[1][j] != 0.0) continue;
    const bool first_row_free = matrix[0][0] == 0.0 && matrix[0][1] == 0.0;
    matrix[first_row_free ? 0 : 1][j] = 1.0;
  }
  const double det = matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0];
  if (det == 0.0 || !std::isfinite(det)) return std::nullopt;
  return matrix;
}

// "RA---TAN" -> {"RA", "TAN"}.
struct AxisType {
  std::string name, projection;
};
AxisType axis_type(const fits::Header& header, int axis) {
  const std::string text = to_upper(header.text(indexed("CTYPE", axis)).value_or("LINEAR"));
  std::string name = text.substr(0, 4);
  while (!name.empty() && name.back() == '-') name.pop_back();
  return {name, text.size() >= 8 ? text.substr(5, 3) : ""};
}

std::string frame_of(const fits::Header& header) {
  for (const char* keyword : {"RADESYS", "RADECSYS"}) {
    const std::string text{trim(to_upper(header.text(keyword).value_or("")))};
    if (!text.empty()) return text == "GAPPT" ? "FK5" : text;
  }
  return "FK5";
}

std::vector<ProjectionParameter> projection_parameters(const fits::Header& header,
                                                       bool longitude_first) {
  std::vector<ProjectionParameter> parameters;
  for (int i = 1; i <= 2; ++i) {
    for (int m = 0; m <= 20; ++m) {
      if (const auto value = header.number(indexed("PV", i, m))) {
        parameters.push_back({longitude_first ? i : 3 - i, m, *value});
      }
    }
  }
  return parameters;
}

}  // namespace

std::optional<Wcs> Wcs::from_header(const fits::Header& header, int pixel_axes) {
  const int pixels = pixel_axes > 0 ? pixel_axes : largest_index(header, "CRPIX");
  const int axes = world_axes(header, pixels);
  if (pixels < 2 || axes < 2) return std::nullopt;
  const AxisType first = axis_type(header, 1), second = axis_type(header, 2);
  Wcs wcs;
  wcs.longitude_first_ = first.name == "RA";
  const std::string& longitude = wcs.longitude_first_ ? first.name : second.name;
  const std::string& latitude = wcs.longitude_first_ ? second.name : first.name;
  if (longitude != "RA" || latitude != "DEC" || first.projection != second.projection) {
    return std::nullopt;
  }
  const auto matrix = sky_matrix(header, std::min(std::max(axes, pixels), max_axes));
  if (!matrix) return std::nullopt;
  wcs.cd_ = *matrix;
  wcs.projection_ = first.projection;
  wcs.frame_ = frame_of(header);
  wcs.fits_crpix_ = {header.number("CRPIX1").value_or(0.0), header.number("CRPIX2").value_or(0.0)};
  const double value1 = header.number("CRVAL1").value_or(0.0);
  const double value2 = header.number("CRVAL2").value_or(0.0);
  wcs.crval_ = wcs.longitude_first_ ? Point{value1, value2} : Point{value2, value1};
  if (wcs.projection_ != "TAN") {
    wcs.other_projection_ = SkyProjection::make(
        wcs.projection_, wcs.crval_, projection_parameters(header, wcs.longitude_first_));
    if (!wcs.other_projection_) return std::nullopt;
  }
  return wcs;
}

void Wcs::write_to(fits::Header& header) const {
  for (int i = 1; i <= 4; ++i) {
    for (const char* stem : {"CDELT", "CRVAL", "CUNIT", "CTYPE", "CRPIX"}) {
      header.remove(indexed(stem, i));
    }
    for (int j = 1; j <= 4; ++j) {
      header.remove(indexed("CD", i, j));
      header.remove(indexed("PC", i, j));
    }
  }
  header.remove("FITS-WCS");
  header.set("WCSAXES", 2);
  header.set("WCSDIM", 2);
  header.set("CD1_1", cd_[0][0]);
  header.set("CD2_1", cd_[1][0]);
  header.set("CD1_2", cd_[0][1]);
  header.set("CD2_2", cd_[1][1]);
  header.set("RADESYS", frame_);
  header.set("CRVAL1", longitude_first_ ? crval_.x : crval_.y);
  header.set("CRVAL2", longitude_first_ ? crval_.y : crval_.x);
  header.set("CTYPE1", (longitude_first_ ? "RA---" : "DEC--") + projection_);
  header.set("CTYPE2", (longitude_first_ ? "DEC--" : "RA---") + projection_);
  header.set("CRPIX1", fits_crpix_.x);
  header.set("CRPIX2", fits_crpix_.y);
  header.set("CUNIT1", "deg");
  header.set("CUNIT2", "deg");
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/pointing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.h"

namespace wyvern::simulation {
namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double latitude_deg = 19.8238, longitude_deg = -155.4690;

// (xi, eta) at position angle 0 to (xi, eta) at another.
Matrix turned(double position_angle_deg) {
  const double c = std::cos(position_angle_deg * degree), s = std::sin(position_angle_deg * degree);
  return {{{c, s}, {-s, c}}};
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix m{};
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) m[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
  }
  return m;
}

double wrapped(double value, double period) {
  const double rest = std::fmod(value, period);
  return rest < 0.0 ? rest + period : rest;
}

}  // namespace

Wcs HeaderWcs::wcs() const {
  fits::Header header;
  header.set("CTYPE1", "RA---TAN");
  header.set("CTYPE2", "DEC--TAN");
  header.set("CRPIX1", crpix.x);
  header.set("CRPIX2", crpix.y);
  header.set("CRVAL1", crval.x);
  header.set("CRVAL2", crval.y);
  header.set("CD1_1", cd[0][0]);
  header.set("CD1_2", cd[0][1]);
  header.set("CD2_1", cd[1][0]);
  header.set("CD2_2", cd[1][1]);
  auto wcs = Wcs::from_header(header, 2);
  if (!wcs) throw DataError("simulated pointing: no usable WCS");
  return *wcs;
}

HeaderWcs pointed_at(const Camera& camera, double position_angle_deg, Point sky_deg) {
  HeaderWcs result{sky_deg, camera.crpix, product(turned(position_angle_deg), camera.cd)};
  // The origin is a minute of arc from CRPIX: each round gains four digits.
  for (int round = 0; round < 4; ++round) {
    const Point seen = result.wcs().to_sky(camera.origin);
    const double dra = wrapped(sky_deg.x - seen.x + 180.0, 360.0) - 180.0;
    result.crval = {wrapped(result.crval.x + dra, 360.0), result.crval.y + sky_deg.y - seen.y};
  }
  return result;
}

Point sky_offset(double position_angle_deg, double p, double q) {
  const Matrix turn = turned(position_angle_deg);
  return {turn[0][0] * p + turn[0][1] * q, turn[1][0] * p + turn[1][1] * q};
}

Point moved_on_sky(Point sky_deg, Point arcsec) {
  const double dec = sky_deg.y + arcsec.y / 3600.0;
  return {sky_deg.x + arcsec.x / 3600.0 / std::cos(dec * degree), dec};
}

double Horizon::airmass() const {
  const double s = 1.0 / std::sin(std::max(elevation_deg, 17.5) * degree);
  return s - 0.0018167 * (s - 1.0);
}

double modified_julian_date(const DateTime& when) {
  return static_cast<double>(microseconds(when)) / 86400e6;
}

Horizon horizon(const DateTime& when, Point sky_deg) {
  // Greenwich mean sidereal time, USNO circular 179 to first order, UT1 = UTC.
  const double days = modified_julian_date(when) - 51544.5;
  Horizon now;
  now.sidereal_h = wrapped(18.697374558 + 24.06570982441908 * days + longitude_deg / 15.0, 24.0);
  now.hour_angle_h = wrapped(now.sidereal_h - sky_deg.x / 15.0 + 12.0, 24.0) - 12.0;
  const double h = now.hour_angle_h * 15.0 * degree;
  const double sin_dec = std::sin(sky_deg.y * degree), cos_dec = std::cos(sky_deg.y * degree);
  const double sin_lat = std::sin(latitude_deg * degree), cos_lat = std::cos(latitude_deg * degree);
  const double sin_el = sin_lat * sin_dec + cos_lat * cos_dec * std::cos(h);
  now.elevation_deg = std::asin(std::clamp(sin_el, -1.0, 1.0)) / degree;
  now.azimuth_deg =
      std::atan2(-cos_dec * std::sin(h), sin_dec * cos_lat - cos_dec * sin_lat * std::cos(h)) /
      degree;
  return now;
}

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "wcs/frames.h"

#include <erfa.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/errors.h"

namespace wyvern {

namespace {

constexpr double degree = std::numbers::pi / 180.0;
constexpr double j2000 = 2451545.0;

struct JulianDate {
  double day = j2000, fraction = 0.0;
};

// The moment in UTC, and in TDB as ERFA's transformations want it.
struct Moment {
  JulianDate utc, tdb;
};

void check(int status, const char* what) {
  if (status < 0) throw DataError(fmt::format("{} failed: the date is out of range", what));
}

JulianDate to_tdb(const JulianDate& tt, double ut_fraction) {
  const double lag = eraDtdb(tt.day, tt.fraction, ut_fraction, 0.0, 0.0, 0.0);
  JulianDate tdb;
  check(eraTttdb(tt.day, tt.fraction, lag, &tdb.day, &tdb.fraction), "conversion of TT to TDB");
  return tdb;
}

Moment moment(const std::optional<DateTime>& when) {
  Moment result;
  if (!when) {  // J2000.0, a moment of TT
    result.tdb = to_tdb(JulianDate{}, 0.0);
    return result;
  }
  const double seconds = when->time.second + when->time.microsecond / 1e6;
  check(eraDtf2d("UTC", when->date.year, when->date.month, when->date.day, when->time.hour,
                 when->time.minute, seconds, &result.utc.day, &result.utc.fraction),
        "conversion of the date");
  JulianDate tai, tt;
  check(eraUtctai(result.utc.day, result.utc.fraction, &tai.day, &tai.fraction),
        "conversion of UTC to TAI");
  check(eraTaitt(tai.day, tai.fraction, &tt.day, &tt.fraction), "conversion of TAI to TT");
  result.tdb = to_tdb(tt, result.utc.fraction);
  return result;
}

Point degrees(double longitude, double latitude) {
  return {eraAnp(longitude) / degree, latitude / degree};
}

// The frame of FK5 (J2000) seen from ICRS: three fixed angles (Mignard & Froeschle 2000, IERS
// Conventions 2003) and no motion.
Point fk5_to_icrs(Point sky) {
  constexpr double milliarcsecond = degree / 3.6e6;
  double matrix[3][3], fk5[3], icrs[3], longitude, latitude;
  eraIr(matrix);
  eraRz(-22.9 * milliarcsecond, matrix);
  eraRy(9.1 * milliarcsecond, matrix);
  eraRx(19.9 * milliarcsecond, matrix);
  eraS2c(sky.x * degree, sky.y * degree, fk5);
  eraTrxp(matrix, fk5, icrs);
  eraC2s(icrs, &longitude, &latitude);
  return degrees(longitude, latitude);
}

Point cirs_to_icrs(Point sky, const JulianDate& tdb) {
  double right_ascension, declination, origins;
  eraAtic13(sky.x * degree, sky.y * degree, tdb.day, tdb.fraction, &right_ascension, &declination,
            &origins);
  return degrees(right_ascension, declination);
}

}  // namespace

Point to_icrs(std::string_view frame, Point sky, const std::optional<DateTime>& when) {
  if (std::abs(sky.y) > 90.0) {
    throw DataError(fmt::format(
        "Latitude angle(s) must be within -90 deg <= angle <= 90 deg, got {} deg", sky.y));
  }
  if (frame == "icrs") return sky;
  if (frame == "FK5") return fk5_to_icrs(sky);
  const Moment at = moment(when);
  if (frame == "APPT") {
    // The reference hands the UTC date where ERFA wants TDB; the difference is far below a mas.
    eraASTROM unused;
    double origins;
    eraApci13(at.utc.day, at.utc.fraction, &unused, &origins);
    sky.x += origins / degree;
  }
  return cirs_to_icrs(sky, at.tdb);
}

double separation_deg(Point a, Point b) {
  return eraSeps(a.x * degree, a.y * degree, b.x * degree, b.y * degree) / degree;
}

}  // namespace wyvern

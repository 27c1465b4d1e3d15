// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fits/header.h"

namespace wyvern {

// A point in pixels (0-based, x along a row, integer at pixel centres) or in degrees (RA, Dec).
struct Point {
  double x = 0.0, y = 0.0;
  bool operator==(const Point&) const = default;
};

// q = matrix * p + offset, components in (x, y) order.
struct Affine {
  std::array<std::array<double, 2>, 2> matrix{{{1.0, 0.0}, {0.0, 1.0}}};
  Point offset;

  Point operator()(Point p) const;
  Affine inverse() const;  // DataError when singular
  double determinant() const;
  bool is_identity() const;
  static Affine shift(double dx, double dy);
  static Affine rotation(double degrees);  // x' = x cos - y sin, y' = x sin + y cos, about (0, 0)
};
// First `first`, then `second`.
Affine compose(const Affine& second, const Affine& first);

// The gnomonic (TAN) projection about `centre`: a plane with its axes to the east and north, in
// degrees, and (RA, Dec) in degrees; NaN for a direction that is not in the projection.
Point tangent_to_sky(Point plane, Point centre);
Point sky_to_tangent(Point sky, Point centre);

class SkyProjection;

// A celestial world coordinate system of an image: pixels -> affine -> TAN plane (degrees) -> sky.
// Other projections are evaluated by WCSLIB behind the same two functions. Method: FITS paper II
// (Calabretta & Greisen 2002); reference: spec "astrodata" 4 and 6, "primitives-science" 6.
class Wcs {
 public:
  // Reads CTYPE, CRPIX, CRVAL, CD (or CDELT and PC), RADESYS. `pixel_axes`: the number of axes of
  // the image; 0 for a primary header without data, where the largest j with a CRPIXj card counts.
  // Nothing when the header holds no WCS or one that cannot be used (singular matrix, the first two
  // axes are not RA and Dec, or a further axis is mixed with them).
  static std::optional<Wcs> from_header(const fits::Header& header, int pixel_axes);

  Point to_sky(Point pixel) const;  // degrees, RA in [0, 360)
  Point to_pixel(Point sky) const;  // 0-based; NaN for a direction that is not in the projection
  Point projection_centre() const { return crval_; }   // (RA, Dec) in degrees, as in CRVAL
  const std::string& frame() const { return frame_; }  // "FK5", …

  // The WCS of pixels p whose content is at map(p) in this WCS's pixels: world(p) = base(map(p)).
  // DataError when the map is singular.
  Wcs after(const Affine& map) const;
  // CD matrix in degrees per pixel, CRPIX 0-based.
  const std::array<std::array<double, 2>, 2>& cd() const { return cd_; }
  Point crpix() const { return {fits_crpix_.x - 1.0, fits_crpix_.y - 1.0}; }
  // sqrt|det CD| * 3600.
  double pixel_scale_arcsec() const;

  // The same scale and orientation about another projection centre (degrees). A projection other
  // than TAN stays where it is.
  Wcs centred_at(Point crval) const;

  // A TAN projection in `frame` with these values; crpix 0-based, cd in degrees per pixel with the
  // right ascension in its first row.
  static Wcs tangent(Point crval, Point crpix, const std::array<std::array<double, 2>, 2>& cd,
                     std::string frame);

  // Replaces the WCS keywords of an extension header, in the order and place of spec "astrodata"
  // 6. An unchanged WCS passes its values through.
  void write_to(fits::Header& header) const;

  // The same keywords, to the last bit.
  bool operator==(const Wcs& other) const;

 private:
  Point to_plane(Point pixel) const;    // (longitude, latitude) axes of the plane, degrees
  Point from_plane(Point plane) const;  // its inverse

  Point crval_;
  Point fits_crpix_{1.0, 1.0};  // 1-based: a value that is only passed on keeps its last bit
  std::array<std::array<double, 2>, 2> cd_{{{1.0, 0.0}, {0.0, 1.0}}};  // rows in the order of CTYPE
  std::string frame_ = "FK5";
  std::string projection_ = "TAN";
  bool longitude_first_ = true;                            // CTYPE1 is the longitude
  std::shared_ptr<const SkyProjection> other_projection_;  // nullptr for TAN
};

// The affine map nearest to b^-1(a(p)) (a: `from`, b: `to`) the way the reference extracts it:
// central differences about (ny/2, nx/2), used as (x, y) (spec "primitives-science" 6).
Affine affine_between(const Wcs& from, const Wcs& to, std::int64_t ny, std::int64_t nx);

}  // namespace wyvern

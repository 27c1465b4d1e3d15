// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "wcs/wcs.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "wcs/projection.h"

namespace wyvern {

namespace {

constexpr double degree = std::numbers::pi / 180.0;

double in_circle(double degrees) {
  const double reduced = std::fmod(degrees, 360.0);
  const double positive = reduced < 0.0 ? reduced + 360.0 : reduced;
  return positive >= 360.0 ? 0.0 : positive;
}

}  // namespace

Point tangent_to_sky(Point plane, Point centre) {
  const double xi = plane.x * degree, eta = plane.y * degree;
  const double sin0 = std::sin(centre.y * degree), cos0 = std::cos(centre.y * degree);
  const double along = cos0 - eta * sin0;
  const double alpha = centre.x * degree + std::atan2(xi, along);
  const double delta = std::atan2(sin0 + eta * cos0, std::hypot(xi, along));
  return {in_circle(alpha / degree), delta / degree};
}

Point sky_to_tangent(Point sky, Point centre) {
  const double delta = sky.y * degree, turn = (sky.x - centre.x) * degree;
  const double sin0 = std::sin(centre.y * degree), cos0 = std::cos(centre.y * degree);
  const double sin_d = std::sin(delta), cos_d = std::cos(delta), cos_turn = std::cos(turn);
  const double towards = sin0 * sin_d + cos0 * cos_d * cos_turn;
  if (!(towards > 0.0)) {  // the gnomonic projection shows one hemisphere only
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  return {cos_d * std::sin(turn) / towards / degree,
          (cos0 * sin_d - sin0 * cos_d * cos_turn) / towards / degree};
}

Point Wcs::to_plane(Point pixel) const {
  const double u = pixel.x - (fits_crpix_.x - 1.0), v = pixel.y - (fits_crpix_.y - 1.0);
  const double first = cd_[0][0] * u + cd_[0][1] * v, second = cd_[1][0] * u + cd_[1][1] * v;
  return longitude_first_ ? Point{first, second} : Point{second, first};
}

Point Wcs::from_plane(Point plane) const {
  const double first = longitude_first_ ? plane.x : plane.y;
  const double second = longitude_first_ ? plane.y : plane.x;
  const double det = cd_[0][0] * cd_[1][1] - cd_[0][1] * cd_[1][0];
  const double u = (cd_[1][1] * first - cd_[0][1] * second) / det;
  const double v = (cd_[0][0] * second - cd_[1][0] * first) / det;
  return {u + (fits_crpix_.x - 1.0), v + (fits_crpix_.y - 1.0)};
}

Point Wcs::to_sky(Point pixel) const {
  const Point plane = to_plane(pixel);
  return other_projection_ ? other_projection_->to_sky(plane) : tangent_to_sky(plane, crval_);
}

Point Wcs::to_pixel(Point sky) const {
  return from_plane(other_projection_ ? other_projection_->to_plane(sky)
                                      : sky_to_tangent(sky, crval_));
}

Wcs Wcs::after(const Affine& map) const {
  if (map.is_identity()) return *this;
  Affine scaling;  // the linear part of pixels -> plane
  scaling.matrix = cd_;
  Wcs result = *this;
  result.cd_ = compose(scaling, map).matrix;
  const Point origin = map.inverse()(crpix());
  result.fits_crpix_ = {origin.x + 1.0, origin.y + 1.0};
  return result;
}

Wcs Wcs::centred_at(Point crval) const {
  Wcs result = *this;
  if (!other_projection_) result.crval_ = crval;
  return result;
}

Wcs Wcs::tangent(Point crval, Point crpix, const std::array<std::array<double, 2>, 2>& cd,
                 std::string frame) {
  Wcs result;
  result.crval_ = crval;
  result.fits_crpix_ = {crpix.x + 1.0, crpix.y + 1.0};
  result.cd_ = cd;
  result.frame_ = std::move(frame);
  return result;
}

double Wcs::pixel_scale_arcsec() const {
  return std::sqrt(std::abs(cd_[0][0] * cd_[1][1] - cd_[0][1] * cd_[1][0])) * 3600.0;
}

bool Wcs::operator==(const Wcs& other) const {
  return crval_ == other.crval_ && fits_crpix_ == other.fits_crpix_ && cd_ == other.cd_ &&
         frame_ == other.frame_ && projection_ == other.projection_ &&
         longitude_first_ == other.longitude_first_;
}

Affine affine_between(const Wcs& from, const Wcs& to, std::int64_t ny, std::int64_t nx) {
  const auto map = [&](double x, double y) { return to.to_pixel(from.to_sky({x, y})); };
  // The reference takes half of the shape (rows, columns) as (x, y); the swap matters in the last
  // digits only, and parity needs it.
  const double hx = static_cast<double>(ny) / 2.0, hy = static_cast<double>(nx) / 2.0;
  const Point centre = map(hx, hy);
  const Point right = map(2.0 * hx, hy), left = map(0.0, hy);
  const Point up = map(hx, 2.0 * hy), down = map(hx, 0.0);
  Affine result;
  result.matrix = {{{0.5 * (right.x - left.x) / hx, 0.5 * (up.x - down.x) / hy},
                    {0.5 * (right.y - left.y) / hx, 0.5 * (up.y - down.y) / hy}}};
  const Point linear = result({hx, hy});
  result.offset = {centre.x - linear.x, centre.y - linear.y};
  return result;
}

}  // namespace wyvern

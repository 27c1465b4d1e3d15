// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "base/errors.h"
#include "wcs/wcs.h"

namespace wyvern {

Point Affine::operator()(Point p) const {
  return {matrix[0][0] * p.x + matrix[0][1] * p.y + offset.x,
          matrix[1][0] * p.x + matrix[1][1] * p.y + offset.y};
}

double Affine::determinant() const {
  return matrix[0][0] * matrix[1][1] - matrix[0][1] * matrix[1][0];
}

Affine Affine::inverse() const {
  const double det = determinant();
  if (det == 0.0 || !std::isfinite(det)) {
    throw DataError("an affine map of pixels cannot be inverted: its matrix is singular");
  }
  Affine result;
  result.matrix = {
      {{matrix[1][1] / det, -matrix[0][1] / det}, {-matrix[1][0] / det, matrix[0][0] / det}}};
  const Point back = result(offset);
  result.offset = {-back.x, -back.y};
  return result;
}

bool Affine::is_identity() const {
  return matrix == Affine{}.matrix && offset.x == 0.0 && offset.y == 0.0;
}

Affine Affine::shift(double dx, double dy) {
  Affine map;
  map.offset = {dx, dy};
  return map;
}

Affine Affine::rotation(double degrees) {
  const double angle = degrees * (std::numbers::pi / 180.0);
  const double c = std::cos(angle), s = std::sin(angle);
  Affine map;
  map.matrix = {{{c, -s}, {s, c}}};
  return map;
}

Affine compose(const Affine& second, const Affine& first) {
  Affine result;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      result.matrix[i][j] =
          second.matrix[i][0] * first.matrix[0][j] + second.matrix[i][1] * first.matrix[1][j];
    }
  }
  result.offset = second(first.offset);
  return result;
}

}  // namespace wyvern

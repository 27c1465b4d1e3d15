// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wcs/wcs.h"

namespace wyvern {

// A parameter PVi_m of a projection.
struct ProjectionParameter {
  int axis = 0, number = 0;
  double value = 0.0;
};

// The sky projections of FITS paper II other than TAN, computed by WCSLIB. Immutable once made:
// several threads may use one object.
class SkyProjection {
 public:
  // `code`: "SIN", "ZEA", …; `centre` (RA, Dec) in degrees. The native longitude of the pole is
  // 180 degrees, as in the reference. nullptr when WCSLIB does not take it.
  static std::shared_ptr<const SkyProjection> make(
      const std::string& code, Point centre, const std::vector<ProjectionParameter>& parameters);
  ~SkyProjection();
  SkyProjection(const SkyProjection&) = delete;
  SkyProjection& operator=(const SkyProjection&) = delete;

  // Plane (degrees, longitude axis first) to (RA, Dec) in degrees and back; NaN where undefined.
  Point to_sky(Point plane) const;
  Point to_plane(Point sky) const;

 private:
  struct Model;
  explicit SkyProjection(std::unique_ptr<Model> model);
  std::unique_ptr<Model> model_;
};

}  // namespace wyvern

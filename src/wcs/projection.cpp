// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "wcs/projection.h"

#include <wcslib/wcs.h>

#include <cstdio>
#include <limits>

namespace wyvern {

namespace {

constexpr Point undefined{std::numeric_limits<double>::quiet_NaN(),
                          std::numeric_limits<double>::quiet_NaN()};

void set_text(char (&field)[72], const std::string& text) {
  std::snprintf(field, sizeof field, "%s", text.c_str());
}

}  // namespace

// Pixels of this wcsprm are the degrees of the projection plane.
struct SkyProjection::Model {
  // WCSLIB's evaluation functions take a pointer to non-const but only read a model that is set up.
  mutable wcsprm prm{};

  Model() {
    prm.flag = -1;
    valid = wcsini(1, 2, &prm) == 0;
  }
  ~Model() { wcsfree(&prm); }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  bool valid = false;
};

SkyProjection::SkyProjection(std::unique_ptr<Model> model) : model_(std::move(model)) {}
SkyProjection::~SkyProjection() = default;

std::shared_ptr<const SkyProjection> SkyProjection::make(
    const std::string& code, Point centre, const std::vector<ProjectionParameter>& parameters) {
  auto model = std::make_unique<Model>();
  if (!model->valid) return nullptr;
  wcsprm& prm = model->prm;
  set_text(prm.ctype[0], "RA---" + code);
  set_text(prm.ctype[1], "DEC--" + code);
  prm.crval[0] = centre.x;
  prm.crval[1] = centre.y;
  prm.lonpole = 180.0;
  for (const ProjectionParameter& parameter : parameters) {
    if (prm.npv >= prm.npvmax) break;
    prm.pv[prm.npv].i = parameter.axis;
    prm.pv[prm.npv].m = parameter.number;
    prm.pv[prm.npv].value = parameter.value;
    ++prm.npv;
  }
  if (wcsset(&prm) != 0) return nullptr;
  return std::shared_ptr<const SkyProjection>(new SkyProjection(std::move(model)));
}

Point SkyProjection::to_sky(Point plane) const {
  const double pixel[2] = {plane.x, plane.y};
  double intermediate[2], phi[1], theta[1], world[2];
  int status[1] = {0};
  if (wcsp2s(&model_->prm, 1, 2, pixel, intermediate, phi, theta, world, status) != 0) {
    return undefined;
  }
  return {world[0], world[1]};
}

Point SkyProjection::to_plane(Point sky) const {
  const double world[2] = {sky.x, sky.y};
  double phi[1], theta[1], intermediate[2], pixel[2];
  int status[1] = {0};
  if (wcss2p(&model_->prm, 1, 2, world, phi, theta, intermediate, pixel, status) != 0) {
    return undefined;
  }
  return {pixel[0], pixel[1]};
}

}  // namespace wyvern

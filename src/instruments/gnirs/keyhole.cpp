// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/gnirs/keyhole.h"

#include "base/text.h"
#include "instruments/descriptors.h"
#include "instruments/gnirs/rules.h"
#include "instruments/gnirs/tables.h"

namespace wyvern {

std::optional<kernels::Keyhole> keyhole_of(std::string_view camera, std::string_view filter) {
  namespace gnirs = instruments::gnirs;
  const bool wings = !contains(filter, "PHOT");
  const auto row = std::ranges::find_if(gnirs::keyholes, [&](const gnirs::KeyholeRow& r) {
    return r.camera == camera && r.wings == wings;
  });
  const auto scale = gnirs::camera_scale(camera.substr(0, camera.find("_G")));
  if (row == std::end(gnirs::keyholes) || !scale) return std::nullopt;
  return kernels::Keyhole{.pixel_scale = *scale,
                          .wings = wings,
                          .red_camera = contains(camera, "Red"),
                          .x0 = row->x0,
                          .y0 = row->y0,
                          .area = row->area};
}

std::optional<kernels::Keyhole> keyhole_of(const AstroData& ad) {
  if (&instruments::instrument_of(ad) != &instruments::gnirs::instrument) return std::nullopt;
  return keyhole_of(text_descriptor(ad, "camera"), text_descriptor(ad, "filter_name", true));
}

}  // namespace wyvern

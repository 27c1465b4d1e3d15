// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern::testing {

struct CatalogueRow {
  Point at;  // 0-based pixels
  double flux = 1000.0, error = 1.0;
};

// Gives a frame an OBJCAT with the columns that registration, resampling and scaling look at.
inline void add_catalogue(AstroData& frame, const std::vector<CatalogueRow>& rows) {
  Extension& extension = frame.extensions[0];
  std::vector<std::int32_t> number;
  std::vector<float> x, y, flux, flux_error;
  const std::vector<float> radius(rows.size(), 3.0F), background(rows.size(), 0.0F);
  const std::vector<std::int16_t> flags(rows.size(), 0);
  std::vector<double> error, ra, dec;
  for (const CatalogueRow& row : rows) {
    number.push_back(static_cast<std::int32_t>(number.size()) + 1);
    x.push_back(static_cast<float>(row.at.x + 1.0));
    y.push_back(static_cast<float>(row.at.y + 1.0));
    error.push_back(1e-4);
    flux.push_back(static_cast<float>(row.flux));
    flux_error.push_back(static_cast<float>(row.error));
    const Point sky = extension.wcs->to_sky(row.at);
    ra.push_back(sky.x);
    dec.push_back(sky.y);
  }
  fits::Table table;
  table.add({.name = "NUMBER", .cells = std::move(number)});
  table.add({.name = "X_IMAGE", .cells = std::move(x)});
  table.add({.name = "Y_IMAGE", .cells = std::move(y)});
  table.add({.name = "ERRX2_IMAGE", .cells = error});
  table.add({.name = "ERRY2_IMAGE", .cells = std::move(error)});
  table.add({.name = "X_WORLD", .cells = std::move(ra)});
  table.add({.name = "Y_WORLD", .cells = std::move(dec)});
  table.add({.name = "FLUX_AUTO", .cells = std::move(flux)});
  table.add({.name = "FLUXERR_AUTO", .cells = std::move(flux_error)});
  table.add({.name = "FLUX_RADIUS", .cells = radius});
  table.add({.name = "BACKGROUND", .cells = background});
  table.add({.name = "FLAGS", .cells = flags});
  extension.attach("OBJCAT", std::move(table));
}

}  // namespace wyvern::testing

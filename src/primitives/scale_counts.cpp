// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"
#include "kernels/scaling.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "wcs/frames.h"

// scaleCountsToReference. Reference: geminidr/core/primitives_image.py.

namespace wyvern {
namespace {

struct Source {
  Point sky;  // degrees
  double flux, error;
};

std::vector<Source> sources_of(const AstroData& frame) {
  std::vector<Source> sources;
  for (const Extension& extension : frame.extensions) {
    const fits::Table* table = extension.table("OBJCAT");
    if (table == nullptr) continue;
    for (std::size_t i = 0; i < table->rows(); ++i) {
      sources.push_back({{table->number("X_WORLD", i), table->number("Y_WORLD", i)},
                         table->number("FLUX_AUTO", i),
                         table->number("FLUXERR_AUTO", i)});
    }
  }
  return sources;
}

// The nearest of `sources` within `radius` arcsec; nullptr when there is none.
const Source* nearest(const Point& sky, const std::vector<Source>& sources, double radius) {
  const Source* best = nullptr;
  double distance = radius;
  for (const Source& source : sources) {
    const double own = separation_deg(sky, source.sky) * 3600.0;
    if (own < distance) {
      distance = own;
      best = &source;
    }
  }
  return best;
}

struct Scaling {
  double factor = 1.0;
  std::size_t sources = 0;
};

double by_exposure_time(const AstroData& reference, const AstroData& frame) {
  const auto first = exposure_time(reference), own = exposure_time(frame);
  if (!first || !own || *own <= 0.0) {
    throw DataError(fmt::format("{}: cannot be scaled by exposure time: EXPTIME is missing or zero",
                                !first ? reference.filename() : frame.filename()));
  }
  return *first / *own;
}

Scaling by_sources(const AstroData& frame, const std::vector<Source>& reference, double radius) {
  const std::vector<Source> own = sources_of(frame);
  std::vector<double> x, y, sx, sy;
  for (const Source& source : reference) {
    const Source* match = nearest(source.sky, own, radius);
    if (match == nullptr) continue;
    x.push_back(match->flux);
    sx.push_back(match->error);
    y.push_back(source.flux);
    sy.push_back(source.error);
  }
  return {kernels::scaling_factor(x, y, sx, sy), x.size()};
}

bool acceptable(double factor, double tolerance) {
  if (!(factor > 0.0) || !std::isfinite(factor)) return false;
  return tolerance == 1.0 || (factor >= 1.0 - tolerance && factor <= 1.0 / (1.0 - tolerance));
}

// Factors from the catalogues, relative to those of the exposure times.
std::vector<Scaling> scalings_by_sources(const FrameList& frames, ListCall& call) {
  const double tolerance = call.parameters.number("tolerance");
  const double radius = call.parameters.number("radius");
  std::vector<Source> reference = sources_of(*frames.front());
  if (call.parameters.flag("use_common") && frames.size() > 2) {
    for (std::size_t k = 1; k < frames.size(); ++k) {
      const std::vector<Source> own = sources_of(*frames[k]);
      std::erase_if(reference,
                    [&](const Source& s) { return nearest(s.sky, own, radius) == nullptr; });
    }
  }
  std::vector<Scaling> scalings{{1.0, 0}};
  for (std::size_t k = 1; k < frames.size(); ++k) {
    const double expected = by_exposure_time(*frames.front(), *frames[k]);
    Scaling found = by_sources(*frames[k], reference, radius);
    if (found.sources == 0) {
      call.log.warning(
          fmt::format("No sources matched between {} and {}. Scaling by exposure time.",
                      frames.front()->filename(), frames[k]->filename()));
      found = {expected, 0};
    } else if (!acceptable(found.factor, tolerance)) {
      call.log.warning(fmt::format(
          "Scaling factor {:.3f} for {} is beyond the tolerance. Scaling by exposure time.",
          found.factor, frames[k]->filename()));
      found = {expected, 0};
    }
    scalings.push_back(found);
  }
  return scalings;
}

void scale(AstroData& frame, const Scaling& scaling, const Value& reference_time, ListCall& call) {
  std::string line = fmt::format("Scaling {} by {:.3f}", frame.filename(), scaling.factor);
  if (scaling.sources > 0) line += fmt::format(" (from {} sources)", scaling.sources);
  call.log.stdinfo(line);
  if (scaling.factor != 1.0) {
    for (Extension& extension : frame.extensions) multiply(extension, scaling.factor);
    if (!frame.phu.has("ORIGTEXP")) {
      set_keyword(frame.phu, "ORIGTEXP", describe(frame, "exposure_time"));
    }
    set_keyword(frame.phu, "EXPTIME", reference_time);
  }
  mark_history(frame, call.context, "SCALEOBJ", "scaleCountsToReference");
  rename(frame, call.parameters);
}

FrameList scale_counts_to_reference(FrameList frames, ListCall& call) {
  if (frames.size() < 2) {
    call.log.stdinfo(
        "No scaling will be performed, since at least two AstroData objects are "
        "required for scaleCountsToReference");
    return frames;
  }
  std::vector<Scaling> scalings;
  if (call.parameters.number("tolerance") == 0.0) {
    call.log.stdinfo("Scaling all images by exposure time only.");
    for (const Frame& frame : frames) {
      scalings.push_back({by_exposure_time(*frames.front(), *frame), 0});
    }
  } else if (sources_of(*frames.front()).empty()) {
    call.log.warning(
        fmt::format("Reference image {} has no OBJCAT. Not scaling.", frames.front()->filename()));
    return frames;
  } else {
    scalings = scalings_by_sources(frames, call);
  }
  const Value reference_time = describe(*frames.front(), "exposure_time");
  for (std::size_t k = 0; k < frames.size(); ++k) {
    scale(*frames[k], scalings[k], reference_time, call);
  }
  return frames;
}

}  // namespace

std::vector<Primitive> scale_counts_primitives() {
  return {deferring(
      {"scaleCountsToReference",
       {text("suffix", "_countsScaled", "Filename suffix"),
        real("tolerance", 0.0, "Tolerance for scaling compared to exposure time", "[0,1]"),
        boolean("use_common", true, "Use only sources common to all frames?"),
        real("radius", 0.5, "Matching radius (arcseconds)", "[0.1,inf)")},
       nullptr,
       scale_counts_to_reference})};
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "kernels/statistics.h"
#include "primitives/common.h"
#include "primitives/families.h"
#include "sources/detection.h"

// detectSources. Reference: geminidr/core/primitives_photometry.py, gempy/gemini/eti.

namespace wyvern {
namespace {

sources::DetectionOptions options_of(const AstroData& frame, std::size_t i, const Parameters& p) {
  sources::DetectionOptions options;
  options.detect_minarea = p.number("detect_minarea");
  options.detect_thresh = p.number("detect_thresh");
  options.analysis_thresh = p.number("analysis_thresh");
  options.deblend_mincont = p.number("deblend_mincont");
  options.phot_min_radius = p.number("phot_min_radius");
  options.back_size = static_cast<int>(p.integer("back_size"));
  options.back_filtersize = static_cast<int>(p.integer("back_filtersize"));
  if (p.flag("set_saturation")) {
    if (const auto level = saturation_level(frame, i)) options.saturation = *level;
  }
  return options;
}

// A copy of the image with flagged pixels at the median of the others.
Plane with_flagged_replaced(const Plane& data, const Plane& mask, std::uint16_t flags) {
  Plane copy = data.clone();
  const std::span<float> pixels = copy.pixels<float>();
  const std::span<const std::uint16_t> bits = mask.pixels<std::uint16_t>();
  std::vector<float> good;
  for (std::size_t k = 0; k < pixels.size(); ++k) {
    if ((bits[k] & flags) == 0) good.push_back(pixels[k]);
  }
  const float median = kernels::median_in_place(std::span<float>(good));
  for (std::size_t k = 0; k < pixels.size(); ++k) {
    if ((bits[k] & flags) != 0) pixels[k] = median;
  }
  return copy;
}

// Header-data units behind the primary one if the frame were written now.
std::int64_t extension_hdus(const AstroData& frame) {
  std::size_t count = frame.tables.size();
  for (const Extension& extension : frame.extensions) {
    count += 1 + (extension.variance.empty() ? 0 : 1) + (extension.mask.empty() ? 0 : 1) +
             extension.other.size();
  }
  return static_cast<std::int64_t>(count);
}

void detect_in(AstroData& frame, std::size_t i, FrameCall& call) {
  const Parameters& p = call.parameters;
  Extension& extension = frame.extensions[i];
  if (extension.data.type() != PixelType::f32) {
    extension.data.load();
    extension.data = extension.data.converted_to(PixelType::f32);
  }
  // Handles: what is deferred stays so, for the pixels do not change.
  Plane data = extension.data.share(), mask = extension.mask.share();
  data.load();
  mask.load();
  if (p.flag("mask") && !mask.empty()) {
    data =
        with_flagged_replaced(data, mask, static_cast<std::uint16_t>(p.integer("replace_flags")));
  }
  sources::Detection found = sources::detect(data, mask, extension.wcs, pixel_scale(frame),
                                             frame.phu.number("MEANFWHM"), options_of(frame, i, p));
  call.log.stdinfo(
      fmt::format("Found {} sources in {}:{}", found.catalogue.rows(), frame.filename(), i + 1));
  extension.detach("OBJCAT");
  if (found.catalogue.rows() > 0) extension.attach("OBJCAT", std::move(found.catalogue));
  extension.attach("OBJMASK", std::move(found.object_mask));
}

void detect_sources(AstroData& frame, FrameCall& call) {
  frame.phu.set("NEXTEND", extension_hdus(frame));
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) detect_in(frame, i, call);
  frame.phu.remove("DLOBJMSK");
  mark_history(frame, call.context, "DETECSRC", "detectSources");
  rename(frame, call.parameters);
}

}  // namespace

std::vector<Primitive> detect_primitives() {
  return {deferring(
      {"detectSources",
       {text("suffix", "_sourcesDetected", "Filename suffix"),
        boolean("mask", false, "Replace DQ-flagged pixels with median of image?"),
        integer("replace_flags", 249, "DQ bitmask for flagging if mask=True", "[0,inf)"),
        boolean("set_saturation", false, "Inform SExtractor of saturation level?"),
        integer("detect_minarea", 40, "Minimum object detection area (pixels)", "[1,inf)"),
        real("detect_thresh", 3.0, "Detection threshold (standard deviations)", "[0.1,inf)"),
        real("analysis_thresh", 2.0, "Analysis threshold (standard deviations)", "[0.1,inf)"),
        real("deblend_mincont", 0.001, "Minimum deblending contrast", "[0.0,inf)"),
        real("phot_min_radius", 3.5, "Minimum radius for photometry (pixels)", "[1.0,inf)"),
        integer("back_size", 32, "Background mesh size (pixels)", "[1,inf)"),
        integer("back_filtersize", 3, "Filtering scale for background", "[1,inf)")},
       detect_sources})};
}

}  // namespace wyvern

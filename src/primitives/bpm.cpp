// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"

// makeBPM: the bad-pixel mask from a dark and a normalised flat.
// Reference: geminidr/core/primitives_nearIR.py.

namespace wyvern {
namespace {

struct Range {
  double low, high;
};

Range range_of(const Parameters& p, std::string_view low, std::string_view high) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {p.optional_number(low).value_or(-infinity), p.optional_number(high).value_or(infinity)};
}

// Thresholds on the dark are in its units: electrons once converted.
void require_known_unit(const AstroData& dark) {
  const std::string unit = to_lower(dark.extensions[0].header.text("BUNIT").value_or("adu"));
  if (unit != "adu" && unit != "electron" && unit != "electrons") {
    throw DataError(
        fmt::format("{}: BUNIT is '{}', makeBPM needs adu or electron", dark.filename(), unit));
  }
}

Plane bad_pixels(const Plane& dark, const Plane& flat, const Range& dark_range,
                 const Range& flat_range) {
  Plane bad(PixelType::i16, flat.shape());
  const std::span<std::int16_t> out = bad.pixels<std::int16_t>();
  const Plane dark_values = dark.converted_to(PixelType::f64);
  const Plane flat_values = flat.converted_to(PixelType::f64);
  const std::span<const double> d = dark_values.pixels<double>(), f = flat_values.pixels<double>();
  for (std::size_t k = 0; k < out.size(); ++k) {
    const bool good = !(d[k] < dark_range.low) && !(d[k] > dark_range.high) &&
                      !(f[k] < flat_range.low) && !(f[k] > flat_range.high);
    out[k] = good ? 0 : 1;
  }
  return bad;
}

FrameList make_bpm(FrameList frames, ListCall& call) {
  const FrameList& darks = call.context.streams["darks"];
  if (frames.empty()) throw InputError("A SET OF FLATS IS REQUIRED INPUT");
  if (darks.empty()) throw InputError("A SET OF DARKS IS REQUIRED INPUT");
  AstroData& flat = *frames.front();
  const AstroData& dark = *darks.front();
  require_known_unit(dark);
  if (dark.extensions.size() != flat.extensions.size()) {
    throw DataError(fmt::format("{} and {} have different numbers of extensions", dark.filename(),
                                flat.filename()));
  }
  const Range dark_range = range_of(call.parameters, "dark_lo_thresh", "dark_hi_thresh");
  const Range flat_range = range_of(call.parameters, "flat_lo_thresh", "flat_hi_thresh");
  for (std::size_t i = 0; i < flat.extensions.size(); ++i) {
    Extension& extension = flat.extensions[i];
    if (dark.extensions[i].data.shape() != extension.data.shape()) {
      throw DataError(
          fmt::format("{} and {} have different image sizes", dark.filename(), flat.filename()));
    }
    extension.data = bad_pixels(dark.extensions[i].data, extension.data, dark_range, flat_range);
    extension.variance = {};
    extension.mask = {};
  }
  flat.phu.set("OBJECT", "BPM");
  mark_history(flat, call.context, "BPMASK", "makeBPM");
  rename(flat, std::string("_bpm"));
  return {frames.front()};
}

}  // namespace

std::vector<Primitive> bpm_primitives() {
  return {
      {"makeBPM",
       {Parameter{.name = "override_thresh",
                  .type = ParameterType::boolean,
                  .default_value = true,
                  .label = "Apply user-specified thresholds, overriding any default "
                           "calculation?",
                  .choices = {{"True", "Must be True where no default algorithm is implemented"}}},
        or_none(real("dark_lo_thresh", -20.0, "Low rejection threshold for dark (ADU)")),
        or_none(real("dark_hi_thresh", 100.0, "High rejection threshold for dark (ADU)")),
        or_none(real("flat_lo_thresh", 0.1, "Low rejection threshold for normalized flat",
                     "[-inf,1.0)")),
        or_none(real("flat_hi_thresh", 1.25, "High rejection threshold for normalized flat",
                     "[1.0,inf)"))},
       nullptr,
       make_bpm}};
}

}  // namespace wyvern

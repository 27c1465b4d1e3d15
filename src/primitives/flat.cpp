// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"
#include "kernels/statistics.h"
#include "primitives/common.h"
#include "primitives/families.h"

// The master flat: lamps on minus lamps off, normalised, unusable pixels set to one.
// Reference: geminidr/core/primitives_nearIR.py, primitives_preprocess.py.

namespace wyvern {
namespace {

void warn_of_exposure_times(const AstroData& on, const AstroData& off, Journal& log) {
  const auto a = exposure_time(on), b = exposure_time(off);
  if (a && b && std::abs(*a - *b) > 0.01) {
    log.warning("Lamp-on and lamp-off flats do not have the same exposure time.");
  }
}

FrameList make_lamp_flat(FrameList frames, ListCall& call) {
  const FrameList on = call.nested("selectFromInputs", frames, {{"tags", "LAMPON"}});
  const FrameList off = call.nested("selectFromInputs", frames, {{"tags", "LAMPOFF"}});
  call.nested("showInputs", on, {{"purpose", "lampOn"}});
  call.nested("showInputs", off, {{"purpose", "lampOff"}});
  const auto stacked = [&](const FrameList& list) {
    if (list.size() < 2) return list;
    return call.nested("stackFrames", list, {{"zero", false}, {"scale", false}});
  };
  const FrameList on_stack = stacked(on);
  const FrameList off_stack = stacked(off);
  if (on_stack.empty()) {
    throw InputError(
        "no lamp-on flat is among the input files, so no flat can be made; lamp-on "
        "frames have GCALSHUT = OPEN and a GCALLAMP of IRhigh or QH");
  }
  if (off_stack.empty()) {
    call.log.warning("Only had lamp-on frames. Lamp-off frames are expected.");
    call.log.warning("Made the lamp flat with the lamp-on frames only.");
    return on_stack;
  }
  on_stack[0]->load_pixels();
  off_stack[0]->load_pixels();
  warn_of_exposure_times(*on_stack[0], *off_stack[0], call.log);
  subtract(*on_stack[0], *off_stack[0]);
  rename(*on_stack[0], call.parameters);
  return on_stack;
}

template <class T>
T level_of_clean(const Extension& extension, bool median) {
  const std::span<const T> data = extension.data.pixels<T>();
  std::vector<T> clean;
  clean.reserve(data.size());
  const std::uint16_t* mask =
      extension.mask.empty() ? nullptr : extension.mask.pixels<std::uint16_t>().data();
  for (std::size_t k = 0; k < data.size(); ++k) {
    if (mask == nullptr || mask[k] == 0) clean.push_back(data[k]);
  }
  return median ? kernels::median_in_place(std::span<T>(clean))
                : kernels::numpy_mean(std::span<const T>(clean));
}

double normalisation(const AstroData& frame, std::size_t i, bool median) {
  const Extension& extension = frame.extensions[i];
  const double level = extension.data.type() == PixelType::f32
                           ? level_of_clean<float>(extension, median)
                           : level_of_clean<double>(extension, median);
  if (!std::isfinite(level) || level == 0.0) {
    throw DataError(fmt::format(
        "{}: extension {} cannot be normalised: no pixel is free of DQ flags, or their level is "
        "zero",
        frame.filename(), i + 1));
  }
  return level;
}

void normalize_flat(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "NORMLIZE", "normalizeFlat", call.log)) return;
  const std::string statistic = call.parameters.text("scale");
  if (!statistic.empty()) {
    for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
      Extension& extension = frame.extensions[i];
      if (extension.data.type() != PixelType::f32) {
        extension.data = extension.data.converted_to(PixelType::f64);
      }
      divide(extension, normalisation(frame, i, statistic == "median"));
    }
  }
  mark_history(frame, call.context, "NORMLIZE", "normalizeFlat");
  rename(frame, call.parameters);
}

template <class T>
void threshold(std::span<T> data, std::span<std::uint16_t> mask, float lower, float upper) {
  for (std::size_t k = 0; k < data.size(); ++k) {
    const bool outside = data[k] > upper || data[k] < lower;
    if (outside && (mask[k] & dq::bad_pixel) == 0) mask[k] |= dq::unilluminated;
    if ((mask[k] & dq::unilluminated) != 0 || data[k] < lower) data[k] = T{1};
  }
}

void threshold_flatfield(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "TRHFLAT", "thresholdFlatfield", call.log)) return;
  const auto lower = static_cast<float>(call.parameters.number("lower"));
  const auto upper = static_cast<float>(call.parameters.number("upper"));
  for (Extension& extension : frame.extensions) {
    if (extension.mask.empty()) {
      extension.mask = Plane::filled<std::uint16_t>(extension.data.ny(), extension.data.nx(), 0);
    }
    const std::span<std::uint16_t> mask = extension.mask.pixels<std::uint16_t>();
    if (extension.data.type() == PixelType::f32) {
      threshold(extension.data.pixels<float>(), mask, lower, upper);
    } else {
      extension.data = extension.data.converted_to(PixelType::f64);
      threshold(extension.data.pixels<double>(), mask, lower, upper);
    }
  }
  mark_history(frame, call.context, "TRHFLAT", "thresholdFlatfield");
  rename(frame, call.parameters);
}

}  // namespace

std::vector<Primitive> flat_primitives() {
  ParameterSet lamp = without(stacking_parameters(), {"separate_ext", "scale", "zero"});
  lamp.insert(lamp.begin(), text("suffix", "_lampstack", "Filename suffix"));
  return {
      deferring({"makeLampFlat",
                 lamp,
                 nullptr,
                 make_lamp_flat,
                 nullptr,
                 {{"selectFromInputs", {"tags"}},
                  {"showInputs", {"purpose"}},
                  {"stackFrames", {"zero", "scale"}}},
                 {},
                 true}),
      {"normalizeFlat",
       {text("suffix", "_normalized", "Filename suffix"),
        choice("scale", "median", "Statistic for scaling",
               {{"mean", "Scale by mean"}, {"median", "Scale by median"}}, true),
        boolean("separate_ext", false, "Scale extensions separately?")},
       normalize_flat},
      {"thresholdFlatfield",
       {text("suffix", "_thresholdFlatfielded", "Filename suffix"),
        real("upper", 10.0, "Upper limit of valid pixels", "[1,inf)"),
        real("lower", 0.01, "Lower limit of valid pixels", "[-inf,1)")},
       threshold_flatfield},
  };
}

}  // namespace wyvern

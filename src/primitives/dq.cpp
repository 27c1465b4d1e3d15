// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include <fmt/format.h>

#include "astrodata/deferred_planes.h"
#include "astrodata/provenance.h"
#include "base/errors.h"
#include "instruments/gnirs/keyhole.h"
#include "kernels/census.h"
#include "kernels/keyhole.h"
#include "kernels/morphology.h"
#include "primitives/auxiliary.h"
#include "primitives/common.h"
#include "primitives/families.h"

// The data-quality mask: bad pixels, saturation, the keyhole, objects.
// Reference: geminidr/core/primitives_standardize.py, geminidr/gnirs/primitives_gnirs_image.py.

namespace wyvern {
namespace {

using IlluminationMask = std::vector<std::uint8_t>;
constexpr const char* kMaskKey = "illumination mask";

std::span<std::uint16_t> mask_of(Extension& extension) {
  if (extension.mask.empty()) {
    extension.mask = Plane(PixelType::u16, extension.data.shape());
    std::ranges::fill(extension.mask.pixels<std::uint16_t>(), std::uint16_t{0});
  }
  return extension.mask.pixels<std::uint16_t>();
}

// --- addIllumMaskToDQ -------------------------------------------------------------------------

// The frame whose light shows where the keyhole is: the first lamp-on flat, else the first frame.
std::size_t keyhole_leader(const FrameList& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (has_tag(*frames[i], "LAMPON")) return i;
  }
  return 0;
}

kernels::KeyholePosition locate(const AstroData& frame, const kernels::Keyhole& shape) {
  const Plane& data = frame.extensions[0].data;
  double noise = read_noise(frame).value_or(0.0);
  if (is_in_adu(frame)) noise /= gain(frame).value_or(1.0);
  return with_pixel_type(data.type(), [&](auto pixel) -> kernels::KeyholePosition {
    using T = decltype(pixel);
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double> ||
                  std::is_same_v<T, std::int32_t>) {
      return kernels::locate_keyhole<T>(data.pixels<T>(), data.ny(), data.nx(), shape, noise);
    } else {
      const Plane converted = data.converted_to(PixelType::f64);
      return kernels::locate_keyhole<double>(converted.pixels<double>(), data.ny(), data.nx(),
                                             shape, noise);
    }
  });
}

// The keyhole as `frame` shows it; empty, with a warning, when its camera has none.
IlluminationMask illumination_mask(const AstroData& frame, int xshift, int yshift, Journal& log) {
  const std::optional<kernels::Keyhole> shape = keyhole_of(frame);
  if (!shape || frame.extensions[0].data.shape().size() != 2) {
    log.warning(
        fmt::format("No illumination mask found for {}, no mask can be added to the DQ "
                    "planes of the inputs",
                    frame.filename()));
    return {};
  }
  const kernels::KeyholePosition found = locate(frame, *shape);
  if (!found.found) {
    log.warning(
        fmt::format("Only {} illuminated pixels detected in {}, when {} are expected. "
                    "Using the default illumination mask position.",
                    found.pixels, frame.filename(), shape->area));
  }
  log.stdinfo(fmt::format("Applying shifts to the illumination mask: dx = {:.1f}px, dy = {:.1f}px.",
                          found.cx - shape->x0, found.cy - shape->y0));
  const Plane& data = frame.extensions[0].data;
  return kernels::keyhole_mask(*shape, found.cx, found.cy, xshift, yshift, data.ny(), data.nx());
}

void add_illumination(AstroData& frame, const IlluminationMask& dark) {
  for (Extension& extension : frame.extensions) {
    const std::span<std::uint16_t> mask = mask_of(extension);
    if (mask.size() != dark.size()) {
      throw DataError(fmt::format("{}: the illumination mask has another shape than the frame",
                                  frame.filename()));
    }
    for (std::size_t k = 0; k < mask.size(); ++k) {
      mask[k] |= static_cast<std::uint16_t>(dark[k] != 0 ? dq::unilluminated : 0);
    }
  }
}

void add_illum_mask_to_dq(AstroData& frame, FrameCall& call) {
  if (!call.parameters.has("xshift")) {  // not an image: nothing is known of its illumination
    mark_history(frame, call.context, "ADILLMSK", "addIllumMaskToDQ");
    rename(frame, call.parameters);
    return;
  }
  if (call.leading) {
    if (!call.parameters["illum_mask"].is_none()) {
      call.log.warning(
          "The parameter illum_mask has no effect on GNIRS images: the keyhole is "
          "found in the data");
    }
    { const JournalBlock select(call.log, "selectFromInputs"); }
    call.shared[kMaskKey] =
        illumination_mask(frame, static_cast<int>(call.parameters.integer("xshift")),
                          static_cast<int>(call.parameters.integer("yshift")), call.log);
  }
  const auto& mask = std::any_cast<const IlluminationMask&>(call.shared.at(kMaskKey));
  if (mask.empty()) return;
  add_illumination(frame, mask);
  rename(frame, call.parameters);
}

// --- addDQ ------------------------------------------------------------------------------------

struct BadPixelMask {
  Calibration calibration;
  std::string_view role;  // "static" or "user"
};

std::vector<BadPixelMask> bad_pixel_masks(const AstroData& frame, FrameCall& call) {
  std::vector<BadPixelMask> masks;
  const Value& fixed = call.parameters["static_bpm"];
  const auto take = [&](std::optional<Calibration> found, std::string_view role) {
    if (found) masks.push_back({std::move(*found), role});
  };
  if (!fixed.is_none()) {
    take(fixed == Value("default")
             ? call.context.calibrations->find(frame, "processed_bpm", call.log)
             : call.context.calibrations->open(str(fixed), call.log),
         "static");
  }
  if (const Value& user = call.parameters["user_bpm"]; !user.is_none()) {
    take(call.context.calibrations->open(str(user), call.log), "user");
  }
  for (const BadPixelMask& mask : masks) {
    call.log.stdinfo(
        fmt::format("Using {} as {} BPM\n", mask.calibration.frame->filename(), mask.role));
  }
  if (masks.empty()) {
    call.log.stdinfo(
        fmt::format("No BPMs found for {} and none supplied by the user.\n", frame.filename()));
  }
  return masks;
}

void add_bad_pixels(AstroData& frame, const AstroData& bpm) {
  AstroData clipped;
  const AstroData& other = matched_to(bpm, frame, clipped);
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    const Plane& known = other.extensions[i].data;
    const Plane flags =
        known.type() == PixelType::u16 ? known.share() : known.converted_to(PixelType::u16);
    if (Plane& own = frame.extensions[i].mask; own.deferred()) {
      own = deferred_union(own, flags);
      continue;
    }
    const std::span<const std::uint16_t> bad = flags.pixels<std::uint16_t>();
    const std::span<std::uint16_t> mask = mask_of(frame.extensions[i]);
    for (std::size_t k = 0; k < mask.size(); ++k) mask[k] |= bad[k];
  }
}

void flag_saturation(AstroData& frame, std::size_t i, Journal& log) {
  Extension& extension = frame.extensions[i];
  const std::optional<double> saturation = saturation_level(frame, i);
  const std::optional<double> linear = non_linear_level(frame, i);
  const std::span<std::uint16_t> mask = mask_of(extension);
  const auto say = [&](std::string_view kind, const std::optional<double>& level) {
    if (!level) return;
    log.fullinfo(fmt::format("Flagging {} pixels in {} extension {} above level {:.2f}", kind,
                             frame.filename(), i + 1, *level));
  };
  say("saturated", saturation);
  say("non-linear", linear);
  const bool sound = with_pixel_type(extension.data.type(), [&](auto pixel) {
    using T = decltype(pixel);
    const auto flag = [&](const Plane& data, auto kind) {
      using K = decltype(kind);
      return kernels::flag_levels<K>(data.pixels<K>(), data.ny(), data.nx(), saturation, linear,
                                     mask);
    };
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
      return flag(extension.data, T{});
    } else {
      return flag(extension.data.converted_to(PixelType::f64), double{});
    }
  });
  if (!sound) {
    log.warning(fmt::format("{}:{} has saturation level less than non-linear level",
                            frame.filename(), i + 1));
  }
}

// Pixels that are not numbers are bad. An image without information cannot be reduced: DataError.
// DRAGONS lets both through.
template <class T>
void check_pixels(AstroData& frame, std::size_t i, Journal& log) {
  constexpr std::size_t chance = 100000;  // fewer pixels may well be all the same
  Extension& extension = frame.extensions[i];
  const std::span<const T> data = std::as_const(extension.data).pixels<T>();
  const kernels::Census<T> found = kernels::census<T>(data, saturation_level(frame, i));
  const auto refuse = [&](const std::string& why) {
    throw DataError(frame.filename() + ": " + why + "; the frame holds no information");
  };
  if (!data.empty() && found.not_finite == data.size()) {
    refuse("none of its pixels is a number (all are NaN or infinite)");
  }
  if (found.all_high) refuse("all its pixels are saturated");
  if (found.constant && data.size() >= chance) {
    refuse(fmt::format("all its pixels are {:g}", static_cast<double>(*found.constant)));
  }
  if (found.not_finite == 0) return;
  log.warning(fmt::format("{}: {} pixels are NaN or infinite; they are flagged as bad",
                          frame.filename(), found.not_finite));
  kernels::flag_not_finite<T>(data, dq::bad_pixel, mask_of(extension));
}

void check_pixels(AstroData& frame, std::size_t i, Journal& log) {
  switch (frame.extensions[i].data.type()) {
    case PixelType::f32:
      return check_pixels<float>(frame, i, log);
    case PixelType::f64:
      return check_pixels<double>(frame, i, log);
    default:
      return;  // integers are numbers
  }
}

// A mask with what saturation does. The mask of a deferred frame needs all pixels once, and is
// deferred after that.
void start_mask(AstroData& frame, std::size_t i, bool compat, Journal& log) {
  Extension& extension = frame.extensions[i];
  Plane deferred;
  if (extension.data.deferred()) deferred = extension.data.share();
  extension.data.load();
  if (!compat) check_pixels(frame, i, log);
  flag_saturation(frame, i, log);
  if (deferred.empty()) return;
  extension.data = std::move(deferred);
  pack(extension.mask);
}

void add_dq(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "ADDDQ", "addDQ", call.log)) return;
  const std::vector<BadPixelMask> masks = bad_pixel_masks(frame, call);
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    if (!frame.extensions[i].mask.empty()) {
      call.log.warning(fmt::format("A mask already exists in {}:{}", frame.filename(), i + 1));
      continue;
    }
    start_mask(frame, i, call.context.compat, call.log);
  }
  for (const BadPixelMask& mask : masks) {
    add_bad_pixels(frame, *mask.calibration.frame);
    if (!mask.calibration.path.empty()) {
      add_provenance(frame, mask.calibration.frame->filename(), mask.calibration.md5, "addDQ",
                     iso_format(call.context.clock()));
    }
  }
  if (call.parameters.flag("add_illum_mask")) {
    call.nested("addIllumMaskToDQ", frame, {{"suffix", call.parameters["suffix"]}});
  }
  mark_history(frame, call.context, "ADDDQ", "addDQ");
  rename(frame, call.parameters);
}

// --- object masks -----------------------------------------------------------------------------

void dilate_object_mask(AstroData& frame, FrameCall& call) {
  const double radius = call.parameters.number("dilation");
  if (radius < 1.0) return;
  if (!call.parameters.flag("repeat") &&
      already_done(frame, "DLOBJMSK", "dilateObjectMask", call.log)) {
    return;
  }
  for (Extension& extension : frame.extensions) {
    Plane* objects = extension.plane("OBJMASK");
    if (objects == nullptr) continue;
    const std::vector<std::uint8_t> grown =
        kernels::dilate(std::as_const(*objects).pixels<std::uint8_t>(), objects->ny(),
                        objects->nx(), kernels::disc(radius));
    std::ranges::copy(grown, objects->pixels<std::uint8_t>().begin());
  }
  mark_history(frame, call.context, "DLOBJMSK", "dilateObjectMask");
  rename(frame, call.parameters);
}

void add_object_mask_to_dq(AstroData& frame, FrameCall& call) {
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    Extension& extension = frame.extensions[i];
    const Plane* objects = extension.plane("OBJMASK");
    if (objects == nullptr) {
      call.log.warning(
          fmt::format("No object mask present for {} extension {}; cannot apply object mask",
                      frame.filename(), i + 1));
      continue;
    }
    const std::span<const std::uint8_t> flags = objects->pixels<std::uint8_t>();
    const std::span<std::uint16_t> mask = mask_of(extension);
    for (std::size_t k = 0; k < mask.size(); ++k) mask[k] |= flags[k];
  }
  rename(frame, call.parameters);
}

}  // namespace

std::vector<Primitive> dq_primitives() {
  const Parameter mask = text("illum_mask", {}, "Name of illumination mask");
  const Parameter x =
      integer("xshift", 0, "User-defined shift in x for illumination mask", "[-100,100]");
  const Parameter y =
      integer("yshift", 0, "User-defined shift in y for illumination mask", "[-100,100]");
  const auto bpm = [](const char* name, Value value, const char* label) {
    return Parameter{.name = name,
                     .type = ParameterType::frame,
                     .default_value = std::move(value),
                     .label = label,
                     .optional = true};
  };
  return {
      deferring({"addDQ",
                 {text("suffix", "_dqAdded", "Filename suffix"), mask, x, y,
                  bpm("static_bpm", "default", "Static bad pixel mask"),
                  bpm("user_bpm", {}, "User bad pixel mask"),
                  boolean("add_illum_mask", true, "Apply illumination mask?")},
                 add_dq,
                 nullptr,
                 keyhole_leader,
                 {{"addIllumMaskToDQ", {"suffix"}}},
                 CalibrationNeed{"processed_bpm", "static_bpm", "ADDDQ"}}),
      {"addIllumMaskToDQ",
       {text("suffix", "_illumMaskAdded", "Filename suffix"), mask, x, y},
       add_illum_mask_to_dq,
       nullptr,
       keyhole_leader},
      {"dilateObjectMask",
       {text("suffix", "_objmaskDilated", "Filename suffix"),
        real("dilation", 1.0, "Dilation radius (pixels)", "[0,inf)"),
        boolean("repeat", false, "Allow dilation of already-dilated image?")},
       dilate_object_mask},
      {"addObjectMaskToDQ",
       {text("suffix", "_objectMaskAdded", "Filename suffix")},
       add_object_mask_to_dq},
  };
}

}  // namespace wyvern

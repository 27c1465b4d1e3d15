// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_subtraction.h"

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"
#include "kernels/statistics.h"
#include "primitives/stacking.h"

// The arithmetic of subtractSky. Reference: geminidr/core/primitives_preprocess.py (subtractSky),
// gempy/gemini/gemini_tools.py (sky_factor).

namespace wyvern {
namespace {

// All good pixels count: the keyhole leaves few enough.
constexpr int kSampling = 1;

std::span<const std::uint16_t> mask_or_nothing(const Extension& extension) {
  if (extension.mask.empty()) return {};
  return extension.mask.pixels<std::uint16_t>();
}

// The pixels that the levels of the difference and of both images are measured on.
struct GoodPixels {
  std::vector<float> science_alone, science, sky_under, sky;
};

GoodPixels collect(const Extension& science, const Extension& sky) {
  GoodPixels good;
  good.science_alone = good_pixels(science);
  good.sky = good_pixels(sky);
  const std::span<const std::uint16_t> a = mask_or_nothing(science), b = mask_or_nothing(sky);
  const Plane* objects = science.plane("OBJMASK");
  const std::uint8_t* object =
      objects == nullptr ? nullptr : objects->pixels<std::uint8_t>().data();
  const std::span<const float> s = science.data.pixels<float>(), k = sky.data.pixels<float>();
  for (std::size_t i = 0; i < s.size(); ++i) {
    if ((!a.empty() && a[i] != 0) || (!b.empty() && b[i] != 0) ||
        (object != nullptr && object[i] != 0)) {
      continue;
    }
    good.science.push_back(s[i]);
    good.sky_under.push_back(k[i]);
  }
  return good;
}

// The factors that scale the sky, one after the other; none: as it is.
std::vector<float> scale_steps(const Extension& science, const Extension& sky, double threshold,
                               const std::string& name, Journal& log) {
  const GoodPixels good = collect(science, sky);
  const auto factor = [&](bool gaussfit, double limit) {
    return kernels::sky_factor(good.science_alone, good.science, good.sky_under, good.sky,
                               kSampling, gaussfit, limit);
  };
  kernels::SkyFactor found = factor(true, threshold);
  if (!found.converged) {
    log.warning(
        "The scaling of sky using a gaussian fit did not converge.  \nUsing the median "
        "method instead.");
    found = factor(false, 0.001);
    if (!found.converged) throw DataError(fmt::format("{}: failed to scale the sky.", name));
  }
  return found.steps;
}

// Each product is rounded, as when the image is scaled in place.
Plane difference(const Plane& science, const Plane& sky, const std::vector<float>& steps) {
  Plane out(PixelType::f32, science.shape());
  const std::span<float> d = out.pixels<float>();
  const std::span<const float> s = science.pixels<float>(), k = sky.pixels<float>();
  for (std::size_t i = 0; i < d.size(); ++i) {
    float scaled = k[i];
    for (const float step : steps) scaled *= step;
    d[i] = s[i] - scaled;
  }
  return out;
}

Plane summed_variance(const Plane& science, const Plane& sky, const std::vector<float>& steps) {
  if (science.empty() && sky.empty()) return {};
  Plane out = science.empty() ? Plane::filled<float>(sky.ny(), sky.nx(), 0.0F) : science.clone();
  if (!sky.empty()) {
    const std::span<float> v = out.pixels<float>();
    const std::span<const float> k = sky.pixels<float>();
    for (std::size_t i = 0; i < v.size(); ++i) {
      float scaled = k[i];
      for (const float step : steps) scaled *= step * step;
      v[i] += scaled;
    }
  }
  zero_negative_variance(out);
  return out;
}

Plane joined_mask(const Plane& science, const Plane& sky) {
  if (science.empty()) return sky.clone();
  Plane out = science.clone();
  if (!sky.empty()) {
    const std::span<std::uint16_t> m = out.pixels<std::uint16_t>();
    const std::span<const std::uint16_t> k = sky.pixels<std::uint16_t>();
    for (std::size_t i = 0; i < m.size(); ++i) m[i] |= k[i];
  }
  return out;
}

// Sky subtraction works in single precision whatever the raw type was.
const Extension& as_float(const Extension& extension, Extension& converted) {
  const bool data = extension.data.type() == PixelType::f32;
  const bool variance = extension.variance.empty() || extension.variance.type() == PixelType::f32;
  if (data && variance) return extension;
  converted = extension.clone();
  converted.data = extension.data.converted_to(PixelType::f32);
  if (!variance) converted.variance = extension.variance.converted_to(PixelType::f32);
  return converted;
}

void add_level(SubtractedSky& planes, double level) {
  const auto term = static_cast<float>(level);
  for (float& value : planes.data.pixels<float>()) value += term;
}

// The level of the subtracted image, of its own good pixels.
double level_of_result(const SubtractedSky& planes, const Extension& science,
                       const std::string& name) {
  Extension result;
  result.data = planes.data.share();
  if (!planes.mask.empty()) result.mask = planes.mask.share();
  if (const Plane* objects = science.plane("OBJMASK")) result.attach("OBJMASK", objects->share());
  const auto level = level_of(result, kSampling, true);
  if (!level) throw DataError(name + ": no good pixels to measure the sky level on");
  return level->level;
}

}  // namespace

SkySubtraction sky_subtraction(const Parameters& p) {
  return {p.flag("scale_sky"), p.flag("offset_sky"), p.flag("reset_sky"), p.flag("save_sky"),
          p.number("debug_threshold")};
}

std::vector<SubtractedSky> subtract_sky(const AstroData& science, const AstroData& sky,
                                        const SkySubtraction& settings, Journal& log) {
  const std::string name = science.filename();
  bool offset = settings.offset;
  if (settings.scale && offset) {
    log.warning("Both the scale_sky and offset_sky parameters are set. Setting offset_sky=False.");
    offset = false;
  }
  if (science.extensions.size() != sky.extensions.size()) {
    throw DataError(fmt::format("{} and its sky {} have different numbers of extensions", name,
                                sky.filename()));
  }
  std::vector<SubtractedSky> result;
  for (std::size_t i = 0; i < science.extensions.size(); ++i) {
    Extension converted_science, converted_sky;
    const Extension& a = as_float(science.extensions[i], converted_science);
    const Extension& b = as_float(sky.extensions[i], converted_sky);
    if (a.data.shape() != b.data.shape()) {
      throw DataError(
          fmt::format("{} and its sky {} have different image sizes", name, sky.filename()));
    }
    std::vector<float> steps;
    if (settings.scale) steps = scale_steps(a, b, settings.threshold, name, log);
    SubtractedSky& planes = result.emplace_back();
    planes.data = difference(a.data, b.data, steps);
    planes.variance = summed_variance(a.variance, b.variance, steps);
    planes.mask = joined_mask(a.mask, b.mask);
    if (offset) add_level(planes, -level_of_result(planes, a, name));
    if (settings.reset) {
      const auto level = level_of(a, kSampling, true);
      if (level) {
        log.stdinfo(
            fmt::format("  Adding {} to {} extension {}", python_float(level->level), name, i + 1));
        add_level(planes, level->level);
      }
    }
  }
  return result;
}

void apply(std::vector<SubtractedSky>&& planes, AstroData& science) {
  for (std::size_t i = 0; i < planes.size(); ++i) {
    science.extensions[i].data = std::move(planes[i].data);
    science.extensions[i].variance = std::move(planes[i].variance);
    science.extensions[i].mask = std::move(planes[i].mask);
  }
}

void save_sky(const AstroData& sky, const AstroData& science, const Context& context,
              Journal& log) {
  AstroData copy = sky.clone();
  const std::string name = updated_filename(
      science.filename(), science.phu.text("ORIGNAME").value_or(science.filename()), std::nullopt,
      "_sky", true);
  log.stdinfo(fmt::format("Writing sky frame {} to disk", name));
  copy.write(context.output_path(name), true);
}

}  // namespace wyvern

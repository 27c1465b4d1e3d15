// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_subtraction.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"
#include "kernels/flagged.h"
#include "kernels/statistics.h"
#include "primitives/stacking.h"

// The arithmetic of subtractSky. Reference: geminidr/core/primitives_preprocess.py (subtractSky),
// gempy/gemini/gemini_tools.py (sky_factor).

namespace wyvern {
namespace {

// All good pixels count: the keyhole leaves few enough.
constexpr int kSampling = 1;

std::span<const float> floats_of(const Plane& plane) {
  return plane.empty() ? std::span<const float>() : plane.pixels<float>();
}

// Pixels that are worked on at a time, in the first-level cache.
constexpr std::size_t kRun = 1024;
using Run = std::array<float, kRun>;

void append(const Run& run, std::size_t count, std::vector<float>& to) {
  to.insert(to.end(), run.begin(), run.begin() + static_cast<std::ptrdiff_t>(count));
}

// The pixels that the levels of the difference and of both images are measured on.
struct GoodPixels {
  std::vector<float> science_alone, science, sky_under, sky;
};

// Whether no pixel of a group can belong to the good ones.
bool all_flagged(const SkyPixels& pixels, std::size_t first, std::size_t size) {
  return !pixels.mask.empty() && kernels::flagged(pixels.mask.subspan(first, size),
                                                  kernels::kAnyFlag) == kernels::Flagged::all;
}

// Adds the good ones of `size` pixels from `first` on, at most a run. Every value is written before
// it is known to belong: no branch is taken that could be foreseen wrongly.
void collect_run(const SkyPixels& own, const SkyPixels& sky, std::size_t first, std::size_t size,
                 GoodPixels& good) {
  const auto unflagged = [](const SkyPixels& pixels, std::size_t i) {
    return pixels.mask.empty() || pixels.mask[i] == 0;
  };
  const auto no_object = [](const SkyPixels& pixels, std::size_t i) {
    return pixels.objects.empty() || pixels.objects[i] == 0;
  };
  Run alone, both, both_under, under;
  std::size_t n_alone = 0, n_both = 0, n_under = 0;
  for (std::size_t i = first; i < first + size; ++i) {
    const bool science_is_good = unflagged(own, i) && no_object(own, i);
    const bool sky_is_unflagged = unflagged(sky, i);
    alone[n_alone] = both[n_both] = own.data[i];
    under[n_under] = both_under[n_both] = sky.data[i];
    n_alone += science_is_good ? 1 : 0;
    n_under += sky_is_unflagged && no_object(sky, i) ? 1 : 0;
    n_both += science_is_good && sky_is_unflagged ? 1 : 0;
  }
  append(alone, n_alone, good.science_alone);
  append(both, n_both, good.science);
  append(both_under, n_both, good.sky_under);
  append(under, n_under, good.sky);
}

GoodPixels collect(const Extension& science, const SkyPixels& sky) {
  GoodPixels good;
  const SkyPixels own = sky_pixels(science);
  const std::size_t size = own.data.size();
  // Runs of groups in which some pixel may be good.
  std::size_t first = 0;
  for (std::size_t at = 0; at < size;) {
    const std::size_t group = std::min(kernels::kFlagGroup, size - at);
    const bool none = all_flagged(own, at, group) && all_flagged(sky, at, group);
    const std::size_t end = none ? at : at + group;
    if (end > first && (none || end - first == kRun || end == size)) {
      collect_run(own, sky, first, end - first, good);
    }
    at += group;
    if (none || end - first == kRun) first = at;
  }
  return good;
}

// The factors that scale the sky, one after the other.
std::vector<float> scale_steps(const GoodPixels& good, double threshold, const std::string& name,
                               Journal& log) {
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
    if (!found.converged) {
      throw DataError(
          fmt::format("{}: failed to scale its sky: the level of one of them cannot be measured or "
                      "is close to 0 (scale_sky=False subtracts the sky as it is)",
                      name));
    }
  }
  return found.steps;
}

// The level of the difference, which brings it to zero when taken off.
double level_of_difference(const GoodPixels& good, const std::string& name) {
  std::vector<float> difference(good.science.size());
  std::ranges::transform(good.science, good.sky_under, difference.begin(), std::minus<>{});
  const auto level = kernels::background_level(difference, kSampling, true);
  if (!level) throw DataError(name + ": no good pixels to measure the sky level on");
  return level->level;
}

void check_shapes(const AstroData& science, const AstroData& sky) {
  if (science.extensions.size() != sky.extensions.size()) {
    throw DataError(fmt::format("{} and its sky {} have different numbers of extensions",
                                science.filename(), sky.filename()));
  }
  for (std::size_t i = 0; i < science.extensions.size(); ++i) {
    if (science.extensions[i].data.shape() == sky.extensions[i].data.shape()) continue;
    throw DataError(fmt::format("{} and its sky {} have different image sizes", science.filename(),
                                sky.filename()));
  }
}

// The sky times one factor after the other, each product rounded. The results are formed in the
// run, too: the planes may be the same, which the compiler would have to mind.
Run scaled_by(std::span<const float> sky, const std::vector<float>& factors) {
  Run run{};
  std::ranges::copy(sky, run.begin());
  for (const float factor : factors) {
    for (float& value : run) value *= factor;
  }
  return run;
}

void subtract(std::span<const float> science, std::span<const float> sky,
              const SkyOperation& operation, std::span<float> to) {
  Run run = scaled_by(sky, operation.steps);
  for (std::size_t i = 0; i < to.size(); ++i) run[i] = science[i] - run[i];
  for (const float term : operation.terms) {
    for (float& value : run) value += term;
  }
  std::copy_n(run.begin(), to.size(), to.begin());
}

// The sum of two variances, either of which may be absent, the second one scaled.
void add(std::span<const float> science, std::span<const float> sky,
         const std::vector<float>& factors, std::span<float> to) {
  Run run{};
  std::ranges::copy(science, run.begin());
  if (!sky.empty()) {
    const Run scaled = scaled_by(sky, factors);
    for (std::size_t i = 0; i < run.size(); ++i) run[i] += scaled[i];
  }
  std::copy_n(run.begin(), to.size(), to.begin());
}

}  // namespace

SkyPixels sky_pixels(const Extension& extension) {
  SkyPixels pixels{floats_of(extension.data), floats_of(extension.variance), {}, {}};
  if (!extension.mask.empty()) pixels.mask = extension.mask.pixels<std::uint16_t>();
  if (const Plane* objects = extension.plane("OBJMASK")) {
    pixels.objects = objects->pixels<std::uint8_t>();
  }
  return pixels;
}

SubtractedPixels subtracted_pixels(Extension& extension) {
  SubtractedPixels pixels{extension.data.pixels<float>(), {}, {}};
  if (!extension.variance.empty()) pixels.variance = extension.variance.pixels<float>();
  if (!extension.mask.empty()) pixels.mask = extension.mask.pixels<std::uint16_t>();
  return pixels;
}

SkySubtraction sky_subtraction(const Parameters& p, Journal& log) {
  SkySubtraction settings{p.flag("scale_sky"), p.flag("offset_sky"), p.flag("reset_sky"),
                          p.flag("save_sky"), p.number("debug_threshold")};
  if (settings.scale && settings.offset) {
    log.warning("Both the scale_sky and offset_sky parameters are set. Setting offset_sky=False.");
    settings.offset = false;
  }
  return settings;
}

SkyOperation sky_operation(const Extension& science, const SkyPixels& sky,
                           const SkySubtraction& settings, const std::string& name,
                           std::size_t extension, Journal& log) {
  SkyOperation operation;
  if (!settings.scale && !settings.offset && !settings.reset) return operation;
  const GoodPixels good = collect(science, sky);
  if (settings.scale) operation.steps = scale_steps(good, settings.threshold, name, log);
  if (settings.offset) {
    operation.terms.push_back(static_cast<float>(-level_of_difference(good, name)));
  }
  if (!settings.reset) return operation;
  if (const auto level = kernels::background_level(good.science_alone, kSampling, true)) {
    log.stdinfo(
        fmt::format("  Adding {} to {} extension {}", python_float(level->level), name, extension));
    operation.terms.push_back(static_cast<float>(level->level));
  }
  return operation;
}

void subtract_sky(const SkyPixels& science, const SkyPixels& sky, const SkyOperation& operation,
                  const SubtractedPixels& result) {
  std::vector<float> squares = operation.steps;
  for (float& step : squares) step *= step;
  const std::size_t size = result.data.size(), with_variance = result.variance.size();
  for (std::size_t first = 0; first < size; first += kRun) {
    const std::size_t count = std::min(kRun, size - first);
    subtract(science.data.subspan(first, count), sky.data.subspan(first, count), operation,
             result.data.subspan(first, count));
  }
  for (std::size_t first = 0; first < with_variance; first += kRun) {
    const std::size_t count = std::min(kRun, with_variance - first);
    const auto run_of = [&](std::span<const float> variance) {
      return variance.empty() ? variance : variance.subspan(first, count);
    };
    add(run_of(science.variance), run_of(sky.variance), squares,
        result.variance.subspan(first, count));
  }
  for (std::size_t i = 0; i < result.mask.size(); ++i) {
    const std::uint16_t own = science.mask.empty() ? std::uint16_t{0} : science.mask[i];
    result.mask[i] = sky.mask.empty() ? own : own | sky.mask[i];
  }
}

Extension as_floats(const Extension& extension) {
  const auto floats = [](const Plane& plane) {
    Plane same = plane.share();
    if (plane.empty() || plane.type() == PixelType::f32) return same;
    same.load();
    return same.converted_to(PixelType::f32);
  };
  Extension same;
  same.data = floats(extension.data);
  same.variance = floats(extension.variance);
  if (!extension.mask.empty()) same.mask = extension.mask.share();
  if (const Plane* objects = extension.plane("OBJMASK")) same.attach("OBJMASK", objects->share());
  return same;
}

void prepare_for_sky(Extension& science, bool sky_has_variance, bool sky_has_mask) {
  const auto make_float = [](Plane& plane) {
    if (!plane.empty() && plane.type() != PixelType::f32) {
      plane.load();
      plane = plane.converted_to(PixelType::f32);
    }
  };
  make_float(science.data);
  make_float(science.variance);
  const std::int64_t ny = science.data.ny(), nx = science.data.nx();
  if (sky_has_variance && science.variance.empty()) {
    science.variance = Plane::filled<float>(ny, nx, 0.0F);
  }
  if (sky_has_mask && science.mask.empty()) {
    science.mask = Plane::filled<std::uint16_t>(ny, nx, 0);
  }
}

void subtract_sky(AstroData& science, const AstroData& sky, const SkySubtraction& settings,
                  Journal& log) {
  check_shapes(science, sky);
  for (std::size_t i = 0; i < science.extensions.size(); ++i) {
    Extension& own = science.extensions[i];
    const Extension sky_floats = as_floats(sky.extensions[i]);
    const SkyPixels level = sky_pixels(sky_floats);
    prepare_for_sky(own, !level.variance.empty(), !level.mask.empty());
    const SkyOperation operation =
        sky_operation(own, level, settings, science.filename(), i + 1, log);
    subtract_sky(sky_pixels(own), level, operation, subtracted_pixels(own));
    if (!own.variance.empty()) zero_negative_variance(own.variance);
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

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/deferred_planes.h"
#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"

// ADUToElectrons and addVAR. Reference: geminidr/core/primitives_preprocess.py,
// primitives_standardize.py.

namespace wyvern {
namespace {

// 6666 ADU / "Saturation level [ADU]" becomes 89991.0 / "Saturation level [electron]".
void scale_level(fits::Header& header, std::string_view keyword, double gain) {
  const std::optional<double> level = header.number(keyword);
  if (!level) return;
  const std::string comment = replace_all(header.comment(keyword), "ADU", "electron");
  header.set(keyword, *level * gain, comment);
}

void convert_extension(AstroData& frame, std::size_t i, Journal& log) {
  const std::optional<double> factor = gain(frame, i);
  if (!factor) {
    throw DataError(fmt::format("{}: extension {} has no gain (unknown detector configuration)",
                                frame.filename(), i + 1));
  }
  Extension& extension = frame.extensions[i];
  const auto say = [&](std::string_view what, const Value& value) {
    if (value.is_none()) return;
    log.fullinfo(
        fmt::format("  {} for {}:{} = {} electrons", what, frame.filename(), i + 1, str(value)));
  };
  say("gain", *factor);
  say("saturation_level", describe(frame, i, "saturation_level"));
  say("non_linear_level", describe(frame, i, "non_linear_level"));
  multiply(extension, *factor);
  scale_level(extension.header, "SATLEVEL", *factor);
  scale_level(extension.header, "NONLINEA", *factor);
  set_keyword(extension.header, "BUNIT", "electron");
  set_keyword(extension.header, "GAIN", 1.0);
}

void adu_to_electrons(AstroData& frame, FrameCall& call) {
  if (already_done(frame, "ADUTOELE", "ADUToElectrons", call.log)) return;
  call.log.stdinfo(fmt::format("Converting {} from ADU to electrons by multiplying by the gain",
                               frame.filename()));
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    if (!is_in_adu(frame, i)) {
      call.log.warning(
          fmt::format("  {}:{} is already in electrons. Continuing.", frame.filename(), i + 1));
      continue;
    }
    convert_extension(frame, i, call.log);
  }
  mark_history(frame, call.context, "ADUTOELE", "ADUToElectrons");
  rename(frame, call.parameters);
}

// Makes the variance plane of a loaded frame float32; says whether there was one. Pixels of a new
// one are not set.
bool prepare_variance(Extension& extension) {
  if (extension.variance.empty()) {
    extension.variance = Plane(PixelType::f32, extension.data.shape());
    return false;
  }
  if (extension.variance.type() != PixelType::f32) {
    extension.variance = extension.variance.converted_to(PixelType::f32);
  }
  return true;
}

void add_read_noise(const AstroData& frame, std::size_t i, Extension& extension, Journal& log) {
  const std::optional<double> noise = read_noise(frame, i);
  if (!noise) {
    throw DataError(
        fmt::format("{}: extension {} has no read noise (RDNOISE)", frame.filename(), i + 1));
  }
  log.fullinfo(fmt::format("  read_noise for {}:{} = {} electrons", frame.filename(), i + 1,
                           python_float(*noise)));
  if (const auto factor = gain(frame, i)) {
    log.fullinfo(fmt::format("  gain for {}:{} = {} electrons", frame.filename(), i + 1,
                             python_float(*factor)));
  }
  double sigma = *noise;
  if (is_in_adu(frame, i)) sigma /= gain(frame, i).value_or(1.0);
  const float term = static_cast<float>(sigma * sigma);
  if (extension.data.deferred() && extension.variance.empty()) {
    extension.variance = deferred_constant(term, extension.data.shape());
    return;
  }
  extension.variance.load();
  const bool there = prepare_variance(extension);
  const std::span<float> variance = extension.variance.pixels<float>();
  if (!there) {
    std::ranges::fill(variance, term);
  } else {
    for (float& v : variance) v += term;
  }
}

// Photon noise of what was detected; negative pixels and NaN add nothing. `divisor`: e-/ADU of data
// in ADU, 1 for data in electrons.
template <class T>
void add_photon_noise(std::span<const T> data, float divisor, std::span<float> variance) {
  for (std::size_t k = 0; k < variance.size(); ++k) {
    const float signal = data[k] > T{0} ? static_cast<float>(data[k]) : 0.0F;
    variance[k] += signal / divisor;
  }
}

void add_photon_noise(Extension& extension, float divisor) {
  if (extension.data.deferred() && !extension.variance.loaded()) {
    const Plane data = deferred_floating(extension.data);
    if (extension.variance.empty()) {
      extension.variance = deferred_constant(0.0F, extension.data.shape());
    }
    extension.variance = deferred_photon_noise(extension.variance, data, divisor);
    return;
  }
  extension.data.load();
  extension.variance.load();
  const bool there = prepare_variance(extension);
  const std::span<float> variance = extension.variance.pixels<float>();
  if (!there) std::ranges::fill(variance, 0.0F);
  with_pixel_type(extension.data.type(), [&](auto pixel) {
    using T = decltype(pixel);
    add_photon_noise<T>(std::as_const(extension.data).pixels<T>(), divisor, variance);
  });
}

bool lists(const std::string& noises, std::string_view kind) {
  return contains(to_lower(noises), kind);
}

void add_noise(AstroData& frame, std::size_t i, bool read, bool poisson, Journal& log) {
  Extension& extension = frame.extensions[i];
  std::string noises = extension.header.text("VARNOISE").value_or("");
  const auto wanted = [&](bool asked, std::string_view kind, std::string_view word) {
    if (!asked) return false;
    if (!lists(noises, kind)) return true;
    log.warning(fmt::format("{} noise has already been added to the variance of {}:{}. Continuing.",
                            word, frame.filename(), i + 1));
    return false;
  };
  const auto note = [&](std::string_view word) {
    noises += noises.empty() ? std::string(word) : ", " + std::string(word);
  };
  if (wanted(read, "read", "Read")) {
    log.fullinfo("Adding read noise to " + frame.filename());
    add_read_noise(frame, i, extension, log);
    note("read");
  }
  if (wanted(poisson, "poisson", "Poisson")) {
    log.fullinfo("Adding Poisson noise to " + frame.filename());
    const double divisor = is_in_adu(frame, i) ? gain(frame, i).value_or(1.0) : 1.0;
    add_photon_noise(extension, static_cast<float>(divisor));
    note("Poisson");
  }
  set_keyword(extension.header, "VARNOISE", noises);
}

void add_var(AstroData& frame, FrameCall& call) {
  const bool read = call.parameters.flag("read_noise");
  const bool poisson = call.parameters.flag("poisson_noise");
  if (!read && !poisson) {
    if (call.index == 0) {
      call.log.warning(
          "Cannot add a variance component since no variance component has been selected");
    }
    return;
  }
  if (call.index == 0) {
    call.log.stdinfo(read && poisson
                         ? "Adding the read noise component and the Poisson noise component of the "
                           "variance"
                     : read ? "Adding the read noise component of the variance"
                            : "Adding the Poisson noise component of the variance");
  }
  for (std::size_t i = 0; i < frame.extensions.size(); ++i) {
    add_noise(frame, i, read, poisson, call.log);
  }
  mark_history(frame, call.context, "ADDVAR", "addVAR");
  rename(frame, call.parameters);
}

void nonlinearity_correct(AstroData& frame, FrameCall& call) {
  // The reference has no coefficients for GNIRS either.
  call.log.warning("Unable to obtain nonlinearity coefficients for " + frame.filename());
}

}  // namespace

std::vector<Primitive> unit_primitives() {
  return {
      {"nonlinearityCorrect",
       {text("suffix", "_nonlinearityCorrected", "Filename suffix")},
       nonlinearity_correct},
      deferring({"ADUToElectrons",
                 {text("suffix", "_ADUToElectrons", "Filename suffix")},
                 adu_to_electrons}),
      deferring({"addVAR",
                 {text("suffix", "_varAdded", "Filename suffix"),
                  boolean("read_noise", false, "Add read noise?"),
                  boolean("poisson_noise", false, "Add Poisson noise?")},
                 add_var}),
  };
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/stacking.h"

#include <algorithm>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "base/errors.h"

namespace wyvern {
namespace {

kernels::Operation operation_named(const std::string& name) {
  if (name == "wtmean") return kernels::Operation::wtmean;
  if (name == "median") return kernels::Operation::median;
  if (name == "lmedian") return kernels::Operation::lmedian;
  return kernels::Operation::mean;
}

kernels::Rejection rejection_named(const std::string& name) {
  if (name == "none") return kernels::Rejection::none;
  if (name == "minmax") return kernels::Rejection::minmax;
  if (name == "varclip") return kernels::Rejection::varclip;
  return kernels::Rejection::sigclip;
}

void check_same_shape(std::span<const AstroData* const> frames, std::size_t i) {
  const std::vector<std::int64_t>& shape = frames.front()->extensions[i].data.shape();
  for (const AstroData* frame : frames) {
    if (frame->extensions[i].data.shape() != shape) {
      throw DataError(fmt::format("{} and {} have different image sizes and cannot be stacked",
                                  frames.front()->filename(), frame->filename()));
    }
  }
}

}  // namespace

kernels::StackOptions stack_options(const Parameters& p) {
  kernels::StackOptions options;
  options.operation = operation_named(p.text("operation"));
  options.rejection = rejection_named(p.text("reject_method"));
  options.lsigma = p.number("lsigma");
  options.hsigma = p.number("hsigma");
  options.mclip = p.flag("mclip");
  options.max_iters = static_cast<int>(p.optional_integer("max_iters").value_or(100));
  options.nlow = static_cast<int>(p.integer("nlow"));
  options.nhigh = static_cast<int>(p.integer("nhigh"));
  return options;
}

StackInputs::StackInputs(std::span<const AstroData* const> frames, std::size_t i,
                         const StackScaling& scaling, bool use_masks) {
  check_same_shape(frames, i);
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const Extension& extension = frames[k]->extensions[i];
    const Plane* data = &extension.data;
    if (data->type() != PixelType::f32 && data->type() != PixelType::f64) {
      data = &converted_.emplace_back(data->converted_to(PixelType::f64));
    }
    kernels::StackInput& input = planes_.emplace_back();
    input.data = data->raw();
    input.type = data->type();
    if (!extension.variance.empty()) {
      input.variance = extension.variance.raw();
      input.variance_type = extension.variance.type();
    }
    if (use_masks && !extension.mask.empty()) {
      input.mask = extension.mask.pixels<std::uint16_t>().data();
    }
    if (!scaling.scale.empty()) input.scale = scaling.scale[k];
    if (!scaling.zero.empty()) input.zero = scaling.zero[k];
  }
}

std::vector<float> good_pixels(const Extension& extension, const std::optional<Section>& section) {
  const Plane& data = extension.data;
  const Plane* objects = extension.plane("OBJMASK");
  const std::uint16_t* mask =
      extension.mask.empty() ? nullptr : extension.mask.pixels<std::uint16_t>().data();
  const std::uint8_t* object =
      objects == nullptr ? nullptr : objects->pixels<std::uint8_t>().data();
  const Section whole{0, data.nx(), 0, data.ny()};
  const Section window = section.value_or(whole);
  std::vector<float> good;
  with_pixel_type(data.type(), [&](auto pixel) {
    const auto values = data.pixels<decltype(pixel)>();
    for (std::int64_t y = std::max<std::int64_t>(0, window.y1); y < std::min(window.y2, data.ny());
         ++y) {
      for (std::int64_t x = std::max<std::int64_t>(0, window.x1);
           x < std::min(window.x2, data.nx()); ++x) {
        const auto k = static_cast<std::size_t>(y * data.nx() + x);
        if ((mask != nullptr && mask[k] != 0) || (object != nullptr && object[k] != 0)) continue;
        good.push_back(static_cast<float>(values[k]));
      }
    }
  });
  return good;
}

std::optional<kernels::Level> level_of(const Extension& extension, int sampling, bool gaussfit,
                                       const std::optional<Section>& section) {
  return kernels::background_level(good_pixels(extension, section), sampling, gaussfit);
}

}  // namespace wyvern

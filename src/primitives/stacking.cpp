// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/stacking.h"

#include <algorithm>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/block_arithmetic.h"
#include "astrodata/deferred_planes.h"
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

void StackScaling::apply_to(std::vector<kernels::StackInput>& inputs) const {
  for (std::size_t k = 0; k < scale.size(); ++k) inputs[k].scale = scale[k];
  for (std::size_t k = 0; k < zero.size(); ++k) inputs[k].zero = zero[k];
}

StackParts::StackParts(std::span<const Extension* const> extensions, bool use_masks)
    : use_masks_(use_masks), have_masks_(use_masks) {
  for (const Extension* extension : extensions) {
    planes_.push_back(
        {extension->data.share(), extension->variance.share(), extension->mask.share()});
    have_masks_ = have_masks_ && !extension->mask.empty();
    all_loaded_ = all_loaded_ && extension->data.loaded();
  }
}

std::size_t StackParts::tile() const {
  // Loaded inputs: the planes of ten stay in the second-level cache.
  constexpr std::size_t loaded = 8192;
  // Read ones: opening a file must not cost more than its part.
  constexpr std::size_t most = 65536, bytes = std::size_t{16} << 20, bytes_per_pixel = 10;
  if (all_loaded_) return loaded;
  return std::clamp(bytes / (bytes_per_pixel * planes_.size()), loaded / 4, most);
}

StackParts::Part::Part(const StackParts& whole, std::size_t first, std::size_t last)
    : first_(first), pixels_(last - first) {
  for (const Planes& planes : whole.planes_) {
    kernels::StackInput& input = inputs_.emplace_back();
    input.origin = first;
    input.type = is_floating(planes.data.type()) ? planes.data.type() : PixelType::f64;
    input.data = pixels_of(planes.data, input.type);
    if (!planes.variance.empty()) {
      input.variance_type = planes.variance.type();
      input.variance = variance_of(planes, input);
    }
    if (whole.use_masks_ && !planes.mask.empty()) {
      input.mask = static_cast<const std::uint16_t*>(pixels_of(planes.mask, PixelType::u16));
    }
  }
}

const void* StackParts::Part::pixels_of(const Plane& plane, PixelType type) {
  if (plane.loaded() && plane.type() == type) {
    return plane.raw() + first_ * size_of(plane.type());
  }
  Plane part(plane.type(), {static_cast<std::int64_t>(pixels_)});
  plane.read(first_, pixels_, part.raw());
  if (plane.type() != type) part = part.converted_to(type);
  return memory_.emplace_back(std::move(part)).raw();
}

const void* StackParts::Part::variance_of(const Planes& planes, const kernels::StackInput& input) {
  const bool beside = planes.variance.deferred() && planes.data.type() == input.type;
  if (!beside) return pixels_of(planes.variance, planes.variance.type());
  Plane part(planes.variance.type(), {static_cast<std::int64_t>(pixels_)});
  read_variance(planes.variance, planes.data, static_cast<const std::byte*>(input.data), first_,
                pixels_, part.raw());
  return memory_.emplace_back(std::move(part)).raw();
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

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/stacking.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/block_arithmetic.h"
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

// The inputs of one part, and the memory of those that had to be read or converted.
class StackInputs::Part {
 public:
  Part(const std::vector<Input>& inputs, std::size_t first, std::size_t last, bool use_masks)
      : first_(first), pixels_(last - first) {
    for (const Input& input : inputs) {
      kernels::StackInput& part = parts_.emplace_back();
      part.scale = input.scale;
      part.zero = input.zero;
      part.origin = first;
      part.type = is_floating(input.data.type()) ? input.data.type() : PixelType::f64;
      part.data = pixels_of(input.data, part.type);
      if (!input.variance.empty()) {
        part.variance_type = input.variance.type();
        part.variance = pixels_of(input.variance, part.variance_type);
      }
      if (use_masks && !input.mask.empty()) {
        part.mask = static_cast<const std::uint16_t*>(pixels_of(input.mask, PixelType::u16));
      }
    }
  }

  const std::vector<kernels::StackInput>& inputs() const { return parts_; }

 private:
  const void* pixels_of(const Plane& plane, PixelType type) {
    if (plane.loaded() && plane.type() == type) {
      return plane.raw() + first_ * size_of(plane.type());
    }
    const auto size = static_cast<std::int64_t>(pixels_);
    Plane part(plane.type(), {size});
    plane.read(first_, pixels_, part.raw());
    if (plane.type() != type) part = part.converted_to(type);
    return memory_.emplace_back(std::move(part)).raw();
  }

  std::size_t first_, pixels_;
  std::vector<kernels::StackInput> parts_;
  std::deque<Plane> memory_;
};

StackInputs::StackInputs(std::span<const AstroData* const> frames, std::size_t i,
                         const StackScaling& scaling, bool use_masks) {
  check_same_shape(frames, i);
  have_masks_ = use_masks;
  all_loaded_ = true;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const Extension& extension = frames[k]->extensions[i];
    inputs_.push_back({extension.data.share(), extension.variance.share(), extension.mask.share(),
                       scaling.scale.empty() ? 1.0F : scaling.scale[k],
                       scaling.zero.empty() ? 0.0F : scaling.zero[k]});
    have_masks_ = have_masks_ && !extension.mask.empty();
    all_loaded_ = all_loaded_ && !extension.data.deferred();
  }
}

std::size_t StackInputs::tile() const {
  // Loaded inputs: the planes of ten stay in the second-level cache.
  constexpr std::size_t loaded = 8192;
  // Read ones: opening a file must not cost more than its part.
  constexpr std::size_t most = 65536, bytes = std::size_t{16} << 20, bytes_per_pixel = 10;
  if (all_loaded_) return loaded;
  return std::clamp(bytes / (bytes_per_pixel * inputs_.size()), loaded / 4, most);
}

void StackInputs::stack(std::size_t first, std::size_t last, const kernels::StackOptions& options,
                        const kernels::StackOutput& output) const {
  const Part part(inputs_, first, last, have_masks_);
  kernels::stack_pixels(part.inputs(), first, last, options, output);
}

kernels::PixelTrace StackInputs::trace(std::size_t pixel,
                                       const kernels::StackOptions& options) const {
  const Part part(inputs_, pixel, pixel + 1, have_masks_);
  return kernels::trace_pixel(part.inputs(), pixel, options);
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

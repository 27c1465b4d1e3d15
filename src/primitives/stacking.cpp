// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/stacking.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/block_arithmetic.h"
#include "astrodata/deferred_planes.h"
#include "base/buffer_pool.h"
#include "base/errors.h"
#include "base/scratch_file.h"
#include "kernels/flagged.h"

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

namespace {

// Data and variance in float32, and mask, of an input that is read.
constexpr std::size_t kBytesPerPixel = 2 * sizeof(float) + sizeof(std::uint16_t);
constexpr std::size_t kLoadedTile = 8192;  // the planes of ten stay in the second-level cache
constexpr std::size_t kAlignment = 64;

PixelType stacked_type(const Plane& data) {
  return is_floating(data.type()) ? data.type() : PixelType::f64;
}

}  // namespace

std::size_t StackParts::read_tile(std::size_t inputs) {
  // Opening a file must not cost more than its part, and a run of the scratch file is not read
  // twice.
  constexpr std::size_t most = 65536, bytes = std::size_t{16} << 20;
  const std::size_t tile = std::clamp(bytes / (kBytesPerPixel * inputs), kLoadedTile / 4, most);
  return tile - tile % kScratchRun;
}

std::size_t StackParts::part_bytes(std::size_t inputs, std::size_t pixels) {
  return inputs * kBytesPerPixel * std::min(pixels, read_tile(inputs));
}

std::size_t StackParts::tile() const {
  return all_loaded_ ? kLoadedTile : read_tile(planes_.size());
}

StackParts::Part::Part(const StackParts& whole, std::size_t first, std::size_t last)
    : first_(first), pixels_(last - first) {
  std::size_t room = 0;
  for (const Planes& planes : whole.planes_) {
    room += room_for(planes.data, stacked_type(planes.data));
    room += room_for(planes.variance, planes.variance.type());
    if (whole.use_masks_) room += room_for(planes.mask, PixelType::u16);
  }
  if (room > 0) {
    memory_ = pooled_block(room);
    free_ = memory_.get();
  }
  for (const Planes& planes : whole.planes_) {
    kernels::StackInput& input = inputs_.emplace_back();
    input.origin = first;
    input.type = stacked_type(planes.data);
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

// What a plane takes of the block: nothing when it is in memory, or absent, or has to be converted.
std::size_t StackParts::Part::room_for(const Plane& plane, PixelType type) const {
  if (plane.empty() || plane.loaded() || plane.type() != type) return 0;
  // One cache line more than needed: the same pixel of a thousand inputs, a multiple of the page
  // apart, would fall into a few sets of the cache only.
  return (pixels_ * size_of(type) / kAlignment + 2) * kAlignment;
}

const void* StackParts::Part::pixels_of(const Plane& plane, PixelType type) {
  if (plane.loaded() && plane.type() == type) {
    return plane.raw() + first_ * size_of(plane.type());
  }
  if (plane.type() == type) {
    std::byte* part = free_;
    free_ += room_for(plane, type);
    plane.read(first_, pixels_, part);
    return part;
  }
  Plane part(plane.type(), {static_cast<std::int64_t>(pixels_)});
  plane.read(first_, pixels_, part.raw());
  return converted_.emplace_back(part.converted_to(type)).raw();
}

const void* StackParts::Part::variance_of(const Planes& planes, const kernels::StackInput& input) {
  const bool beside = planes.variance.deferred() && planes.data.type() == input.type;
  if (!beside) return pixels_of(planes.variance, planes.variance.type());
  std::byte* part = free_;
  free_ += room_for(planes.variance, planes.variance.type());
  read_variance(planes.variance, planes.data, static_cast<const std::byte*>(input.data), first_,
                pixels_, part);
  return part;
}

namespace {

// Appends the values of pixels [first, first + size) that have no flag and show no object; `mask`
// and `object` may be nullptr.
template <class T>
void append_good(const T* values, const std::uint16_t* mask, const std::uint8_t* object,
                 std::size_t first, std::size_t size, std::vector<float>& good) {
  std::array<float, kernels::kFlagGroup> group;
  for (const std::size_t end = first + size; first < end; first += group.size()) {
    const std::size_t here = std::min(group.size(), end - first);
    if (mask != nullptr &&
        kernels::flagged({mask + first, here}, kernels::kAnyFlag) == kernels::Flagged::all) {
      continue;
    }
    std::size_t count = 0;  // each is written before it is known to be good: no branch
    for (std::size_t k = first; k < first + here; ++k) {
      group[count] = static_cast<float>(values[k]);
      const bool bad = (mask != nullptr && mask[k] != 0) || (object != nullptr && object[k] != 0);
      count += bad ? 0 : 1;
    }
    good.insert(good.end(), group.begin(), group.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace

std::vector<float> good_pixels(const Extension& extension, const std::optional<Section>& section) {
  const Plane& data = extension.data;
  const Plane* objects = extension.plane("OBJMASK");
  const std::uint16_t* mask =
      extension.mask.empty() ? nullptr : extension.mask.pixels<std::uint16_t>().data();
  const std::uint8_t* object =
      objects == nullptr ? nullptr : objects->pixels<std::uint8_t>().data();
  const Section whole{0, data.nx(), 0, data.ny()};
  const Section window = section.value_or(whole);
  const std::int64_t x1 = std::max<std::int64_t>(0, window.x1), x2 = std::min(window.x2, data.nx());
  std::vector<float> good;
  with_pixel_type(data.type(), [&](auto pixel) {
    const auto* values = data.pixels<decltype(pixel)>().data();
    for (std::int64_t y = std::max<std::int64_t>(0, window.y1);
         x1 < x2 && y < std::min(window.y2, data.ny()); ++y) {
      append_good(values, mask, object, static_cast<std::size_t>(y * data.nx() + x1),
                  static_cast<std::size_t>(x2 - x1), good);
    }
  });
  return good;
}

std::optional<kernels::Level> level_of(const Extension& extension, int sampling, bool gaussfit,
                                       const std::optional<Section>& section) {
  return kernels::background_level(good_pixels(extension, section), sampling, gaussfit);
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/plane.h"

#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

#include "base/buffer_pool.h"

namespace wyvern {

std::size_t size_of(PixelType type) {
  return with_pixel_type(type, [](auto pixel) { return sizeof pixel; });
}

std::string_view name_of(PixelType type) {
  constexpr std::string_view names[] = {"uint8", "int16",  "uint16",  "int32",  "uint32",
                                        "int64", "uint64", "float32", "float64"};
  return names[static_cast<int>(type)];
}

Plane::Plane(PixelType type, std::vector<std::int64_t> shape)
    : type_(type), shape_(std::move(shape)) {
  block_ = pooled_block(bytes());
}

Plane Plane::on_disk(PixelType type, std::vector<std::int64_t> shape) {
  Plane plane;
  plane.type_ = type;
  plane.shape_ = std::move(shape);
  return plane;
}

Plane Plane::deferred_to(std::shared_ptr<const PlaneSource> source, PixelType type,
                         std::vector<std::int64_t> shape) {
  Plane plane = on_disk(type, std::move(shape));
  plane.source_ = std::move(source);
  return plane;
}

void Plane::read(std::size_t first, std::size_t count, std::byte* to) const {
  if (source_ != nullptr) return source_->read(first, count, to);
  if (!loaded()) throw std::logic_error("plane read before it was loaded");
  std::memcpy(to, block_.get() + first * size_of(type_), count * size_of(type_));
}

void Plane::load() {
  if (source_ == nullptr) return;
  std::shared_ptr<std::byte> block = pooled_block(bytes());
  source_->read(0, static_cast<std::size_t>(size()), block.get());
  block_ = std::move(block);
  source_ = nullptr;
}

std::int64_t Plane::size() const {
  if (shape_.empty()) return 0;
  return std::accumulate(shape_.begin(), shape_.end(), std::int64_t{1}, std::multiplies<>());
}

Plane Plane::clone() const {
  if (empty()) return {};
  if (!loaded()) return deferred_to(source_, type_, shape_);
  Plane copy(type_, shape_);
  std::memcpy(copy.block_.get(), block_.get(), bytes());
  return copy;
}

Plane Plane::share() const {
  Plane same = deferred_to(source_, type_, shape_);
  same.block_ = block_;
  return same;
}

Plane Plane::converted_to(PixelType type) const {
  if (type == type_) return clone();
  Plane out(type, shape_);
  with_pixel_type(type_, [&](auto from) {
    with_pixel_type(type, [&](auto to) {
      const auto source = pixels<decltype(from)>();
      const auto target = out.pixels<decltype(to)>();
      for (std::size_t i = 0; i < source.size(); ++i)
        target[i] = static_cast<decltype(to)>(source[i]);
    });
  });
  return out;
}

void Plane::check_type(PixelType wanted) const {
  if (wanted != type_ || !loaded()) {
    throw std::logic_error("plane of " + std::string(name_of(type_)) + " read as " +
                           std::string(name_of(wanted)) +
                           (loaded() ? "" : " before it was loaded"));
  }
}

}  // namespace wyvern

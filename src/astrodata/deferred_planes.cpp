// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/deferred_planes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "astrodata/block_arithmetic.h"

namespace wyvern {
namespace {

using Source = std::shared_ptr<const PlaneSource>;

// A source whose runs are cut into blocks that stay in the first-level cache.
class BlockSource : public PlaneSource {
 public:
  explicit BlockSource(std::size_t pixel_bytes) : pixel_bytes_(pixel_bytes) {}

  void read(std::size_t first, std::size_t count, std::byte* to) const final {
    for (std::size_t done = 0; done < count; done += block_pixels) {
      const std::size_t size = std::min(block_pixels, count - done);
      read_block(first + done, size, to + done * pixel_bytes_);
    }
  }

 private:
  // At most block_pixels.
  virtual void read_block(std::size_t first, std::size_t count, std::byte* to) const = 0;

  std::size_t pixel_bytes_;
};

class Constant : public PlaneSource {
 public:
  explicit Constant(float value) : value_(value) {}
  void read(std::size_t, std::size_t count, std::byte* to) const override {
    std::fill_n(reinterpret_cast<float*>(to), count, value_);
  }

 private:
  float value_;
};

class Floating : public BlockSource {
 public:
  Floating(Source integers, PixelType type)
      : BlockSource(sizeof(double)), integers_(std::move(integers)), type_(type) {}

 private:
  void read_block(std::size_t first, std::size_t count, std::byte* to) const override {
    std::array<std::int64_t, block_pixels> block;
    integers_->read(first, count, reinterpret_cast<std::byte*>(block.data()));
    with_pixel_type(type_, [&](auto pixel) {
      const auto* from = reinterpret_cast<const decltype(pixel)*>(block.data());
      std::transform(from, from + count, reinterpret_cast<double*>(to),
                     [](auto value) { return static_cast<double>(value); });
    });
  }

  Source integers_;
  PixelType type_;
};

template <class T>
class Product : public PlaneSource {
 public:
  Product(Source plane, T factor, bool magnitude)
      : plane_(std::move(plane)), factor_(factor), magnitude_(magnitude) {}

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    plane_->read(first, count, to);
    const std::span<T> pixels(reinterpret_cast<T*>(to), count);
    for (T& pixel : pixels) pixel = pixel * factor_;
    if (!magnitude_) return;
    for (T& pixel : pixels) pixel = std::abs(pixel);
  }

 private:
  Source plane_;
  T factor_;
  bool magnitude_;
};

template <class T>
class PhotonNoise : public BlockSource {
 public:
  PhotonNoise(Source variance, Source data, float divisor)
      : BlockSource(sizeof(float)),
        variance_(std::move(variance)),
        data_(std::move(data)),
        divisor_(divisor) {}

 private:
  void read_block(std::size_t first, std::size_t count, std::byte* to) const override {
    std::array<T, block_pixels> data;
    data_->read(first, count, reinterpret_cast<std::byte*>(data.data()));
    variance_->read(first, count, to);
    auto* variance = reinterpret_cast<float*>(to);
    for (std::size_t k = 0; k < count; ++k) {
      const float signal = data[k] > T{0} ? static_cast<float>(data[k]) : 0.0F;
      variance[k] += signal / divisor_;
    }
  }

  Source variance_, data_;
  float divisor_;
};

struct Flag {
  std::uint32_t pixel;
  std::uint16_t bits;
};

class Flags : public PlaneSource {
 public:
  explicit Flags(std::vector<Flag> flags) : flags_(std::move(flags)) {}

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    auto* mask = reinterpret_cast<std::uint16_t*>(to);
    std::fill_n(mask, count, std::uint16_t{0});
    auto flag = std::ranges::lower_bound(flags_, first, {}, &Flag::pixel);
    for (; flag != flags_.end() && flag->pixel < first + count; ++flag) {
      mask[flag->pixel - first] = flag->bits;
    }
  }

 private:
  std::vector<Flag> flags_;  // by pixel
};

class Union : public PlaneSource {
 public:
  Union(Source mask, const Plane& loaded) : mask_(std::move(mask)), loaded_(loaded.share()) {}

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    mask_->read(first, count, to);
    auto* mask = reinterpret_cast<std::uint16_t*>(to);
    const auto bits = std::as_const(loaded_).pixels<std::uint16_t>().subspan(first, count);
    for (std::size_t k = 0; k < count; ++k) mask[k] |= bits[k];
  }

 private:
  Source mask_;
  Plane loaded_;
};

// One flag in so many pixels, and the whole mask is smaller.
constexpr std::size_t kWorthWhile = sizeof(Flag) / sizeof(std::uint16_t);

}  // namespace

Plane deferred_constant(float value, std::vector<std::int64_t> shape) {
  return Plane::deferred_to(std::make_shared<Constant>(value), PixelType::f32, std::move(shape));
}

Plane deferred_floating(const Plane& plane) {
  if (is_floating(plane.type())) return plane.share();
  return Plane::deferred_to(std::make_shared<Floating>(plane.source(), plane.type()),
                            PixelType::f64, plane.shape());
}

Plane deferred_product(const Plane& plane, double factor, bool magnitude) {
  return with_floating(plane.type(), [&](auto pixel) {
    using T = decltype(pixel);
    return Plane::deferred_to(
        std::make_shared<Product<T>>(plane.source(), static_cast<T>(factor), magnitude),
        plane.type(), plane.shape());
  });
}

Plane deferred_photon_noise(const Plane& variance, const Plane& data, float divisor) {
  return with_floating(data.type(), [&](auto pixel) {
    return Plane::deferred_to(
        std::make_shared<PhotonNoise<decltype(pixel)>>(variance.source(), data.source(), divisor),
        PixelType::f32, variance.shape());
  });
}

Plane deferred_flags(std::span<const std::uint16_t> mask, std::vector<std::int64_t> shape) {
  std::vector<Flag> flags;
  for (std::size_t k = 0; k < mask.size(); ++k) {
    if (mask[k] == 0) continue;
    if (flags.size() * kWorthWhile >= mask.size()) return {};
    flags.push_back({static_cast<std::uint32_t>(k), mask[k]});
  }
  flags.shrink_to_fit();
  return Plane::deferred_to(std::make_shared<Flags>(std::move(flags)), PixelType::u16,
                            std::move(shape));
}

Plane deferred_union(const Plane& mask, const Plane& loaded) {
  return Plane::deferred_to(std::make_shared<Union>(mask.source(), loaded), PixelType::u16,
                            mask.shape());
}

}  // namespace wyvern

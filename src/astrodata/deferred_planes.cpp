// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/deferred_planes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "astrodata/block_arithmetic.h"
#include "base/buffer_pool.h"

namespace wyvern {
namespace {

using Source = std::shared_ptr<const PlaneSource>;

class Constant : public PlaneSource {
 public:
  explicit Constant(float value) : value_(value) {}
  void read(std::size_t, std::size_t count, std::byte* to) const override {
    std::fill_n(reinterpret_cast<float*>(to), count, value_);
  }
  float value() const { return value_; }

 private:
  float value_;
};

class Floating : public PlaneSource {
 public:
  Floating(Source integers, PixelType type) : integers_(std::move(integers)), type_(type) {}

  // In blocks that stay in the first-level cache.
  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    std::array<std::int64_t, block_pixels> block;
    for (std::size_t done = 0; done < count; done += block_pixels) {
      const std::size_t size = std::min(block_pixels, count - done);
      integers_->read(first + done, size, reinterpret_cast<std::byte*>(block.data()));
      convert(reinterpret_cast<const std::byte*>(block.data()), size,
              reinterpret_cast<double*>(to) + done);
    }
  }

 private:
  void convert(const std::byte* block, std::size_t count, double* to) const {
    with_pixel_type(type_, [&](auto pixel) {
      const auto* from = reinterpret_cast<const decltype(pixel)*>(block);
      std::transform(from, from + count, to, [](auto value) { return static_cast<double>(value); });
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

// Adds the noise of the light in pixels of some type to a variance.
class PhotonNoise : public PlaneSource {
 public:
  PhotonNoise(Source variance, Source data, float divisor)
      : variance_(std::move(variance)), data_(std::move(data)), divisor_(divisor) {
    if (const auto* same = dynamic_cast<const Constant*>(variance_.get())) {
      constant_ = same->value();
    }
  }

  // The same as read() when the pixels of the data are at hand already.
  virtual void read_with(const std::byte* data, std::size_t first, std::size_t count,
                         std::byte* to) const = 0;
  bool is_noise_of(const PlaneSource* data) const { return data_.get() == data; }

 protected:
  Source variance_, data_;
  float divisor_;
  std::optional<float> constant_;  // of the variance, when it has one value everywhere
};

template <class T>
class TypedPhotonNoise : public PhotonNoise {
 public:
  using PhotonNoise::PhotonNoise;

  // In blocks that stay in the first-level cache.
  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    std::array<T, block_pixels> data;
    auto* const bytes = reinterpret_cast<std::byte*>(data.data());
    for (std::size_t done = 0; done < count; done += block_pixels) {
      const std::size_t size = std::min(block_pixels, count - done);
      data_->read(first + done, size, bytes);
      read_with(bytes, first + done, size, to + done * sizeof(float));
    }
  }

  void read_with(const std::byte* data, std::size_t first, std::size_t count,
                 std::byte* to) const override {
    auto* const variance = reinterpret_cast<float*>(to);
    const auto* const pixels = reinterpret_cast<const T*>(data);
    if (constant_) {
      for (std::size_t k = 0; k < count; ++k) variance[k] = *constant_ + noise(pixels[k]);
    } else {
      variance_->read(first, count, to);
      for (std::size_t k = 0; k < count; ++k) variance[k] += noise(pixels[k]);
    }
  }

 private:
  float noise(T pixel) const {
    const float signal = pixel > T{0} ? static_cast<float>(pixel) : 0.0F;
    return signal / this->divisor_;
  }
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

// Calls add(end, value) for each run of equal pixels.
template <class T, class Add>
void find_runs(const T* pixels, std::size_t count, Add&& add) {
  constexpr std::size_t step = sizeof(std::uint64_t) / sizeof(T);
  for (std::size_t k = 0; k < count;) {
    const T value = pixels[k];
    std::uint64_t pattern = value;
    for (std::size_t bits = 8 * sizeof(T); bits < 64; bits *= 2) pattern |= pattern << bits;
    ++k;
    for (std::uint64_t word = pattern; k + step <= count; k += step) {
      std::memcpy(&word, pixels + k, sizeof word);
      if (word != pattern) break;
    }
    while (k < count && pixels[k] == value) ++k;
    add(k, value);
  }
}

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
  if (const auto* same = dynamic_cast<const Constant*>(plane.source().get())) {
    const float product = same->value() * static_cast<float>(factor);
    return deferred_constant(magnitude ? std::abs(product) : product, plane.shape());
  }
  return with_floating(plane.type(), [&](auto pixel) {
    using T = decltype(pixel);
    return Plane::deferred_to(
        std::make_shared<Product<T>>(plane.source(), static_cast<T>(factor), magnitude),
        plane.type(), plane.shape());
  });
}

Plane deferred_photon_noise(const Plane& variance, const Plane& data, float divisor) {
  return with_floating(data.type(), [&](auto pixel) {
    return Plane::deferred_to(std::make_shared<TypedPhotonNoise<decltype(pixel)>>(
                                  variance.source(), data.source(), divisor),
                              PixelType::f32, variance.shape());
  });
}

void read_variance(const Plane& variance, const Plane& data, const std::byte* pixels,
                   std::size_t first, std::size_t count, std::byte* to) {
  const auto* noise = dynamic_cast<const PhotonNoise*>(variance.source().get());
  if (noise != nullptr && noise->is_noise_of(data.source().get())) {
    noise->read_with(pixels, first, count, to);
  } else {
    variance.read(first, count, to);
  }
}

// The runs of all parts, in memory of the planes' pool: it counts as theirs.
class MaskPacker::Source : public PlaneSource {
 public:
  Source(PixelType type, const std::vector<Runs>& parts) : type_(type) {
    for (const Runs& runs : parts) count_ += runs.ends.size();
    memory_ = pooled_block(bytes());
    ends_ = reinterpret_cast<std::uint32_t*>(memory_.get());
    values_ = reinterpret_cast<std::uint16_t*>(ends_ + count_);
    std::uint32_t* end = ends_;
    std::uint16_t* value = values_;
    for (const Runs& runs : parts) {
      end = std::ranges::copy(runs.ends, end).out;
      value = std::ranges::copy(runs.values, value).out;
    }
  }

  std::size_t bytes() const { return count_ * (sizeof(std::uint32_t) + sizeof(std::uint16_t)); }

  void read(std::size_t first, std::size_t count, std::byte* to) const override {
    with_pixel_type(type_, [&](auto pixel) {
      using T = decltype(pixel);
      T* pixels = reinterpret_cast<T*>(to);
      std::size_t run =
          static_cast<std::size_t>(std::upper_bound(ends_, ends_ + count_, first) - ends_);
      for (std::size_t at = first; at < first + count; ++run) {
        const std::size_t end = std::min<std::size_t>(ends_[run], first + count);
        std::fill(pixels + (at - first), pixels + (end - first), static_cast<T>(values_[run]));
        at = end;
      }
    });
  }

 private:
  PixelType type_;
  std::size_t count_ = 0;
  std::shared_ptr<std::byte> memory_;
  std::uint32_t* ends_;    // the pixel behind each run
  std::uint16_t* values_;  // of the runs
};

MaskPacker::MaskPacker(PixelType type, std::vector<std::int64_t> shape, std::size_t parts)
    : type_(type), shape_(std::move(shape)), parts_(parts) {}

void MaskPacker::add(std::size_t part, std::size_t first, const std::byte* pixels,
                     std::size_t count) {
  Runs& runs = parts_[part];
  const auto add_run = [&](std::size_t end, std::uint16_t value) {
    runs.ends.push_back(static_cast<std::uint32_t>(first + end));
    runs.values.push_back(value);
  };
  if (type_ == PixelType::u8) {
    find_runs(reinterpret_cast<const std::uint8_t*>(pixels), count, add_run);
  } else {
    find_runs(reinterpret_cast<const std::uint16_t*>(pixels), count, add_run);
  }
}

Plane MaskPacker::mask() const {
  const auto packed = std::make_shared<Source>(type_, parts_);
  Plane plane = Plane::deferred_to(packed, type_, shape_);
  if (2 * packed->bytes() > plane.bytes()) plane.load();
  return plane;
}

void pack(Plane& mask) {
  if (!mask.loaded() || (mask.type() != PixelType::u8 && mask.type() != PixelType::u16)) return;
  MaskPacker packer(mask.type(), mask.shape(), 1);
  packer.add(0, 0, mask.raw(), static_cast<std::size_t>(mask.size()));
  if (Plane packed = packer.mask(); packed.deferred()) mask = std::move(packed);
}

Plane deferred_union(const Plane& mask, const Plane& loaded) {
  return Plane::deferred_to(std::make_shared<Union>(mask.source(), loaded), PixelType::u16,
                            mask.shape());
}

Extension loaded_planes(const Extension& extension) {
  const auto handle = [](const Plane& plane) {
    Plane same = plane.share();
    same.load();
    return same;
  };
  Extension planes;
  planes.data = handle(extension.data);
  planes.variance = handle(extension.variance);
  planes.mask = handle(extension.mask);
  if (const Plane* objects = extension.plane("OBJMASK")) {
    planes.attach("OBJMASK", handle(*objects));
  }
  return planes;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace wyvern {

enum class PixelType : std::uint8_t { u8, i16, u16, i32, u32, i64, u64, f32, f64 };

std::size_t size_of(PixelType type);
// numpy's name: "float32", "uint16", …
std::string_view name_of(PixelType type);

template <class T>
inline constexpr PixelType pixel_type_of = [] {
  if constexpr (std::is_same_v<T, std::uint8_t>)
    return PixelType::u8;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return PixelType::i16;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return PixelType::u16;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return PixelType::i32;
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return PixelType::u32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return PixelType::i64;
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    return PixelType::u64;
  else if constexpr (std::is_same_v<T, float>)
    return PixelType::f32;
  else {
    static_assert(std::is_same_v<T, double>);
    return PixelType::f64;
  }
}();

// Calls f(T{}) with the C++ type of `type`.
template <class F>
decltype(auto) with_pixel_type(PixelType type, F&& f) {
  switch (type) {
    case PixelType::u8:
      return f(std::uint8_t{});
    case PixelType::i16:
      return f(std::int16_t{});
    case PixelType::u16:
      return f(std::uint16_t{});
    case PixelType::i32:
      return f(std::int32_t{});
    case PixelType::u32:
      return f(std::uint32_t{});
    case PixelType::i64:
      return f(std::int64_t{});
    case PixelType::u64:
      return f(std::uint64_t{});
    case PixelType::f32:
      return f(float{});
    case PixelType::f64:
      break;
  }
  return f(double{});
}

// Where the pixels of a plane come from that is not held in memory: a file, or arithmetic on other
// sources. Immutable, and safe to read from several threads.
class PlaneSource {
 public:
  virtual ~PlaneSource() = default;
  // Writes pixels [first, first + count), in raster order and of the plane's type, to `to`.
  virtual void read(std::size_t first, std::size_t count, std::byte* to) const = 0;
};

// A plane of pixels: an array of one type with a shape in numpy's order (ny, nx), rows contiguous,
// native byte order. An absent plane is `empty()`; a plane whose file has not been read yet has a
// shape and a type but is not `loaded()`; a `deferred()` one gets its pixels from a source, run by
// run with read(), or all at once with load().
//
// Planes move; a copy is asked for with clone(). `share()` gives a second handle on the same
// pixels, for numpy and for streams that share frames.
class Plane {
 public:
  Plane() = default;
  // Pixels not initialised.
  Plane(PixelType type, std::vector<std::int64_t> shape);
  // A plane whose pixels are still on disk.
  static Plane on_disk(PixelType type, std::vector<std::int64_t> shape);
  static Plane deferred_to(std::shared_ptr<const PlaneSource> source, PixelType type,
                           std::vector<std::int64_t> shape);
  template <class T>
  static Plane filled(std::int64_t ny, std::int64_t nx, T value) {
    Plane plane(pixel_type_of<T>, {ny, nx});
    for (T& pixel : plane.pixels<T>()) pixel = value;
    return plane;
  }

  Plane(Plane&&) noexcept = default;
  Plane& operator=(Plane&&) noexcept = default;
  Plane(const Plane&) = delete;
  Plane& operator=(const Plane&) = delete;

  Plane clone() const;
  Plane share() const;
  // A copy with another pixel type; values are converted as C++ converts them.
  Plane converted_to(PixelType type) const;

  bool empty() const { return shape_.empty(); }
  bool loaded() const { return block_ != nullptr; }
  bool deferred() const { return source_ != nullptr; }
  const std::shared_ptr<const PlaneSource>& source() const { return source_; }
  // Pixels [first, first + count) of a loaded or deferred plane.
  void read(std::size_t first, std::size_t count, std::byte* to) const;
  // Reads all pixels of a deferred plane into memory; nothing for others.
  void load();
  PixelType type() const { return type_; }
  const std::vector<std::int64_t>& shape() const { return shape_; }
  // Rows and columns of a 2-D plane (1 row for 1-D).
  std::int64_t ny() const { return shape_.size() < 2 ? 1 : shape_[shape_.size() - 2]; }
  std::int64_t nx() const { return shape_.empty() ? 0 : shape_.back(); }
  std::int64_t size() const;  // pixels
  std::size_t bytes() const { return static_cast<std::size_t>(size()) * size_of(type_); }

  // The pixels in raster order. T must be the plane's type (std::logic_error otherwise).
  template <class T>
  std::span<T> pixels() {
    check_type(pixel_type_of<T>);
    return {reinterpret_cast<T*>(block_.get()), static_cast<std::size_t>(size())};
  }
  template <class T>
  std::span<const T> pixels() const {
    check_type(pixel_type_of<T>);
    return {reinterpret_cast<const T*>(block_.get()), static_cast<std::size_t>(size())};
  }
  std::byte* raw() { return block_.get(); }
  const std::byte* raw() const { return block_.get(); }

 private:
  void check_type(PixelType wanted) const;

  PixelType type_ = PixelType::f32;
  std::vector<std::int64_t> shape_;
  std::shared_ptr<std::byte> block_;
  std::shared_ptr<const PlaneSource> source_;  // never beside a block
};

}  // namespace wyvern

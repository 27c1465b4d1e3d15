// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

#include "base/plane.h"

namespace wyvern {

// Arithmetic on a run of pixels of real numbers: the loops behind arithmetic.h. Every step is
// rounded to the type that numpy gives it (the wider one of float32 and float64).

enum class Operation { add, subtract, multiply, divide };

// Calls f(float{}) or f(double{}).
template <class F>
decltype(auto) with_floating(PixelType type, F&& f) {
  return type == PixelType::f32 ? f(float{}) : f(double{});
}

inline bool is_floating(PixelType type) {
  return type == PixelType::f32 || type == PixelType::f64;
}

// The wider one of two real types.
inline PixelType promoted(PixelType a, PixelType b) {
  return a == PixelType::f64 || b == PixelType::f64 ? PixelType::f64 : PixelType::f32;
}

// Pixels of a block; those of an absent plane are nullptr.
struct ConstBlock {
  PixelType type = PixelType::f32;
  const std::byte* pixels = nullptr;
  std::size_t size = 0;

  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(pixels);
  }
};
struct Block {
  PixelType type = PixelType::f32;
  std::byte* pixels = nullptr;
  std::size_t size = 0;

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(pixels);
  }
  operator ConstBlock() const { return {type, pixels, size}; }
};

inline ConstBlock block_of(const Plane& plane, std::size_t first, std::size_t size) {
  if (plane.empty()) return {};
  return {plane.type(), plane.raw() + first * size_of(plane.type()), size};
}
inline Block block_of(Plane& plane, std::size_t first, std::size_t size) {
  return {plane.type(), plane.raw() + first * size_of(plane.type()), size};
}

// Variance and data of a block are formed one after the other while it is in the cache.
inline constexpr std::size_t block_pixels = 4096;

// Memory for the intermediate results of a block of at most block_pixels.
class Scratch {
 public:
  Block block(std::size_t index, PixelType type, std::size_t size) {
    return {type, reinterpret_cast<std::byte*>(buffers_[index].data()), size};
  }

 private:
  std::array<std::array<double, block_pixels>, 3> buffers_;
};

// out = a (operation) b; `out` has the wider type of the two and may be one of them.
void combine_data(Operation operation, ConstBlock a, ConstBlock b, Block out);

// Variance of a sum or difference: VA + VB, both present.
void sum_variance(ConstBlock va, ConstBlock vb, Block out);

// Variance of a*b or a/b: |b^2 VA| + |a^2 VB|, for a quotient over b^4. One of the variances may be
// absent. `out` has the type that variance_type() gives.
void product_variance(Operation operation, ConstBlock a, ConstBlock b, ConstBlock va, ConstBlock vb,
                      Block out, Scratch& scratch);

bool any_negative(ConstBlock block);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// Arithmetic of frames as the reference's NDAstroData does it: numpy's types, variances of
// uncorrelated errors, masks combined by OR.
#include "astrodata/arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "astrodata/block_arithmetic.h"
#include "astrodata/deferred_planes.h"
#include "base/errors.h"

namespace wyvern {

namespace {

PixelType floating_type(PixelType type, PixelType other) {
  if (is_floating(type)) return type;
  return size_of(type) <= 2 && other == PixelType::f32 ? PixelType::f32 : PixelType::f64;
}

// The plane itself when it holds real numbers, else a converted copy.
Plane as_floating(const Plane& plane, PixelType other) {
  const PixelType type = floating_type(plane.type(), other);
  return type == plane.type() ? plane.share() : plane.converted_to(type);
}

bool is_signed(PixelType type) {
  return type == PixelType::i16 || type == PixelType::i32 || type == PixelType::i64;
}

// numpy.promote_types of two integer types, but for (signed, uint64), which is a real type.
PixelType promoted_integer(PixelType a, PixelType b) {
  if (is_signed(a) == is_signed(b)) return size_of(a) >= size_of(b) ? a : b;
  const std::size_t with_sign = size_of(is_signed(a) ? a : b);
  const std::size_t without = size_of(is_signed(a) ? b : a);
  const std::size_t bytes = std::max(with_sign, 2 * without);
  return bytes == 2 ? PixelType::i16 : bytes == 4 ? PixelType::i32 : PixelType::i64;
}

bool gives_integers(Operation operation, PixelType a, PixelType b) {
  if (operation == Operation::divide || is_floating(a) || is_floating(b)) return false;
  const bool mixed = is_signed(a) != is_signed(b);
  return !(mixed && (a == PixelType::u64 || b == PixelType::u64));
}

bool is_product(Operation operation) {
  return operation == Operation::multiply || operation == Operation::divide;
}

PixelType variance_type(Operation operation, PixelType a, PixelType b, const Plane& va,
                        const Plane& vb) {
  PixelType type = PixelType::f32;
  if (!va.empty())
    type = promoted(type, is_product(operation) ? promoted(va.type(), b) : va.type());
  if (!vb.empty())
    type = promoted(type, is_product(operation) ? promoted(vb.type(), a) : vb.type());
  return operation == Operation::divide ? promoted(type, b) : type;
}

// A plane of `type` for the result: the left one itself where it has that type.
Plane result_plane(const Plane& left, PixelType type, const std::vector<std::int64_t>& shape) {
  if (!left.empty() && left.type() == type) return left.share();
  return Plane(type, shape);
}

Plane integer_result(Operation operation, const Plane& left, const Plane& right) {
  const PixelType type = promoted_integer(left.type(), right.type());
  Plane a = left.converted_to(type);
  const Plane b = right.converted_to(type);
  with_pixel_type(type, [&](auto pixel) {
    using T = decltype(pixel);
    if constexpr (std::is_integral_v<T>) {
      // Unsigned arithmetic wraps around as numpy's integers do.
      const auto wrap = [&](auto op) {
        return [op](T x, T y) {
          return static_cast<T>(op(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)));
        };
      };
      const T* y = b.pixels<T>().data();
      T* x = a.pixels<T>().data();
      const auto all = static_cast<std::size_t>(a.size());
      if (operation == Operation::add) std::transform(x, x + all, y, x, wrap(std::plus<>{}));
      if (operation == Operation::subtract) std::transform(x, x + all, y, x, wrap(std::minus<>{}));
      if (operation == Operation::multiply) {
        std::transform(x, x + all, y, x, wrap(std::multiplies<>{}));
      }
    }
  });
  return a;
}

void combine_masks(Plane& a, const Plane& b) {
  if (b.empty()) return;
  if (a.empty()) {
    a = b.clone();
    return;
  }
  const auto theirs = b.pixels<std::uint16_t>();
  const auto ours = a.pixels<std::uint16_t>();
#pragma GCC ivdep
  for (std::size_t i = 0; i < ours.size(); ++i) ours[i] |= theirs[i];
}

// The planes of one operation on two extensions.
struct Operands {
  Plane a, b;             // data as real numbers
  const Plane &va, &vb;   // variances, empty when absent
  Plane data, variance;   // results; a plane of an operand where the types allow
  bool combine_variance;  // both, or for a product any, variance is there
};

Operands operands(Operation operation, const Extension& a, const Extension& b) {
  Operands planes{as_floating(a.data, b.data.type()),
                  as_floating(b.data, a.data.type()),
                  a.variance,
                  b.variance,
                  {},
                  {},
                  false};
  const auto& shape = a.data.shape();
  const PixelType type_a = planes.a.type(), type_b = planes.b.type();
  planes.data = result_plane(planes.a, promoted(type_a, type_b), shape);
  const bool both = !planes.va.empty() && !planes.vb.empty();
  const bool any = !planes.va.empty() || !planes.vb.empty();
  planes.combine_variance = is_product(operation) ? any : both;
  if (planes.combine_variance) {
    planes.variance = result_plane(
        planes.va, variance_type(operation, type_a, type_b, planes.va, planes.vb), shape);
  }
  return planes;
}

// Returns whether a variance came out negative.
bool combine_block(Operation operation, Operands& planes, std::size_t first, std::size_t size,
                   Scratch& scratch) {
  const ConstBlock a = block_of(std::as_const(planes.a), first, size);
  const ConstBlock b = block_of(std::as_const(planes.b), first, size);
  bool negative = false;
  if (planes.combine_variance) {
    const ConstBlock va = block_of(planes.va, first, size);
    const ConstBlock vb = block_of(planes.vb, first, size);
    const Block out = block_of(planes.variance, first, size);
    if (is_product(operation)) {
      product_variance(operation, a, b, va, vb, out, scratch);
    } else {
      sum_variance(va, vb, out);
    }
    negative = any_negative(out);
  }
  combine_data(operation, a, b, block_of(planes.data, first, size));
  return negative;
}

void check_loaded(const Extension& extension) {
  for (const Plane* plane : {&extension.data, &extension.variance, &extension.mask}) {
    if (!plane->empty() && !plane->loaded()) {
      throw std::logic_error("arithmetic on a frame whose pixels are still on disk");
    }
  }
}

void combine_pixels(Operation operation, Extension& a, const Extension& b) {
  check_loaded(a);
  check_loaded(b);
  Plane whole_numbers;
  if (gives_integers(operation, a.data.type(), b.data.type())) {
    whole_numbers = integer_result(operation, a.data, b.data);
  }
  Operands planes = operands(operation, a, b);
  const auto scratch = std::make_unique<Scratch>();
  const auto total = static_cast<std::size_t>(a.data.size());
  bool negative = false;
  for (std::size_t first = 0; first < total; first += block_pixels) {
    const std::size_t size = std::min(block_pixels, total - first);
    negative |= combine_block(operation, planes, first, size, *scratch);
  }
  if (planes.combine_variance) {
    a.variance = std::move(planes.variance);
  } else if (a.variance.empty()) {
    a.variance = b.variance.clone();
  }
  if (negative) zero_negative_variance(a.variance);
  a.data = whole_numbers.empty() ? std::move(planes.data) : std::move(whole_numbers);
}

void combine(Operation operation, AstroData& a, const AstroData& b) {
  if (a.extensions.size() != b.extensions.size()) {
    throw DataError(fmt::format("Operands are not the same size: {} has {} extensions, {} has {}",
                                a.filename(), a.extensions.size(), b.filename(),
                                b.extensions.size()));
  }
  for (std::size_t i = 0; i < a.extensions.size(); ++i) {
    if (a.extensions[i].data.shape() != b.extensions[i].data.shape()) {
      throw DataError(
          fmt::format("{} and {}: extension {} differs in shape; the frames cannot be "
                      "combined",
                      a.filename(), b.filename(), i + 1));
    }
  }
  for (std::size_t i = 0; i < a.extensions.size(); ++i) {
    combine_pixels(operation, a.extensions[i], b.extensions[i]);
    combine_masks(a.extensions[i].mask, b.extensions[i].mask);
  }
  for (const auto& [name, table] : b.tables) a.tables.try_emplace(name, table);
}

template <class T, class F>
void for_pixels(std::span<T> pixels, F f) {
  for (T& pixel : pixels) pixel = f(pixel);
}

void make_floating(Plane& plane) {
  if (!is_floating(plane.type())) plane = plane.converted_to(PixelType::f64);
}

// Applies op(pixel, number), the number rounded to the type of the pixels.
template <class Op>
void with_number(Plane& data, double number, Op op) {
  make_floating(data);
  with_floating(data.type(), [&](auto pixel) {
    using T = decltype(pixel);
    const T rounded = static_cast<T>(number);
    for_pixels(data.pixels<T>(), [=](T x) { return op(x, rounded); });
  });
}

}  // namespace

void subtract(AstroData& a, const AstroData& b) {
  combine(Operation::subtract, a, b);
}
void divide(AstroData& a, const AstroData& b) {
  combine(Operation::divide, a, b);
}
void add(AstroData& a, const AstroData& b) {
  combine(Operation::add, a, b);
}
void multiply(AstroData& a, const AstroData& b) {
  combine(Operation::multiply, a, b);
}

void multiply(Extension& a, double factor) {
  if (a.data.deferred() && (a.variance.empty() || a.variance.deferred())) {
    a.data = deferred_product(deferred_floating(a.data), factor);
    if (!a.variance.empty()) a.variance = deferred_product(a.variance, factor * factor, true);
    return;
  }
  a.data.load();
  a.variance.load();
  with_number(a.data, factor, std::multiplies<>{});
  if (a.variance.empty()) return;
  with_floating(a.variance.type(), [&](auto v) {
    using V = decltype(v);
    const V square = static_cast<V>(factor * factor);
    for_pixels(a.variance.pixels<V>(), [=](V x) { return std::abs(square * x); });
  });
}

void divide(Extension& a, double divisor) {
  with_number(a.data, divisor, std::divides<>{});
  if (a.variance.empty()) return;
  with_floating(a.variance.type(), [&](auto v) {
    using V = decltype(v);
    const V square = static_cast<V>(divisor * divisor);
    const V fourth = static_cast<V>(std::pow(divisor, 4.0));
    for_pixels(a.variance.pixels<V>(), [=](V x) { return std::abs(square * x) / fourth; });
  });
}

void add(Extension& a, double term) {
  with_number(a.data, term, std::plus<>{});
}

bool zero_negative_variance(Plane& variance) {
  if (variance.empty() || !is_floating(variance.type())) return false;
  return with_floating(variance.type(), [&](auto v) {
    using V = decltype(v);
    const auto pixels = variance.pixels<V>();
    if (!any_negative({variance.type(), variance.raw(), pixels.size()})) return false;
    for_pixels(pixels, [](V x) { return x >= V{0} ? x : V{0}; });
    return true;
  });
}

}  // namespace wyvern

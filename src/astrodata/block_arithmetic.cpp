// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "astrodata/block_arithmetic.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <initializer_list>

namespace wyvern {

namespace {

template <class A, class B, class T, class Op>
void loop(const A* a, const B* b, T* out, std::size_t size, Op op) {
#pragma GCC ivdep  // `out` may be one of the inputs: element i depends on element i alone
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<T>(op(a[i], b[i]));
}

// out = op(a, b), formed in the wider type of the two; `out` must have it.
template <class Op>
void apply(Op op, ConstBlock a, ConstBlock b, Block out) {
  with_floating(a.type, [&](auto x) {
    with_floating(b.type, [&](auto y) {
      loop(a.as<decltype(x)>(), b.as<decltype(y)>(), out.as<decltype(x + y)>(), out.size, op);
    });
  });
}

// numpy's single-precision power differs with the machine by one unit in the last place; the
// rounded double product is the value that it means.
float fourth_power(float b) {
  const double x = b;
  return static_cast<float>(x * x * x * x);
}
double fourth_power(double b) {
  return std::pow(b, 4.0);
}

// One term of the variance of a product: the square of one factor times the variance of the other.
struct ProductTerm {
  template <class F, class V>
  auto operator()(F factor, V variance) const {
    return std::abs((factor * factor) * variance);
  }
};

struct OverFourthPower {
  template <class S, class B>
  auto operator()(S sum, B b) const {
    return sum / fourth_power(b);
  }
};

// product_variance when all planes are there and in single precision, in one loop.
void single_variance(Operation operation, ConstBlock a, ConstBlock b, ConstBlock va, ConstBlock vb,
                     Block out) {
  const auto *x = a.as<float>(), *y = b.as<float>(), *vx = va.as<float>(), *vy = vb.as<float>();
  auto* to = out.as<float>();
  constexpr ProductTerm term;
  if (operation == Operation::divide) {
#pragma GCC ivdep  // as in loop()
    for (std::size_t i = 0; i < out.size; ++i) {
      to[i] = OverFourthPower{}(term(y[i], vx[i]) + term(x[i], vy[i]), y[i]);
    }
  } else {
#pragma GCC ivdep
    for (std::size_t i = 0; i < out.size; ++i) to[i] = term(y[i], vx[i]) + term(x[i], vy[i]);
  }
}

bool are_all_single(std::initializer_list<ConstBlock> blocks) {
  return std::ranges::all_of(blocks, [](const ConstBlock& block) {
    return block.type == PixelType::f32 && block.pixels != nullptr;
  });
}

}  // namespace

void combine_data(Operation operation, ConstBlock a, ConstBlock b, Block out) {
  switch (operation) {
    case Operation::add:
      return apply(std::plus<>{}, a, b, out);
    case Operation::subtract:
      return apply(std::minus<>{}, a, b, out);
    case Operation::multiply:
      return apply(std::multiplies<>{}, a, b, out);
    case Operation::divide:
      return apply(std::divides<>{}, a, b, out);
  }
}

void sum_variance(ConstBlock va, ConstBlock vb, Block out) {
  apply(std::plus<>{}, va, vb, out);
}

void product_variance(Operation operation, ConstBlock a, ConstBlock b, ConstBlock va, ConstBlock vb,
                      Block out, Scratch& scratch) {
  if (are_all_single({a, b, va, vb, out})) {
    return single_variance(operation, a, b, va, vb, out);
  }
  const Block left = scratch.block(0, promoted(b.type, va.type), out.size);
  const Block right = scratch.block(1, promoted(a.type, vb.type), out.size);
  if (va.pixels != nullptr) apply(ProductTerm{}, b, va, left);
  if (vb.pixels != nullptr) apply(ProductTerm{}, a, vb, right);
  Block sum = va.pixels != nullptr ? left : right;
  if (va.pixels != nullptr && vb.pixels != nullptr) {
    sum = scratch.block(2, promoted(left.type, right.type), out.size);
    apply(std::plus<>{}, left, right, sum);
  }
  if (operation == Operation::divide) {
    apply(OverFourthPower{}, sum, b, out);
  } else {
    std::memcpy(out.pixels, sum.pixels, out.size * size_of(out.type));
  }
}

bool any_negative(ConstBlock block) {
  return with_floating(block.type, [&](auto v) {
    using V = decltype(v);
    const V* pixels = block.as<V>();
    unsigned negative = 0;
    for (std::size_t i = 0; i < block.size; ++i) negative |= pixels[i] < V{0} ? 1U : 0U;
    return negative != 0;
  });
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <cmath>
#include <cstdint>
#include <cstring>

// A vector register of pixels, as wide as the target of this compilation has. Everything is
// `static`: a file that is compiled for several targets gets a copy for each.
namespace wyvern::kernels::lanes {

#if defined(__AVX512F__)
inline constexpr int kBytes = 64;
#elif defined(__AVX__)
inline constexpr int kBytes = 32;
#else
inline constexpr int kBytes = 16;
#endif

using Floats [[gnu::vector_size(kBytes)]] = float;
using Ints [[gnu::vector_size(kBytes)]] = std::int32_t;
using Words [[gnu::vector_size(kBytes)]] = std::uint16_t;
using Doubles [[gnu::vector_size(kBytes)]] = double;
using HalfFloats [[gnu::vector_size(kBytes / 2)]] = float;
using HalfInts [[gnu::vector_size(kBytes / 2)]] = std::int32_t;

inline constexpr std::size_t kCount = kBytes / sizeof(float);
inline constexpr std::size_t kHalf = kCount / 2;

template <class Vector, class T>
static inline Vector load(const T* from) {
  Vector vector;
  std::memcpy(&vector, from, sizeof vector);
  return vector;
}

template <class Vector, class T>
static inline void store(T* to, const Vector& vector) {
  std::memcpy(to, &vector, sizeof vector);
}

static inline Floats all(float value) {
  return Floats{} + value;
}

// The compiler does not make minimum instructions of a comparison and a choice: the result of the
// former depends on the order of operands that are NaN. No NaN that gets here is used.
static inline Floats smaller(Floats a, Floats b) {
#if defined(__AVX512F__)
  return _mm512_min_ps(a, b);
#elif defined(__AVX__)
  return _mm256_min_ps(a, b);
#elif defined(__SSE2__)
  return _mm_min_ps(a, b);
#else
  return a < b ? a : b;
#endif
}

static inline Floats larger(Floats a, Floats b) {
#if defined(__AVX512F__)
  return _mm512_max_ps(a, b);
#elif defined(__AVX__)
  return _mm256_max_ps(a, b);
#elif defined(__SSE2__)
  return _mm_max_ps(a, b);
#else
  return a > b ? a : b;
#endif
}

// `value` where `keep` is all ones, 0 where it is 0.
static inline Floats masked(Floats value, Ints keep) {
  return (Floats)((Ints)value & keep);
}
static inline Floats choose(Ints which, Floats yes, Floats no) {
  return (Floats)(((Ints)yes & which) | ((Ints)no & ~which));
}

// Doubles of one half of a vector of floats, loaded from memory.
static inline Doubles load_doubles(const float* from) {
  return __builtin_convertvector(load<HalfFloats>(from), Doubles);
}
static inline void store_floats(float* to, Doubles value) {
  store(to, __builtin_convertvector(value, HalfFloats));
}

static inline Doubles root(Doubles value) {
  for (std::size_t k = 0; k < kHalf; ++k) value[k] = std::sqrt(value[k]);
  return value;
}

}  // namespace wyvern::kernels::lanes

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <cstddef>
#include <cstdint>

// A vector register of pixels, as wide as the instruction set of this compilation has.
//
// The files of this folder are compiled once for each instruction set; WYVERN_TARGET is the
// namespace of the set. The linker keeps one copy of an inline function or of a template's instance
// of the whole program: were that copy made here, a machine without the instructions would stop.
// So everything but the tables of functions is `static` or in an unnamed namespace, and nothing of
// the standard library that has code is used. A test looks at the symbols.
#if !defined(WYVERN_TARGET)
#define WYVERN_TARGET baseline
#endif

namespace wyvern::kernels::WYVERN_TARGET {

// WYVERN_LANE_BYTES is for the test of one width on machines of another.
#if defined(WYVERN_LANE_BYTES)
constexpr int kBytes = WYVERN_LANE_BYTES;
#elif defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX2__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

using Floats [[gnu::vector_size(kBytes)]] = float;
using Ints [[gnu::vector_size(kBytes)]] = std::int32_t;
using Words [[gnu::vector_size(kBytes)]] = std::uint16_t;
using Doubles [[gnu::vector_size(kBytes)]] = double;
using HalfFloats [[gnu::vector_size(kBytes / 2)]] = float;
using HalfInts [[gnu::vector_size(kBytes / 2)]] = std::int32_t;

constexpr std::size_t kCount = kBytes / sizeof(float);
constexpr std::size_t kHalf = kCount / 2;

template <class Vector, class T>
static inline Vector load(const T* from) {
  Vector vector;
  __builtin_memcpy(&vector, from, sizeof vector);
  return vector;
}

template <class Vector, class T>
static inline void store(T* to, const Vector& vector) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

static inline Floats all(float value) {
  return Floats{} + value;
}

// The compiler does not make minimum instructions of a comparison and a choice: the result of the
// former depends on the order of operands that are NaN. No NaN that gets here is used.
static inline Floats smaller(Floats a, Floats b) {
#if defined(__AVX512F__) && !defined(WYVERN_LANE_BYTES)
  return _mm512_min_ps(a, b);
#elif defined(__AVX2__) && !defined(WYVERN_LANE_BYTES)
  return _mm256_min_ps(a, b);
#elif defined(__SSE2__) && !defined(WYVERN_LANE_BYTES)
  return _mm_min_ps(a, b);
#else
  return a < b ? a : b;
#endif
}

static inline Floats larger(Floats a, Floats b) {
#if defined(__AVX512F__) && !defined(WYVERN_LANE_BYTES)
  return _mm512_max_ps(a, b);
#elif defined(__AVX2__) && !defined(WYVERN_LANE_BYTES)
  return _mm256_max_ps(a, b);
#elif defined(__SSE2__) && !defined(WYVERN_LANE_BYTES)
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

// g++ 12 converts to wider elements in two halves that it joins again.
static inline Doubles to_doubles(HalfFloats values) {
#if defined(__AVX512F__) && !defined(WYVERN_LANE_BYTES)
  return _mm512_cvtps_pd(values);
#elif defined(__AVX2__) && !defined(WYVERN_LANE_BYTES)
  return _mm256_cvtps_pd(values);
#else
  return __builtin_convertvector(values, Doubles);
#endif
}
static inline Doubles to_doubles(HalfInts values) {
#if defined(__AVX512F__) && !defined(WYVERN_LANE_BYTES)
  return _mm512_cvtepi32_pd((__m256i)values);
#elif defined(__AVX2__) && !defined(WYVERN_LANE_BYTES)
  return _mm256_cvtepi32_pd((__m128i)values);
#else
  return __builtin_convertvector(values, Doubles);
#endif
}

// Doubles of one half of a vector of floats, loaded from memory.
static inline Doubles load_doubles(const float* from) {
  return to_doubles(load<HalfFloats>(from));
}
static inline void store_floats(float* to, Doubles value) {
  store(to, __builtin_convertvector(value, HalfFloats));
}

static inline Doubles root(Doubles value) {
  for (std::size_t k = 0; k < kHalf; ++k) value[k] = __builtin_sqrt(value[k]);
  return value;
}

}  // namespace wyvern::kernels::WYVERN_TARGET

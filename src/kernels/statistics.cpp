// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace wyvern::kernels {

namespace {

// Fewer values than this are partitioned; more are counted by their leading bits first.
constexpr std::size_t kFewValues = 16384;
constexpr int kDigitBits = 16;

template <class T>
using KeyOf = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// Unsigned integers that sort as the floating-point values do.
template <class T>
KeyOf<T> key_of(T value) {
  using Key = KeyOf<T>;
  constexpr Key sign = Key{1} << (std::numeric_limits<Key>::digits - 1);
  const Key bits = std::bit_cast<Key>(value);
  return (bits & sign) != 0 ? static_cast<Key>(~bits) : static_cast<Key>(bits | sign);
}

template <class T>
T value_of(KeyOf<T> key) {
  using Key = KeyOf<T>;
  constexpr Key sign = Key{1} << (std::numeric_limits<Key>::digits - 1);
  return std::bit_cast<T>((key & sign) != 0 ? static_cast<Key>(key & ~sign)
                                            : static_cast<Key>(~key));
}

// The keys that share the digit at `shift` with the key of the given rank among them; the rank
// becomes that within the answer. key(i) is the i-th of `count` keys.
template <class Key, class KeyAt>
std::vector<Key> same_digit(std::size_t count, KeyAt&& key, int shift, std::size_t& rank) {
  const auto digit = [shift](Key k) { return static_cast<std::uint16_t>(k >> shift); };
  std::vector<std::uint32_t> histogram(std::size_t{1} << kDigitBits);
  for (std::size_t i = 0; i < count; ++i) ++histogram[digit(key(i))];
  std::size_t wanted = 0;
  while (rank >= histogram[wanted]) rank -= histogram[wanted++];
  // One more place, since every key is written before it is known to belong.
  std::vector<Key> found(histogram[wanted] + 1);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Key candidate = key(i);
    found[filled] = candidate;
    filled += digit(candidate) == wanted && filled < histogram[wanted] ? 1 : 0;
  }
  found.pop_back();
  return found;
}

template <class T>
T value_at_rank(std::span<const T> values, std::size_t rank) {
  using Key = KeyOf<T>;
  int shift = std::numeric_limits<Key>::digits - kDigitBits;
  std::vector<Key> keys = same_digit<Key>(
      values.size(), [values](std::size_t i) { return key_of(values[i]); }, shift, rank);
  while (keys.size() > kFewValues && shift > 0) {
    shift -= kDigitBits;
    keys = same_digit<Key>(
        keys.size(), [&keys](std::size_t i) { return keys[i]; }, shift, rank);
  }
  std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(rank), keys.end());
  return value_of<T>(keys[rank]);
}

// The value that follows `value` of rank `rank` when the values are sorted.
template <class T>
T next_value(std::span<const T> values, T value, std::size_t rank) {
  std::size_t not_above = 0;
  T next = std::numeric_limits<T>::infinity();
  for (const T x : values) {
    not_above += x <= value ? 1 : 0;
    next = x > value && x < next ? x : next;
  }
  return not_above > rank + 1 ? value : next;
}

template <class T>
T median_of_few(std::span<T> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / T{2};
}

template <class T>
bool has_nan(std::span<const T> values) {
  int found = 0;
  for (const T value : values) found |= value != value ? 1 : 0;
  return found != 0;
}

template <class T>
T median(std::span<T> values) {
  if (values.empty() || has_nan<T>(values)) return std::numeric_limits<T>::quiet_NaN();
  if (values.size() <= kFewValues) return median_of_few(values);
  const std::size_t rank = (values.size() - 1) / 2;
  const T lower = value_at_rank<T>(values, rank);
  if (values.size() % 2 == 1) return lower;
  return (lower + next_value<T>(values, lower, rank)) / T{2};
}

constexpr int kSortBits = 11, kSortPasses = 3;
constexpr std::size_t kFewToSort = 512;

// One pass of a radix sort, least significant digit first.
void sort_by_digit(const std::vector<std::uint32_t>& from, int shift,
                   std::vector<std::uint32_t>& to) {
  constexpr std::size_t kDigits = std::size_t{1} << kSortBits;
  const auto digit = [shift](std::uint32_t key) { return (key >> shift) & (kDigits - 1); };
  std::array<std::uint32_t, kDigits> starts{};
  for (const std::uint32_t key : from) ++starts[digit(key)];
  std::uint32_t next = 0;
  for (std::uint32_t& start : starts) next += std::exchange(start, next);
  for (const std::uint32_t key : from) to[starts[digit(key)]++] = key;
}

constexpr std::size_t kSumBlock = 128, kSumLanes = 8;

// numpy's pairwise_sum (numpy/core/src/umath/loops_utils.h.src).
template <class T>
T pairwise_sum(std::span<const T> values) {
  const std::size_t n = values.size();
  if (n > kSumBlock) {
    const std::size_t half = n / 2 / kSumLanes * kSumLanes;
    return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
  }
  T sum = 0;
  std::size_t i = 0;
  if (n >= kSumLanes) {
    std::array<T, kSumLanes> r;
    for (; i < kSumLanes; ++i) r[i] = values[i];
    for (; i + kSumLanes <= n; i += kSumLanes) {
      for (std::size_t k = 0; k < kSumLanes; ++k) r[k] += values[i + k];
    }
    sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
  }
  for (; i < n; ++i) sum += values[i];
  return sum;
}

}  // namespace

float median_in_place(std::span<float> values) {
  return median(values);
}
double median_in_place(std::span<double> values) {
  return median(values);
}

void sort_values(std::span<float> values) {
  std::vector<std::uint32_t> keys(values.size()), other(values.size());
  std::ranges::transform(values, keys.begin(), key_of<float>);
  if (values.size() < kFewToSort) {
    std::ranges::sort(keys);
  } else {
    for (int pass = 0; pass < kSortPasses; ++pass) {
      sort_by_digit(keys, pass * kSortBits, other);
      std::swap(keys, other);
    }
  }
  std::ranges::transform(keys, values.begin(), value_of<float>);
}

float numpy_sum(std::span<const float> values) {
  return pairwise_sum(values);
}
double numpy_sum(std::span<const double> values) {
  return pairwise_sum(values);
}

float numpy_mean(std::span<const float> values) {
  // The quotient is formed in double precision.
  return static_cast<float>(static_cast<double>(numpy_sum(values)) /
                            static_cast<double>(values.size()));
}
double numpy_mean(std::span<const double> values) {
  return numpy_sum(values) / static_cast<double>(values.size());
}

}  // namespace wyvern::kernels

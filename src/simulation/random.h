// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wyvern::simulation {

// Random numbers that depend on (seed, label, index) and on how many were taken, nothing else:
// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror & Shaw 2011, "Parallel random
// numbers: as easy as 1, 2, 3"). Deviates are made here, not by the standard library's
// distributions, whose results differ from library to library.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view label, std::uint64_t index = 0);

  std::uint64_t bits() {
    if (next_ == buffer_.size()) refill();
    return buffer_[next_++];
  }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }  // [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  int below(int n) { return static_cast<int>(uniform() * n); }  // 0 … n-1

  // Of mean 0 and standard deviation 1: the ziggurat (Marsaglia & Tsang 2000) in Doornik's (2005)
  // form, which does not use the same bits for layer and value.
  double normal();
  double normal(double mean, double rms) { return mean + rms * normal(); }
  double exponential(double mean);
  // A count of the given mean. Exact by inversion below a mean of 8; above, a normal deviate with
  // the skewness and kurtosis of the count (Cornish & Fisher 1938), rounded.
  double poisson(double mean);

 private:
  void refill();
  double normal_outside(std::uint64_t layer, double u);

  static constexpr std::size_t blocks = 64;  // made at a time, so that the compiler can use vectors
  std::array<std::uint32_t, 2> key_;
  std::uint64_t stream_, counter_ = 0;
  std::size_t next_ = 2 * blocks;
  std::array<std::uint64_t, 2 * blocks> buffer_;
  const struct Ziggurat* ziggurat_;
};

}  // namespace wyvern::simulation

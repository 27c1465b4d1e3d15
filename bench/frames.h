// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace wyvern::bench {

// A GNIRS frame.
inline constexpr std::int64_t kRows = 1022, kColumns = 1024, kPixels = kRows * kColumns;

// A sky of `level` with normal noise, the same for the same seed.
inline std::vector<float> noisy_sky(float level, float sigma, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(level, sigma);
  std::vector<float> frame(kPixels);
  for (float& pixel : frame) pixel = noise(random);
  return frame;
}

// One pixel in a hundred flagged as bad.
inline std::vector<std::uint16_t> sparse_mask(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint16_t> mask(kPixels);
  for (std::uint16_t& pixel : mask) pixel = random() % 100 == 0 ? 1 : 0;
  return mask;
}

}  // namespace wyvern::bench

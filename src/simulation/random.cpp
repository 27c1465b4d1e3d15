// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/random.h"

#include <algorithm>
#include <cmath>

namespace wyvern::simulation {

// Layers of equal area under exp(-x^2/2); layer 0 is the lowest, with the tail.
struct Ziggurat {
  static constexpr int layers = 128;
  static constexpr double tail = 3.442619855899, area = 9.91256303526217e-3;
  std::array<double, layers + 1> x, ratio;

  Ziggurat() {
    double f = std::exp(-0.5 * tail * tail);
    x[0] = area / f;
    x[1] = tail;
    x[layers] = 0.0;
    for (int i = 2; i < layers; ++i) {
      x[i] = std::sqrt(-2.0 * std::log(area / x[i - 1] + f));
      f = std::exp(-0.5 * x[i] * x[i]);
    }
    for (int i = 0; i < layers; ++i) ratio[i] = x[i + 1] / x[i];
    ratio[layers] = 0.0;
  }
};

namespace {

const Ziggurat& ziggurat_tables() {
  static const Ziggurat tables;
  return tables;
}

constexpr std::uint64_t mixed(std::uint64_t z) {  // splitmix64's finaliser
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

constexpr std::uint64_t hashed(std::string_view label) {  // FNV-1a
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

constexpr std::uint32_t low(std::uint64_t v) {
  return static_cast<std::uint32_t>(v);
}
constexpr std::uint32_t high(std::uint64_t v) {
  return static_cast<std::uint32_t>(v >> 32);
}

// 1/1 … 1/255: a division is most of the cost of a step of the inversion.
constexpr std::array<double, 256> reciprocals = [] {
  std::array<double, 256> table{};
  for (std::size_t k = 1; k < table.size(); ++k) table[k] = 1.0 / static_cast<double>(k);
  return table;
}();

}  // namespace

Random::Random(std::uint64_t seed, std::string_view label, std::uint64_t index)
    : stream_(mixed(hashed(label) + 0x9e3779b97f4a7c15U * (index + 1))),
      ziggurat_(&ziggurat_tables()) {
  const std::uint64_t key = mixed(seed + 0x9e3779b97f4a7c15U);
  key_ = {low(key), high(key)};
}

void Random::refill() {
  std::array<std::uint32_t, blocks> a, b, c, d;
  for (std::size_t i = 0; i < blocks; ++i) {
    a[i] = low(counter_ + i);
    b[i] = high(counter_ + i);
    c[i] = low(stream_);
    d[i] = high(stream_);
  }
  counter_ += blocks;
  std::uint32_t k0 = key_[0], k1 = key_[1];
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < blocks; ++i) {
      const std::uint64_t first = std::uint64_t{0xD2511F53U} * a[i];
      const std::uint64_t second = std::uint64_t{0xCD9E8D57U} * c[i];
      a[i] = high(second) ^ b[i] ^ k0;
      b[i] = low(second);
      c[i] = high(first) ^ d[i] ^ k1;
      d[i] = low(first);
    }
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  for (std::size_t i = 0; i < blocks; ++i) {
    buffer_[2 * i] = (std::uint64_t{b[i]} << 32) | a[i];
    buffer_[2 * i + 1] = (std::uint64_t{d[i]} << 32) | c[i];
  }
  next_ = 0;
}

double Random::normal() {
  const std::uint64_t word = bits();
  const double u = static_cast<double>(static_cast<std::int64_t>(word) >> 11) * 0x1.0p-52;
  const std::uint64_t layer = word & (Ziggurat::layers - 1);
  if (std::abs(u) < ziggurat_->ratio[layer]) return u * ziggurat_->x[layer];
  return normal_outside(layer, u);
}

double Random::normal_outside(std::uint64_t layer, double u) {
  if (layer == 0) {
    double x = 0.0, y = 0.0;
    do {
      x = std::log(1.0 - uniform()) / Ziggurat::tail;
      y = std::log(1.0 - uniform());
    } while (-2.0 * y < x * x);
    return u < 0.0 ? x - Ziggurat::tail : Ziggurat::tail - x;
  }
  const double x = u * ziggurat_->x[layer];
  const double outer = ziggurat_->x[layer], inner = ziggurat_->x[layer + 1];
  const double f0 = std::exp(-0.5 * (outer * outer - x * x));
  const double f1 = std::exp(-0.5 * (inner * inner - x * x));
  return f1 + uniform() * (f0 - f1) < 1.0 ? x : normal();
}

double Random::exponential(double mean) {
  return -mean * std::log(1.0 - uniform());
}

double Random::poisson(double mean) {
  if (!(mean > 0.0)) return 0.0;
  if (mean >= 8.0) {
    // Rounding adds a variance of 1/12 (Sheppard): the deviate has that much less.
    const double root = std::sqrt(mean - 1.0 / 12.0), z = normal();
    const double skewed = (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * root);
    return std::max(0.0, std::floor(mean + root * z + skewed + 0.5));
  }
  double p = std::exp(-mean), left = uniform() - p;
  std::size_t k = 0;
  while (left >= 0.0 && k + 1 < reciprocals.size()) {
    p *= mean * reciprocals[++k];
    left -= p;
  }
  return static_cast<double>(k);
}

}  // namespace wyvern::simulation

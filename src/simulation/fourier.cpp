// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/fourier.h"

#include <cmath>
#include <numbers>
#include <utility>

namespace wyvern::simulation {
namespace {

using Complex = std::complex<double>;

// Plain product: std::complex's own looks for infinities.
Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// Radix-2 transform (Cooley & Tukey 1965) of one line, in place.
class Transform {
 public:
  explicit Transform(std::size_t n) : n_(n), roots_(n / 2) {
    for (std::size_t k = 0; k < n / 2; ++k) {
      const double angle =
          -2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
      roots_[k] = {std::cos(angle), std::sin(angle)};
    }
  }

  void line(Complex* a) const {
    for (std::size_t i = 1, j = 0; i < n_; ++i) {
      std::size_t bit = n_ >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) std::swap(a[i], a[j]);
    }
    for (std::size_t length = 2; length <= n_; length *= 2) {
      const std::size_t half = length / 2, stride = n_ / length;
      for (std::size_t start = 0; start < n_; start += length) {
        for (std::size_t k = 0; k < half; ++k) {
          const Complex even = a[start + k];
          const Complex odd = times(a[start + k + half], roots_[k * stride]);
          a[start + k] = even + odd;
          a[start + k + half] = even - odd;
        }
      }
    }
  }

  void plane(std::vector<Complex>& a) const {
    for (int axis = 0; axis < 2; ++axis) {
      for (std::size_t row = 0; row < n_; ++row) line(a.data() + row * n_);
      for (std::size_t y = 0; y < n_; ++y) {
        for (std::size_t x = y + 1; x < n_; ++x) std::swap(a[y * n_ + x], a[x * n_ + y]);
      }
    }
  }

 private:
  std::size_t n_;
  std::vector<Complex> roots_;
};

}  // namespace

void convolve(std::vector<double>& image, const std::vector<double>& kernel, std::size_t n) {
  const Transform transform(n);
  // Two real images in one complex transform: their product is a quarter of the difference of
  // squares of the parts that are even and odd under conjugation.
  std::vector<Complex> both(n * n), product(n * n);
  for (std::size_t i = 0; i < n * n; ++i) both[i] = {image[i], kernel[i]};
  transform.plane(both);
  for (std::size_t y = 0; y < n; ++y) {
    for (std::size_t x = 0; x < n; ++x) {
      const Complex z = both[y * n + x];
      const Complex w = std::conj(both[((n - y) % n) * n + (n - x) % n]);
      const Complex of_image = 0.5 * (z + w), difference = 0.5 * (z - w);
      const Complex of_kernel{difference.imag(), -difference.real()};
      // Conjugated: a second forward transform is then the inverse.
      product[y * n + x] = std::conj(times(of_image, of_kernel));
    }
  }
  transform.plane(product);
  const double norm = 1.0 / static_cast<double>(n * n);
  for (std::size_t i = 0; i < n * n; ++i) image[i] = product[i].real() * norm;
}

}  // namespace wyvern::simulation

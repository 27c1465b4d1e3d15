// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "kernels/morphology.h"

namespace wyvern::kernels {
namespace {

using Offsets = std::vector<std::pair<int, int>>;

// A ring's average of bad above this makes a pixel bad in the next round: all of them, in effect.
constexpr double kAllBad = 0.9999;

Offsets ring(double inner, double outer) {
  Offsets offsets;
  const int half = static_cast<int>(outer);
  for (int dy = -half; dy <= half; ++dy) {
    for (int dx = -half; dx <= half; ++dx) {
      const double r = std::sqrt(static_cast<double>(dx) * dx + static_cast<double>(dy) * dy);
      if (r >= inner && r <= outer) offsets.emplace_back(dy, dx);
    }
  }
  return offsets;
}

// Where a position outside [0, n) finds its value: reflected, or the nearest.
std::int64_t inside(std::int64_t position, std::int64_t n, RingStatistic statistic) {
  if (statistic == RingStatistic::mean) return std::clamp<std::int64_t>(position, 0, n - 1);
  const std::int64_t period = 2 * n;
  position = ((position % period) + period) % period;
  return position < n ? position : period - 1 - position;
}

// The pixels of the ring around any pixel of an image, edges included.
class Ring {
 public:
  Ring(std::int64_t ny, std::int64_t nx, double inner, double outer, RingStatistic statistic)
      : offsets_(ring(inner, outer)), half_(static_cast<int>(outer)) {
    for (std::int64_t y = -half_; y < ny + half_; ++y) {
      row_start_.push_back(inside(y, ny, statistic) * nx);
    }
    for (std::int64_t x = -half_; x < nx + half_; ++x) {
      column_.push_back(inside(x, nx, statistic));
    }
  }

  std::size_t size() const { return offsets_.size(); }
  template <class F>
  void visit(std::int64_t y, std::int64_t x, F&& f) const {
    for (const auto& [dy, dx] : offsets_) f(row_start_[y + dy + half_] + column_[x + dx + half_]);
  }

 private:
  Offsets offsets_;
  int half_;
  std::vector<std::int64_t> row_start_, column_;
};

// The element of rank size / 2 among the ring's pixels, NaN above all. `values` is scratch.
template <class T>
T ring_median(const Ring& ring, const T* image, std::int64_t y, std::int64_t x,
              std::vector<T>& values) {
  values.clear();
  T lowest = std::numeric_limits<T>::max(), highest = std::numeric_limits<T>::lowest();
  ring.visit(y, x, [&](std::int64_t p) {
    const T value = image[p];
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(value)) return;
    }
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
    values.push_back(value);
  });
  const std::size_t rank = ring.size() / 2;
  if (rank >= values.size()) return std::numeric_limits<T>::quiet_NaN();
  if (lowest == highest) return lowest;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                   values.end());
  return values[rank];
}

template <class T>
T ring_mean(const Ring& ring, const T* image, const std::vector<std::uint8_t>& bad, std::int64_t y,
            std::int64_t x, T otherwise) {
  double sum = 0.0;
  std::int64_t count = 0;
  ring.visit(y, x, [&](std::int64_t p) {
    const auto value = static_cast<double>(image[p]);
    if (bad[p] != 0 || std::isnan(value)) return;
    sum += value;
    ++count;
  });
  return count == 0 ? otherwise : static_cast<T>(sum / static_cast<double>(count));
}

std::vector<std::uint8_t> next_bad(const Ring& ring, const std::vector<std::uint8_t>& bad,
                                   std::int64_t ny, std::int64_t nx, RingStatistic statistic) {
  std::vector<std::uint8_t> next(bad.size());
  const std::size_t n = ring.size();
  for (std::int64_t y = 0; y < ny; ++y) {
    for (std::int64_t x = 0; x < nx; ++x) {
      std::size_t count = 0;
      ring.visit(y, x, [&](std::int64_t p) { count += bad[p] != 0 ? 1 : 0; });
      const bool still = statistic == RingStatistic::median
                             ? n - count <= n / 2
                             : static_cast<double>(count) / static_cast<double>(n) > kAllBad;
      next[y * nx + x] = still ? 1 : 0;
    }
  }
  return next;
}

}  // namespace

template <class T>
void ring_filter(std::span<T> image, std::int64_t ny, std::int64_t nx,
                 std::vector<std::uint8_t> bad, double inner, double outer, int max_iters,
                 RingStatistic statistic) {
  if (image.empty() || !(outer >= inner)) return;
  const Ring ring(ny, nx, inner, outer, statistic);
  if (ring.size() == 0) return;
  const auto is_bad = [](std::uint8_t b) { return b != 0; };
  std::vector<T> scratch;
  for (int round = 0; round < max_iters && std::any_of(bad.begin(), bad.end(), is_bad); ++round) {
    const std::vector<T> before(image.begin(), image.end());
    for (std::int64_t y = 0; y < ny; ++y) {
      for (std::int64_t x = 0; x < nx; ++x) {
        const std::int64_t p = y * nx + x;
        if (bad[p] == 0) continue;
        image[p] = statistic == RingStatistic::median
                       ? ring_median(ring, before.data(), y, x, scratch)
                       : ring_mean(ring, before.data(), bad, y, x, before[p]);
      }
    }
    if (round + 1 < max_iters) bad = next_bad(ring, bad, ny, nx, statistic);
  }
}

#define WYVERN_RING_FILTER(T)                                            \
  template void ring_filter<T>(std::span<T>, std::int64_t, std::int64_t, \
                               std::vector<std::uint8_t>, double, double, int, RingStatistic);
WYVERN_RING_FILTER(std::int16_t)
WYVERN_RING_FILTER(std::uint16_t)
WYVERN_RING_FILTER(std::int32_t)
WYVERN_RING_FILTER(std::uint32_t)
WYVERN_RING_FILTER(float)
WYVERN_RING_FILTER(double)
#undef WYVERN_RING_FILTER

}  // namespace wyvern::kernels

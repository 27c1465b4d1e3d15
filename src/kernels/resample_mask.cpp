// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "kernels/resample.h"
#include "kernels/sampling.h"

namespace wyvern::kernels {
namespace {

constexpr unsigned kNoData = 16;

// What the orders have in common: where the output is outside, and what it is there. `sample_row`
// fills the columns inside of a row.
template <class M, class F>
void for_rows(std::int64_t ny, std::int64_t nx, const SamplingMap& map, bool no_data_outside,
              std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output,
              F&& sample_row) {
  const M outside = no_data_outside ? M{kNoData} : M{0};
  for (std::int64_t i = first; i < last; ++i) {
    const RowPositions positions(map, i);
    M* row = output + i * out_nx;
    const Columns in = positions.inside({0, out_nx}, static_cast<double>(ny - 1),
                                        static_cast<double>(nx - 1), false);
    std::fill(row, row + in.first, outside);
    std::fill(row + in.end, row + out_nx, outside);
    sample_row(positions, in, row);
  }
}

// The bits of four neighbours whose weights add up to more than the threshold. The reference
// samples planes of 0 and `bit`; powers of two scale every step exactly, so 0 and 1 do as well.
unsigned mixed_bits(const std::array<unsigned, 4>& pixel, double y1, double x1, float threshold) {
  const double y0 = 1.0 - y1, x0 = 1.0 - x1;
  const std::array<double, 4> weight = {y0 * x0, y0 * x1, y1 * x0, y1 * x1};
  unsigned result = 0;
  unsigned left = pixel[0] | pixel[1] | pixel[2] | pixel[3];
  while (left != 0) {
    const unsigned bit = left & (~left + 1U);
    left ^= bit;
    double sum = 0.0;
    for (int k = 0; k < 4; ++k) sum += (pixel[k] & bit) != 0 ? weight[k] : 0.0;
    if (static_cast<float>(sum) > threshold) result |= bit;
  }
  return result;
}

// Columns that are looked at together.
constexpr std::int64_t kRun = 64;

// Whether all pixels that positions of these columns come from are there and alike. Positions do
// not turn back along a row, so that the first and the last column tell where they are.
template <class M>
bool is_uniform(const M* mask, std::int64_t ny, std::int64_t nx, const RowPositions& positions,
                Columns columns) {
  const auto range = [&](double a, double b) {
    return std::pair(static_cast<std::int64_t>(std::min(a, b)),
                     static_cast<std::int64_t>(std::max(a, b)) + 1);
  };
  const auto [low, high] = range(positions.y(columns.first), positions.y(columns.end - 1));
  const auto [left, right] = range(positions.x(columns.first), positions.x(columns.end - 1));
  const bool compact = high < ny && right < nx && high - low <= 2 && right - left <= 2 * kRun;
  if (!compact) return false;
  const M first = mask[low * nx + left];
  M differs = 0;
  for (std::int64_t y = low; y <= high; ++y) {
    const M* row = mask + y * nx;
    for (std::int64_t x = left; x <= right; ++x)
      differs = static_cast<M>(differs | (row[x] ^ first));
  }
  return differs == 0;
}

template <class M>
void mask_linear(const M* mask, std::int64_t ny, std::int64_t nx, const RowPositions& positions,
                 Columns columns, float threshold, M* output) {
  if (columns.end - columns.first > kRun) {
    for (std::int64_t j = columns.first; j < columns.end; j += kRun) {
      const Columns run{j, std::min(j + kRun, columns.end)};
      mask_linear(mask, ny, nx, positions, run, threshold, output);
    }
    return;
  }
  if (!columns.empty() && is_uniform(mask, ny, nx, positions, columns)) {
    const M pixel = mask[static_cast<std::int64_t>(positions.y(columns.first)) * nx +
                         static_cast<std::int64_t>(positions.x(columns.first))];
    std::fill(output + columns.first, output + columns.end, 1.0F > threshold ? pixel : M{0});
    return;
  }
  for (std::int64_t j = columns.first; j < columns.end; ++j) {
    const double y = positions.y(j), x = positions.x(j);
    const auto row = static_cast<std::int32_t>(y), column = static_cast<std::int32_t>(x);
    // On the last row or column the missing neighbour has no weight: the mirrored one does.
    const std::int64_t up = row + 1 < ny ? nx : row > 0 ? -nx : 0;
    const std::int64_t right = column + 1 < nx ? 1 : column > 0 ? -1 : 0;
    const M* low = mask + row * nx + column;
    const std::array<unsigned, 4> pixel = {low[0], low[right], low[up], low[up + right]};
    // All alike: the weights add up to 1 within double rounding, which float does not see.
    const bool uniform =
        ((pixel[0] ^ pixel[1]) | (pixel[0] ^ pixel[2]) | (pixel[0] ^ pixel[3])) == 0;
    const unsigned bits = uniform ? (1.0F > threshold ? pixel[0] : 0U)
                                  : mixed_bits(pixel, y - row, x - column, threshold);
    output[j] = static_cast<M>(bits);
  }
}

template <int Order, class M>
void mask_spline(const MaskCoefficients& mask, std::int64_t ny, std::int64_t nx,
                 const RowPositions& positions, Columns columns, float threshold, M* output) {
  std::fill(output + columns.first, output + columns.end, M{0});
  for (std::size_t k = 0; k < mask.bits.size(); ++k) {
    const double* plane = mask.planes[k].data();
    for (std::int64_t j = columns.first; j < columns.end; ++j) {
      const double value = sample<Order>(plane, ny, nx, positions.y(j), positions.x(j));
      const bool flagged = std::abs(static_cast<float>(value)) > threshold;
      output[j] = static_cast<M>(output[j] | (flagged ? mask.bits[k] : 0U));
    }
  }
}

}  // namespace

template <class M>
MaskCoefficients mask_coefficients(std::span<const M> mask, std::int64_t ny, std::int64_t nx,
                                   int order) {
  unsigned any = 0;
  for (const M pixel : mask) any |= pixel;
  MaskCoefficients result;
  std::vector<std::uint8_t> plane(mask.size());
  for (unsigned bit = 1; bit <= any; bit <<= 1) {
    if ((any & bit) == 0) continue;
    for (std::size_t p = 0; p < mask.size(); ++p) plane[p] = (mask[p] & bit) != 0 ? 1 : 0;
    result.bits.push_back(bit);
    result.planes.push_back(
        spline_coefficients(std::span<const std::uint8_t>(plane), ny, nx, order));
  }
  return result;
}

template <class M>
void resample_mask_rows(const MaskCoefficients& mask, std::int64_t ny, std::int64_t nx,
                        const SamplingMap& map, int order, double threshold, bool no_data_outside,
                        std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output) {
  const auto limit = static_cast<float>(threshold);
  const auto with_order = [&]<int Order>(std::integral_constant<int, Order>) {
    for_rows(ny, nx, map, no_data_outside, first, last, out_nx, output,
             [&](const RowPositions& positions, Columns columns, M* row) {
               mask_spline<Order>(mask, ny, nx, positions, columns, limit, row);
             });
  };
  if (order == 2) return with_order(std::integral_constant<int, 2>{});
  if (order == 3) return with_order(std::integral_constant<int, 3>{});
  if (order == 4) return with_order(std::integral_constant<int, 4>{});
  if (order == 5) return with_order(std::integral_constant<int, 5>{});
  throw std::invalid_argument("mask coefficients are for interpolation orders 2 to 5");
}

template <class M>
void resample_mask_rows(std::span<const M> mask, std::int64_t ny, std::int64_t nx,
                        const SamplingMap& map, int order, double threshold, bool no_data_outside,
                        std::int64_t first, std::int64_t last, std::int64_t out_nx, M* output) {
  const auto limit = static_cast<float>(threshold);
  if (order == 1) {
    for_rows(ny, nx, map, no_data_outside, first, last, out_nx, output,
             [&](const RowPositions& positions, Columns columns, M* row) {
               mask_linear(mask.data(), ny, nx, positions, columns, limit, row);
             });
  } else if (order == 0) {
    for_rows(ny, nx, map, no_data_outside, first, last, out_nx, output,
             [&](const RowPositions& positions, Columns columns, M* row) {
               for (std::int64_t j = columns.first; j < columns.end; ++j) {
                 const std::int64_t y = taps_at<0>(positions.y(j)).start;
                 const std::int64_t x = taps_at<0>(positions.x(j)).start;
                 row[j] = 1.0F > limit ? mask[y * nx + x] : M{0};
               }
             });
  } else {
    resample_mask_rows(mask_coefficients(mask, ny, nx, order), ny, nx, map, order, threshold,
                       no_data_outside, first, last, out_nx, output);
  }
}

#define WYVERN_RESAMPLE_MASK(M)                                                                  \
  template MaskCoefficients mask_coefficients<M>(std::span<const M>, std::int64_t, std::int64_t, \
                                                 int);                                           \
  template void resample_mask_rows<M>(const MaskCoefficients&, std::int64_t, std::int64_t,       \
                                      const SamplingMap&, int, double, bool, std::int64_t,       \
                                      std::int64_t, std::int64_t, M*);                           \
  template void resample_mask_rows<M>(std::span<const M>, std::int64_t, std::int64_t,            \
                                      const SamplingMap&, int, double, bool, std::int64_t,       \
                                      std::int64_t, std::int64_t, M*);
WYVERN_RESAMPLE_MASK(std::uint8_t)
WYVERN_RESAMPLE_MASK(std::uint16_t)
#undef WYVERN_RESAMPLE_MASK

}  // namespace wyvern::kernels

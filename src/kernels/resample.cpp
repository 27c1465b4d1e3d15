// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "kernels/census.h"
#include "kernels/sampling.h"
#include "kernels/vector_functions.h"

namespace wyvern::kernels {
namespace {

template <class T>
std::size_t zero_non_finite(std::span<T> image) {
  const std::size_t count = count_not_finite<T>(image);
  if (count == 0) return 0;
  for (T& pixel : image) {
    if (!std::isfinite(pixel)) pixel = T{0};
  }
  return count;
}

constexpr std::size_t kMostAtOnce = 2;

// An input image and what is done with the values sampled from it.
template <class T, int Order>
struct Source {
  const T* image;
  std::int64_t ny, nx;
  double factor;

  float scaled(double value) const {
    if constexpr (std::is_same_v<T, double> && Order <= 1) {
      return static_cast<float>(value * factor);
    } else {
      return static_cast<float>(value) * static_cast<float>(factor);
    }
  }

  void sample_columns(const RowPositions& positions, Columns columns, float* output) const {
    for (std::int64_t j = columns.first; j < columns.end; ++j) {
      output[j] = scaled(sample<Order>(image, ny, nx, positions.y(j), positions.x(j)));
    }
  }
};

// Linear interpolation where the four neighbours exist: the sum in the order of sample<1>.
void sample_linear(const Source<double, 1>& source, const RowPositions& positions, Columns columns,
                   float* output) {
  const std::int64_t nx = source.nx;
  for (std::int64_t j = columns.first; j < columns.end; ++j) {
    const double y = positions.y(j), x = positions.x(j);
    const auto row = static_cast<std::int32_t>(y), column = static_cast<std::int32_t>(x);
    const double y1 = y - row, x1 = x - column;
    const double y0 = 1.0 - y1, x0 = 1.0 - x1;
    const double* low = source.image + row * nx + column;
    const double* high = low + nx;
    double sum = low[0] * y0 * x0;
    sum += low[1] * y0 * x1;
    sum += high[0] * y1 * x0;
    sum += high[1] * y1 * x1;
    output[j] = source.scaled(sum);
  }
}

// The columns of an output row that have a position inside, of all images alike.
template <int Order, class T>
void resample_row(std::span<const Source<T, Order>> sources, const RowPositions& positions,
                  Columns in, std::span<float* const> rows) {
  if constexpr (Order != 1) {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      sources[k].sample_columns(positions, in, rows[k]);
    }
  } else {
    const Source<T, 1>& any = sources.front();
    const Columns core = positions.inside(in, static_cast<double>(any.ny - 1),
                                          static_cast<double>(any.nx - 1), true);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      sources[k].sample_columns(positions, {in.first, core.first}, rows[k]);
      sources[k].sample_columns(positions, {core.end, in.end}, rows[k]);
    }
    if constexpr (std::is_same_v<T, float>) {
      std::array<const float*, kMostAtOnce> images{};
      std::ranges::transform(sources, images.begin(), &Source<T, 1>::image);
      vector_functions().resample->linear(images.data(), rows.data(), rows.size(), any.nx,
                                          positions.map(), static_cast<float>(any.factor),
                                          core.first, core.end);
    } else {
      for (std::size_t k = 0; k < rows.size(); ++k) {
        sample_linear(sources[k], positions, core, rows[k]);
      }
    }
  }
}

// Images of one shape, times one factor; at most kMostAtOnce.
template <int Order, class T>
void resample_order(std::span<const Source<T, Order>> sources, const SamplingMap& map, double cval,
                    std::int64_t first, std::int64_t last, std::int64_t out_nx,
                    std::span<float* const> outputs) {
  const Source<T, Order>& any = sources.front();
  const double y_last = static_cast<double>(any.ny - 1);
  const double x_last = static_cast<double>(any.nx - 1);
  const float outside = any.scaled(cval);
  std::array<float*, kMostAtOnce> rows{};
  for (std::int64_t i = first; i < last; ++i) {
    const RowPositions positions(map, i);
    const Columns in = positions.inside({0, out_nx}, y_last, x_last, false);
    for (std::size_t k = 0; k < outputs.size(); ++k) {
      rows[k] = outputs[k] + i * out_nx;
      std::fill(rows[k], rows[k] + in.first, outside);
      std::fill(rows[k] + in.end, rows[k] + out_nx, outside);
    }
    resample_row(sources, positions, in, std::span(rows).first(outputs.size()));
  }
}

}  // namespace

std::size_t replace_non_finite(std::span<float> image) {
  return zero_non_finite(image);
}
std::size_t replace_non_finite(std::span<double> image) {
  return zero_non_finite(image);
}

template <class T>
void resample_rows(std::span<const T> input, std::int64_t ny, std::int64_t nx,
                   const SamplingMap& map, int order, double cval, double factor,
                   std::int64_t first, std::int64_t last, std::int64_t out_nx, float* output) {
  const auto with_order = [&]<int Order>(std::integral_constant<int, Order>) {
    const std::array sources{Source<T, Order>{input.data(), ny, nx, factor}};
    resample_order<Order, T>(sources, map, cval, first, last, out_nx, std::array{output});
  };
  if (order == 0) return with_order(std::integral_constant<int, 0>{});
  if (order == 1) return with_order(std::integral_constant<int, 1>{});
  if constexpr (std::is_same_v<T, double>) {
    if (order == 2) return with_order(std::integral_constant<int, 2>{});
    if (order == 3) return with_order(std::integral_constant<int, 3>{});
    if (order == 4) return with_order(std::integral_constant<int, 4>{});
    if (order == 5) return with_order(std::integral_constant<int, 5>{});
  }
  throw std::invalid_argument("interpolation order must be 0 to 5, from coefficients above 1");
}

void resample_pair_rows(std::span<const float> one, std::span<const float> other, std::int64_t ny,
                        std::int64_t nx, const SamplingMap& map, double factor, std::int64_t first,
                        std::int64_t last, std::int64_t out_nx, float* to_one, float* to_other) {
  const std::array sources{Source<float, 1>{one.data(), ny, nx, factor},
                           Source<float, 1>{other.data(), ny, nx, factor}};
  resample_order<1, float>(sources, map, 0.0, first, last, out_nx, std::array{to_one, to_other});
}

template void resample_rows<float>(std::span<const float>, std::int64_t, std::int64_t,
                                   const SamplingMap&, int, double, double, std::int64_t,
                                   std::int64_t, std::int64_t, float*);
template void resample_rows<double>(std::span<const double>, std::int64_t, std::int64_t,
                                    const SamplingMap&, int, double, double, std::int64_t,
                                    std::int64_t, std::int64_t, float*);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "kernels/sampling.h"
#include "kernels/vector_functions.h"

namespace wyvern::kernels {
namespace {

template <class T>
std::size_t zero_non_finite(std::span<T> image) {
  std::size_t count = 0;
  for (T& pixel : image) {
    const bool finite = std::isfinite(pixel);
    count += finite ? 0 : 1;
    pixel = finite ? pixel : T{0};
  }
  return count;
}

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
template <class T>
void sample_linear(const Source<T, 1>& source, const RowPositions& positions, Columns columns,
                   float* output) {
  const T* image = source.image;
  const std::int64_t nx = source.nx;
  if constexpr (std::is_same_v<T, float>) {
    vector_functions().resample->linear(image, nx, positions.map(),
                                        static_cast<float>(source.factor), columns.first,
                                        columns.end, output);
    return;
  }
  for (std::int64_t j = columns.first; j < columns.end; ++j) {
    const double y = positions.y(j), x = positions.x(j);
    const auto row = static_cast<std::int32_t>(y), column = static_cast<std::int32_t>(x);
    const double y1 = y - row, x1 = x - column;
    const double y0 = 1.0 - y1, x0 = 1.0 - x1;
    const T* low = image + row * nx + column;
    const T* high = low + nx;
    double sum = static_cast<double>(low[0]) * y0 * x0;
    sum += static_cast<double>(low[1]) * y0 * x1;
    sum += static_cast<double>(high[0]) * y1 * x0;
    sum += static_cast<double>(high[1]) * y1 * x1;
    output[j] = source.scaled(sum);
  }
}

template <int Order, class T>
void resample_order(const Source<T, Order>& source, const SamplingMap& map, double cval,
                    std::int64_t first, std::int64_t last, std::int64_t out_nx, float* output) {
  const double y_last = static_cast<double>(source.ny - 1);
  const double x_last = static_cast<double>(source.nx - 1);
  const float outside = source.scaled(cval);
  for (std::int64_t i = first; i < last; ++i) {
    const RowPositions positions(map, i);
    float* row = output + i * out_nx;
    const Columns in = positions.inside({0, out_nx}, y_last, x_last, false);
    std::fill(row, row + in.first, outside);
    std::fill(row + in.end, row + out_nx, outside);
    if constexpr (Order == 1) {
      const Columns core = positions.inside(in, y_last, x_last, true);
      source.sample_columns(positions, {in.first, core.first}, row);
      sample_linear(source, positions, core, row);
      source.sample_columns(positions, {core.end, in.end}, row);
    } else {
      source.sample_columns(positions, in, row);
    }
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
    resample_order<Order, T>({input.data(), ny, nx, factor}, map, cval, first, last, out_nx,
                             output);
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

template void resample_rows<float>(std::span<const float>, std::int64_t, std::int64_t,
                                   const SamplingMap&, int, double, double, std::int64_t,
                                   std::int64_t, std::int64_t, float*);
template void resample_rows<double>(std::span<const double>, std::int64_t, std::int64_t,
                                    const SamplingMap&, int, double, double, std::int64_t,
                                    std::int64_t, std::int64_t, float*);

}  // namespace wyvern::kernels

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include "frames.h"
#include "kernels/resample.h"

namespace wyvern::bench {
namespace {

// The map of a dither: a shift by a fraction of a pixel and a hair of rotation.
constexpr kernels::SamplingMap kDither{1.0, 1e-5, -1e-5, 1.0, 12.3, -4.6};

void resample_plane(benchmark::State& state) {
  const int order = static_cast<int>(state.range(0));
  const std::vector<float> frame = noisy_sky(100.0F, 5.0F, 1);
  std::vector<float> output(kPixels);
  for (auto _ : state) {
    if (order < 2) {
      kernels::resample_rows(std::span<const float>(frame), kRows, kColumns, kDither, order, 0.0,
                             1.0, 0, kRows, kColumns, output.data());
    } else {
      const std::vector<double> coefficients =
          kernels::spline_coefficients(std::span<const float>(frame), kRows, kColumns, order);
      kernels::resample_rows(std::span<const double>(coefficients), kRows, kColumns, kDither, order,
                             0.0, 1.0, 0, kRows, kColumns, output.data());
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kPixels);
}
BENCHMARK(resample_plane)->Arg(0)->Arg(1)->Arg(3)->Unit(benchmark::kMillisecond);

void resample_mask(benchmark::State& state) {
  const std::vector<std::uint16_t> mask = sparse_mask(1);
  std::vector<std::uint16_t> output(kPixels);
  for (auto _ : state) {
    kernels::resample_mask_rows(std::span<const std::uint16_t>(mask), kRows, kColumns, kDither, 1,
                                0.01, true, 0, kRows, kColumns, output.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kPixels);
}
BENCHMARK(resample_mask)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include "frames.h"
#include "kernels/statistics.h"

namespace wyvern::bench {
namespace {

// The good pixels of a frame: those in the keyhole.
constexpr std::size_t kIlluminated = 67000;

std::vector<float> keyhole_pixels(float level, unsigned seed) {
  std::vector<float> pixels = noisy_sky(level, 30.0F, seed);
  pixels.resize(kIlluminated);
  return pixels;
}

void background_level(benchmark::State& state) {
  const bool gaussfit = state.range(0) != 0;
  const std::vector<float> good = keyhole_pixels(9000.0F, 1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels::background_level(good, 10, gaussfit));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kIlluminated));
}
BENCHMARK(background_level)->ArgName("gaussfit")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void sky_factor(benchmark::State& state) {
  const bool gaussfit = state.range(0) != 0;
  const std::vector<float> science = keyhole_pixels(9000.0F, 1), sky = keyhole_pixels(8700.0F, 2);
  for (auto _ : state) {
    const kernels::SkyFactor found =
        kernels::sky_factor(science, science, sky, sky, 10, gaussfit, 0.001);
    if (!found.converged) state.SkipWithError("no factor was found");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kIlluminated));
}
BENCHMARK(sky_factor)->ArgName("gaussfit")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void frame_median(benchmark::State& state) {
  const std::vector<float> frame = noisy_sky(9000.0F, 30.0F, 1);
  std::vector<float> values(kPixels);
  for (auto _ : state) {
    values = frame;
    benchmark::DoNotOptimize(kernels::median_in_place(std::span<float>(values)));
  }
  state.SetItemsProcessed(state.iterations() * kPixels);
}
BENCHMARK(frame_median)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include "frames.h"
#include "kernels/keyhole.h"
#include "kernels/morphology.h"

namespace wyvern::bench {
namespace {

// The keyhole of the camera ShortBlue, in the middle of the detector.
constexpr kernels::Keyhole kShortBlue{.pixel_scale = 0.15, .x0 = 570.0, .y0 = 480.0, .area = 67000};

void draw_keyhole(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        kernels::keyhole_mask(kShortBlue, 570.3, 479.6, 1, -1, kRows, kColumns));
  }
}
BENCHMARK(draw_keyhole)->Unit(benchmark::kMillisecond);

void find_keyhole(benchmark::State& state) {
  std::vector<float> frame = noisy_sky(10.0F, 2.0F, 1);
  const std::vector<std::uint8_t> dark =
      kernels::keyhole_mask(kShortBlue, 570.3, 479.6, 0, 0, kRows, kColumns);
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] += dark[i] == 0 ? 500.0F : 0.0F;
  for (auto _ : state) {
    const kernels::KeyholePosition position =
        kernels::locate_keyhole(std::span<const float>(frame), kRows, kColumns, kShortBlue, 2.0);
    if (!position.found) state.SkipWithError("the keyhole was not found");
  }
}
BENCHMARK(find_keyhole)->Unit(benchmark::kMillisecond);

void flag_saturated(benchmark::State& state) {
  std::vector<float> frame = noisy_sky(5000.0F, 300.0F, 1);
  std::vector<std::uint16_t> mask(kPixels);
  for (auto _ : state) {
    kernels::flag_levels(std::span<const float>(frame), kRows, kColumns, 6500.0, 5900.0,
                         std::span<std::uint16_t>(mask));
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kPixels);
}
BENCHMARK(flag_saturated)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

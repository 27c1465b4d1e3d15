// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <cstring>

#include "frames.h"

// The floor: a frame cannot be looked at faster than memory gives it. To copy N planes is what a
// stack of N frames must at least do.

namespace wyvern::bench {
namespace {

void copy_planes(benchmark::State& state) {
  const auto planes = static_cast<std::size_t>(state.range(0));
  const std::vector<std::vector<float>> from(planes, noisy_sky(100.0F, 5.0F, 1));
  std::vector<float> to(kPixels);
  for (auto _ : state) {
    for (const std::vector<float>& plane : from) {
      std::memcpy(to.data(), plane.data(), plane.size() * sizeof(float));
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) * kPixels *
                          static_cast<std::int64_t>(sizeof(float)));
}
BENCHMARK(copy_planes)->Arg(1)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include "frames.h"
#include "kernels/stack.h"

namespace wyvern::bench {
namespace {

using kernels::Operation;
using kernels::Rejection;

// Frames with variance and mask, as the recipes stack them.
void stack(benchmark::State& state, Operation operation, Rejection rejection) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<float> variance(kPixels, 25.0F);
  std::vector<std::vector<float>> frames;
  std::vector<std::vector<std::uint16_t>> masks;
  for (unsigned i = 0; i < count; ++i) {
    frames.push_back(noisy_sky(100.0F, 5.0F, i));
    masks.push_back(sparse_mask(i));
  }
  std::vector<kernels::StackInput> inputs(count);
  for (std::size_t i = 0; i < count; ++i) {
    inputs[i].data = frames[i].data();
    inputs[i].variance = variance.data();
    inputs[i].mask = masks[i].data();
  }
  std::vector<float> data(kPixels), result_variance(kPixels);
  std::vector<std::uint16_t> mask(kPixels);
  const kernels::StackOutput output{data.data(), result_variance.data(), mask.data()};
  kernels::StackOptions options;
  options.operation = operation;
  options.rejection = rejection;
  options.nlow = options.nhigh = 1;
  for (auto _ : state) {
    kernels::stack_pixels(inputs, 0, kPixels, options, output);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * kPixels);
}

void stack_mean(benchmark::State& state) {
  stack(state, Operation::mean, Rejection::none);
}
void stack_median(benchmark::State& state) {
  stack(state, Operation::median, Rejection::none);
}
void stack_minmax(benchmark::State& state) {
  stack(state, Operation::mean, Rejection::minmax);
}
void stack_sigclip(benchmark::State& state) {
  stack(state, Operation::mean, Rejection::sigclip);
}
void stack_varclip(benchmark::State& state) {
  stack(state, Operation::mean, Rejection::varclip);
}

BENCHMARK(stack_mean)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK(stack_median)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK(stack_minmax)->Arg(10)->Unit(benchmark::kMillisecond);
BENCHMARK(stack_sigclip)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);
BENCHMARK(stack_varclip)->Arg(10)->Arg(20)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

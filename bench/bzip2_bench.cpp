// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>
#include <bzlib.h>

#include <bit>
#include <cmath>
#include <string>

#include "fits/compression.h"
#include "frames.h"

// A frame of whole numbers, compressed by bzip2: our decoder beside libbz2.

namespace wyvern::bench {
namespace {

const std::string& packed_frame() {
  static const std::string packed = [] {
    std::string bytes;
    for (const float pixel : noisy_sky(700.0F, 12.0F, 1)) {
      const auto word = std::bit_cast<std::uint32_t>(std::round(pixel));
      for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>(word >> shift));
    }
    return fits::compress(bytes, fits::Compression::bzip2);
  }();
  return packed;
}

void unpack_by_libbz2(benchmark::State& state) {
  const std::string& packed = packed_frame();
  std::string text(kPixels * sizeof(float), '\0');
  for (auto _ : state) {
    auto size = static_cast<unsigned int>(text.size());
    if (BZ2_bzBuffToBuffDecompress(text.data(), &size, const_cast<char*>(packed.data()),
                                   static_cast<unsigned int>(packed.size()), 0, 0) != BZ_OK) {
      state.SkipWithError("libbz2 fails");
    }
  }
  state.SetBytesProcessed(state.iterations() * std::ssize(text));
}
BENCHMARK(unpack_by_libbz2)->Unit(benchmark::kMillisecond);

void unpack(benchmark::State& state) {
  const std::string& packed = packed_frame();
  for (auto _ : state) {
    benchmark::DoNotOptimize(fits::expand(packed, fits::Compression::bzip2, "frame.bz2"));
  }
  state.SetBytesProcessed(state.iterations() * kPixels * static_cast<std::int64_t>(sizeof(float)));
}
BENCHMARK(unpack)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wyvern::bench

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack_one_pass.h"

#include <utility>

#include "kernels/vector/fixed_networks.h"
#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

namespace {

template <std::size_t N>
struct Values {
  Floats by_input[N], by_rank[N + 1];  // room for the rank above, which is not read
};

// The values of a vector of pixels; marks what cannot be sorted.
template <std::size_t N>
void sort_values(const OnePass& pass, std::size_t p, Values<N>& values) {
  Floats sorted[N], sum{};
  for (std::size_t i = 0; i < N; ++i) {
    const Floats value = load<Floats>(pass.data[i] + p) * pass.scale[i] + pass.zero[i] + all(0.0F);
    values.by_input[i] = sorted[i] = value;
    sum += value;
  }
  order_all<N>(sorted);
  for (std::size_t i = 0; i < N; ++i) values.by_rank[i] = sorted[i];
  Ints odd = ~(sum - sum == all(0.0F));
  // Which one of equal values goes depends on their order.
  if (pass.lowest > 0) odd |= values.by_rank[pass.lowest - 1] == values.by_rank[pass.lowest];
  if (pass.highest + 1 < N) odd |= values.by_rank[pass.highest] == values.by_rank[pass.highest + 1];
  store(pass.marks + p, Ints(load<Ints>(pass.marks + p) | odd));
}

// The sum in input order of term(i) for the inputs whose values are kept.
template <std::size_t N, class Term>
Floats sum_kept(const OnePass& pass, const Values<N>& values, Term&& term) {
  Floats sum{};
  if (pass.lowest == 0 && pass.highest + 1 == N) {
    for (std::size_t i = 0; i < N; ++i) sum += term(i);
    return sum;
  }
  const Floats low = values.by_rank[pass.lowest], high = values.by_rank[pass.highest];
  for (std::size_t i = 0; i < N; ++i) {
    const Floats value = values.by_input[i];
    sum += masked(term(i), (value >= low) & (value <= high));
  }
  return sum;
}

template <std::size_t N>
void stack_fixed(const OnePass& pass) {
  const Floats count = all(static_cast<float>(pass.highest - pass.lowest + 1));
  Values<N> values;
  for (std::size_t p = 0; p < pass.pixels; p += kCount) {
    sort_values<N>(pass, p, values);
    Floats result;
    if (!pass.median) {
      result = sum_kept<N>(pass, values, [&](std::size_t i) { return values.by_input[i]; }) / count;
    } else if (pass.lower == pass.upper) {
      result = values.by_rank[pass.lower];
    } else {
      result = (values.by_rank[pass.lower] + values.by_rank[pass.upper]) * 0.5F;
    }
    store(pass.result + p, result);
    if (pass.result_variance == nullptr) continue;
    const auto own = [&](std::size_t i) {
      return load<Floats>(pass.variance[i] + p) * pass.scale[i] * pass.scale[i];
    };
    Floats variance = sum_kept<N>(pass, values, own) / count;
    if (pass.median) variance *= kHalfPi;
    store(pass.result_variance + p, Floats(variance / count));
  }
}

using Stacker = void (*)(const OnePass& pass);
struct Stackers {
  Stacker of_count[OnePass::kMostInputs];
};
template <std::size_t... N>
constexpr Stackers make_stackers(std::index_sequence<N...>) {
  return {{&stack_fixed<N + 1>...}};
}
constexpr Stackers kStackers = make_stackers(std::make_index_sequence<OnePass::kMostInputs>());

void stack(const OnePass& pass) {
  kStackers.of_count[pass.inputs - 1](pass);
}

}  // namespace

extern const OnePassFunctions one_pass_functions;
const OnePassFunctions one_pass_functions = {.stack = stack};

}  // namespace wyvern::kernels::WYVERN_TARGET

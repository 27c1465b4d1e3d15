// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/stack_rows.h"

#include <utility>

#include "kernels/vector/fixed_networks.h"
#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

using rows::Block, rows::Comparison, rows::Limits, rows::Ranks;

namespace {

Ints kept_at(const Block& block, std::size_t input, std::size_t pixel) {
  return load<Ints>(block.keep + input * block.stride + pixel);
}

// Sum over the inputs that count of term(input), in input order.
template <class Term>
Floats sum_kept(const Block& block, std::size_t pixel, Term&& term) {
  Floats sum{};
  if (block.keep == nullptr) {
    for (std::size_t i = 0; i < block.inputs; ++i) sum += term(i);
  } else {
    for (std::size_t i = 0; i < block.inputs; ++i) {
      sum += masked(term(i), kept_at(block, i, pixel));
    }
  }
  return sum;
}

// Sums in double precision of the data that count and of their squares, which the reference
// rounds to single precision first; half a vector of pixels.
struct Moments {
  Doubles sum{}, squares{};
};

Moments moments_kept(const Block& block, std::size_t pixel) {
  Moments moments;
  for (std::size_t i = 0; i < block.inputs; ++i) {
    HalfFloats x = load<HalfFloats>(block.data[i] + pixel);
    if (block.keep != nullptr) {
      x = (HalfFloats)((HalfInts)x & load<HalfInts>(block.keep + i * block.stride + pixel));
    }
    moments.sum += to_doubles(x);
    moments.squares += to_doubles(x * x);
  }
  return moments;
}

// So many of an input's own standard deviations below and above the centre.
struct OwnLimits {
  Doubles low, high;
};

OwnLimits own_limits(const Block& block, std::size_t input, std::size_t pixel, Doubles centre,
                     const Limits& limits) {
  const Doubles sigma = root(load_doubles(block.variance[input] + pixel));
  return {centre - limits.lsigma * sigma, centre + limits.hsigma * sigma};
}

Floats to_sort(const Block& block, std::size_t input, std::size_t pixel) {
  const Floats value = load<Floats>(block.data[input] + pixel) + all(0.0F);
  if (block.keep == nullptr) return value;
  return choose(kept_at(block, input, pixel), value, all(__builtin_inff()));
}

template <std::size_t N>
void sort_fixed(const Block& block, float* sorted) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    Floats v[N + 1];
    for (std::size_t i = 0; i < N; ++i) v[i] = to_sort(block, i, p);
    order_all<N>(v);
    for (std::size_t i = 0; i < N; ++i) store(sorted + i * block.stride + p, v[i]);
  }
}

// Sorters of as many values as their place; with more the registers do not suffice.
constexpr std::size_t kFixedSorters = 17;
using Sorter = void (*)(const Block& block, float* sorted);
struct Sorters {
  Sorter of_count[kFixedSorters];
};
template <std::size_t... N>
constexpr Sorters make_sorters(std::index_sequence<N...>) {
  return {{&sort_fixed<N>...}};
}
constexpr Sorters kSorters = make_sorters(std::make_index_sequence<kFixedSorters>());

void scale_data(const float* from, float scale, float zero, float* to, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; ++p) to[p] = from[p] * scale + zero + 0.0F;
}

void scale_variance(const float* from, float scale, float* to, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; ++p) to[p] = from[p] * scale * scale;
}

void compare_masks(const std::uint16_t* const* masks, std::size_t inputs, std::uint16_t harmless,
                   std::uint16_t* any, std::uint16_t* differs, std::size_t pixels) {
  const Words beyond = Words{} + std::uint16_t{0xFF80};
  const Words relevant = Words{} + static_cast<std::uint16_t>(~harmless);
  for (std::size_t p = 0; p < pixels; p += 2 * kCount) {
    Words some = load<Words>(masks[0] + p), every = some;
    for (std::size_t i = 1; i < inputs; ++i) {
      const Words mask = load<Words>(masks[i] + p);
      some |= mask;
      every &= mask;
    }
    store(any + p, some);
    store(differs + p, Words(((some ^ every) & relevant) | (some & beyond)));
  }
}

// A register of pixels of all inputs at a time, side by side: they stay in the first-level cache.
void sort(const Block& block, const Comparison* network, std::size_t comparisons, float* panel,
          float* sorted) {
  if (block.inputs < kFixedSorters) {
    kSorters.of_count[block.inputs](block, sorted);
    return;
  }
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    for (std::size_t i = 0; i < block.inputs; ++i) store(panel + i * kCount, to_sort(block, i, p));
    for (std::size_t k = 0; k < comparisons; ++k) {
      float* low = panel + network[k].low * kCount;
      float* high = panel + network[k].high * kCount;
      Floats a = load<Floats>(low), b = load<Floats>(high);
      order(a, b);
      store(low, a);
      store(high, b);
    }
    for (std::size_t i = 0; i < block.inputs; ++i) {
      store(sorted + i * block.stride + p, load<Floats>(panel + i * kCount));
    }
  }
}

void pick(const Block& block, const float* sorted, const std::int32_t* rank, float* to) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Ints wanted = load<Ints>(rank + p);
    Ints value{};
    for (std::size_t i = 0; i < block.inputs; ++i) {
      const Ints here = wanted == static_cast<std::int32_t>(i);
      value |= load<Ints>(sorted + i * block.stride + p) & here;
    }
    store(to + p, value);
  }
}

void halfway(const float* lower, const float* upper, const Ranks& ranks, float* to,
             std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; p += kCount) {
    const Floats a = load<Floats>(lower + p);
    Floats middle = (a + load<Floats>(upper + p)) * 0.5F;
    if (ranks.low != nullptr) {
      middle = choose(load<Ints>(ranks.low + p) == load<Ints>(ranks.high + p), a, middle);
    }
    store(to + p, middle);
  }
}

void sigma_limits(const Block& block, const float* count, const float* centre,
                  const Limits& limits) {
  for (std::size_t p = 0; p < block.pixels; p += kHalf) {
    const Moments moments = moments_kept(block, p);
    const Doubles n = load_doubles(count + p);
    const Doubles average = moments.sum / n;
    const Doubles sigma = root(moments.squares / n - average * average);
    const Doubles middle = centre != nullptr ? load_doubles(centre + p) : average;
    store_floats(limits.low + p, middle - limits.lsigma * sigma);
    store_floats(limits.high + p, middle + limits.hsigma * sigma);
  }
}

void exact_mean(const Block& block, const float* count, double* to) {
  for (std::size_t p = 0; p < block.pixels; p += kHalf) {
    store(to + p, Doubles(moments_kept(block, p).sum / load_doubles(count + p)));
  }
}

void widen(const float* from, double* to, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; ++p) to[p] = static_cast<double>(from[p]);
}

void mark_outside(const float* smallest, const float* largest, const Limits& limits,
                  std::int32_t* marks, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; p += kCount) {
    const Ints inside = (load<Floats>(smallest + p) >= load<Floats>(limits.low + p)) &
                        (load<Floats>(largest + p) <= load<Floats>(limits.high + p));
    store(marks + p, Ints(load<Ints>(marks + p) | ~inside));
  }
}

void mark_far(const Block& block, const double* centre, const Limits& limits, std::int32_t* marks) {
  for (std::size_t p = 0; p < block.pixels; p += kHalf) {
    const Doubles middle = load<Doubles>(centre + p);
    auto inside = middle == middle;
    for (std::size_t i = 0; i < block.inputs; ++i) {
      const Doubles x = load_doubles(block.data[i] + p);
      const OwnLimits own = own_limits(block, i, p, middle, limits);
      inside &= (x >= own.low) & (x <= own.high);
    }
    const HalfInts outside = ~__builtin_convertvector(inside, HalfInts);
    store(marks + p, HalfInts(load<HalfInts>(marks + p) | outside));
  }
}

void mark_not_finite(const Block& block, std::int32_t* marks) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Floats sum =
        sum_kept(block, p, [&](std::size_t i) { return load<Floats>(block.data[i] + p); });
    const Ints finite = sum - sum == all(0.0F);
    store(marks + p, Ints(load<Ints>(marks + p) | ~finite));
  }
}

void mark_equal(const float* a, const float* b, std::int32_t* marks, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; p += kCount) {
    const Ints same = load<Floats>(a + p) == load<Floats>(b + p);
    store(marks + p, Ints(load<Ints>(marks + p) | same));
  }
}

void keep_between(const Block& block, const float* low, const float* high, std::int32_t* keep) {
  for (std::size_t i = 0; i < block.inputs; ++i) {
    for (std::size_t p = 0; p < block.pixels; p += kCount) {
      const Floats x = load<Floats>(block.data[i] + p);
      const Ints inside = (x >= load<Floats>(low + p)) & (x <= load<Floats>(high + p));
      store(keep + i * block.stride + p, inside);
    }
  }
}

void keep_ranks(const Block& block, const float* low, const float* high, const Ranks& ranks,
                std::int32_t* keep) {
  const auto usable = [&](std::size_t i, std::size_t p) {
    return block.keep != nullptr ? kept_at(block, i, p) : ~Ints{};
  };
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Floats lowest = load<Floats>(low + p), highest = load<Floats>(high + p);
    // The ranks that the next inputs equal to the two values have.
    Ints low_rank{}, high_rank{};
    for (std::size_t i = 0; i < block.inputs; ++i) {
      const Floats x = load<Floats>(block.data[i] + p);
      low_rank -= (x < lowest) & usable(i, p);
      high_rank -= (x < highest) & usable(i, p);
    }
    const Ints first = load<Ints>(ranks.low + p), last = load<Ints>(ranks.high + p);
    for (std::size_t i = 0; i < block.inputs; ++i) {
      const Floats x = load<Floats>(block.data[i] + p);
      const Ints counts = usable(i, p);
      const Ints at_low = (x == lowest) & counts, at_high = (x == highest) & counts;
      const Ints above = (x > lowest) | (at_low & (low_rank >= first));
      const Ints below = (x < highest) | (at_high & (high_rank <= last));
      low_rank -= at_low;
      high_rank -= at_high;
      store(keep + i * block.stride + p, Ints(counts & above & below));
    }
  }
}

void drop_outside(const Block& block, const Limits& limits, const std::int32_t* active,
                  std::int32_t* keep) {
  for (std::size_t i = 0; i < block.inputs; ++i) {
    std::int32_t* row = keep + i * block.stride;
    for (std::size_t p = 0; p < block.pixels; p += kCount) {
      const Floats x = load<Floats>(block.data[i] + p);
      const Ints outside = (x < load<Floats>(limits.low + p)) | (x > load<Floats>(limits.high + p));
      store(row + p, Ints(load<Ints>(row + p) & ~(outside & load<Ints>(active + p))));
    }
  }
}

void drop_far(const Block& block, const double* centre, const Limits& limits,
              const std::int32_t* active, std::int32_t* keep) {
  for (std::size_t i = 0; i < block.inputs; ++i) {
    std::int32_t* row = keep + i * block.stride;
    for (std::size_t p = 0; p < block.pixels; p += kHalf) {
      const Doubles x = load_doubles(block.data[i] + p);
      const OwnLimits own = own_limits(block, i, p, load<Doubles>(centre + p), limits);
      const auto far = (x < own.low) | (x > own.high);
      const HalfInts outside = __builtin_convertvector(far, HalfInts) & load<HalfInts>(active + p);
      store(row + p, HalfInts(load<HalfInts>(row + p) & ~outside));
    }
  }
}

void count_kept(const Block& block, float* count) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    Ints kept{};
    for (std::size_t i = 0; i < block.inputs; ++i) kept -= kept_at(block, i, p);
    store(count + p, __builtin_convertvector(kept, Floats));
  }
}

void mean(const Block& block, const float* const* values, const float* count, float* to) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Floats sum =
        sum_kept(block, p, [&](std::size_t i) { return load<Floats>(values[i] + p); });
    store(to + p, Floats(sum / load<Floats>(count + p)));
  }
}

void weighted_mean(const Block& block, float* data, float* variance) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Floats sum = sum_kept(block, p, [&](std::size_t i) {
      return load<Floats>(block.data[i] + p) / load<Floats>(block.variance[i] + p);
    });
    const Floats weights = sum_kept(
        block, p, [&](std::size_t i) { return all(1.0F) / load<Floats>(block.variance[i] + p); });
    store(data + p, Floats(sum / weights));
    store(variance + p, Floats(all(1.0F) / weights));
  }
}

void scatter(const Block& block, const float* count, const float* centre, float* to) {
  for (std::size_t p = 0; p < block.pixels; p += kCount) {
    const Floats middle = load<Floats>(centre + p), n = load<Floats>(count + p);
    const Floats sum = sum_kept(block, p, [&](std::size_t i) {
      const Floats deviation = load<Floats>(block.data[i] + p) - middle;
      return deviation * deviation;
    });
    const Floats pairs = n * (n - all(1.0F));
    store(to + p, masked(sum / pairs, pairs != all(0.0F)));
  }
}

void divide(float* values, const float* by, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; ++p) values[p] /= by[p];
}

void multiply(float* values, float factor, std::size_t pixels) {
  for (std::size_t p = 0; p < pixels; ++p) values[p] *= factor;
}

}  // namespace

extern const rows::Functions row_functions;
const rows::Functions row_functions = {
    .scale_data = scale_data,
    .scale_variance = scale_variance,
    .compare_masks = compare_masks,
    .sort = sort,
    .pick = pick,
    .halfway = halfway,
    .sigma_limits = sigma_limits,
    .exact_mean = exact_mean,
    .widen = widen,
    .mark_outside = mark_outside,
    .mark_far = mark_far,
    .mark_not_finite = mark_not_finite,
    .mark_equal = mark_equal,
    .keep_between = keep_between,
    .keep_ranks = keep_ranks,
    .drop_outside = drop_outside,
    .drop_far = drop_far,
    .count_kept = count_kept,
    .mean = mean,
    .weighted_mean = weighted_mean,
    .scatter = scatter,
    .divide = divide,
    .multiply = multiply,
};

}  // namespace wyvern::kernels::WYVERN_TARGET

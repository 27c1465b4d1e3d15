// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/curve_moments.h"

#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

namespace {

constexpr std::size_t kLanes = CurveMoments::kLanes;
constexpr std::size_t kRegisters = kLanes / kHalf;  // of doubles

// A value in each lane.
struct Eight {
  Doubles part[kRegisters];
};

// The sums while they grow: aligned, and known to be nobody else's.
struct Sums {
  Eight power[CurveMoments::kPowers], place[CurveMoments::kPlaces], square;
};

Eight load_eight(const double* from) {
  Eight eight;
  for (std::size_t r = 0; r < kRegisters; ++r) eight.part[r] = load<Doubles>(from + r * kHalf);
  return eight;
}

void store_eight(double* to, const Eight& eight) {
  for (std::size_t r = 0; r < kRegisters; ++r) store(to + r * kHalf, eight.part[r]);
}

// Values t and places u; `power`: 1 in the lanes that have a value, 0 in the others.
[[gnu::always_inline]] inline void add(const Eight& t, const Eight& u, Eight power, Sums& sums) {
  for (std::size_t r = 0; r < kRegisters; ++r) sums.square.part[r] += u.part[r] * u.part[r];
  for (std::size_t j = 0; j < CurveMoments::kPowers; ++j) {
    for (std::size_t r = 0; r < kRegisters; ++r) {
      if (j < CurveMoments::kPlaces) sums.place[j].part[r] += power.part[r] * u.part[r];
      sums.power[j].part[r] += power.part[r];
      power.part[r] *= t.part[r];
    }
  }
}

void add_moments(const float* x, std::size_t n, double centre, double half, CurveMoments& sums) {
  const double middle = 0.5 * static_cast<double>(n - 1);
  Sums own = {};
  for (std::size_t i = 0; i < n; i += kLanes) {
    double t[kLanes] = {}, u[kLanes] = {}, power[kLanes] = {};
    const std::size_t count = n - i < kLanes ? n - i : kLanes;
    for (std::size_t k = 0; k < count; ++k) {
      t[k] = (static_cast<double>(x[i + k]) - centre) / half;
      u[k] = static_cast<double>(i + k) - middle;
      power[k] = 1.0;
    }
    add(load_eight(t), load_eight(u), load_eight(power), own);
  }
  for (std::size_t j = 0; j < CurveMoments::kPowers; ++j) {
    store_eight(sums.power[j], own.power[j]);
    if (j < CurveMoments::kPlaces) store_eight(sums.place[j], own.place[j]);
  }
  store_eight(sums.square, own.square);
}

}  // namespace

extern const CurveFunctions curve_functions;
const CurveFunctions curve_functions = {.add_moments = add_moments};

}  // namespace wyvern::kernels::WYVERN_TARGET

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <type_traits>

namespace wyvern::kernels {

// The type in which numpy (before 2.0) compares an array of T with a real scalar: the scalar is
// rounded to it.
template <class T>
using ComparisonType =
    std::conditional_t<std::is_same_v<T, double> || (std::is_integral_v<T> && sizeof(T) > 2),
                       double, float>;

}  // namespace wyvern::kernels

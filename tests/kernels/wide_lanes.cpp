// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause

// The vector loops with registers of 64 bytes, which the compiler makes of what the machine has.
// In one file, so that all of it has the same width.
#define WYVERN_TARGET wide
#define WYVERN_LANE_BYTES 64
#include "kernels/vector/byte_order.cpp"
#include "kernels/vector/curve_moments.cpp"
#include "kernels/vector/functions.cpp"
#include "kernels/vector/md5.cpp"
#include "kernels/vector/resample.cpp"
#include "kernels/vector/stack_one_pass.cpp"
#include "kernels/vector/stack_rows.cpp"

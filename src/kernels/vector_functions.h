// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "kernels/byte_order.h"
#include "kernels/curve_moments.h"
#include "kernels/digest_lanes.h"
#include "kernels/resample_lanes.h"
#include "kernels/stack_one_pass.h"
#include "kernels/stack_rows.h"

namespace wyvern::kernels {

// All loops that there are for each instruction set.
struct VectorFunctions {
  const rows::Functions* rows;
  const OnePassFunctions* one_pass;
  const ResampleFunctions* resample;
  const DigestFunctions* digest;
  const ByteOrderFunctions* byte_order;
  const CurveFunctions* curve;
};

// Those for the instruction set in use.
const VectorFunctions& vector_functions();

}  // namespace wyvern::kernels

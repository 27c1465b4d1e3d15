// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/vector_functions.h"

#include "kernels/vector/lanes.h"

namespace wyvern::kernels::WYVERN_TARGET {

extern const rows::Functions row_functions;
extern const OnePassFunctions one_pass_functions;
extern const ResampleFunctions resample_functions;
extern const DigestFunctions digest_functions;
extern const ByteOrderFunctions byte_order_functions;
extern const CurveFunctions curve_functions;

extern const VectorFunctions functions;
const VectorFunctions functions = {&row_functions,    &one_pass_functions,   &resample_functions,
                                   &digest_functions, &byte_order_functions, &curve_functions};

}  // namespace wyvern::kernels::WYVERN_TARGET

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace wyvern::commands {

// The hot loops for the instruction set that $WYVERN_SIMD names, if it is set. UsageError when it
// is not known or not supported.
void take_instruction_set();

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "commands/instruction_choice.h"

#include <cstdlib>

#include "kernels/instruction_set.h"

namespace wyvern::commands {

void take_instruction_set() {
  const char* name = std::getenv("WYVERN_SIMD");
  if (name != nullptr && *name != '\0') kernels::use_instruction_set(name, "WYVERN_SIMD");
}

}  // namespace wyvern::commands

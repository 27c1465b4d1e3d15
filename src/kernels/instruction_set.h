// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wyvern::kernels {

// The instruction sets that the hot loops (src/kernels/vector) are compiled for. All give the same
// bits. baseline: what every machine of the kind has (x86-64: SSE2; aarch64: NEON).
enum class InstructionSet { baseline, avx2, avx512 };

// "baseline", "avx2", "avx512"; nothing for another name.
std::string_view name_of(InstructionSet set);
std::optional<InstructionSet> instruction_set_named(std::string_view name);

// What this build has and this processor can execute, narrowest first.
std::vector<InstructionSet> supported_instruction_sets();

// The set in use: until one is chosen, the widest supported one; avx512 only on processors that do
// not lower their clock for it.
InstructionSet instruction_set();
// Chooses one for the whole process, for work that begins afterwards; from any thread.
// std::invalid_argument when it is not supported.
void use_instruction_set(InstructionSet set);
// The same by name, for a setting of the user's that `setting` names. UsageError with the names
// that can be used when it is unknown or not supported.
void use_instruction_set(std::string_view name, const std::string& setting);

}  // namespace wyvern::kernels

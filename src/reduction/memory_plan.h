// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include "reduction/plan.h"

namespace wyvern {

struct Context;

// What of `memory` (bytes) is left for planes beside the program, the frames' headers and tables,
// and what each thread works with.
std::size_t memory_for_planes(std::size_t memory, std::size_t frames, int threads);

// Foretells the memory of a reduction whose steps are planned, from what the steps hold: frames
// between steps, as far as `limit` lets them stay in memory (PlaneBudget); and what each thread
// works with (the numbers stand beside the code that takes it: StackParts, sky_stacks.h,
// detection.h, resampling.h). The program, and what it has opened, count as they are now. `frames`:
// opened, not worked on yet.
MemoryPlan planned_memory(const FrameList& frames, const ReductionPlan& plan,
                          const Context& context, std::size_t limit,
                          const std::string& scratch_folder);

}  // namespace wyvern

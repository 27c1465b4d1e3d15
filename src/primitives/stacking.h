// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <span>
#include <vector>

#include "kernels/stack.h"
#include "kernels/statistics.h"
#include "primitives/primitive.h"

namespace wyvern {

// The stacking kernel's options as the parameters say.
kernels::StackOptions stack_options(const Parameters& parameters);

// Scale factors and offsets of the inputs of a stack, one each; empty: none.
struct StackScaling {
  std::vector<float> scale, zero;
};

// Combines extension `i` of the frames by row tiles. `masks`: false drops all masks first. The
// result has float32 data and variance (when all inputs have one; estimated otherwise), a uint16
// mask when all inputs have one, and an int16 plane REJMAP when asked for.
struct StackedPlanes {
  Plane data, variance, mask, rejection_map;
};
StackedPlanes stack_extension(std::span<const AstroData* const> frames, std::size_t i,
                              const kernels::StackOptions& options, const StackScaling& scaling,
                              bool use_masks, bool want_rejection_map, ThreadTeam& team);

// The sky level of an extension, of the pixels without DQ flag and object (spec of
// gempy.gemini.gemini_tools.measure_bg_from_image); `section`: only within it.
std::optional<kernels::Level> level_of(const Extension& extension, int sampling, bool gaussfit,
                                       const std::optional<Section>& section = std::nullopt);

// The values of the pixels that are good for statistics: DQ == 0 and no object, raster order.
std::vector<float> good_pixels(const Extension& extension,
                               const std::optional<Section>& section = std::nullopt);

// Sky levels that are known already, by frame: one per extension, NaN where it cannot be measured.
using KnownLevels = std::map<const AstroData*, std::vector<double>>;

// The level that scale factors and offsets of stacks compare, for each extension.
std::vector<double> stacking_levels(const AstroData& frame, const std::optional<Section>& section);

// Combines two or more frames into a new one as stackFrames does; `parameters` are those of
// stackFrames. Levels that are not in `known` are measured.
Frame stack_of(const FrameList& frames, const Parameters& parameters, const Context& context,
               Journal& log, const KnownLevels& known = {});

}  // namespace wyvern

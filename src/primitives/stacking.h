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

// The planes of extension `i` of some frames as the stacking kernel takes them, part by part:
// loaded float planes are those of the frames, which must live as long; deferred ones are read;
// integers become float64. `use_masks`: false leaves the masks out. DataError when the shapes
// differ.
class StackInputs {
 public:
  StackInputs(std::span<const AstroData* const> frames, std::size_t i, const StackScaling& scaling,
              bool use_masks);

  bool have_masks() const { return have_masks_; }
  // Pixels that are best worked on at once: the parts of all inputs fit in the memory for that.
  std::size_t tile() const;
  // Stacks pixels [first, last). Safe from several threads.
  void stack(std::size_t first, std::size_t last, const kernels::StackOptions& options,
             const kernels::StackOutput& output) const;
  std::size_t pixels() const { return inputs_.front().data.size(); }
  // What becomes of one pixel, for debugging.
  kernels::PixelTrace trace(std::size_t pixel, const kernels::StackOptions& options) const;

 private:
  struct Input {
    Plane data, variance, mask;  // handles on the frame's planes
    float scale, zero;
  };
  class Part;
  std::vector<Input> inputs_;
  bool have_masks_ = false, all_loaded_ = false;
};

// How some frames are to be combined: the kernel's options, and the scaling of each extension.
struct StackPlan {
  kernels::StackOptions options;
  bool use_masks = true, rejection_map = false;
  std::vector<StackScaling> scaling;
};

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

// Works out how stackFrames with these parameters combines the frames, and logs it. Levels that are
// not in `known` are measured. DataError when it cannot.
StackPlan plan_stack(const FrameList& frames, const Parameters& parameters, const Context& context,
                     Journal& log, const KnownLevels& known = {});

// Combines two or more frames into a new one as stackFrames does; `parameters` are those of
// stackFrames. Levels that are not in `known` are measured.
Frame stack_of(const FrameList& frames, const Parameters& parameters, const Context& context,
               Journal& log, const KnownLevels& known = {});

}  // namespace wyvern

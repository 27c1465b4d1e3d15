// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
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
  void apply_to(std::vector<kernels::StackInput>& inputs) const;
};

// The planes of some extensions as the stacking kernel takes them, part by part: loaded float
// planes are those of the frames; deferred ones are read; integers become float64. The pixels stay
// as long as this object does.
class StackParts {
  struct Planes {
    Plane data, variance, mask;
  };

 public:
  // All extensions must have one shape. `use_masks`: false leaves the masks out.
  explicit StackParts(std::span<const Extension* const> extensions, bool use_masks = true);

  bool have_masks() const { return have_masks_; }  // all of them
  // Pixels that are best worked on at once.
  std::size_t tile() const;
  // The same for so many inputs that have to be read, and the memory that a part of them takes.
  static std::size_t read_tile(std::size_t inputs);
  static std::size_t part_bytes(std::size_t inputs, std::size_t pixels);

  // Pixels [first, last) of all, without scaling. Lives no longer than the StackParts.
  class Part {
   public:
    Part(const StackParts& whole, std::size_t first, std::size_t last);
    const std::vector<kernels::StackInput>& inputs() const { return inputs_; }

   private:
    std::size_t room_for(const Plane& plane, PixelType type) const;
    const void* pixels_of(const Plane& plane, PixelType type);
    // `input` has the data already.
    const void* variance_of(const Planes& planes, const kernels::StackInput& input);

    std::size_t first_, pixels_;
    std::vector<kernels::StackInput> inputs_;
    std::shared_ptr<std::byte> memory_;  // all that is read, in one block: the pool stays in order
    std::byte* free_ = nullptr;          // of it
    std::deque<Plane> converted_;
  };

 private:
  std::vector<Planes> planes_;
  bool use_masks_, have_masks_, all_loaded_ = true;
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

// The part of the image that the parameter statsec names.
std::optional<Section> statistics_section(const Parameters& parameters);
// The level that scale factors and offsets of stacks compare; NaN where it cannot be measured.
double stacking_level(const Extension& extension, const std::optional<Section>& section);

// Works out how stackFrames with these parameters combines the frames, and logs it. Levels that are
// not in `known` are measured. DataError when it cannot.
StackPlan plan_stack(const FrameList& frames, const Parameters& parameters, const Context& context,
                     Journal& log, const KnownLevels& known = {});

// Combines two or more frames into a new one as stackFrames does; `parameters` are those of
// stackFrames. Levels that are not in `known` are measured.
Frame stack_of(const FrameList& frames, const Parameters& parameters, const Context& context,
               Journal& log, const KnownLevels& known = {});

}  // namespace wyvern

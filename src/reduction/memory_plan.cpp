// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/memory_plan.h"

#include <algorithm>

#include "base/buffer_pool.h"
#include "base/memory_meter.h"
#include "primitives/primitive.h"
#include "primitives/resampling.h"
#include "primitives/sky_stacks.h"
#include "primitives/stacking.h"
#include "sources/detection.h"

namespace wyvern {
namespace {

// Bytes of a pixel: data and variance are float32 once a frame is worked on.
constexpr std::size_t kPlane = sizeof(float), kMask = sizeof(std::uint16_t);
constexpr std::size_t kAllPlanes = 2 * kPlane + kMask;
// Beside planes: the tables of a frame that grow on the way, less where a recipe ends with the
// stack of frames that were never loaded, and what a thread's allocator keeps.
constexpr std::size_t kTables = std::size_t{48} << 10, kFewTables = std::size_t{24} << 10;
constexpr std::size_t kThread = std::size_t{512} << 10;

std::size_t pixels_of(const AstroData& frame) {
  std::size_t pixels = 0;
  for (const Extension& extension : frame.extensions) {
    pixels += static_cast<std::size_t>(extension.data.size());
  }
  return pixels;
}

class Forecast {
 public:
  Forecast(const FrameList& frames, const ReductionPlan& plan, const Context& context,
           std::size_t limit)
      : frames_(frames),
        plan_(plan),
        context_(context),
        limit_(limit),
        threads_(static_cast<std::size_t>(context.team->threads())),
        count_(frames.size()) {
    for (const Frame& frame : frames) {
      pixels_ = std::max(pixels_, pixels_of(*frame));
      for (const Extension& extension : frame->extensions) {
        has_variance_ = has_variance_ || !extension.variance.empty();
        loaded_ = loaded_ || extension.data.loaded();
      }
    }
    held_ = loaded_ ? kPlane * pixels_ : 0;
  }

  MemoryPlan made(const std::string& folder) {
    const PoolUse pool = pool_use();
    planes_ = pool.in_use;
    for (std::size_t i = 0; i < plan_.steps.size();) i = step(i);
    if (held_ == 0) held_ = kPlane * pixels_;  // read for the writing
    planes_at_least(frames_held() + held_);    // a product on its way to its file
    MemoryPlan memory;
    const std::size_t now = resident_memory(), of_pool = pool.in_use + pool.kept;
    const std::size_t program = now - std::min(now, of_pool);
    memory.limit = limit_;
    const std::size_t tables = frames_.size() * (deferred_ ? kFewTables : kTables);
    memory.peak = program + tables + threads_ * kThread + lists_ + in_pool(planes_);
    memory.scratch = scratch_;
    if (scratch_ > 0) memory.scratch_folder = folder;
    return memory;
  }

 private:
  // Between blocks in use some memory lies idle.
  static std::size_t in_pool(std::size_t planes) { return planes + planes / 16; }

  // What threads hold that work on so many tasks; of many, some have just begun or ended.
  std::size_t at_work(std::size_t tasks, std::size_t bytes) const {
    const std::size_t threads = std::min(threads_, tasks);
    return threads <= 2 ? threads * bytes : threads * bytes / 10 * 9;
  }
  void planes_at_least(std::size_t bytes) { planes_ = std::max(planes_, bytes); }

  // Of frames that wait; what is beyond the limit goes to the scratch file.
  std::size_t kept(std::size_t all) {
    if (all <= limit_) return all;
    scratch_ = std::max(scratch_, all - limit_);
    return limit_;
  }
  std::size_t frames_held() { return kept(others_ + count_ * held_); }

  const Primitive& primitive(std::size_t i) const {
    return context_.primitives->at(plan_.steps[i].step.primitive);
  }
  bool frame_wise(std::size_t i) const { return primitive(i).on_frame != nullptr; }

  // Takes the step, or the group of steps, that begins with `i`; returns the next one.
  std::size_t step(std::size_t i) {
    if (plan_.steps[i].skipped) return i + 1;
    if (frame_wise(i)) return group(i);
    const std::string& name = plan_.steps[i].step.primitive;
    if (name == "stackFrames" || name == "stackDarks" || name == "stackFlats") stack(count_, 0);
    if (name == "makeLampFlat") lamp_flat();
    if (name == "separateSky") sky_stream_ = true;
    if (name == "skyCorrect") sky();
    if (name == "resampleToCommonFrame") resample();
    return i + 1;
  }

  std::size_t group(std::size_t first) {
    std::size_t end = first;
    bool deferring = !loaded_;
    for (; end < plan_.steps.size() && frame_wise(end) && !plan_.steps[end].skipped; ++end) {
      deferring = deferring && primitive(end).takes_deferred;
      has_variance_ = has_variance_ || plan_.steps[end].step.primitive == "addVAR";
      flags_light_ = flags_light_ || plan_.steps[end].step.primitive == "addIllumMaskToDQ";
    }
    const std::string& name = plan_.steps[first].step.primitive;
    if (name == "detectSources") {
      detect();
    } else if (deferring && count_ == frames_.size() && held_ == 0) {
      deferred_ = true;
      planes_at_least(at_work(count_, (kPlane + kMask) * pixels_));  // a raw frame and its flags
    } else {
      load(first, end);
    }
    if (flags_light_) lists_ = std::max(lists_, kPlane * pixels_);
    return end;
  }

  void load(std::size_t first, std::size_t end) {
    const std::size_t before = count_ * held_;
    if (count_ == frames_.size()) held_ = (has_variance_ ? 2 * kPlane : kPlane) * pixels_;
    std::size_t calibrations = 0;
    for (std::size_t i = first; i < end; ++i) {
      if (primitive(i).need) calibrations += kAllPlanes * pixels_;
    }
    const std::size_t all = count_ * held_ + calibrations;
    const std::size_t waiting =
        end < plan_.steps.size() && (frame_wise(end) || primitive(end).takes_deferred) ? kept(all)
                                                                                       : all;
    const bool spills = waiting < all;
    const std::size_t each = (spills ? kAllPlanes : kMask) * pixels_;
    planes_at_least(std::max(before, waiting + at_work(count_, each)));
  }

  void detect() {
    planes_at_least(frames_held() + at_work(count_, sources::detection_planes(pixels_)));
    lists_ = std::max(lists_, at_work(count_, sources::detection_lists(pixels_)));
  }

  // A stack of `inputs` frames beside planes of `beside` bytes; the frames go unless a stream of
  // skies has them.
  void stack(std::size_t inputs, std::size_t beside) {
    if (inputs < 2) return;
    const std::size_t frames = frames_held();
    std::size_t parts = 0;
    if (held_ == 0 || frames < others_ + count_ * held_) {
      const std::size_t tile = StackParts::read_tile(inputs);
      parts = at_work((pixels_ + tile - 1) / tile, StackParts::part_bytes(inputs, pixels_));
    }
    planes_at_least(frames + beside + parts + kAllPlanes * pixels_);
    if (sky_stream_) others_ = frames;
    count_ = 1;
    held_ = kAllPlanes * pixels_;
  }

  void lamp_flat() {
    const std::size_t half = std::max<std::size_t>(count_ / 2, 2);
    stack(half, kAllPlanes * pixels_);
  }

  void sky() {
    planes_at_least(frames_held() + at_work(count_, sky_planes_per_thread(pixels_)));
    lists_ = std::max(lists_, at_work(count_, sky_values_per_thread(pixels_)));
  }

  void resample() {
    const auto grid = foreseen_grid(frames_);
    const std::size_t made =
        grid ? static_cast<std::size_t>(std::max<std::int64_t>(grid->nx * grid->ny, 1)) : pixels_;
    const std::size_t each = resampling_planes(pixels_, made);
    held_ = held_ / std::max<std::size_t>(pixels_, 1) * made;
    const std::size_t all = count_ * held_, waiting = frames_held();
    // At the end all but the last frames have been made.
    const std::size_t spare = waiting < all ? each : each / 2;
    planes_at_least(waiting + at_work(count_, spare));
    pixels_ = made;
  }

  const FrameList& frames_;
  const ReductionPlan& plan_;
  const Context& context_;
  std::size_t limit_, threads_;
  std::size_t count_;       // of frames in the main stream
  std::size_t pixels_ = 0;  // of the largest
  std::size_t held_ = 0;    // bytes of a frame's planes between steps
  std::size_t others_ = 0;  // bytes of frames that other streams keep
  bool has_variance_ = false, loaded_ = false, sky_stream_ = false, flags_light_ = false;
  bool deferred_ = false;                             // frames are never loaded as a whole
  std::size_t planes_ = 0, lists_ = 0, scratch_ = 0;  // the most so far
};

}  // namespace

std::size_t memory_for_planes(std::size_t memory, std::size_t frames, int threads) {
  constexpr std::size_t program = std::size_t{64} << 20, frame = std::size_t{192} << 10,
                        thread = std::size_t{32} << 20;
  const std::size_t other = program + frames * frame + static_cast<std::size_t>(threads) * thread;
  return std::max(memory / 4, memory - std::min(memory, other));
}

MemoryPlan planned_memory(const FrameList& frames, const ReductionPlan& plan,
                          const Context& context, std::size_t limit,
                          const std::string& scratch_folder) {
  return Forecast(frames, plan, context, limit).made(scratch_folder);
}

}  // namespace wyvern

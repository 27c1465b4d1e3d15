// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_stacks.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/block_arithmetic.h"
#include "base/errors.h"
#include "primitives/sky_subtraction.h"

// The pixels of skyCorrect. Reference: geminidr/core/primitives_preprocess.py (skyCorrect),
// primitives_stack.py (stackSkyFrames).

namespace wyvern {
namespace {

constexpr std::size_t kTile = 16384;  // pixels

std::size_t tiles_of(std::size_t pixels) {
  return (pixels + kTile - 1) / kTile;
}

// What is known of a sky before stacks are made of it, for one extension.
struct SkyFacts {
  std::vector<bool> lit;  // by tile: some pixel without a flag
  bool negative_variance = false;
};

SkyFacts facts_of(const Extension& sky) {
  SkyFacts facts;
  const auto pixels = static_cast<std::size_t>(sky.data.size());
  facts.lit.assign(tiles_of(pixels), true);
  if (!sky.mask.empty()) {
    const std::span<const std::uint16_t> mask = sky.mask.pixels<std::uint16_t>();
    for (std::size_t t = 0; t < facts.lit.size(); ++t) {
      const auto tile = mask.subspan(t * kTile, std::min(kTile, pixels - t * kTile));
      facts.lit[t] = std::ranges::find(tile, std::uint16_t{0}) != tile.end();
    }
  }
  if (is_floating(sky.variance.type())) {
    facts.negative_variance =
        !sky.variance.empty() && any_negative(block_of(sky.variance, 0, pixels));
  }
  return facts;
}

// The rule of stacks: one negative variance anywhere, and all that is not >= 0 becomes 0.
void remove_negative(std::span<float> variance) {
  for (float& value : variance) {
    if (!(value >= 0.0F)) value = 0.0F;
  }
}

// Where the sky of a list comes from: a stack of inputs, or a single frame.
struct Source {
  std::optional<StackInputs> inputs;
  Extension single;
  bool has_variance = false, has_mask = false;
  bool negative_variance = false;  // somewhere in the whole stack
};

// Memory for one tile of what a thread works on.
class TileBuffer {
 public:
  TileBuffer(std::size_t pixels, bool with_variance, bool with_mask)
      : data_(pixels), variance_(with_variance ? pixels : 0), mask_(with_mask ? pixels : 0) {}

  kernels::StackOutput stack_output(std::size_t origin) {
    return {data_.data(), variance_.empty() ? nullptr : variance_.data(),
            mask_.empty() ? nullptr : mask_.data(), nullptr, origin};
  }
  SkyPixels sky() const { return {data_, variance_, mask_, {}}; }
  SubtractedPixels result() { return {data_, variance_, mask_}; }
  std::span<float> variance() { return variance_; }

 private:
  std::vector<float> data_, variance_;
  std::vector<std::uint16_t> mask_;
};

SkyPixels part_of(const SkyPixels& pixels, std::size_t first, std::size_t size) {
  const auto part = [&](auto span) { return span.empty() ? span : span.subspan(first, size); };
  return {part(pixels.data), part(pixels.variance), part(pixels.mask), part(pixels.objects)};
}

// One extension, `i`, of all frames and skies.
class ExtensionWork {
 public:
  ExtensionWork(std::size_t i, std::span<const SkyList> lists, std::span<const StackPlan> plans,
                const FrameList& frames, ThreadTeam& team)
      : i_(i), lists_(lists), plans_(plans), frames_(frames), team_(team) {
    science_.resize(frames.size());
    operations_.resize(frames.size());
    collect_facts();
    for (std::size_t l = 0; l < lists.size(); ++l) {
      add_source(l);
      for (const std::size_t user : lists[l].users) add_science(l, user);
    }
  }

  // Finds out how the sky of list `l` is to be subtracted from its users. Safe for several lists at
  // once.
  void find_operations(std::size_t l, const SkySubtraction& settings, std::vector<Journal>& logs) {
    const bool needs_pixels = settings.scale || settings.offset || settings.reset;
    if (!needs_pixels && !some_negative(l)) return;
    const Extension stack = stacked(l) ? rough_stack(l) : Extension();
    const SkyPixels sky = sky_pixels(stacked(l) ? stack : sources_[l].single);
    for (const std::size_t user : lists_[l].users) {
      operations_[user] = sky_operation(science_[user], sky, settings, frames_[user]->filename(),
                                        i_ + 1, logs[user]);
    }
  }

  void subtract() {
    if (lists_.empty()) return;
    team_.run_tiles(pixels_, kTile,
                    [&](std::size_t first, std::size_t last) { subtract_tile(first, last); });
    put_back();
  }

 private:
  bool stacked(std::size_t list) const { return lists_[list].skies.size() > 1; }

  void collect_facts() {
    std::vector<const AstroData*> skies;
    for (const SkyList& list : lists_) {
      for (const Frame& sky : list.skies) {
        if (facts_.try_emplace(sky.get()).second) skies.push_back(sky.get());
      }
    }
    team_.run(skies.size(),
              [&](std::size_t k) { facts_.at(skies[k]) = facts_of(skies[k]->extensions[i_]); });
  }

  void add_source(std::size_t l) {
    Source& source = sources_.emplace_back();
    const FrameList& skies = lists_[l].skies;
    if (!stacked(l)) {
      source.single = as_floats(skies.front()->extensions[i_]);
      source.has_variance = !source.single.variance.empty();
      source.has_mask = !source.single.mask.empty();
      return;
    }
    std::vector<const AstroData*> frames;
    for (const Frame& sky : skies) frames.push_back(sky.get());
    source.inputs.emplace(frames, i_, plans_[l].scaling[i_], plans_[l].use_masks);
    source.has_variance = true;
    source.has_mask = source.inputs->have_masks();
  }

  // Handles on the planes of a science frame. Those that change their type are copies, for stacks
  // need them as they are.
  void add_science(std::size_t l, std::size_t user) {
    const Plane& data = frames_[user]->extensions[i_].data;
    if (pixels_ == 0) pixels_ = static_cast<std::size_t>(data.size());
    if (data.shape() != lists_[l].skies.front()->extensions[i_].data.shape() ||
        static_cast<std::size_t>(data.size()) != pixels_) {
      throw DataError(fmt::format("{} and its sky {} have different image sizes",
                                  frames_[user]->filename(), lists_[l].skies.front()->filename()));
    }
    science_[user] = as_floats(frames_[user]->extensions[i_]);
    prepare_for_sky(science_[user], sources_[l].has_variance, sources_[l].has_mask);
  }

  // Data and mask of a stack where any input has a good pixel; elsewhere its pixels are flagged, as
  // they would be in the whole stack.
  Extension rough_stack(std::size_t l) {
    Source& source = sources_[l];
    const std::vector<std::int64_t>& shape = lists_[l].skies.front()->extensions[i_].data.shape();
    Extension stack;
    stack.data = Plane(PixelType::f32, shape);
    if (source.has_mask) stack.mask = Plane(PixelType::u16, shape);
    const bool whole = some_negative(l);
    if (whole) stack.variance = Plane(PixelType::f32, shape);
    const kernels::StackOutput output{
        stack.data.pixels<float>().data(), whole ? stack.variance.pixels<float>().data() : nullptr,
        source.has_mask ? stack.mask.pixels<std::uint16_t>().data() : nullptr, nullptr};
    for (std::size_t first = 0; first < pixels_; first += kTile) {
      const std::size_t last = std::min(first + kTile, pixels_);
      if (whole || !source.has_mask || any_lit(l, first / kTile)) {
        source.inputs->stack(first, last, plans_[l].options, output);
      } else {
        std::fill(output.mask + first, output.mask + last, dq::bad_pixel);
      }
    }
    if (whole) {
      source.negative_variance = any_negative(block_of(stack.variance, 0, pixels_));
      stack.variance = {};
    }
    return stack;
  }

  bool some_negative(std::size_t l) const {
    return std::ranges::any_of(
        lists_[l].skies, [&](const Frame& sky) { return facts_.at(sky.get()).negative_variance; });
  }

  bool any_lit(std::size_t l, std::size_t tile) const {
    return std::ranges::any_of(lists_[l].skies,
                               [&](const Frame& sky) { return facts_.at(sky.get()).lit[tile]; });
  }

  // What is left of all frames in one tile replaces the tile when no stack needs it any more.
  void subtract_tile(std::size_t first, std::size_t last) {
    const std::size_t size = last - first;
    std::vector<std::pair<std::size_t, TileBuffer>> results;
    for (std::size_t l = 0; l < lists_.size(); ++l) {
      TileBuffer stack(stacked(l) ? size : 0, stacked(l), stacked(l) && sources_[l].has_mask);
      const SkyPixels sky = sky_tile(l, first, last, stack);
      for (const std::size_t user : lists_[l].users) {
        Extension& own = science_[user];
        TileBuffer& result =
            results.emplace_back(user, TileBuffer(size, !own.variance.empty(), !own.mask.empty()))
                .second;
        subtract_sky(part_of(sky_pixels(own), first, size), sky, operations_[user],
                     result.result());
      }
    }
    for (const auto& [user, result] : results) {
      const SubtractedPixels own = subtracted_pixels(science_[user]);
      const SkyPixels values = result.sky();
      std::ranges::copy(values.data, own.data.begin() + static_cast<std::ptrdiff_t>(first));
      std::ranges::copy(
          values.variance,
          own.variance.begin() + static_cast<std::ptrdiff_t>(values.variance.empty() ? 0 : first));
      std::ranges::copy(values.mask, own.mask.begin() + static_cast<std::ptrdiff_t>(
                                                            values.mask.empty() ? 0 : first));
    }
  }

  SkyPixels sky_tile(std::size_t l, std::size_t first, std::size_t last, TileBuffer& stack) const {
    const Source& source = sources_[l];
    if (!stacked(l)) return part_of(sky_pixels(source.single), first, last - first);
    source.inputs->stack(first, last, plans_[l].options, stack.stack_output(first));
    if (source.negative_variance) remove_negative(stack.variance());
    return stack.sky();
  }

  void put_back() {
    team_.run(frames_.size(), [&](std::size_t k) {
      Extension& made = science_[k];
      if (made.data.empty()) return;
      Extension& own = frames_[k]->extensions[i_];
      if (!made.variance.empty()) zero_negative_variance(made.variance);
      own.data = std::move(made.data);
      own.variance = std::move(made.variance);
      own.mask = std::move(made.mask);
    });
  }

  std::size_t i_;
  std::span<const SkyList> lists_;
  std::span<const StackPlan> plans_;
  const FrameList& frames_;
  ThreadTeam& team_;
  std::size_t pixels_ = 0;
  std::vector<Source> sources_;           // by list
  std::vector<Extension> science_;        // by frame; without planes when it has no sky
  std::vector<SkyOperation> operations_;  // by frame
  std::map<const AstroData*, SkyFacts> facts_;
};

// The stack of a list as a frame of its own, to be kept.
Frame sky_frame(const SkyList& list, const Parameters& stacking, const KnownLevels& known,
                const Context& context) {
  if (list.skies.size() == 1) return list.skies.front();
  Journal said_before;
  return stack_of(list.skies, stacking, context, said_before, known);
}

std::string sky_file_name(const AstroData& science) {
  return updated_filename(science.filename(),
                          science.phu.text("ORIGNAME").value_or(science.filename()), std::nullopt,
                          "_sky", true);
}

class SkyWork {
 public:
  SkyWork(std::vector<SkyList>& lists, const FrameList& frames, const KnownLevels& known,
          ListCall& call, std::vector<Journal>& logs)
      : lists_(lists), frames_(frames), known_(known), call_(call), logs_(logs) {}

  void run() {
    for (SkyList& list : lists_) plan(list);
    check_extensions();
    std::vector<ExtensionWork> extensions;
    const std::size_t count = lists_.empty() ? 0 : lists_.front().skies.front()->extensions.size();
    for (std::size_t i = 0; i < count; ++i) {
      extensions.emplace_back(i, lists_, plans_, frames_, *call_.context.team);
    }
    call_.context.team->run(lists_.size(), [&](std::size_t l) { prepare(l, extensions); });
    for (ExtensionWork& extension : extensions) extension.subtract();
  }

 private:
  void plan(SkyList& list) {
    const JournalBlock outer(list.log, "stackSkyFrames");
    if (list.skies.size() == 1) {
      plans_.emplace_back();
      stacking_.emplace_back();
      return;
    }
    const JournalBlock inner(list.log, "stackFrames");
    Parameters stacking =
        sky_stack_parameters(call_.parameters, call_.context, list.skies.size(), list.log);
    if (stacking.flag("scale")) stacking.set("zero", false);
    plans_.push_back(plan_stack(list.skies, stacking, call_.context, list.log, known_));
    stacking_.push_back(std::move(stacking));
  }

  void check_extensions() const {
    for (const SkyList& list : lists_) {
      const AstroData& sky = *list.skies.front();
      for (const std::size_t user : list.users) {
        if (frames_[user]->extensions.size() == sky.extensions.size()) continue;
        throw DataError(fmt::format("{} and its sky {} have different numbers of extensions",
                                    frames_[user]->filename(), sky.filename()));
      }
    }
  }

  void prepare(std::size_t l, std::vector<ExtensionWork>& extensions) {
    const SkyList& list = lists_[l];
    const bool stacked = list.skies.size() > 1;
    const std::string name =
        stacked ? sky_file_name(*frames_[list.users.front()]) : list.skies.front()->filename();
    SkySubtraction settings;
    std::vector<std::unique_ptr<JournalBlock>> blocks;
    for (const std::size_t user : list.users) {
      blocks.push_back(std::make_unique<JournalBlock>(logs_[user], "subtractSky"));
      logs_[user].stdinfo(
          fmt::format("Subtracting {} from the science frame {}", name, frames_[user]->filename()));
      settings = sky_subtraction(call_.parameters, logs_[user]);
    }
    for (ExtensionWork& extension : extensions) extension.find_operations(l, settings, logs_);
    if (!settings.save) return;
    const Frame sky = sky_frame(list, *stacking_[l], known_, call_.context);
    if (stacked) sky->set_filename(name);
    for (const std::size_t user : list.users) {
      save_sky(*sky, *frames_[user], call_.context, logs_[user]);
    }
  }

  std::vector<SkyList>& lists_;
  const FrameList& frames_;
  const KnownLevels& known_;
  ListCall& call_;
  std::vector<Journal>& logs_;
  std::vector<StackPlan> plans_;                     // by list
  std::vector<std::optional<Parameters>> stacking_;  // by list
};

}  // namespace

Parameters sky_stack_parameters(const Parameters& own, const Context& context, std::size_t skies,
                                Journal& log) {
  const Primitive& stack = context.primitives->at("stackFrames");
  Arguments arguments;
  for (const auto& [parameter, value] : own.values()) {
    if (parameter->name != "suffix" && find_parameter(stack.parameters, parameter->name)) {
      arguments.emplace_back(parameter->name, value);
    }
  }
  Parameters p = resolve(stack, context.user_parameters, arguments);
  const bool too_many = p.text("reject_method") == "minmax" &&
                        p.integer("nlow") + p.integer("nhigh") >= static_cast<int>(skies);
  if (too_many && context.mode != "qa" && !context.compat && skies > 1) {
    log.warning("Trying to reject too many images. Setting nlow=nhigh=0.");
    p.set("nlow", 0);
    p.set("nhigh", 0);
  }
  return p;
}

void correct_with_skies(std::vector<SkyList>& lists, const FrameList& frames,
                        const KnownLevels& known, ListCall& call, std::vector<Journal>& logs) {
  SkyWork(lists, frames, known, call, logs).run();
}

}  // namespace wyvern

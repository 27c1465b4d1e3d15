// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_stacks.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "astrodata/arithmetic.h"
#include "astrodata/block_arithmetic.h"
#include "astrodata/deferred_planes.h"
#include "base/frame_fault.h"
#include "base/scratch_file.h"
#include "primitives/sky_batches.h"
#include "primitives/sky_subtraction.h"
#include "primitives/sky_tile.h"

// The pixels of skyCorrect. Reference: geminidr/core/primitives_preprocess.py (skyCorrect),
// primitives_stack.py (stackSkyFrames).

namespace wyvern {
namespace {

// The rule of stacks: one negative variance anywhere, and all that is not >= 0 becomes 0.
void remove_negative(std::span<float> variance) {
  for (float& value : variance) {
    if (!(value >= 0.0F)) value = 0.0F;
  }
}

bool has_negative(std::span<const float> variance) {
  return any_negative(
      {PixelType::f32, reinterpret_cast<const std::byte*>(variance.data()), variance.size()});
}

// A tile of an image whose planes are an input of stacks.
SkyPixels pixels_of(const kernels::StackInput& input, std::size_t size) {
  SkyPixels pixels;
  pixels.data = {static_cast<const float*>(input.data), size};
  if (input.variance != nullptr)
    pixels.variance = {static_cast<const float*>(input.variance), size};
  if (input.mask != nullptr) pixels.mask = {input.mask, size};
  return pixels;
}

// Pixels [first, first + part.size()) of a float32 plane.
void write_part(Plane& plane, std::size_t first, std::span<const float> part) {
  if (part.empty()) return;
  if (plane.loaded()) {
    std::ranges::copy(part, plane.pixels<float>().begin() + static_cast<std::ptrdiff_t>(first));
  } else {
    dynamic_cast<const ScratchPixels&>(*plane.source())
        .write(first, part.size(), reinterpret_cast<const std::byte*>(part.data()));
  }
}

constexpr std::size_t kNoSky = static_cast<std::size_t>(-1);

// What the work on a batch of lists shares.
struct BatchSetting {
  const SkyBatch& batch;
  std::size_t number;  // of the batch
  std::span<const SkyList> lists;
  std::span<const StackPlan> plans;  // by list
  const FrameList& frames;
  const OriginalPlanes& originals;
  PlaneBudget* budget;
  ThreadTeam& team;
};

// One extension, `i`, of the frames and skies of a batch.
class ExtensionWork {
 public:
  ExtensionWork(std::size_t i, const BatchSetting& setting)
      : i_(i),
        setting_(setting),
        lists_(setting.lists),
        plans_(setting.plans),
        frames_(setting.frames),
        team_(setting.team),
        sources_(lists_.size()) {
    for (const std::size_t l : setting.batch.lists) add_source(l);
    std::vector<const Extension*> extensions;
    for (const AstroData* sky : skies_) extensions.push_back(&original(sky));
    parts_.emplace(extensions);
    pixels_ = static_cast<std::size_t>(extensions.front()->data.size());
    tile_ = std::clamp(kTileMemory / (kBytesPerPixel * skies_.size()), kSmallestTile, kLargestTile);
    tile_ -= tile_ % kScratchRun;
    for (const std::size_t l : setting.batch.lists) {
      for (const std::size_t user : lists_[l].users) add_science(l, user);
    }
    facts_.resize(skies_.size());
    team_.run(skies_.size(), [&](std::size_t k) { facts_[k] = facts_of(*extensions[k]); });
  }

  // Finds out how the sky of list `l` is to be subtracted from its users. Safe for several lists at
  // once.
  void find_operations(std::size_t l, const SkySubtraction& settings, std::vector<Journal>& logs) {
    const bool needs_pixels = settings.scale || settings.offset || settings.reset;
    if (!needs_pixels && !some_negative(l)) return;
    const Extension sky = stacked(l) ? rough_stack(l) : loaded_planes(sources_[l].single);
    for (const std::size_t user : lists_[l].users) {
      Science& science = science_.at(user);
      try {
        science.operation = sky_operation(loaded_planes(science.planes), sky_pixels(sky), settings,
                                          frames_[user]->filename(), i_ + 1, logs[user]);
      } catch (const DataError& error) {
        science.fault = error.what();
      }
    }
  }

  // Throws a FrameFault for the first frame for which no operation was found.
  void check_operations() const {
    for (const auto& [user, science] : science_) {
      if (!science.fault) continue;
      throw FrameFault(ExitStatus::processing, frames_[user]->opened_path(), *science.fault);
    }
  }

  void subtract() {
    team_.run_tiles(pixels_, tile_,
                    [&](std::size_t first, std::size_t last) { subtract_tile(first, last); });
    std::vector<std::size_t> users;
    for (const auto& [user, science] : science_) users.push_back(user);
    team_.run(users.size(), [&](std::size_t k) { put_back(users[k]); });
  }

 private:
  // The inputs of all stacks, and what comes of them, are in memory tile by tile.
  static constexpr std::size_t kTileMemory = std::size_t{16} << 20, kBytesPerPixel = 10;
  static constexpr std::size_t kSmallestTile = 2048, kLargestTile = 16384;

  // Where the sky of a list comes from: a stack, or a single frame.
  struct Source {
    std::vector<std::size_t> skies;  // indices
    Extension single;                // float32 planes of the only sky, when there is no stack
    bool has_variance = false, has_mask = false;
    bool negative_variance = false;  // somewhere in the whole stack
  };

  // What is known of a sky before stacks are made of it.
  struct SkyFacts {
    std::vector<bool> lit;  // by tile: some pixel without a flag
    bool negative_variance = false;
  };

  // A frame to be corrected.
  struct Science {
    Extension planes;          // float32
    Plane data, variance;      // what becomes of them: the same pixels where they may be changed
    std::size_t sky = kNoSky;  // index of the same planes among the skies
    SkyOperation operation;
    std::optional<std::string> fault;  // why there is none
    std::optional<MaskPacker> mask;
    std::unique_ptr<std::atomic<bool>> negative_variance;  // in the result
  };

  const Extension& original(const AstroData* frame) const {
    return setting_.originals.of(frame, i_);
  }

  bool stacked(std::size_t list) const { return lists_[list].skies.size() > 1; }

  std::size_t index_of(const AstroData* sky) {
    const auto [entry, is_new] = index_.try_emplace(sky, skies_.size());
    if (is_new) skies_.push_back(sky);
    return entry->second;
  }

  void add_source(std::size_t l) {
    Source& source = sources_[l];
    source.has_variance = source.has_mask = stacked(l) ? plans_[l].use_masks : true;
    for (const Frame& sky : lists_[l].skies) {
      source.skies.push_back(index_of(sky.get()));
      source.has_mask = source.has_mask && !original(sky.get()).mask.empty();
      source.has_variance = !original(sky.get()).variance.empty();
    }
    if (stacked(l)) {
      source.has_variance = true;  // estimated, if need be
    } else {
      source.single = as_floats(original(lists_[l].skies.front().get()));
    }
  }

  // Handles on the planes of a science frame. Those that change their type are copies, for stacks
  // need them as they are.
  void add_science(std::size_t l, std::size_t user) {
    const AstroData* frame = frames_[user].get();
    const Extension& own = original(frame);
    if (own.data.shape() != original(lists_[l].skies.front().get()).data.shape() ||
        static_cast<std::size_t>(own.data.size()) != pixels_) {
      throw DataError(fmt::format("{} and its sky {} have different image sizes",
                                  frames_[user]->filename(), lists_[l].skies.front()->filename()));
    }
    Science& science = science_[user];
    science.planes = as_floats(own);
    prepare_for_sky(science.planes, sources_[l].has_variance, sources_[l].has_mask);
    const bool free = !setting_.originals.needed_after(frame, setting_.number);
    science.data = result_plane(science.planes.data, free);
    science.variance = result_plane(science.planes.variance, free);
    const bool as_it_was = own.data.type() == PixelType::f32 &&
                           (own.variance.empty() || own.variance.type() == PixelType::f32) &&
                           own.variance.empty() == science.planes.variance.empty() &&
                           own.mask.empty() == science.planes.mask.empty();
    const auto same = index_.find(frame);
    if (as_it_was && same != index_.end()) science.sky = same->second;
    if (!science.planes.mask.empty()) {
      science.mask.emplace(PixelType::u16, science.planes.mask.shape(),
                           (pixels_ + tile_ - 1) / tile_);
    }
    science.negative_variance = std::make_unique<std::atomic<bool>>(false);
  }

  // Where the result of a plane goes: into its own pixels when these are in memory and `free`.
  Plane result_plane(const Plane& plane, bool free) const {
    if (plane.empty()) return {};
    if (plane.loaded() && free) return plane.share();
    if (plane.deferred() && setting_.budget != nullptr) {
      return setting_.budget->on_scratch(plane.type(), plane.shape());
    }
    return {plane.type(), plane.shape()};
  }

  SkyFacts facts_of(const Extension& sky) const {
    SkyFacts facts;
    const StackParts part_of(std::array{&sky});
    for (std::size_t first = 0; first < pixels_; first += tile_) {
      const std::size_t size = std::min(tile_, pixels_ - first);
      const StackParts::Part part(part_of, first, first + size);
      const kernels::StackInput& input = part.inputs().front();
      const std::span mask(input.mask, input.mask == nullptr ? 0 : size);
      facts.lit.push_back(mask.empty() || std::ranges::find(mask, 0) != mask.end());
      if (input.variance == nullptr || !is_floating(input.variance_type)) continue;
      const ConstBlock variance{input.variance_type, static_cast<const std::byte*>(input.variance),
                                size};
      facts.negative_variance = facts.negative_variance || any_negative(variance);
    }
    return facts;
  }

  bool some_negative(std::size_t l) const {
    return std::ranges::any_of(sources_[l].skies,
                               [&](std::size_t sky) { return facts_[sky].negative_variance; });
  }

  bool any_lit(std::size_t l, std::size_t tile) const {
    return std::ranges::any_of(sources_[l].skies,
                               [&](std::size_t sky) { return facts_[sky].lit[tile]; });
  }

  // Data and mask of a stack where any input has a good pixel; elsewhere its pixels are flagged, as
  // they would be in the whole stack.
  Extension rough_stack(std::size_t l) {
    Source& source = sources_[l];
    const std::vector<std::int64_t>& shape = original(lists_[l].skies.front().get()).data.shape();
    const bool whole = some_negative(l);
    Extension stack;
    stack.data = Plane(PixelType::f32, shape);
    if (whole) stack.variance = Plane(PixelType::f32, shape);
    if (source.has_mask) stack.mask = Plane(PixelType::u16, shape);
    const SubtractedPixels all = subtracted_pixels(stack);
    const kernels::StackOutput output{all.data.data(), whole ? all.variance.data() : nullptr,
                                      source.has_mask ? all.mask.data() : nullptr, nullptr};
    std::vector<const Extension*> extensions;
    for (const Frame& sky : lists_[l].skies) extensions.push_back(&original(sky.get()));
    const StackParts parts(extensions, plans_[l].use_masks);
    for (std::size_t first = 0; first < pixels_; first += tile_) {
      const std::size_t last = std::min(first + tile_, pixels_);
      if (whole || !source.has_mask || any_lit(l, first / tile_)) {
        const StackParts::Part part(parts, first, last);
        stack_part(l, part.inputs(), first, last, output);
      } else {
        std::fill(output.mask + first, output.mask + last, dq::bad_pixel);
      }
    }
    if (whole) source.negative_variance = has_negative(all.variance);
    stack.variance = {};
    return stack;
  }

  void stack_part(std::size_t l, std::vector<kernels::StackInput> inputs, std::size_t first,
                  std::size_t last, const kernels::StackOutput& output) const {
    plans_[l].scaling[i_].apply_to(inputs);
    kernels::stack_pixels(inputs, first, last, plans_[l].options, output);
  }

  // What is left of all frames in one tile replaces the tile when no stack needs it any more.
  void subtract_tile(std::size_t first, std::size_t last) {
    const StackParts::Part part(*parts_, first, last);
    std::vector<std::pair<std::size_t, TileBuffer>> results;
    for (const std::size_t l : setting_.batch.lists) {
      TileBuffer buffer(last - first, sources_[l].has_variance, sources_[l].has_mask);
      const SkyPixels sky = sky_tile(l, part, first, last, buffer);
      for (const std::size_t user : lists_[l].users) {
        results.emplace_back(user, left_of(user, part, first, last, sky));
      }
    }
    for (const auto& [user, result] : results) keep(user, first, result.pixels());
  }

  SkyPixels sky_tile(std::size_t l, const StackParts::Part& part, std::size_t first,
                     std::size_t last, TileBuffer& buffer) const {
    const Source& source = sources_[l];
    if (!stacked(l)) {
      read_part(source.single, first, last, buffer);
      return buffer.pixels();
    }
    std::vector<kernels::StackInput> inputs;
    for (const std::size_t sky : source.skies) {
      inputs.push_back(part.inputs()[sky]);
      if (!plans_[l].use_masks) inputs.back().mask = nullptr;
    }
    stack_part(l, std::move(inputs), first, last, buffer.stack_output(first));
    if (source.negative_variance) remove_negative(buffer.result().variance);
    return buffer.pixels();
  }

  static void read_part(const Extension& planes, std::size_t first, std::size_t last,
                        TileBuffer& buffer) {
    const auto read = [&](const Plane& plane, auto to) {
      if (!to.empty()) plane.read(first, last - first, reinterpret_cast<std::byte*>(to.data()));
    };
    const SubtractedPixels to = buffer.result();
    read(planes.data, to.data);
    read(planes.variance, to.variance);
    read(planes.mask, to.mask);
  }

  TileBuffer left_of(std::size_t user, const StackParts::Part& part, std::size_t first,
                     std::size_t last, const SkyPixels& sky) {
    const Science& science = science_.at(user);
    TileBuffer result(last - first, !science.planes.variance.empty(), !science.planes.mask.empty());
    if (science.sky != kNoSky) {
      subtract_sky(pixels_of(part.inputs()[science.sky], last - first), sky, science.operation,
                   result.result());
    } else {
      read_part(science.planes, first, last, result);
      subtract_sky(result.pixels(), sky, science.operation, result.result());
    }
    if (has_negative(result.result().variance)) *science.negative_variance = true;
    return result;
  }

  void keep(std::size_t user, std::size_t first, const SkyPixels& pixels) {
    Science& science = science_.at(user);
    write_part(science.data, first, pixels.data);
    write_part(science.variance, first, pixels.variance);
    if (!science.mask) return;
    science.mask->add(first / tile_, first, reinterpret_cast<const std::byte*>(pixels.mask.data()),
                      pixels.mask.size());
  }

  void put_back(std::size_t k) {
    Science& science = science_.at(k);
    Extension& own = frames_[k]->extensions[i_];
    own.data = std::move(science.data);
    own.variance = std::move(science.variance);
    if (*science.negative_variance) {
      own.variance.load();
      zero_negative_variance(own.variance);
    }
    if (science.mask) own.mask = science.mask->mask();
  }

  std::size_t i_;
  BatchSetting setting_;
  std::span<const SkyList> lists_;
  std::span<const StackPlan> plans_;
  const FrameList& frames_;
  ThreadTeam& team_;
  std::vector<const AstroData*> skies_;  // each once
  std::map<const AstroData*, std::size_t> index_;
  std::optional<StackParts> parts_;  // of skies_
  std::size_t pixels_ = 0, tile_ = 0;
  std::vector<Source> sources_;             // by list
  std::vector<SkyFacts> facts_;             // by sky
  std::map<std::size_t, Science> science_;  // by frame
};

std::string sky_file_name(const AstroData& science) {
  return updated_filename(science.filename(),
                          science.phu.text("ORIGNAME").value_or(science.filename()), std::nullopt,
                          "_sky", true);
}

class SkyWork {
 public:
  SkyWork(std::vector<SkyList>& lists, const FrameList& frames, ListCall& call,
          std::vector<Journal>& logs)
      : lists_(lists),
        frames_(frames),
        call_(call),
        logs_(logs),
        blocks_(lists.size()),
        plans_(lists.size()),
        stacking_(lists.size()) {}

  void run() {
    const std::vector<SkyBatch> batches = sky_batches(lists_, frames_, room());
    OriginalPlanes originals(batches);
    try {
      for (std::size_t b = 0; b < batches.size(); ++b) run_batch(batches[b], b, originals);
    } catch (const FrameFault& fault) {
      if (!changed_) throw;
      give_up();
      throw Error(fault.status(), fault.what());  // the step cannot be run again
    } catch (...) {
      if (changed_) give_up();
      throw;
    }
  }

 private:
  // Frames may be half corrected: nothing is left to be saved.
  void give_up() { call_.context.streams["main"].clear(); }

  // Bytes that a batch may take.
  std::size_t room() const {
    const bool in_batches = call_.context.planes != nullptr && !call_.parameters.flag("save_sky") &&
                            can_be_in_batches(lists_, frames_);
    return in_batches ? call_.context.planes->limit() : std::numeric_limits<std::size_t>::max();
  }

  void run_batch(const SkyBatch& batch, std::size_t number, OriginalPlanes& originals) {
    PlaneBudget* budget = call_.context.planes;
    const bool fits = budget != nullptr && batch.bytes <= budget->limit();
    if (fits) make_room(batch, originals.missing_bytes(number), originals);
    originals.begin(number, fits, *call_.context.team);
    measure_levels(batch, originals);
    for (const std::size_t l : batch.lists) plan(l);
    if (number == 0) check_extensions();
    const BatchSetting setting{batch,   number,    lists_, plans_,
                               frames_, originals, budget, *call_.context.team};
    std::deque<ExtensionWork> extensions;
    for (std::size_t i = 0; i < lists_.front().skies.front()->extensions.size(); ++i) {
      extensions.emplace_back(i, setting);
    }
    call_.context.team->run(batch.lists.size(),
                            [&](std::size_t k) { prepare(batch.lists[k], extensions); });
    for (const ExtensionWork& extension : extensions) extension.check_operations();
    if (call_.parameters.flag("save_sky")) {
      call_.context.team->run(batch.lists.size(), [&](std::size_t k) { save(batch.lists[k]); });
    }
    for (const std::size_t l : batch.lists) blocks_[l].clear();
    changed_ = true;
    for (ExtensionWork& extension : extensions) extension.subtract();
    for (const std::size_t l : batch.lists)
      corrected_.insert(lists_[l].users.begin(), lists_[l].users.end());
    extensions.clear();
    originals.end(number);
  }

  // Frames that the batch does not need, and what earlier ones have made, go to the scratch file as
  // far as the batch needs their room.
  void make_room(const SkyBatch& batch, std::size_t missing, const OriginalPlanes& originals) {
    const std::vector<AstroData*> others =
        frames_beside(batch, lists_, frames_, corrected_, originals);
    call_.context.team->run(others.size(), [&](std::size_t k) {
      call_.context.planes->put_aside(*others[k], missing);
    });
  }

  // The levels of the batch's skies that will be scaled, each measured once.
  void measure_levels(const SkyBatch& batch, const OriginalPlanes& originals) {
    const Parameters& p = call_.parameters;
    if (!p.flag("scale") && !p.flag("zero")) return;
    std::vector<const AstroData*> skies;
    for (const std::size_t l : batch.lists) {
      for (const Frame& sky : lists_[l].skies) {
        if (known_.try_emplace(sky.get()).second) skies.push_back(sky.get());
      }
    }
    const std::optional<Section> section = statistics_section(p);
    call_.context.team->run(skies.size(), [&](std::size_t k) {
      std::vector<double>& levels = known_.at(skies[k]);
      for (std::size_t i = 0; i < skies[k]->extensions.size(); ++i) {
        levels.push_back(stacking_level(originals.of(skies[k], i), section));
      }
    });
  }

  void plan(std::size_t l) {
    SkyList& list = lists_[l];
    const JournalBlock outer(list.log, "stackSkyFrames");
    if (list.skies.size() == 1) return;
    const JournalBlock inner(list.log, "stackFrames");
    Parameters stacking =
        sky_stack_parameters(call_.parameters, call_.context, list.skies.size(), list.log);
    if (stacking.flag("scale")) stacking.set("zero", false);
    plans_[l] = plan_stack(list.skies, stacking, call_.context, list.log, known_);
    stacking_[l] = std::move(stacking);
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

  std::string name_of_sky(const SkyList& list) const {
    return list.skies.size() > 1 ? sky_file_name(*frames_[list.users.front()])
                                 : list.skies.front()->filename();
  }

  void prepare(std::size_t l, std::deque<ExtensionWork>& extensions) {
    const SkyList& list = lists_[l];
    SkySubtraction settings;
    for (const std::size_t user : list.users) {
      blocks_[l].push_back(std::make_unique<JournalBlock>(logs_[user], "subtractSky"));
      logs_[user].stdinfo(fmt::format("Subtracting {} from the science frame {}", name_of_sky(list),
                                      frames_[user]->filename()));
      settings = sky_subtraction(call_.parameters, logs_[user]);
    }
    for (ExtensionWork& extension : extensions) extension.find_operations(l, settings, logs_);
  }

  void save(std::size_t l) {
    const SkyList& list = lists_[l];
    Frame sky = list.skies.front();
    if (list.skies.size() > 1) {
      Journal said_before;
      sky = stack_of(list.skies, *stacking_[l], call_.context, said_before, known_);
      sky->set_filename(name_of_sky(list));
    }
    for (const std::size_t user : list.users) {
      save_sky(*sky, *frames_[user], call_.context, logs_[user]);
    }
  }

  std::vector<SkyList>& lists_;
  const FrameList& frames_;
  ListCall& call_;
  std::vector<Journal>& logs_;
  KnownLevels known_;                                               // of skies
  std::vector<std::vector<std::unique_ptr<JournalBlock>>> blocks_;  // by list, for its users
  std::vector<StackPlan> plans_;                                    // by list
  std::vector<std::optional<Parameters>> stacking_;                 // by list
  std::set<std::size_t> corrected_;                                 // frames
  bool changed_ = false;
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

void correct_with_skies(std::vector<SkyList>& lists, const FrameList& frames, ListCall& call,
                        std::vector<Journal>& logs) {
  if (!lists.empty()) SkyWork(lists, frames, call, logs).run();
}

}  // namespace wyvern

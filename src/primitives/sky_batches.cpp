// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/sky_batches.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace wyvern {
namespace {

// Bytes of data and variance as they are worked with: real numbers of 32 bits, or what is read.
std::size_t working_bytes(const Extension& extension) {
  const auto bytes = [](const Plane& plane) {
    return static_cast<std::size_t>(plane.size()) *
           std::max(sizeof(float), plane.empty() ? 0 : size_of(plane.type()));
  };
  return bytes(extension.data) + bytes(extension.variance);
}

std::size_t working_bytes(const AstroData& frame) {
  std::size_t bytes = 0;
  for (const Extension& extension : frame.extensions) bytes += working_bytes(extension);
  return bytes;
}

// Planes of which nothing but the pixels changes when the sky is taken off.
bool keeps_its_kind(const Frame& frame) {
  return std::ranges::all_of(frame->extensions, [](const Extension& extension) {
    return extension.data.type() == PixelType::f32 && !extension.variance.empty() &&
           extension.variance.type() == PixelType::f32 && !extension.mask.empty();
  });
}

std::size_t loaded_bytes(const std::vector<Extension>& extensions) {
  std::size_t bytes = 0;
  for (const Extension& extension : extensions) {
    for (const Plane* plane : {&extension.data, &extension.variance}) {
      if (plane->loaded()) bytes += plane->bytes();
    }
  }
  return bytes;
}

std::vector<std::size_t> in_order_of_skies(const std::vector<SkyList>& lists) {
  std::vector<std::string> names;
  for (const SkyList& list : lists) names.push_back(list.skies.front()->filename());
  std::vector<std::size_t> order(lists.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t l) -> const std::string& { return names[l]; });
  return order;
}

class BatchMaker {
 public:
  BatchMaker(const std::vector<SkyList>& lists, const FrameList& frames, std::size_t limit)
      : lists_(lists), frames_(frames), limit_(limit), order_(in_order_of_skies(lists)) {
    for (std::size_t at = 0; at < order_.size(); ++at) {
      for (const Frame& sky : lists[order_[at]].skies) last_as_sky_[sky.get()] = at;
    }
  }

  std::vector<SkyBatch> batches() {
    if (SkyBatch whole = of_all(); whole.bytes <= limit_) return {std::move(whole)};
    std::vector<SkyBatch> all;
    Draft draft;
    for (std::size_t at = 0; at < order_.size(); ++at) {
      Draft longer = draft;
      add(at, longer);
      if (longer.batch.bytes > limit_ && !draft.batch.lists.empty()) {
        all.push_back(std::move(draft.batch));
        longer = {};
        add(at, longer);
      }
      draft = std::move(longer);
    }
    if (!draft.batch.lists.empty()) all.push_back(std::move(draft.batch));
    return all;
  }

 private:
  struct Draft {
    SkyBatch batch;
    std::vector<const AstroData*> users;
    std::size_t frame_bytes = 0;
  };

  SkyBatch of_all() const {
    SkyBatch batch;
    batch.lists = order_;
    for (const SkyList& list : lists_) {
      for (const Frame& sky : list.skies) batch.frames.insert(sky.get());
      for (const std::size_t user : list.users) batch.frames.insert(frames_[user].get());
    }
    for (const AstroData* frame : batch.frames) batch.bytes += working_bytes(*frame);
    return batch;
  }

  // The list at a place in the order joins the batch.
  void add(std::size_t at, Draft& draft) const {
    const SkyList& list = lists_[order_[at]];
    const auto include = [&](const AstroData* frame) {
      if (draft.batch.frames.insert(frame).second) draft.frame_bytes += working_bytes(*frame);
    };
    for (const Frame& sky : list.skies) include(sky.get());
    for (const std::size_t user : list.users) {
      include(frames_[user].get());
      draft.users.push_back(frames_[user].get());
    }
    draft.batch.lists.push_back(order_[at]);
    draft.batch.bytes = draft.frame_bytes;
    for (const AstroData* user : draft.users) {
      const auto last = last_as_sky_.find(user);
      if (last != last_as_sky_.end() && last->second > at) {
        draft.batch.bytes += working_bytes(*user);
      }
    }
  }

  const std::vector<SkyList>& lists_;
  const FrameList& frames_;
  std::size_t limit_;
  std::vector<std::size_t> order_;
  std::map<const AstroData*, std::size_t> last_as_sky_;  // place in the order
};

}  // namespace

std::vector<SkyBatch> sky_batches(const std::vector<SkyList>& lists, const FrameList& frames,
                                  std::size_t limit) {
  return BatchMaker(lists, frames, limit).batches();
}

bool can_be_in_batches(const std::vector<SkyList>& lists, const FrameList& frames) {
  return std::ranges::all_of(frames, keeps_its_kind) &&
         std::ranges::all_of(lists, [](const SkyList& list) {
           return std::ranges::all_of(list.skies, keeps_its_kind);
         });
}

OriginalPlanes::OriginalPlanes(const std::vector<SkyBatch>& batches) : batches_(batches) {
  for (std::size_t b = 0; b < batches.size(); ++b) {
    for (const AstroData* frame : batches[b].frames) last_[frame] = b;
  }
}

std::size_t OriginalPlanes::missing_bytes(std::size_t batch) const {
  std::size_t there = 0;
  for (const AstroData* frame : batches_[batch].frames) {
    const auto held = held_.find(frame);
    there += loaded_bytes(held == held_.end() ? frame->extensions : held->second);
  }
  return batches_[batch].bytes - std::min(batches_[batch].bytes, there);
}

void OriginalPlanes::begin(std::size_t batch, bool load, ThreadTeam& team) {
  std::vector<std::vector<Extension>*> members;
  for (const AstroData* frame : batches_[batch].frames) {
    const auto [entry, is_new] = held_.try_emplace(frame);
    members.push_back(&entry->second);
    if (!is_new) continue;
    for (const Extension& extension : frame->extensions) {
      Extension& planes = entry->second.emplace_back();
      planes.data = extension.data.share();
      planes.variance = extension.variance.share();
      planes.mask = extension.mask.share();
      if (const Plane* objects = extension.plane("OBJMASK")) {
        planes.attach("OBJMASK", objects->share());
      }
    }
  }
  if (!load) return;
  team.run(members.size(), [&](std::size_t k) {
    for (Extension& planes : *members[k]) {
      planes.data.load();
      planes.variance.load();
    }
  });
}

void OriginalPlanes::end(std::size_t batch) {
  std::erase_if(held_, [&](const auto& entry) { return !needed_after(entry.first, batch); });
}

std::vector<AstroData*> frames_beside(const SkyBatch& batch, const std::vector<SkyList>& lists,
                                      const FrameList& frames,
                                      const std::set<std::size_t>& corrected,
                                      const OriginalPlanes& originals) {
  std::vector<AstroData*> others;
  std::set<const AstroData*> known;  // a frame is a sky of many lists, and may be corrected itself
  const auto add = [&](const Frame& frame) {
    if (known.insert(frame.get()).second) others.push_back(frame.get());
  };
  for (std::size_t k = 0; k < frames.size(); ++k) {
    if (corrected.contains(k) || !batch.frames.contains(frames[k].get())) add(frames[k]);
  }
  for (const SkyList& list : lists) {
    for (const Frame& sky : list.skies) {
      if (!batch.frames.contains(sky.get()) && !originals.holds(sky.get())) add(sky);
    }
  }
  return others;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <vector>

#include "primitives/sky_stacks.h"

namespace wyvern {

// Sky lists whose frames fit into memory together.
struct SkyBatch {
  std::vector<std::size_t> lists;
  std::set<const AstroData*> frames;  // their skies and users, each once
  // Bytes of the frames' planes in float32, and of results that cannot take their place yet because
  // a later batch needs the frame as a sky.
  std::size_t bytes = 0;
};

// Divides the lists, in the order of their first skies' names, hence mostly of time: so neighbours
// share their skies, and each frame is read into memory once. A list that is beyond `limit` by
// itself is a batch of its own, to be worked on in parts.
std::vector<SkyBatch> sky_batches(const std::vector<SkyList>& lists, const FrameList& frames,
                                  std::size_t limit);

// Whether all frames look to later stacks as they did before the correction, save for their pixels.
bool can_be_in_batches(const std::vector<SkyList>& lists, const FrameList& frames);

// The planes of frames as they were before the correction, for as long as a batch needs them.
class OriginalPlanes {
 public:
  // The batches must outlive the object.
  explicit OriginalPlanes(const std::vector<SkyBatch>& batches);

  // Bytes that the planes of a batch take beyond what is in memory of them already.
  std::size_t missing_bytes(std::size_t batch) const;
  // Takes handles on the planes of a batch's frames; data and variance are read into memory
  // with `load`. Frames must not have been corrected in an earlier batch unless that batch held
  // them.
  void begin(std::size_t batch, bool load, ThreadTeam& team);
  // Lets go what no later batch needs.
  void end(std::size_t batch);

  // Handles on the planes of extension `i`; no header.
  const Extension& of(const AstroData* frame, std::size_t i) const { return held_.at(frame)[i]; }
  bool holds(const AstroData* frame) const { return held_.contains(frame); }
  bool needed_after(const AstroData* frame, std::size_t batch) const {
    return last_.at(frame) > batch;
  }

 private:
  const std::vector<SkyBatch>& batches_;
  std::map<const AstroData*, std::size_t> last_;  // batch that needs the frame
  std::map<const AstroData*, std::vector<Extension>> held_;
};

// Frames that a batch does not need as they are: those of other batches only, and what earlier
// batches have made (`corrected`: indices of frames). Each once.
std::vector<AstroData*> frames_beside(const SkyBatch& batch, const std::vector<SkyList>& lists,
                                      const FrameList& frames,
                                      const std::set<std::size_t>& corrected,
                                      const OriginalPlanes& originals);

}  // namespace wyvern

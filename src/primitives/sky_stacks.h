// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "primitives/stacking.h"

namespace wyvern {

// The skies of one science frame; frames with the same list share an entry.
struct SkyList {
  FrameList skies;
  std::vector<std::size_t> users;  // indices of science frames
  Journal log;
};

// The parameters of stackFrames for a stack of skies. Two skies with one low and one high value
// rejected leave nothing: then nothing is rejected, as in qa mode.
Parameters sky_stack_parameters(const Parameters& own, const Context& context, std::size_t skies,
                                Journal& log);

// Stacks the skies of each list and subtracts them from the list's users, in place; `logs`: one for
// each of `frames`. The skies may be among the frames.
//
// First each stack is made where pixels are good, to find its scale; then all stacks together, tile
// by tile, and what they leave of the frames replaces the frames' tile. So no stack is ever held
// as a whole beside others, and an input is read once for all stacks that it is in. Beyond the
// memory budget (Context::planes) lists are worked on in batches (sky_batches.h).
//
// Before any frame is changed: FrameFault for the first frame whose sky cannot be scaled (see
// sky_operation), DataError as plan_stack. After that an error leaves the main stream empty: its
// frames may be half corrected.
void correct_with_skies(std::vector<SkyList>& lists, const FrameList& frames, ListCall& call,
                        std::vector<Journal>& logs);

// What a thread works with beside the frames: a stack, a mask, and the values of the good pixels.
constexpr std::size_t sky_planes_per_thread(std::size_t pixels) {
  return (2 * sizeof(float) + sizeof(std::uint16_t)) * pixels;
}
constexpr std::size_t sky_values_per_thread(std::size_t pixels) {
  return 2 * pixels;
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/text.h"
#include "primitives/common.h"
#include "primitives/families.h"

// Primitives that sort frames. Reference: geminidr/core/primitives_bookkeeping.py.

namespace wyvern {
namespace {

FrameList select_from_inputs(FrameList frames, ListCall& call) {
  const std::optional<std::string> wanted = call.parameters.optional_text("tags");
  if (!wanted) return frames;
  FrameList selected;
  for (const Frame& frame : frames) {
    const Tags tags = tags_of(*frame);
    for (const std::string& tag : split(*wanted, ',')) {
      if (tags.contains(std::string(trim(tag)))) {
        selected.push_back(frame);
        break;
      }
    }
  }
  return selected;
}

FrameList show_inputs(FrameList frames, ListCall& call) {
  const std::string purpose = call.parameters.text("purpose");
  if (!purpose.empty()) call.log.stdinfo("Inputs for " + purpose);
  for (const Frame& frame : frames) call.log.stdinfo("  " + frame->filename());
  return frames;
}

}  // namespace

std::vector<Primitive> list_primitives() {
  return {
      deferring({"selectFromInputs",
                 {text("tags", {}, "List of tags for selection")},
                 nullptr,
                 select_from_inputs}),
      deferring({"showInputs",
                 {text("purpose", {}, "Purpose of displaying list")},
                 nullptr,
                 show_inputs}),
  };
}

}  // namespace wyvern

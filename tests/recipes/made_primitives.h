// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <any>
#include <string>

#include "base/errors.h"
#include "primitives/frames.h"

// Small primitives that show what the runner does with them.
namespace wyvern::testing {

inline void say(AstroData& frame, FrameCall& call) {
  call.log.stdinfo(call.parameters.text("word") + " " + frame.filename());
  rename(frame, call.parameters);
}

// Fails for the frames whose OBJECT is named.
inline void fail(AstroData& frame, FrameCall& call) {
  call.log.stdinfo("trying " + frame.filename());
  if (frame.phu.text("OBJECT") == call.parameters.text("object")) {
    throw DataError(frame.filename() + " fails");
  }
}

// The frame that goes first says what it is; the others repeat it.
inline std::size_t last_frame(const FrameList& frames) {
  return frames.size() - 1;
}
inline void follow(AstroData& frame, FrameCall& call) {
  if (call.leading) call.shared["leader"] = frame.filename();
  call.log.stdinfo(frame.filename() + " follows " +
                   std::any_cast<std::string>(call.shared.at("leader")));
}

inline FrameList reversed(FrameList frames, ListCall& call) {
  call.log.stdinfo("turning " + std::to_string(frames.size()));
  std::reverse(frames.begin(), frames.end());
  return frames;
}

inline FrameList brighten(FrameList frames, ListCall&) {
  for (const Frame& frame : frames) {
    for (float& pixel : frame->extensions[0].data.pixels<float>()) pixel += 1000.0F;
    rename(*frame, std::string("_bright"));
  }
  return frames;
}

// One frame made of all, as a stack is.
inline FrameList joined(FrameList frames, ListCall& call) {
  if (frames.empty()) return frames;
  auto made = std::make_shared<AstroData>();
  made->phu = frames.front()->phu;
  made->set_path("joined.fits");
  made->extensions.push_back(frames.front()->extensions[0].clone());
  call.log.stdinfo("joined");
  return {made};
}

inline FrameList fail_all(FrameList, ListCall& call) {
  call.log.stdinfo("list step begins");
  throw DataError("list step fails");
}

// These and the real writeOutputs and stackFrames.
inline PrimitiveClass made_primitives() {
  const auto suffix = [](const char* value) { return text("suffix", value, "Filename suffix"); };
  const PrimitiveClass& real = *primitive_class_for({"GEMINI", "GNIRS", "IMAGE"});
  return PrimitiveClass("Made", {"GNIRS"},
                        {{"say", {suffix("_said"), text("word", "hello", "What to say")}, say},
                         {"fail", {text("object", "", "Which frames")}, fail},
                         {"follow", {}, follow, nullptr, last_frame},
                         {"reverse", {}, nullptr, reversed},
                         {"brighten", {}, nullptr, brighten},
                         {"join", {boolean("flag", false, "A flag")}, nullptr, joined},
                         {"failAll", {}, nullptr, fail_all},
                         real.at("writeOutputs"),
                         real.at("stackFrames")});
}

}  // namespace wyvern::testing

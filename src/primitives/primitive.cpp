// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "primitives/primitive.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "astrodata/deferred_planes.h"
#include "base/errors.h"
#include "base/frame_fault.h"
#include "base/text.h"

namespace wyvern {
namespace {

// What a nested call inherits: the parameters that both primitives have, but not the suffix.
Arguments inherited(const Parameters& from, const Primitive& to, const Arguments& arguments) {
  Arguments all;
  for (const auto& [parameter, value] : from.values()) {
    if (parameter->name != "suffix" && find_parameter(to.parameters, parameter->name) != nullptr) {
      all.emplace_back(parameter->name, value);
    }
  }
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

void ready_pixels(AstroData& frame, const Primitive& primitive) {
  try {
    if (primitive.takes_deferred) {
      frame.defer_pixels();
    } else {
      frame.load_pixels();
    }
  } catch (const InputError& error) {
    throw FrameFault(error.status(), frame.opened_path(), error.what());
  }
}

// The checks before the work rely on what primitives declare of each other.
const Primitive& inner(const Context& context, const Primitive& caller, std::string_view name) {
  const auto declared = [&](const InnerCall& call) { return call.primitive == name; };
  if (std::none_of(caller.calls.begin(), caller.calls.end(), declared)) {
    throw std::logic_error(caller.name + " does not declare that it calls " + std::string(name));
  }
  return context.primitives->at(name);
}

void run_on_frame(const Context& context, const Primitive& primitive, const Parameters& parameters,
                  AstroData& frame, Journal& log, std::size_t index, std::size_t frames,
                  bool leading, SharedResults& shared) {
  ready_pixels(frame, primitive);
  FrameCall call(context, primitive, parameters, log, index, frames, leading, shared);
  primitive.on_frame(frame, call);
}

}  // namespace

Primitive deferring(Primitive primitive) {
  primitive.takes_deferred = true;
  return primitive;
}

std::string Context::output_path(const std::string& name) const {
  return output_folder.empty() ? name : (std::filesystem::path(output_folder) / name).string();
}

void Context::write(AstroData& frame, const std::string& name, bool overwrite) {
  const std::string path = output_path(name);
  std::error_code ignored;
  const std::string canonical = std::filesystem::weakly_canonical(path, ignored).string();
  if (protected_files.contains(canonical)) {
    throw OutputError(path +
                      ": is one of the input files and is not written over; run in another "
                      "folder or give a suffix");
  }
  if (quarantine != nullptr) quarantine->record_in(frame, clock());
  frame.write(path, overwrite);
  written[&frame] = path;
  if (on_write) on_write(path);
}

void Context::put_aside(AstroData& frame) const {
  for (Extension& extension : frame.extensions) {
    pack(extension.mask);
    for (auto& [name, attachment] : extension.other) {
      if (auto* plane = std::get_if<Plane>(&attachment)) pack(*plane);
    }
  }
  if (planes != nullptr) planes->put_aside(frame);
}

void Context::check_stop() const {
  if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted();
}

PrimitiveClass::PrimitiveClass(std::string name, Tags tags, std::vector<Primitive> primitives)
    : name_(std::move(name)), tags_(std::move(tags)), primitives_(std::move(primitives)) {}

const Primitive* PrimitiveClass::find(std::string_view name) const {
  for (const Primitive& primitive : primitives_) {
    if (primitive.name == name) return &primitive;
  }
  return nullptr;
}

PrimitiveClass PrimitiveClass::with(std::vector<Primitive> more) const {
  PrimitiveClass joined = *this;
  for (Primitive& primitive : more) {
    const auto same = std::find_if(joined.primitives_.begin(), joined.primitives_.end(),
                                   [&](const Primitive& p) { return p.name == primitive.name; });
    if (same == joined.primitives_.end()) {
      joined.primitives_.push_back(std::move(primitive));
    } else {
      *same = std::move(primitive);
    }
  }
  return joined;
}

const Primitive& PrimitiveClass::at(std::string_view name) const {
  if (const Primitive* found = find(name)) return *found;
  std::vector<std::string> names;
  for (const Primitive& primitive : primitives_) names.push_back(primitive.name);
  throw RecipeError("Primitive " + std::string(name) + " not recognized" +
                    did_you_mean(name, names));
}

Parameters resolve(const Primitive& primitive, const std::vector<UserParameter>& user,
                   const Arguments& arguments) {
  Parameters parameters(primitive.parameters);
  // Another primitive's meaning of the name must not fail here when the call sets it anyway.
  const auto is_argument = [&](const std::string& name) {
    return std::any_of(arguments.begin(), arguments.end(),
                       [&](const auto& argument) { return argument.first == name; });
  };
  for (const auto& [key, value] : user) {
    const std::size_t colon = key.find(':');
    const std::string name = colon == std::string::npos ? key : key.substr(colon + 1);
    if (colon != std::string::npos && key.substr(0, colon) != primitive.name) continue;
    if (parameters.has(name) && !is_argument(name)) parameters.set(name, value);
  }
  for (const auto& [name, value] : arguments) parameters.set(name, value);
  return parameters;
}

void FrameCall::nested(std::string_view name, AstroData& frame, const Arguments& arguments) {
  const Primitive& other = inner(context, primitive, name);
  const Parameters values =
      resolve(other, context.user_parameters, inherited(parameters, other, arguments));
  const JournalBlock block(log, name);
  run_on_frame(context, other, values, frame, log, index, frames, leading, shared);
}

FrameList ListCall::nested(std::string_view name, FrameList frames, const Arguments& arguments) {
  const Primitive& other = inner(context, primitive, name);
  const Parameters values =
      resolve(other, context.user_parameters, inherited(parameters, other, arguments));
  const JournalBlock block(log, name);
  return run_primitive(context, other, values, std::move(frames), log, record_history);
}

void ListCall::for_each(std::size_t count, const std::function<void(std::size_t, Journal&)>& work) {
  std::vector<Journal> journals(count);
  const auto merge = [&] {
    for (Journal& journal : journals) log.merge(std::move(journal));
  };
  try {
    context.team->run(count, [&](std::size_t i) { work(i, journals[i]); });
  } catch (...) {
    merge();
    throw;
  }
  merge();
}

FrameList run_primitive(Context& context, const Primitive& primitive, const Parameters& parameters,
                        FrameList frames, Journal& log,
                        const std::function<void(AstroData&)>& record_history) {
  ListCall call(context, primitive, parameters, log);
  call.record_history = record_history;
  if (primitive.on_list != nullptr) {
    context.team->run(frames.size(), [&](std::size_t i) { ready_pixels(*frames[i], primitive); });
    return primitive.on_list(std::move(frames), call);
  }

  SharedResults shared;
  if (primitive.overview != nullptr) primitive.overview(frames, parameters, context, shared);
  const bool led = primitive.leader != nullptr && !frames.empty();
  const std::size_t leader = led ? primitive.leader(frames) : 0;
  const auto work = [&](std::size_t i, Journal& journal) {
    run_on_frame(context, primitive, parameters, *frames[i], journal, i, frames.size(),
                 led && i == leader, shared);
  };
  Journal leaders_log;
  if (led) work(leader, leaders_log);
  call.for_each(frames.size(), [&](std::size_t i, Journal& journal) {
    if (led && i == leader) {
      journal = std::move(leaders_log);
    } else {
      work(i, journal);
    }
  });
  return frames;
}

}  // namespace wyvern

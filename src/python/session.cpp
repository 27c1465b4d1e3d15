// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "python/session.h"

#include <pybind11/stl.h>

#include "base/errors.h"
#include "base/text.h"
#include "primitives/common.h"
#include "python/configuration.h"
#include "python/interrupt.h"
#include "python/reduction_settings.h"
#include "python/user_primitives.h"
#include "reduction/shared_calibrations.h"

namespace wyvern::python {

void check_arguments(const Primitive& primitive, const Arguments& arguments) {
  std::vector<std::string> names;
  for (const Parameter& parameter : primitive.parameters) names.push_back(parameter.name);
  for (const auto& [name, value] : arguments) {
    if (find_parameter(primitive.parameters, name) != nullptr) continue;
    throw RecipeError("Parameter " + name + " not recognized by " + primitive.name +
                      did_you_mean(name, names));
  }
}

struct Session::Own {
  Own(FrameList frames, const ReductionSettings& settings, std::vector<Primitive> user_primitives,
      const py::object& log)
      : sink(log), team(settings.threads) {
    if (frames.empty()) throw InputError("no frames to work on");
    const PrimitiveClass* known = primitive_class_for(tags_of(*frames.front()), settings.compat);
    if (known == nullptr) {
      throw RecipeError("no primitives are known for this kind of data: " +
                        frames.front()->filename());
    }
    primitives.emplace(known->with(std::move(user_primitives)));
    calibrations.emplace(settings.user_calibrations, settings.calibrations,
                         CalibrationSettings{.mode = settings.mode, .compat = settings.compat});
    context.mode = settings.mode;
    context.compat = settings.compat;
    context.team = &team;
    context.primitives = &*primitives;
    context.calibrations = &*calibrations;
    context.user_parameters = settings.parameters;
    context.output_folder = settings.output_folder;
    context.streams["main"] = std::move(frames);
  }

  PythonLog sink;
  ThreadTeam team;
  std::optional<PrimitiveClass> primitives;
  std::optional<SharedCalibrations> calibrations;
  Context context;
  RunObserver observer;
  RecipeRun run{context, sink, observer};
};

Session::Session(RecipeRun& run) : run_(&run) {}

Session::Session(FrameList frames, const py::dict& settings, const py::list& user_primitives,
                 const py::object& log)
    : own_(std::make_unique<Own>(std::move(frames), settings_from(settings),
                                 primitives_from(user_primitives), log)),
      run_(&own_->run) {}

Session::~Session() = default;

RecipeRun& Session::live() const {
  if (run_ == nullptr) throw py::value_error("this reduction has ended");
  return *run_;
}

void Session::step(const std::string& primitive, const py::dict& arguments,
                   const std::string& instream, const std::string& outstream) {
  RecipeRun& run = live();
  const RecipeStep step{primitive, arguments_from(arguments), instream, outstream};
  check_arguments(run.context.primitives->at(primitive), step.arguments);
  // A guard of an outer reduction, if there is one, does the same.
  const std::atomic<bool>* const outer_stop = run.context.stop;
  const InterruptGuard guard(in_main_thread());
  if (outer_stop == nullptr) run.context.stop = &guard.stop();
  const auto restore = [&] { run.context.stop = outer_stop; };
  try {
    const py::gil_scoped_release unlocked;
    run.step(step);
  } catch (const Interrupted&) {
    restore();
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    throw;
  } catch (...) {
    restore();
    throw;
  }
  restore();
}

FrameList Session::run_on(const std::string& primitive, const py::dict& arguments,
                          FrameList frames) {
  const std::string name = "\x01" + primitive;  // no stream of a user's is called so
  auto& streams = live().context.streams;
  streams[name] = std::move(frames);
  try {
    step(primitive, arguments, name, name);
  } catch (...) {
    streams.erase(name);
    throw;
  }
  FrameList made = std::move(streams[name]);
  streams.erase(name);
  return made;
}

FrameList Session::stream(const std::string& name) const {
  const auto& streams = live().context.streams;
  const auto found = streams.find(name);
  if (found == streams.end()) throw py::key_error("no stream " + name);
  return found->second;
}

void Session::set_stream(const std::string& name, FrameList frames) {
  live().context.streams[name] = std::move(frames);
}

std::vector<std::string> Session::stream_names() const {
  std::vector<std::string> names;
  for (const auto& [name, frames] : live().context.streams) names.push_back(name);
  return names;
}

std::vector<std::string> Session::primitive_names() const {
  std::vector<std::string> names;
  for (const Primitive& primitive : live().context.primitives->primitives()) {
    names.push_back(primitive.name);
  }
  return names;
}

py::list Session::parameters(const std::string& primitive) const {
  py::list list;
  for (const Parameter& parameter : live().context.primitives->at(primitive).parameters) {
    list.append(parameter_as_dict(parameter));
  }
  return list;
}

void Session::log(int level, const std::string& text) {
  RecipeRun& run = live();
  const py::gil_scoped_release unlocked;
  run.log.line(static_cast<LogLevel>(level), 0, text);
}

void bind_sessions(py::module_& module) {
  py::class_<Session, std::shared_ptr<Session>>(module, "Session")
      .def(py::init<FrameList, const py::dict&, const py::list&, const py::object&>())
      .def("step", &Session::step)
      .def("run_on", &Session::run_on)
      .def("stream", &Session::stream)
      .def("set_stream", &Session::set_stream)
      .def("stream_names", &Session::stream_names)
      .def("primitive_names", &Session::primitive_names)
      .def("parameters", &Session::parameters)
      .def_property_readonly("mode", &Session::mode)
      .def("log", &Session::log);
}

}  // namespace wyvern::python

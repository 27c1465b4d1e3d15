// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "reduction/reduce.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "base/errors.h"
#include "base/memory.h"
#include "commands/instruction_choice.h"
#include "python/bindings.h"
#include "python/configuration.h"
#include "python/conversion.h"
#include "python/interrupt.h"
#include "python/python_log.h"
#include "python/reduction_settings.h"
#include "python/user_primitives.h"

namespace wyvern::python {
namespace {

std::vector<UserParameter> user_parameters(const py::list& given) {
  std::vector<UserParameter> parameters;
  for (const py::handle item : given) {
    const auto pair = py::cast<py::tuple>(item);
    auto name = py::cast<std::string>(pair[0]);
    Value value = to_value(pair[1], "parameter " + name);
    // A word means what it means on the command line.
    if (value.is_string()) value = value_of_word(value.as_string());
    std::erase_if(parameters, [&](const UserParameter& p) { return p.first == name; });
    parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

template <class T>
T entry(const py::dict& given, const char* name) {
  return py::cast<T>(given[name]);
}

// Events go to one function: ("step_starts", primitive), ("frames_done", done, all),
// ("step_ends", primitive).
RunObserver observer_for(const py::object& events) {
  RunObserver observer;
  if (events.is_none()) return observer;
  observer.step_starts = [events](const RecipeStep& step) {
    const py::gil_scoped_acquire locked;
    events("step_starts", step.primitive);
  };
  observer.frames_done = [events](std::size_t done, std::size_t all) {
    const py::gil_scoped_acquire locked;
    events("frames_done", done, all);
  };
  observer.step_ends = [events](const RecipeStep& step, const auto&) {
    const py::gil_scoped_acquire locked;
    events("step_ends", step.primitive);
  };
  return observer;
}

// What is set aside, as a list of dictionaries with file, primitive ("" before the work), reason.
py::list as_list(const std::vector<SetAside>& frames) {
  py::list list;
  for (const SetAside& frame : frames) {
    py::dict entry;
    // Names and headers need not be UTF-8.
    entry["file"] = to_python(Value(frame.file));
    entry["primitive"] = to_python(Value(frame.primitive));
    entry["reason"] = to_python(Value(frame.reason));
    list.append(entry);
  }
  return list;
}

// (recipe, outputs); what is set aside is appended to `set_aside`, also when the run fails; `log`
// is called with (level, depth, text).
py::tuple run(const py::dict& given, const py::object& log, const py::object& events,
              const py::list& set_aside) {
  ReductionSettings settings = settings_from(given);
  for (const std::string& warning : settings.calibrations.warnings) {
    log(static_cast<int>(LogLevel::warning), 0, warning);
  }
  ReductionResult result;
  PythonLog sink(log);
  const RunObserver observer = observer_for(events);
  const InterruptGuard guard(in_main_thread());
  settings.stop = &guard.stop();
  std::vector<SetAside> aside;
  std::exception_ptr failure;
  {
    // The work's frames are freed without the lock, as they were made.
    const py::gil_scoped_release unlocked;
    std::unique_ptr<Reduction> reduction;
    try {
      reduction = std::make_unique<Reduction>(settings, sink);
      result = reduction->run(observer);
    } catch (...) {
      failure = std::current_exception();
    }
    if (reduction) aside = reduction->set_aside();
  }
  set_aside.attr("extend")(as_list(aside));
  try {
    if (failure) std::rethrow_exception(failure);
  } catch (const Interrupted&) {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    throw;
  }
  return py::make_tuple(result.recipe,
                        to_python(ValueList(result.outputs.begin(), result.outputs.end())));
}

}  // namespace

namespace {

std::size_t memory_from(const std::string& text) {
  if (text.empty()) return 0;
  if (const auto bytes = parse_bytes(text)) return *bytes;
  throw py::value_error("max_memory: " + text + " is neither bytes nor a size like 512M");
}

}  // namespace

ReductionSettings settings_from(const py::dict& given) {
  ReductionSettings settings;
  for (const py::handle name : entry<py::list>(given, "files")) {
    settings.files.push_back(to_value(name, "files").as_string());
  }
  const py::object recipe = given["recipe"];
  if (py::isinstance<py::str>(recipe)) {
    settings.recipe = py::cast<std::string>(recipe);
  } else {
    settings.user_recipe = user_recipe_from(recipe);
  }
  settings.mode = entry<std::string>(given, "mode");
  settings.parameters = user_parameters(entry<py::list>(given, "parameters"));
  settings.user_calibrations = entry<std::map<std::string, std::string>>(given, "calibrations");
  settings.suffix = entry<std::optional<std::string>>(given, "suffix");
  settings.calibrations = configuration(entry<std::optional<std::string>>(given, "config"));
  settings.compat = entry<bool>(given, "compat");
  settings.strict = given.contains("strict") && entry<bool>(given, "strict");
  commands::take_instruction_set();
  settings.threads = entry<int>(given, "threads");
  settings.output_folder = entry<std::string>(given, "output_dir");
  // Sessions of single primitives have no budget: their frames belong to the script.
  if (given.contains("max_memory")) {
    settings.max_memory = memory_from(entry<std::string>(given, "max_memory"));
    settings.work_folder = entry<std::string>(given, "work_dir");
  }
  return settings;
}

bool in_main_thread() {
  const py::module_ threading = py::module_::import("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

void bind_reduction(py::module_& module) {
  module.def("reduce", &run);
}

}  // namespace wyvern::python

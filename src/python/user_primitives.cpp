// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "python/user_primitives.h"

#include <pybind11/stl.h>

#include <map>

#include <fmt/format.h>

#include "base/errors.h"
#include "primitives/common.h"
#include "primitives/docs.h"
#include "python/conversion.h"
#include "python/session.h"

namespace wyvern::python {
namespace {

const std::map<std::string, ParameterType> kTypes = {{"text", ParameterType::text},
                                                     {"integer", ParameterType::integer},
                                                     {"real", ParameterType::real},
                                                     {"boolean", ParameterType::boolean},
                                                     {"text_list", ParameterType::text_list},
                                                     {"real_list", ParameterType::real_list},
                                                     {"text_or_real", ParameterType::text_or_real},
                                                     {"frame", ParameterType::frame},
                                                     {"frame_list", ParameterType::frame_list}};

// A list-wise primitive at work, for the Python function that it is; void afterwards.
struct PythonCall {
  ListCall* call;

  ListCall& live() const {
    if (call == nullptr) throw py::value_error("this call of a primitive has ended");
    return *call;
  }
  void log(int level, const std::string& text) const {
    live().log.message(static_cast<LogLevel>(level), text);
  }
  // `native`: not what a class of the user's has in its place, but the primitive itself.
  FrameList nested(const std::string& name, FrameList frames, const py::dict& arguments,
                   bool native) const {
    const Arguments given = arguments_from(arguments);
    ListCall& at_work = live();
    check_arguments(at_work.context.primitives->at(name), given);
    const py::gil_scoped_release unlocked;
    for (const Frame& frame : frames) frame->load_pixels();
    const PrimitiveClass* set = at_work.context.primitives;
    if (native && !frames.empty()) {
      set = primitive_class_for(tags_of(*frames.front()), at_work.context.compat);
    }
    if (set == nullptr) throw RecipeError(name + ": no primitives are known for these frames");
    const Primitive& primitive = set->at(name);
    const JournalBlock block(at_work.log, name);
    return run_primitive(at_work.context, primitive,
                         resolve(primitive, at_work.context.user_parameters, given),
                         std::move(frames), at_work.log, at_work.record_history);
  }
};

py::dict values_of(const Parameters& parameters) {
  py::dict values;
  for (const auto& [parameter, value] : parameters.values()) {
    values[py::str(parameter->name)] = to_python(value);
  }
  return values;
}

FrameList call_python(const py::function& function, FrameList frames, ListCall& call) {
  const py::gil_scoped_acquire locked;
  const py::object handle = py::cast(PythonCall{&call});
  struct End {
    const py::object& handle;
    ~End() { py::cast<PythonCall&>(handle).call = nullptr; }
  } const end{handle};
  return py::cast<FrameList>(function(frames, values_of(call.parameters), handle));
}

template <class T>
T entry(const py::dict& declared, const char* name, T fallback) {
  return declared.contains(name) ? py::cast<T>(declared[name]) : fallback;
}

}  // namespace

Parameter parameter_from(const py::dict& declared) {
  Parameter parameter;
  parameter.name = py::cast<std::string>(declared["name"]);
  parameter.type = kTypes.at(py::cast<std::string>(declared["type"]));
  parameter.default_value = to_value(declared["default"], "parameter " + parameter.name);
  parameter.label = entry<std::string>(declared, "label", "");
  parameter.optional = entry(declared, "optional", false);
  parameter.minimum = entry<std::string>(declared, "minimum", "");
  parameter.maximum = entry<std::string>(declared, "maximum", "");
  parameter.minimum_inclusive = entry(declared, "minimum_inclusive", true);
  parameter.maximum_inclusive = entry(declared, "maximum_inclusive", false);
  parameter.ranged = !parameter.minimum.empty() || !parameter.maximum.empty();
  parameter.choices =
      entry<std::vector<std::pair<std::string, std::string>>>(declared, "choices", {});
  return parameter;
}

py::dict parameter_as_dict(const Parameter& parameter) {
  py::dict result;
  result["name"] = parameter.name;
  for (const auto& [name, type] : kTypes) {
    if (type == parameter.type) result["type"] = name;
  }
  result["default"] = to_python(parameter.default_value);
  result["label"] = parameter.label;
  result["optional"] = parameter.optional;
  result["description"] = parameter.description();
  result["choices"] = parameter.choices;
  return result;
}

Primitive primitive_from(const py::tuple& declared) {
  Primitive primitive;
  primitive.name = py::cast<std::string>(declared[0]);
  for (const py::handle parameter : py::cast<py::list>(declared[1])) {
    primitive.parameters.push_back(parameter_from(py::cast<py::dict>(parameter)));
  }
  // Copies of the primitive are made and dropped by threads that do not hold the GIL.
  const std::shared_ptr<py::function> function(
      new py::function(py::cast<py::function>(declared[2])), [](py::function* held) {
        const py::gil_scoped_acquire locked;
        delete held;
      });
  primitive.on_list = [function](FrameList frames, ListCall& call) {
    return call_python(*function, std::move(frames), call);
  };
  return primitive;
}

std::vector<Primitive> primitives_from(const py::list& declared) {
  std::vector<Primitive> primitives;
  for (const py::handle item : declared) {
    primitives.push_back(primitive_from(py::cast<py::tuple>(item)));
  }
  return primitives;
}

Arguments arguments_from(const py::dict& given) {
  Arguments arguments;
  for (const auto& [key, value] : given) {
    const auto name = py::cast<std::string>(key);
    arguments.emplace_back(name, to_value(value, "parameter " + name));
  }
  return arguments;
}

UserRecipe user_recipe_from(const py::object& recipe) {
  const std::shared_ptr<py::object> held(new py::object(recipe), [](py::object* object) {
    const py::gil_scoped_acquire locked;
    delete object;
  });
  UserRecipe user;
  user.name = py::cast<std::string>(recipe.attr("name"));
  user.library = py::cast<std::string>(recipe.attr("library"));
  user.primitives = [held](const Tags& tags) {
    const py::gil_scoped_acquire locked;
    return primitives_from(py::cast<py::list>(held->attr("primitives")(tags)));
  };
  user.run = [held](RecipeRun& run) {
    const py::gil_scoped_acquire locked;
    const auto session = std::make_shared<Session>(run);
    struct End {
      Session& session;
      ~End() { session.end(); }
    } const end{*session};
    held->attr("run")(session);
  };
  return user;
}

void rethrow_as_error(py::error_already_set& error) {
  const py::gil_scoped_acquire locked;
  if (error.matches(PyExc_KeyboardInterrupt)) throw Interrupted();
  const py::object value = error.value();
  const auto text = py::cast<std::string>(py::str(value));
  if (py::isinstance(value, py::module_::import("wyvern.errors").attr("Error"))) {
    throw Error(static_cast<ExitStatus>(py::cast<int>(value.attr("status"))), text);
  }
  const auto where =
      py::cast<std::string>(py::module_::import("wyvern._user_code").attr("place_of")(value));
  const auto type = py::cast<std::string>(py::type::of(value).attr("__name__"));
  throw DataError(fmt::format("{}{}: {}", where, type, text));
}

void bind_user_primitives(py::module_& module) {
  module.def("native_primitives", [] {
    std::vector<std::pair<std::string, std::string>> all;
    for (const Primitive& primitive :
         primitive_class_for({"GEMINI", "GNIRS", "IMAGE"})->primitives()) {
      all.emplace_back(primitive.name, primitive_doc(primitive.name));
    }
    return all;
  });
  py::class_<PythonCall>(module, "PrimitiveCall")
      .def("log", &PythonCall::log)
      .def("nested", &PythonCall::nested);
}

}  // namespace wyvern::python

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/stl.h>

#include "instruments/descriptors.h"
#include "instruments/instrument.h"
#include "python/bindings.h"
#include "python/conversion.h"

namespace wyvern::python {
namespace {

struct Flag {
  const char* name;
  bool DescriptorOptions::*member;
};
constexpr Flag kFlags[] = {{"pretty", &DescriptorOptions::pretty},
                           {"stripID", &DescriptorOptions::strip_id},
                           {"asMicrometers", &DescriptorOptions::as_micrometers},
                           {"asNanometers", &DescriptorOptions::as_nanometers},
                           {"asAngstroms", &DescriptorOptions::as_angstroms},
                           {"strict", &DescriptorOptions::strict},
                           {"dateonly", &DescriptorOptions::dateonly},
                           {"timeonly", &DescriptorOptions::timeonly},
                           {"offset", &DescriptorOptions::offset},
                           {"pm", &DescriptorOptions::pm},
                           {"icrs", &DescriptorOptions::icrs}};

DescriptorOptions options_from(const py::dict& given) {
  DescriptorOptions options;
  for (const auto& [key, value] : given) {
    const auto name = py::cast<std::string>(key);
    bool known = name == "output_units";
    if (known && !value.is_none()) options.output_units = py::cast<std::string>(value);
    for (const Flag& flag : kFlags) {
      if (name != flag.name) continue;
      options.*flag.member = PyObject_IsTrue(value.ptr()) == 1;
      known = true;
    }
    if (!known) throw py::type_error("a descriptor has no option '" + name + "'");
  }
  return options;
}

py::object descriptor(AstroData& frame, py::ssize_t index, const std::string& name,
                      const py::dict& options) {
  const DescriptorOptions wanted = options_from(options);
  if (index < 0) return to_python(describe(frame, name, wanted));
  extension_at(frame, index);
  return to_python(describe(frame, static_cast<std::size_t>(index), name, wanted));
}

}  // namespace

void bind_instruments(py::module_& module) {
  module.def("tags", [](const AstroData& frame) { return tags_of(frame); });
  module.def("describe", &descriptor);
  module.def("descriptor_names", &descriptor_names);
  module.def("keyword_for", [](const AstroData& frame, const std::string& name) {
    return keyword_for(frame, name);
  });
  module.def("class_name", [](const AstroData& frame) {
    return std::string(instruments::instrument_of(frame).class_name);
  });
  module.def("wcs_from_headers", [](AstroData& frame, py::ssize_t index) {
    Extension& extension = extension_at(frame, index);
    const int axes = static_cast<int>(extension.data.shape().size());
    return wcs_from_headers(extension.header, frame.phu, axes);
  });
}

}  // namespace wyvern::python

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/buffer_pool.h"
#include "python/bindings.h"
#include "python/session.h"
#include "python/user_primitives.h"

PYBIND11_MODULE(_core, module) {
  using namespace wyvern::python;
  module.doc() = "The C++ core of wyvern. Private: use the classes of the package.";
  module.attr("version") = WYVERN_VERSION;
  bind_errors(module);
  bind_frames(module);
  bind_headers(module);
  bind_instruments(module);
  bind_arithmetic(module);
  bind_selection(module);
  bind_calibrations(module);
  bind_reduction(module);
  bind_simulation(module);
  bind_sessions(module);
  bind_user_primitives(module);
  bind_commands(module);
  module.def("memory_use", [] {
    const wyvern::PoolUse use = wyvern::pool_use();
    return py::make_tuple(use.in_use, use.kept, use.peak_in_use);
  });
  module.def("trim_memory", &wyvern::trim_pool);
}

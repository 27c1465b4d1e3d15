// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/simulation.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "python/bindings.h"

namespace wyvern::python {
namespace {

using MaybeCount = std::optional<int>;
using Progress = std::function<void(std::size_t, std::size_t)>;

py::tuple simulate(const std::string& folder, const std::string& preset, std::uint64_t seed,
                   const MaybeCount& science, const MaybeCount& darks, const MaybeCount& flats,
                   bool bz2, int threads, const Progress& progress) {
  simulation::Result result;
  {
    const py::gil_scoped_release unlocked;
    result = simulation::simulate_night(folder, {preset, seed, science, darks, flats, bz2, threads},
                                        progress);
  }
  return py::make_tuple(result.frames, result.truth);
}

}  // namespace

void bind_simulation(py::module_& module) {
  module.def("simulate", &simulate);
  module.def("preset_names", &simulation::preset_names);
}

}  // namespace wyvern::python

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <pybind11/stl.h>

#include "commands/commands.h"
#include "commands/run_command.h"
#include "commands/user_code.h"
#include "python/bindings.h"
#include "python/python_log.h"
#include "python/user_primitives.h"

namespace wyvern::python {
namespace {

// What a command needs of a recipe file of the user's, from Python: wyvern._user_code.load(name).
UserRecipe load(const std::string& name) {
  const py::gil_scoped_acquire locked;
  try {
    UserRecipe recipe =
        user_recipe_from(py::module_::import("wyvern._user_code").attr("load")(name));
    const auto primitives = recipe.primitives;
    recipe.primitives = [primitives](const Tags& tags) {
      try {
        return primitives(tags);
      } catch (py::error_already_set& error) {
        rethrow_as_error(error);
      }
    };
    const auto run = recipe.run;
    recipe.run = [run](RecipeRun& at_work) {
      try {
        run(at_work);
      } catch (py::error_already_set& error) {
        rethrow_as_error(error);
      }
    };
    return recipe;
  } catch (py::error_already_set& error) {
    rethrow_as_error(error);
  }
}

int run(const std::string& program, const std::vector<std::string>& tokens) {
  commands::set_user_code_loader(&load);
  const py::gil_scoped_release unlocked;
  return commands::run_command(program, tokens);
}

}  // namespace

void bind_commands(py::module_& module) {
  module.def("run_command", &run);
}

}  // namespace wyvern::python

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "reduction/reduce.h"

namespace wyvern::commands {

// Recipes and primitives in Python files. The commands are C++ and know no Python: a command line
// that needs one of these is handed to a Python interpreter with the package wyvern, which runs the
// same command with a loader set.

// Whether the name of a recipe or primitive stands for one in a Python file: "mine.py.myreduce",
// "folder/mine.myreduce", "package.module.myreduce". None of our own has a dot.
bool is_user_code(const std::string& name);

// Gives what a name stands for; an Error when it is not there or cannot be loaded.
using UserCodeLoader = std::function<UserRecipe(const std::string& name)>;
void set_user_code_loader(UserCodeLoader loader);
bool has_user_code_loader();
UserRecipe load_user_code(const std::string& name);

// Becomes a Python interpreter that runs this command: $WYVERN_PYTHON, else the one that the
// package was built for, else python3. Only comes back by throwing: RecipeError when there is no
// package wyvern or no interpreter.
[[noreturn]] void continue_in_python(const std::string& program,
                                     const std::vector<std::string>& tokens);

}  // namespace wyvern::commands

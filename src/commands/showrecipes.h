// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "instruments/tags.h"
#include "recipes/recipe.h"

namespace wyvern::commands {

struct FoundRecipe {
  const RecipeLibrary* library;
  const Recipe* recipe;
};

// The recipe `name` ("_default": the first) for data with these tags. RecipeError, naming the file,
// when there is none.
FoundRecipe recipe_for(const std::string& file, const Tags& tags, const std::string& mode,
                       const std::string& name);

}  // namespace wyvern::commands

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "primitives/primitive.h"

namespace wyvern {

// One call of a primitive in a recipe.
struct RecipeStep {
  std::string primitive;
  Arguments arguments;  // they win over the user's parameters
  std::string instream = "main", outstream = "main";
};

// A recipe is data: the steps in order.
struct Recipe {
  std::string name;
  std::vector<RecipeStep> steps;
  bool added = false;  // none of DRAGONS 3.2: not offered in compatibility mode
};

// The recipes for one kind of data in one mode. The first is the default.
struct RecipeLibrary {
  std::string name;  // "recipes_IMAGE"
  std::string mode;  // "sq", "ql", "qa"
  Tags tags;         // all of these a data set must have
  std::vector<Recipe> recipes;

  const Recipe* find(std::string_view name) const;  // "_default": the default; nullptr when absent
};

// The library with the most tags that fit; nullptr when none does.
const RecipeLibrary* recipe_library_for(const Tags& tags, std::string_view mode);

// RecipeError when a step is a primitive that cannot be run (Primitive::missing).
void check_runnable(const Recipe& recipe, const PrimitiveClass& primitives);

// The call as users write it: "p.addVAR(read_noise=True)".
std::string call_text(const RecipeStep& step);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "recipes/recipe.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/text.h"

// The recipes of GNIRS keyhole imaging. Reference: geminidr/gnirs/recipes/{sq,ql}.

namespace wyvern {
namespace {

Recipe make_processed_dark() {
  return {"makeProcessedDark",
          {{"prepare"},
           {"addDQ", {{"add_illum_mask", false}}},
           {"addVAR", {{"read_noise", true}}},
           {"ADUToElectrons"},
           {"addVAR", {{"poisson_noise", true}}},
           {"stackDarks"},
           {"storeProcessedDark"}}};
}

Recipe make_processed_flat() {
  return {"makeProcessedFlat",
          {{"prepare"},
           {"addDQ", {{"add_illum_mask", false}}},
           {"addVAR", {{"read_noise", true}}},
           {"ADUToElectrons"},
           {"addVAR", {{"poisson_noise", true}}},
           {"makeLampFlat"},
           {"addIllumMaskToDQ"},
           {"normalizeFlat"},
           {"thresholdFlatfield"},
           {"storeProcessedFlat"}}};
}

Recipe make_processed_bpm() {
  return {"makeProcessedBPM",
          {{"prepare"},
           {"ADUToElectrons"},
           {"selectFromInputs", {{"tags", "DARK"}}, "main", "darks"},
           {"selectFromInputs", {{"tags", "FLAT"}}},
           {"stackFrames", {}, "darks", "darks"},
           {"makeLampFlat"},
           {"addIllumMaskToDQ"},
           {"normalizeFlat"},
           {"makeBPM"}}};
}

Recipe reduce_science() {
  return {"reduce",
          {{"prepare"},
           {"addDQ"},
           {"ADUToElectrons"},
           {"addVAR", {{"read_noise", true}, {"poisson_noise", true}}},
           {"darkCorrect"},
           {"flatCorrect"},
           {"applyDQPlane"},
           {"separateSky"},
           {"associateSky"},
           {"skyCorrect", {{"mask_objects", false}}},
           {"detectSources"},
           {"adjustWCSToReference"},
           {"resampleToCommonFrame"},
           {"scaleCountsToReference"},
           {"stackFrames"},
           {"writeOutputs"},
           {"storeProcessedScience", {{"suffix", "_image"}}}}};
}

Recipe align_and_stack() {
  return {"alignAndStack",
          {{"detectSources"},
           {"adjustWCSToReference"},
           {"resampleToCommonFrame"},
           {"scaleCountsToReference"},
           {"stackFrames"}}};
}

Recipe check_wcs() {
  return {"checkWCS", {{"checkWCS"}}, true};
}

// While a night goes on frames come one at a time: each run adds its frames to a list and makes the
// calibration of all that are in it.
Recipe with_list(Recipe recipe, std::string_view combining, const char* purpose) {
  const auto at = std::find_if(recipe.steps.begin(), recipe.steps.end(),
                               [&](const RecipeStep& step) { return step.primitive == combining; });
  recipe.steps.insert(at,
                      {{"addToList", {{"purpose", purpose}}}, {"getList", {{"purpose", purpose}}}});
  return recipe;
}

Recipe assess_science() {
  const Arguments both = {{"read_noise", true}, {"poisson_noise", true}};
  const Arguments shown = {{"display", true}}, sky = {{"purpose", "forSky"}};
  return {"reduce",
          {{"prepare"},
           {"addDQ"},
           {"ADUToElectrons"},
           {"addVAR", both},
           {"flatCorrect"},
           {"applyDQPlane"},
           {"detectSources"},
           {"measureIQ", shown},
           {"measureBG"},
           {"addReferenceCatalog"},
           {"determineAstrometricSolution"},
           {"measureCC"},
           {"addToList", sky},
           {"getList", sky},
           {"separateSky"},
           {"associateSky"},
           {"skyCorrect", {{"mask_objects", false}}},
           {"detectSources"},
           {"adjustWCSToReference"},
           {"resampleToCommonFrame"},
           {"scaleCountsToReference"},
           {"stackFrames"},
           {"applyDQPlane"},
           {"detectSources"},
           {"measureIQ", shown},
           {"determineAstrometricSolution"},
           {"measureCC"},
           {"writeOutputs"}}};
}

std::vector<RecipeLibrary> all_libraries() {
  const Tags dark{"GNIRS", "CAL", "DARK"}, flat{"GNIRS", "IMAGE", "CAL", "FLAT"},
      image{"GNIRS", "IMAGE"};
  return {
      {"recipes_DARK", "sq", dark, {make_processed_dark()}},
      {"recipes_FLAT_IMAGE", "sq", flat, {make_processed_flat(), make_processed_bpm()}},
      {"recipes_IMAGE", "sq", image, {reduce_science(), align_and_stack(), check_wcs()}},
      {"recipes_DARK", "ql", dark, {make_processed_dark()}},
      {"recipes_FLAT_IMAGE", "ql", flat, {make_processed_flat()}},
      {"recipes_IMAGE", "ql", image, {reduce_science(), align_and_stack(), check_wcs()}},
      {"recipes_DARK", "qa", dark, {with_list(make_processed_dark(), "stackDarks", "forStack")}},
      {"recipes_FLAT_IMAGE",
       "qa",
       flat,
       {with_list(make_processed_flat(), "makeLampFlat", "forFlat")}},
      {"recipes_IMAGE", "qa", image, {assess_science()}},
  };
}

}  // namespace

const Recipe* RecipeLibrary::find(std::string_view wanted) const {
  if (wanted == "_default") return &recipes.front();
  for (const Recipe& recipe : recipes) {
    if (recipe.name == wanted) return &recipe;
  }
  return nullptr;
}

const RecipeLibrary* recipe_library_for(const Tags& tags, std::string_view mode) {
  static const std::vector<RecipeLibrary> libraries = all_libraries();
  const RecipeLibrary* best = nullptr;
  for (const RecipeLibrary& library : libraries) {
    const bool fits =
        library.mode == mode &&
        std::includes(tags.begin(), tags.end(), library.tags.begin(), library.tags.end());
    if (fits && (best == nullptr || library.tags.size() > best->tags.size())) best = &library;
  }
  return best;
}

void check_runnable(const Recipe& recipe, const PrimitiveClass& primitives) {
  for (const RecipeStep& step : recipe.steps) {
    const Primitive* primitive = primitives.find(step.primitive);
    if (primitive == nullptr || primitive->missing.empty()) continue;
    throw RecipeError(fmt::format("{} cannot be run: {}", step.primitive, primitive->missing));
  }
}

std::string call_text(const RecipeStep& step) {
  std::vector<std::string> arguments;
  for (const auto& [name, value] : step.arguments) arguments.push_back(name + "=" + repr(value));
  if (step.instream == step.outstream && step.instream != "main") {
    arguments.push_back("stream=" + repr(step.instream));
  } else {
    if (step.instream != "main") arguments.push_back("instream=" + repr(step.instream));
    if (step.outstream != "main") arguments.push_back("outstream=" + repr(step.outstream));
  }
  return "p." + step.primitive + "(" + join(arguments, ", ") + ")";
}

}  // namespace wyvern

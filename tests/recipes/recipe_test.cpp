// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "recipes/recipe.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "primitives/common.h"

namespace wyvern {
namespace {

const Tags kScience = {"GEMINI", "GNIRS", "IMAGE", "NORTH", "RAW", "SIDEREAL", "UNPREPARED"};
const Tags kFlat = {"CAL", "FLAT", "GCALFLAT", "GEMINI", "GNIRS", "IMAGE", "LAMPON", "RAW"};
const Tags kDark = {"CAL", "DARK", "GEMINI", "GNIRS", "NORTH", "RAW"};

std::vector<std::string> names(const RecipeLibrary* library) {
  std::vector<std::string> all;
  if (library == nullptr) return all;
  for (const Recipe& recipe : library->recipes) all.push_back(recipe.name);
  return all;
}
using Names = std::vector<std::string>;

TEST(RecipeLibrary, TheLibraryWithTheMostTagsServes) {
  EXPECT_EQ(recipe_library_for(kScience, "sq")->name, "recipes_IMAGE");
  EXPECT_EQ(recipe_library_for(kFlat, "sq")->name, "recipes_FLAT_IMAGE");
  EXPECT_EQ(recipe_library_for(kDark, "ql")->name, "recipes_DARK");
  EXPECT_EQ(recipe_library_for({"GEMINI", "GNIRS", "SPECT", "LS"}, "sq"), nullptr);
  EXPECT_EQ(recipe_library_for({"GEMINI", "NIRI", "IMAGE"}, "sq"), nullptr);
  EXPECT_EQ(recipe_library_for(kScience, "nosuch"), nullptr);
}

TEST(RecipeLibrary, EveryStepIsAPrimitiveOfTheDataWithTheParametersThatItIsGiven) {
  int steps = 0;
  for (const Tags& tags : {kScience, kFlat, kDark}) {
    for (const char* mode : {"sq", "qa", "ql"}) {
      const RecipeLibrary* library = recipe_library_for(tags, mode);
      if (library == nullptr) continue;
      const PrimitiveClass& primitives = *primitive_class_for(tags);
      for (const Recipe& recipe : library->recipes) {
        for (const RecipeStep& step : recipe.steps) {
          const Primitive* primitive = primitives.find(step.primitive);
          ASSERT_NE(primitive, nullptr) << mode << " " << recipe.name << " " << step.primitive;
          for (const auto& [name, value] : step.arguments) {
            EXPECT_NE(find_parameter(primitive->parameters, name), nullptr)
                << step.primitive << " " << name;
          }
          ++steps;
        }
      }
    }
  }
  EXPECT_GT(steps, 60);
}

TEST(RecipeLibrary, WhatCannotBeRunIsRefusedWithTheReason) {
  const PrimitiveClass& primitives = *primitive_class_for(kScience);
  const Recipe measuring{"mine", {{"prepare"}, {"measureIQ"}}};
  try {
    check_runnable(measuring, primitives);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), ExitStatus::recipe);
    EXPECT_EQ(std::string(error.what()).find("measureIQ cannot be run: "), 0U) << error.what();
  }
  check_runnable(*recipe_library_for(kScience, "sq")->find("_default"), primitives);
}

TEST(RecipeLibrary, HoldsTheReferencesRecipesAndThoseOfOurs) {
  EXPECT_EQ(names(recipe_library_for(kScience, "sq")),
            (Names{"reduce", "alignAndStack", "checkWCS"}));
  EXPECT_EQ(names(recipe_library_for(kScience, "ql")),
            (Names{"reduce", "alignAndStack", "checkWCS"}));
  EXPECT_EQ(names(recipe_library_for(kFlat, "sq")),
            (Names{"makeProcessedFlat", "makeProcessedBPM"}));
  EXPECT_EQ(names(recipe_library_for(kFlat, "ql")), Names{"makeProcessedFlat"});
  EXPECT_EQ(names(recipe_library_for(kDark, "sq")), Names{"makeProcessedDark"});
}

TEST(RecipeLibrary, FindsByNameTheFirstIsTheDefault) {
  const RecipeLibrary& library = *recipe_library_for(kFlat, "sq");
  EXPECT_EQ(library.find("_default")->name, "makeProcessedFlat");
  EXPECT_EQ(library.find("makeProcessedBPM")->name, "makeProcessedBPM");
  EXPECT_EQ(library.find("reduce"), nullptr);
  EXPECT_EQ(library.find("makeprocessedflat"), nullptr);
}

Names calls(const Recipe& recipe) {
  Names all;
  for (const RecipeStep& step : recipe.steps) all.push_back(call_text(step));
  return all;
}

TEST(Recipes, CallThePrimitivesInTheReferencesOrder) {
  EXPECT_EQ(calls(*recipe_library_for(kDark, "sq")->find("_default")),
            (Names{"p.prepare()", "p.addDQ(add_illum_mask=False)", "p.addVAR(read_noise=True)",
                   "p.ADUToElectrons()", "p.addVAR(poisson_noise=True)", "p.stackDarks()",
                   "p.storeProcessedDark()"}));
  EXPECT_EQ(
      calls(*recipe_library_for(kScience, "ql")->find("_default")),
      (Names{"p.prepare()", "p.addDQ()", "p.ADUToElectrons()",
             "p.addVAR(read_noise=True, poisson_noise=True)", "p.darkCorrect()", "p.flatCorrect()",
             "p.applyDQPlane()", "p.separateSky()", "p.associateSky()",
             "p.skyCorrect(mask_objects=False)", "p.detectSources()", "p.adjustWCSToReference()",
             "p.resampleToCommonFrame()", "p.scaleCountsToReference()", "p.stackFrames()",
             "p.writeOutputs()", "p.storeProcessedScience(suffix='_image')"}));
  EXPECT_EQ(
      calls(*recipe_library_for(kFlat, "sq")->find("makeProcessedBPM")),
      (Names{"p.prepare()", "p.ADUToElectrons()",
             "p.selectFromInputs(tags='DARK', outstream='darks')",
             "p.selectFromInputs(tags='FLAT')", "p.stackFrames(stream='darks')", "p.makeLampFlat()",
             "p.addIllumMaskToDQ()", "p.normalizeFlat()", "p.makeBPM()"}));
}

TEST(Recipes, NameOnlyPrimitivesAndParametersThatExist) {
  for (const Tags& tags : {kScience, kFlat, kDark}) {
    const PrimitiveClass& primitives = *primitive_class_for(tags);
    for (const char* mode : {"sq", "ql"}) {
      for (const Recipe& recipe : recipe_library_for(tags, mode)->recipes) {
        for (const RecipeStep& step : recipe.steps) {
          const Primitive* primitive = primitives.find(step.primitive);
          ASSERT_NE(primitive, nullptr) << recipe.name << " " << step.primitive;
          EXPECT_NO_THROW(resolve(*primitive, {}, step.arguments)) << call_text(step);
        }
      }
    }
  }
}

TEST(CallText, ShowsStreams) {
  EXPECT_EQ(call_text({"stackFrames", {}, "sky", "sky"}), "p.stackFrames(stream='sky')");
  EXPECT_EQ(call_text({"stackFrames", {{"nlow", 1}}, "a", "main"}),
            "p.stackFrames(nlow=1, instream='a')");
  EXPECT_EQ(call_text({"stackFrames", {}, "a", "b"}), "p.stackFrames(instream='a', outstream='b')");
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "primitives/common.h"
#include "primitives/docs.h"
#include "support/paths.h"

// Every primitive's parameters against those that the reference declares.

namespace wyvern {
namespace {

using nlohmann::json;
using wyvern::testing::reference_data;

const Tags kImage = {"GEMINI", "GNIRS", "IMAGE"}, kDark = {"GEMINI", "GNIRS"};

void expect_same(const Parameter& found, const json& expected, const std::string& where) {
  EXPECT_EQ(found.name, expected["name"].get<std::string>()) << where;
  EXPECT_EQ(repr(found.default_value), expected["default"].get<std::string>()) << where;
  EXPECT_EQ(found.description(), expected["text"].get<std::string>()) << where;
  EXPECT_EQ(found.hidden(), expected["hidden"].get<bool>()) << where;
  EXPECT_EQ(found.optional, expected["optional"].get<bool>()) << where;
}

// The list was made from primitives that read the data; prepare's own two are missing there but
// the reference's showpars prints them.
json listed(const json& primitives, const std::string& name) {
  json parameters = primitives.value(name, json::array());
  if (name != "prepare" || parameters.size() > 2) return parameters;
  parameters.push_back({{"name", "mdf"},
                        {"default", "None"},
                        {"text", "Name of MDF"},
                        {"hidden", false},
                        {"optional", true}});
  parameters.push_back({{"name", "attach_mdf"},
                        {"default", "True"},
                        {"text", "Attach MDF to spectroscopic data?"},
                        {"hidden", false},
                        {"optional", false}});
  return parameters;
}

class ParametersReference : public ::testing::TestWithParam<std::pair<const char*, Tags>> {};
INSTANTIATE_TEST_SUITE_P(Data, ParametersReference,
                         ::testing::Values(std::pair{"science", kImage}, std::pair{"flat", kImage},
                                           std::pair{"dark", kDark}));

TEST_P(ParametersReference, AreTheSame) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  std::ifstream stream(*data / "golden/parameters_expected.json");
  const json expected = json::parse(stream)[GetParam().first];
  const PrimitiveClass* primitives = primitive_class_for(GetParam().second, true);
  ASSERT_NE(primitives, nullptr);
  EXPECT_EQ(primitives->name(), expected["class"].get<std::string>());
  std::cout << GetParam().first << ": " << primitives->primitives().size() << " of "
            << expected["primitives"].size() << " primitives are declared\n";
  for (const Primitive& primitive : primitives->primitives()) {
    if (!expected["primitives"].contains(primitive.name)) {
      ADD_FAILURE() << primitive.name << " is none of the reference's";
      continue;
    }
    const json wanted = listed(expected["primitives"], primitive.name);
    std::vector<std::string> names;
    for (const Parameter& parameter : primitive.parameters) names.push_back(parameter.name);
    std::vector<std::string> wanted_names;
    for (const json& parameter : wanted) wanted_names.push_back(parameter["name"]);
    EXPECT_EQ(names, wanted_names) << primitive.name;
    if (names != wanted_names) continue;
    for (std::size_t i = 0; i < names.size(); ++i) {
      expect_same(primitive.parameters[i], wanted[i], primitive.name + ":" + names[i]);
    }
  }
}

TEST(PrimitiveDocs, EveryPrimitiveHasOne) {
  for (const Primitive& primitive : primitive_class_for(kImage)->primitives()) {
    const std::string summary(primitive_summary(primitive.name));
    EXPECT_FALSE(summary.empty()) << primitive.name;
    EXPECT_LE(summary.size(), 100U) << primitive.name;
  }
}

TEST(PrimitiveClasses, PrimitivesCanBeRunOrSayWhyNot) {
  for (const Tags& tags : {kImage, kDark}) {
    for (const Primitive& primitive : primitive_class_for(tags)->primitives()) {
      const bool runs = primitive.on_frame != nullptr || primitive.on_list != nullptr;
      EXPECT_NE(runs, !primitive.missing.empty()) << primitive.name;
    }
  }
}

TEST(PrimitiveClasses, TheMostSpecificOneIsTaken) {
  EXPECT_EQ(primitive_class_for({"GEMINI", "GNIRS", "IMAGE", "RAW"})->name(), "GNIRSImage");
  EXPECT_EQ(primitive_class_for({"GEMINI", "GNIRS", "DARK", "CAL"})->name(), "GNIRS");
  EXPECT_EQ(primitive_class_for({"GEMINI", "NIRI", "IMAGE"}), nullptr);
  EXPECT_EQ(primitive_class_for({}), nullptr);
}

TEST(PrimitiveClasses, AnUnknownPrimitiveIsNamedWithItsLikes) {
  try {
    primitive_class_for(kImage)->at("stckFrames");
    FAIL() << "nothing was thrown";
  } catch (const std::exception& error) {
    EXPECT_EQ(std::string(error.what())
                  .find("Primitive stckFrames not recognized, did you mean one of ['stack"),
              0U)
        << error.what();
  }
}

TEST(Resolve, LaterUserParametersWinAndCallsWinOverThem) {
  const Primitive& stack = primitive_class_for(kImage)->at("stackFrames");
  const std::vector<UserParameter> one = {{"stackFrames:operation", "median"},
                                          {"operation", "wtmean"}};
  EXPECT_EQ(resolve(stack, one, {}).text("operation"), "wtmean");
  const std::vector<UserParameter> other = {one[1], one[0]};
  EXPECT_EQ(resolve(stack, other, {}).text("operation"), "median");
  EXPECT_EQ(resolve(stack, other, {{"operation", "lmedian"}}).text("operation"), "lmedian");
}

TEST(Resolve, ParametersOfOtherPrimitivesDoNotMatter) {
  const Primitive& stack = primitive_class_for(kImage)->at("stackFrames");
  const Parameters p = resolve(stack, {{"skyCorrect:operation", "wtmean"}, {"tolerance", 0.5}}, {});
  EXPECT_EQ(p.text("operation"), "mean");
  EXPECT_FALSE(p.has("tolerance"));
}

}  // namespace
}  // namespace wyvern

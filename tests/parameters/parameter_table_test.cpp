// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"
#include "parameters/parameters.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using nlohmann::ordered_json;

Value value_of_repr(const std::string& shown) {
  if (shown.starts_with('\'')) return Value(shown.substr(1, shown.size() - 2));
  const Value word = value_of_word(shown);
  if (!word.is_string()) return word;
  if (const auto number = parse_int(shown)) return Value(static_cast<std::int64_t>(*number));
  return Value(parse_float(shown).value());
}

// A declaration made from what the reference says of a parameter; the text is taken apart here
// and must come together again in the table.
Parameter declared(const ordered_json& golden) {
  const std::string name = golden.at("name"), shown = golden.at("text");
  const Value default_value = value_of_repr(golden.at("default"));
  const std::string_view range_mark = "\n\tValid Range = ", choice_mark = "\nAllowed values:\n";
  Parameter parameter = required_text(name, default_value, shown);
  if (const std::size_t at = shown.find(range_mark); at != std::string::npos) {
    parameter = real(name, Value(), shown.substr(0, at), shown.substr(at + range_mark.size()));
    parameter.default_value = default_value;
  } else if (const std::size_t list = shown.find(choice_mark); list != std::string::npos) {
    std::vector<std::pair<std::string, std::string>> choices;
    for (const std::string& line : split(shown.substr(list + choice_mark.size()), '\n')) {
      const std::vector<std::string> pieces = split(line, '\t');
      if (pieces.size() == 3 && pieces[1] != "None") choices.emplace_back(pieces[1], pieces[2]);
    }
    parameter = choice(name, default_value, shown.substr(0, list), choices);
  }
  parameter.optional = golden.at("optional").get<bool>();
  return parameter;
}

std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The part of a transcript that the table must match, "" when there is none.
std::string table_in(const std::string& transcript) {
  const std::size_t first = transcript.find("Settable parameters on");
  const std::size_t end = transcript.find("--- exit status 0");
  if (first == std::string::npos || end == std::string::npos) return "";
  return transcript.substr(first, end - first);
}

TEST(ParameterTable, IsThatOfTheReference) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const ordered_json golden =
      ordered_json::parse(file_text(*shared / "golden/parameters_expected.json"));
  const std::map<std::string, std::string> frames = {
      {"sci", "science"}, {"flat", "flat"}, {"dark", "dark"}};
  int compared = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*shared / "golden/transcripts/info")) {
    const std::vector<std::string> words = split(entry.path().stem().string(), '_');
    if (words.size() != 3 || words[0] != "showpars") continue;
    // The list of parameters lacks two that prepare inherits.
    if (words[2] == "prepare") continue;
    const std::string expected = table_in(file_text(entry.path()));
    ASSERT_NE(expected, "") << entry.path();
    ParameterSet set;
    for (const auto& parameter : golden.at(frames.at(words[1])).at("primitives").at(words[2])) {
      set.push_back(declared(parameter));
    }
    EXPECT_EQ(parameter_table(words[2], set, false), expected) << entry.path();
    ++compared;
  }
  EXPECT_GT(compared, 30);
}

TEST(ParameterTable, DebugParametersOnRequest) {
  const ParameterSet set = {text("suffix", "_x", "Filename suffix"),
                            boolean("debug_plot", false, "Plot?")};
  EXPECT_FALSE(contains(parameter_table("p", set, false), "debug_plot"));
  EXPECT_TRUE(contains(parameter_table("p", set, true),
                       "debug_plot           False                Plot?\n"));
}

TEST(ParameterTable, ClassicLayout) {
  EXPECT_EQ(parameter_table("p", {text("suffix", "_x", "Filename suffix")}, false, true),
            "Settable parameters on 'p':\n========================================\n"
            " Name\t\t\tCurrent setting\n\nsuffix               '_x'                 Filename "
            "suffix\n\n");
}

}  // namespace
}  // namespace wyvern

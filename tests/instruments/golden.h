// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "instruments/descriptors.h"

// The reference's values of tags and descriptors, and how they are compared.
namespace wyvern::testing {

using nlohmann::json;

json read_json(const std::filesystem::path& file);

// All that the reference says of a file: descriptors of the whole object and of its first
// extension, descriptors with options, helper methods, each by name as it is called.
struct GoldenRecord {
  std::string file, base, class_name;
  json tags;
  std::map<std::string, json> whole, first, options, methods;
};

// Records by name. Those of derived files are stored as what differs from the record that they
// name as base; here they are made whole.
std::map<std::string, GoldenRecord> gnirs_records(const json& golden);

// "target_ra(offset=True,icrs=True)" taken apart.
struct Call {
  std::string name;
  DescriptorOptions options;
};
Call parse_call(const std::string& text);

// What a descriptor gave: a value, or the text of an InputError.
struct Outcome {
  Value value;
  std::optional<std::string> error;
};
Outcome outcome_of(const AstroData& ad, const Call& call);
Outcome outcome_of(const AstroData& ad, std::size_t extension, const Call& call);

// Text, integers, truth and dates exactly, types included; reals to 1e-12, coordinates to 1e-9
// degrees. Where the reference raised an exception, an InputError is expected; its text has to
// contain that of the reference's ValueErrors about keywords.
bool agrees(const Outcome& outcome, const json& expected, const std::string& descriptor);
std::string show(const Outcome& outcome);

}  // namespace wyvern::testing

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/golden.h"

#include <cmath>
#include <fstream>
#include <set>
#include <stdexcept>

#include "base/errors.h"
#include "base/text.h"

namespace wyvern::testing {
namespace {

std::map<std::string, json> as_map(const json& object) {
  return object.get<std::map<std::string, json>>();
}

void overlay(std::map<std::string, json>& values, const json& changes) {
  for (const auto& [name, value] : changes.items()) values[name] = value;
}

GoldenRecord complete_record(const json& entry) {
  GoldenRecord record;
  record.whole = as_map(entry.at("descriptors"));
  record.options = as_map(entry.at("descriptor_options"));
  record.methods = as_map(entry.at("methods"));
  return record;
}

bool is_coordinate(const std::string& name) {
  static const std::set<std::string> names = {"ra",      "dec",       "wcs_ra",
                                              "wcs_dec", "target_ra", "target_dec"};
  return names.contains(name);
}

bool same_real(double value, double expected, bool coordinate) {
  if (value == expected) return true;
  const double difference = std::abs(value - expected);
  return coordinate ? difference <= 1e-9 : difference <= 1e-12 * std::abs(expected);
}

bool same_object(const Value& value, const json& expected) {
  const std::string key = expected.begin().key();
  const json& held = expected.begin().value();
  if (key == "Section") {
    const Section* section = value.get_if<Section>();
    return section && json({section->x1, section->x2, section->y1, section->y2}) == held;
  }
  if (key == "date") {
    const Date* date = value.get_if<Date>();
    return date && to_string(*date) == held;
  }
  if (key == "time") {
    const TimeOfDay* time = value.get_if<TimeOfDay>();
    return time && to_string(*time) == held;
  }
  const DateTime* when = value.get_if<DateTime>();
  return key == "datetime" && when && iso_format(*when) == held;
}

bool same(const Value& value, const json& expected, bool coordinate) {
  if (expected.is_null()) return value.is_none();
  if (expected.is_boolean()) return value.is_bool() && value.as_bool() == expected;
  if (expected.is_number_float()) {
    return value.is_float() && same_real(value.as_double(), expected.get<double>(), coordinate);
  }
  if (expected.is_number()) return value.is_int() && value.as_int() == expected;
  if (expected.is_string()) return value.is_string() && value.as_string() == expected;
  if (expected.is_object()) return same_object(value, expected);
  if (!value.is_list() || value.as_list().size() != expected.size()) return false;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (!same(value.as_list()[i], expected[i], coordinate)) return false;
  }
  return true;
}

template <class F>
Outcome outcome(F&& evaluate) {
  try {
    return {evaluate(), std::nullopt};
  } catch (const InputError& error) {
    return {{}, error.what()};
  }
}

}  // namespace

json read_json(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return json::parse(stream);
}

std::map<std::string, GoldenRecord> gnirs_records(const json& golden) {
  std::map<std::string, GoldenRecord> records;
  for (const char* part : {"real", "derived"}) {
    for (const auto& [name, entry] : golden.at(part).items()) {
      const std::string base = entry.value("base", name);
      const json& origin = base == name ? entry : golden.at("derived").at(base);
      GoldenRecord record = complete_record(origin);
      if (entry.contains("changed")) {
        overlay(record.whole, entry.at("changed").at("descriptors"));
        overlay(record.options, entry.at("changed").at("descriptor_options"));
        overlay(record.methods, entry.at("changed").at("methods"));
      }
      const json& own_first = entry.at("descriptors_ext0_where_different");
      record.first = record.whole;
      overlay(record.first,
              own_first.is_string() ? origin.at("descriptors_ext0_where_different") : own_first);
      record.file = entry.at("file");
      record.base = base;
      record.class_name = entry.at("class");
      record.tags = entry.at("tags");
      records.emplace(name, std::move(record));
    }
  }
  return records;
}

Call parse_call(const std::string& text) {
  const std::size_t open = text.find('(');
  Call call{text.substr(0, open), {}};
  if (open == std::string::npos) return call;
  DescriptorOptions& o = call.options;
  const std::map<std::string, bool*> flags = {
      {"pretty", &o.pretty},     {"stripID", &o.strip_id},
      {"strict", &o.strict},     {"asMicrometers", &o.as_micrometers},
      {"dateonly", &o.dateonly}, {"asNanometers", &o.as_nanometers},
      {"timeonly", &o.timeonly}, {"asAngstroms", &o.as_angstroms},
      {"offset", &o.offset},     {"pm", &o.pm},
      {"icrs", &o.icrs}};
  const std::string inside = text.substr(open + 1, text.size() - open - 2);
  for (const std::string& argument : split(inside, ',')) {
    if (argument.empty() || argument == "generic=True") continue;  // has no effect
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals), value = argument.substr(equals + 1);
    if (name == "output_units") {
      o.output_units = value.substr(1, value.size() - 2);
    } else {
      *flags.at(name) = value == "True";
    }
  }
  return call;
}

Outcome outcome_of(const AstroData& ad, const Call& call) {
  return outcome([&] { return describe(ad, call.name, call.options); });
}

Outcome outcome_of(const AstroData& ad, std::size_t extension, const Call& call) {
  return outcome([&] { return describe(ad, extension, call.name, call.options); });
}

bool agrees(const Outcome& outcome, const json& expected, const std::string& descriptor) {
  if (!expected.is_object() || !expected.contains("raises")) {
    return !outcome.error && same(outcome.value, expected, is_coordinate(descriptor));
  }
  if (!outcome.error) return false;
  const std::string message = expected.at("message");
  const bool about_keyword =
      message.starts_with("Unrecognized") || message.starts_with("Not all extensions");
  return !about_keyword || contains(*outcome.error, message);
}

std::string show(const Outcome& outcome) {
  return outcome.error ? "InputError: " + *outcome.error : repr(outcome.value);
}

}  // namespace wyvern::testing

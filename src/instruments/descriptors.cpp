// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/descriptors.h"

#include <algorithm>

#include "base/errors.h"
#include "instruments/descriptor_rules.h"
#include "instruments/gemini/rules.h"

namespace wyvern {
namespace {

using instruments::DescriptorRule;
using instruments::Subject;

const DescriptorRule* generic_rule(std::string_view name) {
  const std::span<const DescriptorRule> rules = instruments::gemini::instrument.descriptors;
  const auto found = std::ranges::lower_bound(rules, name, {}, &DescriptorRule::name);
  return found != rules.end() && found->name == name ? &*found : nullptr;
}

std::optional<double> optional_number(const Value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.as_double();
}

}  // namespace

const std::vector<std::string>& descriptor_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const DescriptorRule& rule : instruments::gemini::instrument.descriptors) {
      list.emplace_back(rule.name);
    }
    return list;
  }();
  return names;
}

bool is_descriptor(std::string_view name) {
  return generic_rule(name) != nullptr;
}

bool takes_pretty(std::string_view name) {
  const DescriptorRule* rule = generic_rule(name);
  return rule != nullptr && rule->pretty;
}

std::string keyword_for(const AstroData& ad, std::string_view descriptor) {
  const std::string_view keyword =
      instruments::keyword_of(instruments::instrument_of(ad), descriptor);
  if (keyword.empty()) throw InputError("No match for '" + std::string(descriptor) + "'");
  return std::string(keyword);
}

Value describe(const AstroData& ad, std::string_view name, const DescriptorOptions& options) {
  return Subject(ad).ask(name, options);
}

Value describe(const AstroData& ad, std::size_t extension, std::string_view name,
               const DescriptorOptions& options) {
  return Subject(ad, extension).ask(name, options);
}

std::optional<double> gain(const AstroData& ad, std::size_t i) {
  return optional_number(describe(ad, i, "gain"));
}

std::optional<double> read_noise(const AstroData& ad, std::size_t i) {
  return optional_number(describe(ad, i, "read_noise"));
}

std::optional<double> saturation_level(const AstroData& ad, std::size_t i) {
  return optional_number(describe(ad, i, "saturation_level"));
}

std::optional<double> non_linear_level(const AstroData& ad, std::size_t i) {
  return optional_number(describe(ad, i, "non_linear_level"));
}

std::optional<double> exposure_time(const AstroData& ad) {
  return optional_number(describe(ad, "exposure_time"));
}

std::optional<double> pixel_scale(const AstroData& ad) {
  return optional_number(describe(ad, "pixel_scale"));
}

std::optional<double> airmass(const AstroData& ad) {
  return optional_number(describe(ad, "airmass"));
}

std::optional<DateTime> ut_datetime(const AstroData& ad) {
  const Value value = describe(ad, "ut_datetime");
  const DateTime* when = value.get_if<DateTime>();
  return when == nullptr ? std::nullopt : std::optional(*when);
}

bool is_in_adu(const AstroData& ad, std::size_t i) {
  return describe(ad, i, "is_in_adu") == Value(true);
}

std::string text_descriptor(const AstroData& ad, std::string_view name, bool pretty) {
  const Value value = describe(ad, name, {.pretty = pretty});
  return value.is_none() ? std::string() : str(value);
}

}  // namespace wyvern

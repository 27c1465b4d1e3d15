// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "instruments/gemini/rules.h"
#include "instruments/gemini/tables.h"

// Descriptors of filters and wavelengths.
namespace wyvern::instruments::gemini::rule {
namespace {

// Powers of ten of the units that a length may be asked for in.
constexpr int meters = 0, micrometers = -6, nanometers = -9, angstroms = -10;

double converted(double length, int from, int to) {
  return length * std::pow(10.0, static_cast<double>(from - to));
}

// Several units at once are as good as none.
int unit_asked_by_flags(const DescriptorOptions& options) {
  const int flags =
      int{options.as_micrometers} + int{options.as_nanometers} + int{options.as_angstroms};
  if (flags != 1) return meters;
  if (options.as_micrometers) return micrometers;
  return options.as_nanometers ? nanometers : angstroms;
}

int unit_named(std::string_view name) {
  if (name == "micrometers") return micrometers;
  if (name == "nanometers") return nanometers;
  return name == "angstroms" ? angstroms : meters;
}

std::optional<double> grating_micrometers(const Question& q) {
  const std::optional<double> wavelength = as_number(from_phu(q));
  return wavelength && *wavelength >= 0.0 ? wavelength : std::nullopt;
}

std::optional<double> filter_micrometers(const Subject& subject) {
  const Value filter = subject.ask("filter_name", {.pretty = true});
  if (!filter.is_string()) return std::nullopt;
  for (const Instrument* at = &subject.instrument(); at != nullptr; at = at->base) {
    const auto found =
        std::ranges::find(at->filters, filter.as_string(), &FilterWavelength::filter);
    if (found != at->filters.end()) return found->micrometers;
  }
  return std::nullopt;
}

bool is_see_through(std::string_view filter) {
  const std::string lower = to_lower(filter);
  return contains(lower, "open") || contains(filter, "Clear") || lower.starts_with("nd");
}

}  // namespace

Value central_wavelength(const Question& q) {
  const std::optional<double> wavelength = grating_micrometers(q);
  if (!wavelength) return {};
  return converted(*wavelength, micrometers, unit_asked_by_flags(q.options));
}

Value effective_wavelength(const Question& q) {
  const int unit = unit_named(q.options.output_units);
  if (q.subject.has_tag("IMAGE")) {
    const std::optional<double> wavelength = filter_micrometers(q.subject);
    return wavelength ? Value(converted(*wavelength, micrometers, unit)) : Value();
  }
  if (!q.subject.has_tag("SPECT")) return {};
  return q.subject.ask("central_wavelength", {.as_micrometers = unit == micrometers,
                                              .as_nanometers = unit == nanometers,
                                              .as_angstroms = unit == angstroms});
}

Value wavelength_band(const Question& q) {
  const Value wavelength = q.subject.ask("effective_wavelength", {.output_units = "micrometers"});
  if (!wavelength.is_number()) return {};
  const double target = wavelength.as_double();
  return std::ranges::min_element(
             bands, {}, [target](const Band& band) { return std::abs(target - band.micrometers); })
      ->name;
}

Value dispersion(const Question& q) {
  const int unit = unit_asked_by_flags(q.options);
  const auto in_unit = [unit](const Value& value) -> Value {
    const std::optional<double> number = as_number(value);
    return number ? Value(converted(*number, meters, unit)) : Value();
  };
  const auto has_own = [&q](const Extension& e) { return e.header.has(q.keyword); };
  if (std::ranges::any_of(q.subject.extensions(), has_own)) {
    return q.subject.per_extension([&](const Extension& extension) {
      return in_unit(card_value(extension.header, q.keyword));
    });
  }
  const Value common = in_unit(card_value(q.phu(), q.keyword));
  if (common.is_none()) return {};
  return q.subject.per_extension([&common](const Extension&) { return common; });
}

Value nominal_atmospheric_extinction(const Question& q) {
  const Value airmass = q.subject.ask("airmass");
  if (!airmass.is_number()) return {};
  const Value telescope = q.subject.ask("telescope");
  const Value filter = q.subject.ask("filter_name", {.pretty = true});
  const auto row = std::ranges::find_if(extinctions, [&](const Extinction& e) {
    return telescope == Value(e.telescope) && filter == Value(e.filter);
  });
  const double k = row == std::end(extinctions) ? 0.0 : row->magnitudes_per_airmass;
  return k * (airmass.as_double() - 1.0);
}

Value filter_name(const Question& q) {
  std::array<Value, 2> wheels{card_value(q.phu(), "FILTER1"), card_value(q.phu(), "FILTER2")};
  if (!wheels[0].is_string() || !wheels[1].is_string()) return {};
  if (q.strips()) {
    for (Value& wheel : wheels) wheel = without_component_id(wheel);
  }
  const std::string& first = wheels[0].as_string();
  const std::string& second = wheels[1].as_string();
  if (!q.options.pretty) return first + "&" + second;

  std::vector<std::string> names;
  for (const std::string* name : {&first, &second}) {
    if (!is_see_through(*name)) names.push_back(*name);
  }
  if (names.empty()) names.emplace_back("open");
  const auto mark = [&](std::string_view marker, const char* word) {
    if (contains(first, marker) || contains(second, marker)) names.emplace_back(word);
  };
  mark("Block", "blank");
  mark("Dark", "blank");
  mark("DK", "dark");
  // The wheels are two: what was added beyond falls off.
  if (names.size() > 2) names.resize(2);
  return join(names, "&");
}

}  // namespace wyvern::instruments::gemini::rule

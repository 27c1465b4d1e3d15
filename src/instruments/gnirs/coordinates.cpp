// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "base/errors.h"
#include "instruments/gemini/rules.h"
#include "instruments/gnirs/rules.h"

namespace wyvern::instruments::gnirs::rule {
namespace {

// A WCS farther than this from where the telescope was sent is not believed.
constexpr double largest_error_arcsec = 1000.0;

// The position of the target with its offsets in ICRS; nothing when the header does not give it.
std::optional<double> pointed_at(const Subject& subject, std::string_view descriptor) {
  try {
    const Value value = subject.ask(descriptor, {.offset = true, .icrs = true});
    return value.is_number() ? std::optional(value.as_double()) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

double difference_arcsec(double a, double b) {
  const double degrees = std::abs(a - b);
  return 3600.0 * (degrees > 180.0 ? std::abs(degrees - 360.0) : degrees);
}

}  // namespace

Value dec(const Question& q) {
  const Value wcs = q.subject.ask("wcs_dec");
  if (!wcs.is_number()) return gemini::rule::raw_dec(q);
  const std::optional<double> target = pointed_at(q.subject, "target_dec");
  if (!target) return wcs;
  return difference_arcsec(wcs.as_double(), *target) > largest_error_arcsec ? Value(*target) : wcs;
}

Value ra(const Question& q) {
  const Value wcs = q.subject.ask("wcs_ra");
  if (!wcs.is_number()) return gemini::rule::raw_ra(q);
  const std::optional<double> target = pointed_at(q.subject, "target_ra");
  if (!target) return wcs;
  const double dec = q.subject.ask("dec").as_double();
  // The reference divides by cos(dec), which makes the test stricter towards the poles.
  const double error =
      difference_arcsec(wcs.as_double(), *target) / std::cos(dec * (std::numbers::pi / 180.0));
  return error > largest_error_arcsec ? Value(*target) : wcs;
}

}  // namespace wyvern::instruments::gnirs::rule

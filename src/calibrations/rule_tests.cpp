// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The comparisons that rules are made of.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/text.h"
#include "calibrations/rows.h"
#include "calibrations/rules.h"
#include "instruments/optical_elements.h"

namespace wyvern::calibrations {
namespace {

constexpr double kMicrosecondsPerDay = 86'400e6;
constexpr double kOffLampFrom = 4.25;  // micrometres: the sky itself lights the slit

bool known(const Value& value) {
  return !value.is_none() && value != Value("Unknown");
}

bool equal(const Value& candidate, const Value& asked) {
  return known(candidate) && known(asked) && candidate == asked;
}

bool same_exposure(double candidate, double asked) {
  return std::abs(candidate - asked) <= exposure_tolerance(asked);
}

bool same_exposure(const Value& candidate, const Value& asked) {
  return candidate.is_number() && asked.is_number() &&
         same_exposure(candidate.as_double(), asked.as_double());
}

std::optional<double> coadd_time(const Row& row) {
  const Value total = at(row, "exposure_time"), coadds = at(row, "coadds");
  if (!total.is_number() || !coadds.is_number() || coadds.as_double() < 1.0) return std::nullopt;
  return total.as_double() / coadds.as_double();
}

bool same_coadd_time(const Row& candidate, const Row& request) {
  const auto has = coadd_time(candidate), wants = coadd_time(request);
  return has && wants && same_exposure(*has, *wants);
}

bool not_later(const Value& candidate, const Value& asked) {
  const auto stored = parse_database_time(candidate), wanted = parse_database_time(asked);
  return stored && wanted && *stored <= *wanted;
}

bool near_wavelength(const Value& candidate, const Value& asked, double limit_micrometers) {
  return candidate.is_number() && asked.is_number() &&
         std::abs(candidate.as_double() - asked.as_double()) < limit_micrometers;
}

bool same_elements(const Value& candidate, const Value& asked) {
  if (!known(candidate) || !known(asked)) return false;
  return candidate == asked || optical_elements(str(candidate)) == optical_elements(str(asked));
}

// A pinhole mask stands in place of the slit: what is left to compare is the decker.
bool same_mask(const Value& candidate, const Value& asked) {
  if (!candidate.is_string() || !asked.is_string()) return false;
  const std::string wanted = asked.as_string();
  if (!contains(to_lower(wanted), "pinhole")) return candidate == asked;
  const std::size_t decker = wanted.find('&');
  return contains(candidate.as_string(),
                  decker == std::string::npos ? wanted : wanted.substr(decker + 1));
}

bool is_lamp(const Value& lamp) {
  return lamp.is_string() &&
         (lamp == Value("IRhigh") || to_upper(lamp.as_string()).starts_with("QH"));
}

bool is_crossed(const Value& disperser) {
  return disperser.is_string() && contains(disperser.as_string(), "XD");
}

bool is_thermal(const Row& request) {
  const Value wavelength = at(request, "central_wavelength");
  return wavelength.is_number() && wavelength.as_double() >= kOffLampFrom;
}

}  // namespace

Value at(const Row& row, std::string_view column) {
  const auto found = row.find(column);
  return found == row.end() ? Value() : found->second;
}

// The product of a co-add's time and the number of co-adds is not exactly the number that a header
// card holds (3 × 0.1 s), while no two settings of the array are nearer than this.
double exposure_tolerance(double seconds) {
  return std::max(0.005, 1e-4 * std::abs(seconds));
}

std::optional<double> days_between(const Row& candidate, const Row& request) {
  const auto stored = parse_database_time(at(candidate, "ut_datetime"));
  const auto wanted = parse_database_time(at(request, "ut_datetime"));
  if (!stored || !wanted) return std::nullopt;
  return static_cast<double>(microseconds(*stored) - microseconds(*wanted)) / kMicrosecondsPerDay;
}

bool fulfils(const Criterion& criterion, Grade grade, const Row& candidate, const Row& request) {
  const Requirement& asks = criterion.asks.at(static_cast<std::size_t>(grade));
  const Value has = at(candidate, criterion.column);
  const Value wants = criterion.asked.empty() ? Value() : at(request, criterion.asked);
  switch (asks.test) {
    case Test::any:
      return true;
    case Test::never:
      return false;
    case Test::equal:
      return equal(has, wants);
    case Test::identical:
      return has == wants;
    case Test::equal_if_known:
      return !known(has) || !known(wants) || has == wants;
    case Test::exposure:
      return same_exposure(has, wants);
    case Test::coadd_time:
      return same_coadd_time(candidate, request);
    case Test::days: {
      const std::optional<double> days = days_between(candidate, request);
      return days && std::abs(*days) < asks.limit;
    }
    case Test::not_later:
      return not_later(has, wants);
    case Test::wavelength:
      return wants.is_none() || near_wavelength(has, wants, asks.limit);
    case Test::wavelength_known:
      return near_wavelength(has, wants, asks.limit);
    case Test::elements:
      return same_elements(has, wants);
    case Test::slit_mask:
      return same_mask(has, wants);
    case Test::run_mode:
      return wants != Value("sq") || has == Value("sq");
    case Test::science_mode:
      return has == Value("sq");
    case Test::not_failed:
      return has.is_string() && has != Value("Fail");
    case Test::pass_undefined:
      return has == Value("Pass") || has == Value("Undefined");
    case Test::regular:
      return has == Value(0);
    case Test::lamp:
      return is_lamp(has);
    case Test::lamp_or_off:
      return is_lamp(has) || (has == Value("Off") && is_thermal(request));
    case Test::crossed_lamp:
      return !is_crossed(wants) || has == Value("IRhigh");
  }
  return false;
}

std::string requirement_text(const Requirement& requirement) {
  switch (requirement.test) {
    case Test::any:
      return "any";
    case Test::never:
      return "–";
    case Test::equal:
      return "equal";
    case Test::identical:
      return "identical";
    case Test::equal_if_known:
      return "equal, if both are known";
    case Test::exposure:
      return "within 0.005 s or 0.01 %";
    case Test::coadd_time:
      return "per co-add: within 0.005 s or 0.01 %";
    case Test::days:
      return fmt::format("less than {:g} days apart", requirement.limit);
    case Test::not_later:
      return "not after the frame";
    case Test::wavelength:
      return fmt::format("of spectra: less than {:g} µm apart", requirement.limit);
    case Test::wavelength_known:
      return fmt::format("less than {:g} µm apart", requirement.limit);
    case Test::elements:
      return "the same elements; Open positions and the order of wheels do not count";
    case Test::slit_mask:
      return "equal; of a pinhole frame the decker only";
    case Test::run_mode:
      return "sq when the reduction is sq";
    case Test::science_mode:
      return "sq";
    case Test::not_failed:
      return "not Fail";
    case Test::pass_undefined:
      return "Pass or Undefined";
    case Test::regular:
      return "no engineering frame";
    case Test::lamp:
      return "IRhigh or QH";
    case Test::lamp_or_off:
      return "IRhigh or QH; of spectra from 4.25 µm on also Off";
    case Test::crossed_lamp:
      return "of cross-dispersed spectra: IRhigh";
  }
  return "";
}

}  // namespace wyvern::calibrations

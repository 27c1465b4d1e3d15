// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "selection/specialise.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "base/datetime.h"
#include "base/text.h"

namespace wyvern::expression {
namespace {

// gempy.adlibrary.dataselect: exposure times as requested and as taken differ a little; the
// wavelengths of filters are tabulated, so that theirs differ by rounding only.
constexpr double kExposureTimeTolerance = 1e-2;
constexpr double kWavelengthTolerance = 1e-5;

// One or two digits.
std::optional<int> small_number(std::string_view text) {
  if (text.empty() || text.size() > 2 || text.find_first_not_of("0123456789") != text.npos) {
    return std::nullopt;
  }
  return static_cast<int>(*parse_int(text));
}

// "HH:MM:SS", with or without a fraction of the second.
std::optional<TimeOfDay> time_in(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::vector<std::string> parts = split(text.substr(0, point), ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hour = small_number(parts[0]), minute = small_number(parts[1]),
             second = small_number(parts[2]);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  TimeOfDay time{*hour, *minute, *second, 0};
  if (point == std::string_view::npos) return time;
  const std::string_view digits = text.substr(point + 1);
  if (digits.empty() || digits.size() > 6 ||
      digits.find_first_not_of("0123456789") != digits.npos) {
    return std::nullopt;
  }
  std::string microseconds(digits);
  microseconds.resize(6, '0');
  time.microsecond = static_cast<int>(*parse_int(microseconds));
  return time;
}

// "YYYY-MM-DD".
std::optional<Date> date_in(std::string_view text) {
  const std::vector<std::string> parts = split(text, '-');
  if (parts.size() != 3 || parts[0].size() != 4) return std::nullopt;
  if (parts[0].find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const auto month = small_number(parts[1]), day = small_number(parts[2]);
  if (!month || !day) return std::nullopt;
  const Date date{static_cast<int>(*parse_int(parts[0])), *month, *day};
  return is_valid(date) ? std::optional(date) : std::nullopt;
}

// A date and a time with one blank or "T" between them; a date alone is its midnight.
std::optional<DateTime> datetime_in(std::string_view text) {
  const std::size_t gap = text.find_first_of(" T");
  const auto date = date_in(text.substr(0, gap));
  if (!date) return std::nullopt;
  if (gap == std::string_view::npos) return DateTime{*date, {0, 0, 0, 0}};
  const auto time = time_in(text.substr(gap + 1));
  if (!time) return std::nullopt;
  return DateTime{*date, *time};
}

template <class T>
Value value_or_none(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

bool has_moment(const std::string& descriptor) {
  return descriptor == "ut_time" || descriptor == "local_time" || descriptor == "ut_date" ||
         descriptor == "ut_datetime";
}

// None when the text is not what the descriptor gives.
Value moment_in(std::string_view text, const std::string& descriptor) {
  if (descriptor == "ut_date") return value_or_none(date_in(text));
  if (descriptor == "ut_datetime") return value_or_none(datetime_in(text));
  return value_or_none(time_in(text));
}

std::string_view form_of(const std::string& descriptor) {
  if (descriptor == "ut_date") return "a date \"YYYY-MM-DD\"";
  if (descriptor == "ut_datetime") return "a date and time \"YYYY-MM-DD HH:MM:SS\"";
  return "a time \"HH:MM:SS\"";
}

std::string make_moments(Node& node, const std::string& descriptor) {
  if (node.kind == Kind::list) {
    for (const auto& item : node.children) {
      if (std::string problem = make_moments(*item, descriptor); !problem.empty()) return problem;
    }
  }
  if (node.kind != Kind::literal || !node.value.is_string()) return "";
  Value moment = moment_in(trim(node.value.as_string()), descriptor);
  if (moment.is_none()) {
    return fmt::format("{} is compared with {}, which is not {}", descriptor, repr(node.value),
                       form_of(descriptor));
  }
  node.value = std::move(moment);
  return "";
}

std::string specialise_pair(Node& descriptor, Node& other, Step& step, bool strict) {
  if (descriptor.kind != Kind::descriptor) return "";
  const std::string& name = descriptor.name;
  if (has_moment(name)) return make_moments(other, name);
  if (strict) return "";
  if (name == "filter_name" || name == "detector_name" || name == "disperser") {
    descriptor.pretty = true;
  }
  if (step.comparison != Comparison::equal) return "";
  if (name == "exposure_time") step.tolerance = kExposureTimeTolerance;
  if (name == "central_wavelength") step.tolerance = kWavelengthTolerance;
  return "";
}

}  // namespace

std::string specialise(Node& comparison, bool strict) {
  for (std::size_t i = 0; i < comparison.steps.size(); ++i) {
    Node &left = *comparison.children[i], &right = *comparison.children[i + 1];
    for (const auto& [one, other] : {std::pair(&left, &right), std::pair(&right, &left)}) {
      std::string problem = specialise_pair(*one, *other, comparison.steps[i], strict);
      if (!problem.empty()) return problem;
    }
  }
  return "";
}

}  // namespace wyvern::expression

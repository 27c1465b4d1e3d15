// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wyvern {

struct Date {
  int year = 2000, month = 1, day = 1;
  auto operator<=>(const Date&) const = default;
};

struct TimeOfDay {
  int hour = 0, minute = 0, second = 0, microsecond = 0;
  auto operator<=>(const TimeOfDay&) const = default;
};

// A calendar date and a time of day, without a zone (FITS headers: UTC), to the microsecond.
struct DateTime {
  Date date;
  TimeOfDay time;
  auto operator<=>(const DateTime&) const = default;
};

// Days since 1858-11-17 (Modified Julian Day number) of a Gregorian date.
std::int64_t modified_julian_day(const Date& date);
Date date_from_modified_julian_day(std::int64_t mjd);
bool is_valid(const Date& date);

// Microseconds since 1858-11-17T00:00:00; differences of these are exact.
std::int64_t microseconds(const DateTime& when);
DateTime datetime_from_microseconds(std::int64_t since_mjd_zero);
// b - a in seconds.
double seconds_between(const DateTime& a, const DateTime& b);

// Python's str(): "2012-01-17", "05:12:07" or "05:12:07.250000", "2012-01-17 05:12:07".
std::string to_string(const Date& date);
std::string to_string(const TimeOfDay& time);
std::string to_string(const DateTime& when, char separator = ' ');
// Python's isoformat(): the fraction is left out when it is zero.
std::string iso_format(const DateTime& when);

DateTime utc_now();
DateTime local_now();

}  // namespace wyvern

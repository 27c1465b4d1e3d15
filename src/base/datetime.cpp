// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/datetime.h"

#include <chrono>
#include <ctime>

#include <fmt/format.h>

namespace wyvern {
namespace {

constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;
constexpr std::int64_t kMjdOfUnixEpoch = 40587;

DateTime from_system_clock(bool local) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  if (!local) return datetime_from_microseconds(us + kMjdOfUnixEpoch * kMicrosecondsPerDay);
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return {{parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday},
          {parts.tm_hour, parts.tm_min, parts.tm_sec, static_cast<int>(us % 1'000'000)}};
}

}  // namespace

std::int64_t modified_julian_day(const Date& date) {
  using namespace std::chrono;
  const sys_days days = year_month_day{year{date.year}, month{static_cast<unsigned>(date.month)},
                                       day{static_cast<unsigned>(date.day)}};
  return days.time_since_epoch().count() + kMjdOfUnixEpoch;
}

Date date_from_modified_julian_day(std::int64_t mjd) {
  using namespace std::chrono;
  const year_month_day ymd{sys_days{days{mjd - kMjdOfUnixEpoch}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

bool is_valid(const Date& date) {
  using namespace std::chrono;
  if (date.year < 1 || date.year > 9999 || date.month < 1 || date.day < 1) return false;
  return year_month_day{year{date.year}, month{static_cast<unsigned>(date.month)},
                        day{static_cast<unsigned>(date.day)}}
      .ok();
}

std::int64_t microseconds(const DateTime& when) {
  const TimeOfDay& t = when.time;
  const std::int64_t seconds = (t.hour * 60LL + t.minute) * 60LL + t.second;
  return modified_julian_day(when.date) * kMicrosecondsPerDay + seconds * 1'000'000 + t.microsecond;
}

DateTime datetime_from_microseconds(std::int64_t since_mjd_zero) {
  std::int64_t day = since_mjd_zero / kMicrosecondsPerDay;
  std::int64_t rest = since_mjd_zero % kMicrosecondsPerDay;
  if (rest < 0) {
    rest += kMicrosecondsPerDay;
    --day;
  }
  const auto part = [&rest](std::int64_t unit) {
    const std::int64_t whole = rest / unit;
    rest %= unit;
    return static_cast<int>(whole);
  };
  const int hour = part(3'600'000'000), minute = part(60'000'000), second = part(1'000'000);
  return {date_from_modified_julian_day(day), {hour, minute, second, static_cast<int>(rest)}};
}

double seconds_between(const DateTime& a, const DateTime& b) {
  return static_cast<double>(microseconds(b) - microseconds(a)) / 1e6;
}

std::string to_string(const Date& date) {
  return fmt::format("{:04d}-{:02d}-{:02d}", date.year, date.month, date.day);
}

std::string to_string(const TimeOfDay& time) {
  std::string text = fmt::format("{:02d}:{:02d}:{:02d}", time.hour, time.minute, time.second);
  if (time.microsecond != 0) text += fmt::format(".{:06d}", time.microsecond);
  return text;
}

std::string to_string(const DateTime& when, char separator) {
  return to_string(when.date) + separator + to_string(when.time);
}

std::string iso_format(const DateTime& when) {
  return to_string(when, 'T');
}

DateTime utc_now() {
  return from_system_clock(false);
}
DateTime local_now() {
  return from_system_clock(true);
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "base/text.h"
#include "instruments/gemini/rules.h"

// Descriptors of when a file was observed. Gemini's instruments name the date and the time in many
// ways; what is found first counts.
namespace wyvern::instruments::gemini::rule {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Whether the text begins as the pattern: '#' is any digit, a digit n any digit up to n, anything
// else itself.
bool begins_as(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '#'      ? !is_digit(text[i])
        : is_digit(pattern[i]) ? !is_digit(text[i]) || text[i] > pattern[i]
                               : text[i] != pattern[i]) {
      return false;
    }
  }
  return true;
}

constexpr std::string_view date_pattern = "####-1#-3#";
constexpr std::string_view datetime_pattern = "####-1#-3#T2#:5#:5#";
constexpr std::string_view old_date_pattern = "3#/1#/##";

// Digits of the text from `at` on, moved past them; at most `most`.
int take_number(std::string_view& text, std::size_t most) {
  int number = 0;
  std::size_t used = 0;
  while (used < most && used < text.size() && is_digit(text[used])) {
    number = 10 * number + (text[used++] - '0');
  }
  text.remove_prefix(used);
  return number;
}

std::optional<Date> valid(const Date& date) {
  return is_valid(date) ? std::optional(date) : std::nullopt;
}

// ".2345678": microseconds, cut; nothing unless the text is a fraction and no more, 0 if empty.
std::optional<int> parse_fraction(std::string_view text) {
  if (text.empty()) return 0;
  if (text.front() != '.') return std::nullopt;
  int microseconds = 0, unit = 100000;
  for (char c : text.substr(1)) {
    if (!is_digit(c)) return std::nullopt;
    microseconds += (c - '0') * unit;
    unit /= 10;
  }
  return microseconds;
}

// "4:41:8", "04:41:58.2": the whole text.
std::optional<TimeOfDay> parse_clock(std::string_view text) {
  TimeOfDay time;
  int* const fields[] = {&time.hour, &time.minute, &time.second};
  constexpr int limits[] = {24, 60, 60};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0) {
      if (!text.starts_with(':')) return std::nullopt;
      text.remove_prefix(1);
    }
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    *fields[i] = take_number(text, 2);
    if (*fields[i] >= limits[i]) return std::nullopt;
  }
  const std::optional<int> fraction = parse_fraction(text);
  if (!fraction) return std::nullopt;
  time.microsecond = *fraction;
  return time;
}

std::optional<Date> parse_date(std::string_view text) {
  if (!begins_as(text, date_pattern)) return std::nullopt;
  const int year = take_number(text, 4);
  text.remove_prefix(1);
  const int month = take_number(text, 2);
  text.remove_prefix(1);
  return valid({year, month, take_number(text, 2)});
}

// "13/12/98": counted from 1900.
std::optional<Date> parse_old_date(std::string_view text) {
  if (!begins_as(text, old_date_pattern)) return std::nullopt;
  const int day = take_number(text, 2);
  text.remove_prefix(1);
  const int month = take_number(text, 2);
  text.remove_prefix(1);
  return valid({1900 + take_number(text, 4), month, day});
}

// "2015-12-13T04:41:58.2", with a blank for the T, or the date alone; a zone of "Z" is UTC anyway.
std::optional<DateTime> parse_datetime(std::string_view text) {
  const std::optional<Date> date = parse_date(text);
  if (!date) return std::nullopt;
  text.remove_prefix(date_pattern.size());
  if (text.empty()) return DateTime{*date, {}};
  if (text.front() != 'T' && text.front() != ' ') return std::nullopt;
  text.remove_prefix(1);
  if (text.ends_with('Z')) text.remove_suffix(1);
  const std::optional<TimeOfDay> time = parse_clock(trim(text));
  return time ? std::optional(DateTime{*date, *time}) : std::nullopt;
}

// Rounded to microseconds, whole days kept apart so that none are lost.
DateTime from_modified_julian_date(double mjd) {
  const double day = std::floor(mjd);
  const double seconds = (mjd - day) * 86400.0;
  const double whole = std::floor(seconds);
  const double micro = std::nearbyint((seconds - whole) * 1e6);
  return datetime_from_microseconds(
      (static_cast<std::int64_t>(day) * 86400 + static_cast<std::int64_t>(whole)) * 1000000 +
      static_cast<std::int64_t>(micro));
}

// The date in a file name such as N20151213S0022.
std::optional<Date> date_in_name(std::string_view name) {
  if (name.size() < 9) return std::nullopt;
  for (char c : name.substr(1, 8)) {
    if (!is_digit(c)) return std::nullopt;
  }
  name.remove_prefix(1);
  const int year = take_number(name, 4);
  const int month = take_number(name, 2);
  const int day = take_number(name, 2);
  return year > 1999 ? valid({year, month, day}) : std::nullopt;
}

std::optional<Date> date_of_names(const Question& q) {
  std::optional<Date> date;
  for (const Extension& extension : q.subject.extensions()) {
    const auto found = date_in_name(card_text_or(extension.header, "FRMNAME", ""));
    if (found) date = found;
  }
  const std::optional<Date> of_file = date_in_name(q.subject.object().filename());
  return of_file ? of_file : date;
}

// What the caller wants of a moment.
Value part(const DateTime& when, const DescriptorOptions& options) {
  if (options.dateonly) return when.date;
  if (options.timeonly) return when.time;
  return when;
}

std::optional<DateTime> start_of_observation(const Question& q) {
  const std::optional<double> mjd = q.phu().number("MJD-OBS");
  constexpr double end_of_9999 = 2973484.0;
  if (mjd && *mjd > 1.0 && *mjd < end_of_9999) return from_modified_julian_date(*mjd);
  return parse_datetime(trim(card_text_or(q.phu(), "OBSSTART", "")));
}

}  // namespace

Value ut_datetime(const Question& q) {
  const DescriptorOptions& options = q.options;
  std::optional<Date> date;
  for (std::string_view keyword : {"DATE-OBS", "DATE", "UTDATE"}) {
    const std::string held = card_text_or(q.phu(), keyword, "");
    const std::string_view text = trim(held);
    if (begins_as(text, datetime_pattern)) {
      if (const auto when = parse_datetime(text)) return part(*when, options);
    }
    date = parse_date(text);
    if (!date) date = parse_old_date(text);
    if (date) break;
  }
  if (options.dateonly && date) return *date;

  std::optional<TimeOfDay> time;
  for (std::string_view keyword : {"UT", "TIME-OBS", "STARTUT", "UTSTART"}) {
    const std::string text = card_text_or(q.phu(), keyword, "");
    time = parse_clock(trim(text));
    if (time) break;
  }
  if (options.timeonly && time) return *time;
  if (date && time) return DateTime{*date, *time};

  if (const auto start = start_of_observation(q)) return part(*start, options);
  if (options.strict) return {};
  if (!date) date = date_of_names(q);
  const TimeOfDay clock = time.value_or(TimeOfDay{});
  if (options.timeonly) return clock;
  return date ? part({*date, clock}, options) : Value();
}

Value ut_date(const Question& q) {
  return q.subject.ask("ut_datetime", {.strict = true, .dateonly = true});
}

Value ut_time(const Question& q) {
  return q.subject.ask("ut_datetime", {.strict = true, .timeonly = true});
}

Value local_time(const Question& q) {
  const std::string text = card_text_or(q.phu(), q.keyword, "");
  const std::optional<TimeOfDay> time = parse_clock(trim(text));
  return time ? Value(*time) : Value();
}

}  // namespace wyvern::instruments::gemini::rule

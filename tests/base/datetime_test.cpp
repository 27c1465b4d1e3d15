// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/datetime.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wyvern {
namespace {

TEST(ModifiedJulianDay, CountsFromNovember1858) {
  EXPECT_EQ(modified_julian_day({1858, 11, 17}), 0);
  EXPECT_EQ(modified_julian_day({1970, 1, 1}), 40587);
  EXPECT_EQ(modified_julian_day({2000, 1, 1}), 51544);
  EXPECT_EQ(modified_julian_day({2012, 3, 1}) - modified_julian_day({2012, 2, 28}), 2);
  EXPECT_EQ(modified_julian_day({1900, 3, 1}) - modified_julian_day({1900, 2, 28}), 1);
  for (const std::int64_t mjd : {-1, 0, 51603, 51604, 88069}) {
    EXPECT_EQ(modified_julian_day(date_from_modified_julian_day(mjd)), mjd);
  }
}

TEST(Date, KnowsTheCalendar) {
  EXPECT_TRUE(is_valid({2012, 2, 29}));
  EXPECT_TRUE(is_valid({2000, 2, 29}));
  for (const Date& date : {Date{2011, 2, 29}, Date{1900, 2, 29}, Date{2012, 13, 1},
                           Date{2012, 0, 1}, Date{2012, 4, 31}, Date{2012, 1, 0}, Date{0, 1, 1}}) {
    EXPECT_FALSE(is_valid(date)) << to_string(date);
  }
}

TEST(DateTime, GoesToMicrosecondsAndBack) {
  const DateTime late{{2012, 1, 17}, {23, 59, 59, 999999}};
  EXPECT_EQ(datetime_from_microseconds(microseconds(late)), late);
  EXPECT_EQ(datetime_from_microseconds(microseconds(late) + 1), (DateTime{{2012, 1, 18}, {}}));
  EXPECT_EQ(datetime_from_microseconds(-1), (DateTime{{1858, 11, 16}, {23, 59, 59, 999999}}));
}

TEST(DateTime, DifferencesCrossMidnight) {
  const DateTime before{{2011, 12, 31}, {23, 59, 30, 250000}}, after{{2012, 1, 1}, {0, 1, 0, 0}};
  EXPECT_EQ(seconds_between(before, after), 89.75);
  EXPECT_EQ(seconds_between(after, before), -89.75);
  EXPECT_LT(before, after);
}

TEST(DateTimeText, IsPythons) {
  EXPECT_EQ(to_string(Date{987, 1, 7}), "0987-01-07");
  EXPECT_EQ(to_string(TimeOfDay{5, 12, 7, 0}), "05:12:07");
  EXPECT_EQ(to_string(TimeOfDay{5, 12, 7, 250000}), "05:12:07.250000");
  EXPECT_EQ(to_string(DateTime{{2012, 1, 17}, {5, 12, 7, 0}}), "2012-01-17 05:12:07");
  EXPECT_EQ(iso_format({{2012, 1, 17}, {5, 12, 7, 40}}), "2012-01-17T05:12:07.000040");
  EXPECT_EQ(iso_format({{2012, 1, 17}, {5, 12, 7, 0}}), "2012-01-17T05:12:07");
}

TEST(Clock, LocalAndUniversalTimeRunTogether) {
  const DateTime first = utc_now(), second = utc_now();
  EXPECT_LE(first, second);
  EXPECT_GT(first.date.year, 2020);
  // Time zones lie within 14 hours, in steps of a quarter of an hour.
  const double zone = seconds_between(utc_now(), local_now());
  EXPECT_LE(std::abs(zone), 14.1 * 3600);
  EXPECT_LT(std::abs(zone - 900 * std::round(zone / 900)), 5.0);
}

}  // namespace
}  // namespace wyvern

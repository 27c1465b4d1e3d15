// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "fits/file.h"
#include "support/paths.h"
#include "wcs/frames.h"
#include "wcs/wcs.h"

namespace wyvern {
namespace {

using nlohmann::json;
using wyvern::testing::reference_data;

json read_json(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return json::parse(stream);
}

Wcs first_wcs(const std::string& path) {
  const auto hdus = fits::read_file(path, fits::Pixels::defer);
  if (hdus.size() > 1) {
    if (auto wcs = Wcs::from_header(hdus[1].header, 2)) return *wcs;
  }
  return Wcs::from_header(hdus[0].header, 0).value();
}

double worst_sample(const Wcs& wcs, const json& samples) {
  double worst = 0.0;
  for (const json& sample : samples) {
    const Point sky = wcs.to_sky({sample[0].get<double>(), sample[1].get<double>()});
    worst = std::max(worst, std::abs(sky.x - sample[2].get<double>()));
    worst = std::max(worst, std::abs(sky.y - sample[3].get<double>()));
  }
  return worst;
}

TEST(WcsReference, RealHeadersGiveTheSkyOfTheReference) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = read_json(*data / "golden/gnirs_headers_expected.json");
  double worst = 0.0;
  int files = 0;
  for (const char* group : {"real", "derived"}) {
    for (const auto& [name, record] : expected[group].items()) {
      if (!record.contains("wcs") || !record["wcs"].is_object()) continue;
      const Wcs wcs = first_wcs((*data / "golden" / record["file"].get<std::string>()).string());
      const double deviation = worst_sample(wcs, record["wcs"]["samples_xy_world"]);
      EXPECT_LT(deviation, 1e-12) << name;
      worst = std::max(worst, deviation);
      ++files;
    }
  }
  std::cout << "WCS samples: " << files << " files, worst deviation " << worst << " deg\n";
  EXPECT_GE(files, 23);
}

TEST(WcsReference, KeywordsAsWrittenByTheReference) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = read_json(*data / "golden/gnirs_headers_expected.json");
  int files = 0;
  for (const auto& [name, record] : expected["real"].items()) {
    fits::Header header;
    first_wcs((*data / "golden" / record["file"].get<std::string>()).string()).write_to(header);
    for (const auto& [key, value] : record["wcs_keywords_written"].items()) {
      if (key.starts_with("NAXIS")) continue;
      if (value.is_string()) {
        EXPECT_EQ(header.text(key), value.get<std::string>()) << name << " " << key;
      } else {
        const double wanted = value.get<double>(), found = header.number(key).value();
        EXPECT_LE(std::abs(found - wanted), 1e-10 * std::abs(wanted) + 1e-15) << name << " " << key;
      }
    }
    ++files;
  }
  std::cout << "WCS keywords as written: " << files << " files\n";
  EXPECT_EQ(files, 23);
}

// target_ra(pm and offsets as chosen) before and after icrs=True.
TEST(WcsReference, CoordinatesInIcrs) {
  const auto data = reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const json expected = read_json(*data / "golden/gnirs_headers_expected.json");
  double worst = 0.0;
  int files = 0;
  for (const auto& [name, record] : expected["real"].items()) {
    const json& options = record["descriptor_options"];
    const json& ra = options["target_ra(icrs=True)"];
    const json& plain = record["descriptors"];
    if (!ra.is_number() || !plain["target_ra"].is_number()) continue;
    const auto hdus = fits::read_file(
        (*data / "golden" / record["file"].get<std::string>()).string(), fits::Pixels::defer);
    const std::string text = plain["ut_datetime"]["datetime"];
    DateTime when;
    double seconds = 0.0;
    ASSERT_EQ(std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lf", &when.date.year, &when.date.month,
                          &when.date.day, &when.time.hour, &when.time.minute, &seconds),
              6);
    when.time.second = static_cast<int>(seconds);
    when.time.microsecond = static_cast<int>(std::lround((seconds - when.time.second) * 1e6));
    const Point found =
        to_icrs(hdus[0].header.text("FRAME").value_or("FK5"),
                {plain["target_ra"].get<double>(), plain["target_dec"].get<double>()}, when);
    const Point wanted{ra.get<double>(), options["target_dec(icrs=True)"].get<double>()};
    EXPECT_NEAR(found.x, wanted.x, 1e-9) << name;
    EXPECT_NEAR(found.y, wanted.y, 1e-10) << name;
    worst = std::max(worst, separation_deg(found, wanted));
    ++files;
  }
  std::cout << "ICRS coordinates: " << files << " files, worst separation " << worst << " deg\n";
  EXPECT_EQ(files, 22);
}

}  // namespace
}  // namespace wyvern

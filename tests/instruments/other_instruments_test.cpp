// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <iostream>

#include "instruments/golden.h"
#include "support/paths.h"

namespace wyvern {
namespace {

using testing::json;

// The reference fails on files without extensions; here they have empty lists and no coordinates
// but those of the header.
json without_extensions(const AstroData& ad, const std::string& name, const json& reference) {
  static const std::set<std::string> scalars = {"is_in_adu", "dispersion", "wcs_ra", "wcs_dec"};
  if (!reference.is_object() || !reference.contains("raises")) return reference;
  if (name == "ra") return ad.phu.number("RA").value();
  if (name == "dec") return ad.phu.number("DEC").value();
  return scalars.contains(name) ? json(nullptr) : json::array();
}

TEST(OtherInstruments, HaveGenericTagsAndDescriptors) {
  const auto shared = testing::reference_data();
  if (!shared) GTEST_SKIP() << "skipped: no reference data";
  const json golden = testing::read_json(*shared / "golden" / "other_instruments_expected.json");
  int files = 0, tags = 0, values = 0, same = 0, on_purpose = 0;
  std::set<std::string> instruments;
  for (const auto& [name, entry] : golden.at("files").items()) {
    const AstroData ad = AstroData::open(
        (*shared / "golden" / entry.at("file").get<std::string>()).string(), fits::Pixels::defer);
    ++files;
    instruments.insert(entry.at("instrument_keyword").get<std::string>());
    const json found = tags_of(ad);
    EXPECT_EQ(found, entry.at("tags_generic")) << name;
    EXPECT_EQ(class_name(ad), "AstroDataGemini") << name;
    tags += found == entry.at("tags_generic");
    for (const auto& [descriptor, reference] : entry.at("descriptors_generic").items()) {
      const testing::Outcome outcome = testing::outcome_of(ad, {descriptor, {}});
      const json expected =
          ad.extensions.empty() ? without_extensions(ad, descriptor, reference) : json(reference);
      const bool agrees = testing::agrees(outcome, expected, descriptor);
      EXPECT_TRUE(agrees) << name << " " << descriptor << ": " << testing::show(outcome)
                          << " instead of " << expected.dump();
      ++values;
      (expected == reference ? same : on_purpose) += agrees;
    }
  }
  std::cout << "other instruments, tags: " << tags << " of " << files << " files, "
            << instruments.size() << " values of INSTRUME\n";
  std::cout << "other instruments, descriptors: " << same << " of " << values
            << " values as the reference; otherwise on purpose: " << on_purpose
            << " by F8 (files without extensions)\n";
  EXPECT_EQ(files, 40);
  EXPECT_EQ(values, 40 * 83);
  EXPECT_EQ(on_purpose, 34);
}

}  // namespace
}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// The text of --expr, parsed both ways and evaluated for a frame.
#include <vector>

#include "fuzz/target.h"
#include "selection/selection.h"

namespace {

const wyvern::AstroData& frame() {
  static const wyvern::AstroData made = [] {
    wyvern::AstroData ad;
    const std::vector<std::pair<const char*, wyvern::Value>> cards = {
        {"INSTRUME", "GNIRS"},        {"OBJECT", "star"}, {"OBSTYPE", "OBJECT"},
        {"DATE-OBS", "2012-01-17"},   {"UT", "05:30:03"}, {"FILTER1", "Open"},
        {"FILTER2", "J_G0517"},       {"EXPTIME", 60.0},  {"COADDS", 1},
        {"GRATING", "32/mmSB_G5533"}, {"GRATWAVE", 1.25}};
    for (const auto& [keyword, value] : cards) ad.phu.set(keyword, value);
    ad.extensions.emplace_back().data = wyvern::Plane::filled<float>(4, 6, 1.0F);
    ad.set_path("frame.fits");
    return ad;
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = wyvern::fuzz::text_of(data, size);
  for (const bool strict : {false, true}) {
    wyvern::fuzz::errors_are_answers([&] {
      std::vector<std::string> warnings;
      wyvern::Expression::parse(text, strict).matches(frame(), warnings);
    });
  }
  return 0;
}

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern::testing {

inline AstroData keyhole_frame(const std::string& name,
                               const std::vector<std::pair<std::string, Value>>& cards) {
  const std::vector<std::pair<std::string, Value>> common = {{"INSTRUME", "GNIRS"},
                                                             {"OBSERVAT", "Gemini-North"},
                                                             {"TELESCOP", "Gemini-North"},
                                                             {"CAMERA", "ShortBlue_G5540"},
                                                             {"SLIT", "Acq_G5530"},
                                                             {"DECKER", "Acq_G5531"},
                                                             {"GRATING", "32/mmSB_G5533"},
                                                             {"PRISM", "MIR_G5537"},
                                                             {"FILTER2", "J_G0517"},
                                                             {"LNRS", 1},
                                                             {"NDAVGS", 16},
                                                             {"COADDS", 1},
                                                             {"LT", "19:41:49.0"},
                                                             {"AOFOLD", "park-pos."},
                                                             {"AIRMASS", 1.154},
                                                             {"ARRAYID", "SN7638228.1"},
                                                             {"DETBIAS", -0.2788}};
  AstroData ad;
  for (const auto& [keyword, value] : common) ad.phu.set(keyword, value);
  for (const auto& [keyword, value] : cards) ad.phu.set(keyword, value);
  ad.extensions.emplace_back().data = Plane::on_disk(PixelType::f32, {4, 6});
  ad.set_path(name);
  return ad;
}

// The night on which the reference's dataselect was run to see what expressions select: four darks,
// five science frames a minute apart, eight flats.
inline std::vector<AstroData> night() {
  std::vector<AstroData> frames;
  for (int i = 0; i < 4; ++i) {
    frames.push_back(
        keyhole_frame("N20120102S053" + std::to_string(i) + ".fits", {{"OBJECT", "Dark"},
                                                                      {"OBSTYPE", "DARK"},
                                                                      {"FILTER1", "Dark_G0511"},
                                                                      {"EXPTIME", 60.0},
                                                                      {"ACQMIR", "Out"},
                                                                      {"DATE-OBS", "2012-01-02"},
                                                                      {"UT", "05:00:00"}}));
  }
  for (int i = 0; i < 5; ++i) {
    frames.push_back(keyhole_frame("N20120117S001" + std::to_string(i) + ".fits",
                                   {{"OBJECT", "GRB120116A"},
                                    {"OBSTYPE", "OBJECT"},
                                    {"FILTER1", "Open"},
                                    {"EXPTIME", 60.0},
                                    {"ACQMIR", "In"},
                                    {"DATE-OBS", "2012-01-17"},
                                    {"UT", "05:3" + std::to_string(i) + ":03"}}));
  }
  for (int i = 0; i < 8; ++i) {
    frames.push_back(
        keyhole_frame("N20120117S003" + std::to_string(i) + ".fits", {{"OBJECT", "GCALflat"},
                                                                      {"OBSTYPE", "FLAT"},
                                                                      {"FILTER1", "Open"},
                                                                      {"EXPTIME", 1.0},
                                                                      {"ACQMIR", "In"},
                                                                      {"DATE-OBS", "2012-01-17"},
                                                                      {"UT", "06:00:00"},
                                                                      {"GCALLAMP", "IRhigh"},
                                                                      {"GCALSHUT", "OPEN"}}));
  }
  return frames;
}

}  // namespace wyvern::testing

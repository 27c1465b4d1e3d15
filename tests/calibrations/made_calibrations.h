// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "astrodata/astrodata.h"
#include "base/errors.h"

namespace wyvern::testing {

using Cards = std::vector<std::pair<std::string, Value>>;

// A prepared keyhole frame of 60 s, taken 2012-01-17 05:30:03, changed by `cards`; a None value
// takes a card away.
inline AstroData prepared_frame(const std::string& name, const Cards& cards = {}) {
  const Cards usual = {{"INSTRUME", "GNIRS"},
                       {"OBJECT", "GRB120116A"},
                       {"OBSTYPE", "OBJECT"},
                       {"OBSCLASS", "science"},
                       {"GEMPRGID", "GN-2011B-Q-999"},
                       {"OBSID", "GN-2011B-Q-999-1"},
                       {"DATALAB", "GN-2011B-Q-999-1-001"},
                       {"OBSERVAT", "Gemini-North"},
                       {"TELESCOP", "Gemini-North"},
                       {"DATE-OBS", "2012-01-17"},
                       {"UT", "05:30:03"},
                       {"RAWPIREQ", "YES"},
                       {"RAWGEMQA", "USABLE"},
                       {"FILTER1", "Open"},
                       {"FILTER2", "J_G0517"},
                       {"CAMERA", "ShortBlue_G5540"},
                       {"SLIT", "Acq_G5530"},
                       {"DECKER", "Acq_G5531"},
                       {"GRATING", "32/mmSB_G5533"},
                       {"PRISM", "MIR_G5537"},
                       {"ACQMIR", "In"},
                       {"GRATWAVE", 1.25},
                       {"GRATORD", 5},
                       {"ARRAYID", "SN7638228.1"},
                       {"COADDS", 1},
                       {"EXPTIME", 60.0},
                       {"LNRS", 1},
                       {"NDAVGS", 16},
                       {"DETBIAS", -0.2788},
                       {"PREPARE", "2026-01-01T00:00:00"}};
  AstroData ad;
  for (const auto& [keyword, value] : usual) ad.phu.set(keyword, value);
  for (const auto& [keyword, value] : cards) {
    if (value.is_none()) {
      ad.phu.remove(keyword);
    } else {
      ad.phu.set(keyword, value);
    }
  }
  ad.extensions.emplace_back().data = Plane::filled<float>(4, 6, 1.0F);
  ad.set_path(name);
  return ad;
}

inline Cards with(Cards cards, const Cards& more) {
  cards.insert(cards.end(), more.begin(), more.end());
  return cards;
}

inline const Cards kDark = {{"OBJECT", "Dark"},         {"OBSTYPE", "DARK"},
                            {"DATE-OBS", "2012-01-02"}, {"UT", "17:10:03"},
                            {"ACQMIR", "Out"},          {"FILTER1", "Dark_G0511"},
                            {"PROCMODE", "sq"},         {"PROCDARK", "2026-01-01T00:00:00"}};
inline const Cards kFlat = {{"OBJECT", "GCALflat"}, {"OBSTYPE", "FLAT"},
                            {"UT", "07:30:03"},     {"GCALLAMP", "IRhigh"},
                            {"GCALSHUT", "OPEN"},   {"LNRS", 4},
                            {"PROCMODE", "sq"},     {"PROCFLAT", "2026-01-01T00:00:00"}};
inline const Cards kBpm = {{"OBJECT", "BPM"},  {"OBSTYPE", "BPM"},       {"DATE-OBS", "2010-07-16"},
                           {"UT", "07:30:03"}, {"BPMASK", "2026-01-01"}, {"PROCMODE", "sq"}};

// Writes a calibration and gives its path back.
inline std::string write_made(const std::string& path, const Cards& cards) {
  AstroData ad = prepared_frame(path, cards);
  ad.write(path, true);
  return path;
}

// The text of the error that a call ends with; "no error".
template <class Wanted = Error, class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const Wanted& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace wyvern::testing

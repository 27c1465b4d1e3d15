// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "base/text.h"
#include "instruments/tag_rules.h"

// Tag rules of GNIRS (reference: gemini_instruments/gnirs/adclass.py).
namespace wyvern::instruments::gnirs {
namespace condition {

inline bool is_spectrum(const Facts& f) {
  return f.equals("ACQMIR", "Out");
}

inline bool is_ifu(const Facts& f) {
  return is_spectrum(f) && contains(to_lower(f.text("SLIT")), "ifu");
}

inline bool has_long_opening(const Facts& f) {
  const std::string slit = to_lower(f.text("SLIT"));
  return is_spectrum(f) && (contains(slit, "arcsec") || contains(slit, "pin")) &&
         f.contains("GRATING", "mm");
}

inline bool is_long_slit(const Facts& f) {
  return has_long_opening(f) && f.contains("PRISM", "MIR");
}

inline bool is_cross_dispersed(const Facts& f) {
  return has_long_opening(f) && f.contains("PRISM", "XD");
}

inline bool is_flat(const Facts& f) {
  return f.equals("OBSTYPE", "FLAT");
}

}  // namespace condition

inline constexpr TagRule tag_rules[] = {
    {.name = "_type_dark",
     .applies = [](const Facts& f) { return f.equals("OBSTYPE", "DARK"); },
     .add = {"DARK", "CAL"},
     .blocks = {"IMAGE", "SPECT"}},
    {.name = "_type_arc",
     .applies = [](const Facts& f) { return f.equals("OBSTYPE", "ARC"); },
     .add = {"ARC", "CAL"}},
    {.name = "_type_image",
     .applies = [](const Facts& f) { return f.equals("ACQMIR", "In"); },
     .add = {"IMAGE"}},
    {.name = "_type_thruslit",
     .applies = [](const Facts& f) { return !f.contains("SLIT", "Acq"); },
     .add = {"THRUSLIT"},
     .if_present = {"IMAGE"}},
    {.name = "_type_spect", .applies = condition::is_ifu, .add = {"SPECT", "IFU"}},
    {.name = "_type_spect", .applies = condition::is_long_slit, .add = {"SPECT", "LS"}},
    {.name = "_type_spect", .applies = condition::is_cross_dispersed, .add = {"SPECT", "XD"}},
    {.name = "_type_spect", .applies = condition::is_spectrum, .add = {"SPECT"}},
    {.name = "_type_flats",
     .applies =
         [](const Facts& f) { return condition::is_flat(f) && f.contains("SLIT", "Pinholes"); },
     .add = {"PINHOLE", "CAL"},
     .remove = {"GCALFLAT"}},
    {.name = "_type_flats", .applies = condition::is_flat, .add = {"FLAT", "CAL"}},
};

}  // namespace wyvern::instruments::gnirs

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "instruments/gemini/rules.h"
#include "instruments/tag_rules.h"

// Tag rules of all Gemini data (reference: gemini_instruments/gemini/adclass.py).

namespace wyvern::instruments::gemini {
namespace condition {

inline bool always(const Facts&) {
  return true;
}

inline bool is_infrared_lamp(const Facts& f) {
  const std::string_view lamp = f.text("GCALLAMP");
  return lamp == "IRhigh" || lamp.starts_with("QH");
}

inline bool has_gcal(const Facts& f) {
  const std::string_view instrument = f.text("INSTRUME");
  return !instrument.empty() && !instrument.starts_with("GMOS");
}

inline bool is_lamp_on(const Facts& f) {
  return has_gcal(f) && is_infrared_lamp(f) && f.equals("GCALSHUT", "OPEN");
}

inline bool is_lamp_off(const Facts& f) {
  return has_gcal(f) && (is_infrared_lamp(f) || f.equals("GCALLAMP", "No Value")) &&
         f.equals("GCALSHUT", "CLOSED");
}

inline bool tracks_the_sky(const Facts& f) {
  for (std::string_view keyword : {"TRKFRAME", "FRAME"}) {
    const std::string_view frame = f.text(keyword);
    if (frame == "FK5" || frame == "APPT") return true;
  }
  return false;
}

// Rates that are missing or no numbers count as motion.
inline bool is_sidereal(const Facts& f) {
  return tracks_the_sky(f) && f.number("DECTRACK") == 0.0 && f.number("RATRACK") == 0.0;
}

inline bool is_azel(const Facts& f) {
  return f.equals("FRAME", "AZEL_TOPO");
}

inline bool is_azel_at_zenith(const Facts& f) {
  return is_azel(f) && airmass_of(f.find("AIRMASS")) == Value(1.0);
}

inline bool is_site(const Facts& f, std::string_view site) {
  return to_upper(f.text("OBSERVAT")) == site;
}

inline std::string mode(const Facts& f) {
  return to_upper(f.text("OBSMODE"));
}

inline bool is_processed_calibration(const Facts& f) {
  return f.has_any({"PROCARC", "GBIAS", "PROCBIAS", "PROCDARK", "GIFLAT", "PROCFLAT", "GIFRINGE",
                    "PROCFRNG", "PROCSTND", "PROCILLM"});
}

}  // namespace condition

inline constexpr TagRule tag_rules[] = {
    {.name = "_type_observatory", .applies = condition::always, .add = {"GEMINI"}},
    {.name = "_type_acquisition",
     .applies =
         [](const Facts& f) {
           return f.equals("OBSCLASS", "acq") || f.equals("OBSCLASS", "acqCal");
         },
     .add = {"ACQUISITION"}},
    {.name = "_type_az",
     .applies = condition::is_azel_at_zenith,
     .add = {"AZEL_TARGET", "AT_ZENITH"}},
    {.name = "_type_az", .applies = condition::is_azel, .add = {"AZEL_TARGET"}},
    {.name = "_type_fringe",
     .applies =
         [](const Facts& f) {
           return f.has_any({"GIFRINGE", "PROCFRNG"});
         },
     .add = {"FRINGE", "CAL"}},
    {.name = "_type_gcalflat",
     .applies = condition::is_infrared_lamp,
     .add = {"GCALFLAT", "FLAT", "CAL"}},
    {.name = "_type_gcal_lamp",
     .applies = condition::is_lamp_on,
     .add = {"GCAL_IR_ON", "LAMPON"},
     .blocked_by = {"PROCESSED"}},
    {.name = "_type_gcal_lamp",
     .applies = condition::is_lamp_off,
     .add = {"GCAL_IR_OFF", "LAMPOFF"},
     .blocked_by = {"PROCESSED"}},
    {.name = "_type_site",
     .applies = [](const Facts& f) { return condition::is_site(f, "GEMINI-NORTH"); },
     .add = {"NORTH"}},
    {.name = "_type_site",
     .applies = [](const Facts& f) { return condition::is_site(f, "GEMINI-SOUTH"); },
     .add = {"SOUTH"}},
    {.name = "_type_mode",
     .applies = [](const Facts& f) { return condition::mode(f) == "IMAGE"; },
     .add = {"IMAGE"}},
    {.name = "_type_mode",
     .applies = [](const Facts& f) { return !f.text("OBSMODE").empty(); },
     .add = {"SPECT"},
     .also_add = condition::mode},
    {.name = "_type_nodandchop",
     .applies = [](const Facts& f) { return f.equals("DATATYPE", "marked-nodandchop"); },
     .add = {"NODCHOP"}},
    {.name = "_type_sidereal", .applies = condition::is_sidereal, .add = {"SIDEREAL"}},
    {.name = "_type_sidereal", .applies = condition::tracks_the_sky, .add = {"NON_SIDEREAL"}},
    {.name = "_type_bad_pixel_mask",
     .applies =
         [](const Facts& f) {
           return f.has_any({"BPMASK", "PROCBPM"});
         },
     .add = {"BPM", "CAL", "PROCESSED"},
     .blocks = {"IMAGE", "SPECT", "NON_SIDEREAL", "AZEL_TARGET", "GCALFLAT", "LAMPON", "GCAL_IR_ON",
                "GCAL_IR_OFF", "DARK"}},
    {.name = "_type_mos_mask",
     .applies = [](const Facts& f) { return to_upper(f.text("OBSTYPE")) == "MASK"; },
     .add = {"MASK"},
     .blocks = {"IMAGE", "SPECT"}},
    {.name = "_status_raw",
     .applies = [](const Facts& f) { return !f.has("GEM-TLM"); },
     .add = {"RAW"}},
    {.name = "_status_prepared",
     .applies = [](const Facts& f) { return f.any_keyword_contains("PREPAR"); },
     .add = {"PREPARED"}},
    {.name = "_status_prepared", .applies = condition::always, .add = {"UNPREPARED"}},
    {.name = "_status_overscan",
     .applies =
         [](const Facts& f) {
           return f.any_keyword_contains("TRIMOVER") && f.any_keyword_contains("SUBOVER");
         },
     .add = {"OVERSCAN_TRIMMED", "OVERSCAN_SUBTRACTED"}},
    {.name = "_status_overscan",
     .applies = [](const Facts& f) { return f.any_keyword_contains("TRIMOVER"); },
     .add = {"OVERSCAN_TRIMMED"}},
    {.name = "_status_overscan",
     .applies = [](const Facts& f) { return f.any_keyword_contains("SUBOVER"); },
     .add = {"OVERSCAN_SUBTRACTED"}},
    {.name = "_status_processed_cals",
     .applies = condition::is_processed_calibration,
     .add = {"PROCESSED"}},
    {.name = "_status_processed_science",
     .applies =
         [](const Facts& f) {
           return f.equals("OBSTYPE", "OBJECT") && f.has_any({"GMOSAIC", "PROCSCI"});
         },
     .add = {"PROCESSED_SCIENCE", "PROCESSED"},
     .blocks = {"RAW"}},
    {.name = "_type_extracted",
     .applies = [](const Facts& f) { return f.has("EXTRACT"); },
     .add = {"EXTRACTED"}},
};

}  // namespace wyvern::instruments::gemini

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "calibrations/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <numbers>
#include <regex>

#include "base/text.h"

namespace wyvern::calibrations {
namespace {

using Names = std::initializer_list<std::string_view>;

// The value when it is one of `allowed`, in their spelling.
Value one_of(const Value& value, Names allowed) {
  if (!value.is_string()) return {};
  const auto found = std::find(allowed.begin(), allowed.end(), value.as_string());
  return found == allowed.end() ? Value() : value;
}

Value as_text(const Value& value) {
  return value.is_none() ? Value() : Value(str(value));
}

Value upper(const Value& value) {
  return value.is_none() ? Value() : Value(to_upper(str(value)));
}

Value replaced(const Value& value, std::string_view from, std::string_view to) {
  return value.is_string() ? Value(replace_all(value.as_string(), from, to)) : value;
}

// Numbers that are not finite have no place in a column that is compared.
Value number(const Value& value) {
  return value.is_number() && std::isfinite(value.as_double()) ? value : Value();
}

Value number_within(const Value& value, double least, double below) {
  const Value sound = number(value);
  if (sound.is_none() || sound.as_double() < least || sound.as_double() >= below) return {};
  return sound;
}

// The part of a program identifier that says what it is for: "CAL", "ENG", "SV", "Q" …; "" when it
// is no identifier of Gemini's.
std::string programme_kind(const Value& program_id) {
  static const std::regex nightly("G[NS]-(CAL|ENG)\\d{8}(-.*)?");
  static const std::regex semester("G[NS]-?\\d{4}[AB]-([A-Z]+)-\\d+(-.*)?");
  if (!program_id.is_string()) return "";
  std::smatch parts;
  const std::string& id = program_id.as_string();
  if (std::regex_match(id, parts, nightly) || std::regex_match(id, parts, semester)) {
    return parts[1];
  }
  return "";
}

Value processing_mode(const AstroData& ad) {
  for (const char* keyword : {"PROCMODE", "PROCSCI"}) {
    const Value mode = one_of(ad.phu.get(keyword), {"sq", "ql", "qa"});
    if (!mode.is_none()) return mode;
  }
  return {};
}

Value telescope(const AstroData& ad) {
  const std::string name = to_lower(str(single_value(ad, "telescope")));
  if (name == "gemini-north") return "Gemini-North";
  if (name == "gemini-south") return "Gemini-South";
  return {};
}

Value observation_type(const AstroData& ad, const Tags& tags) {
  if (tags.contains("PINHOLE")) return "PINHOLE";
  if (tags.contains("RONCHI")) return "RONCHI";
  return one_of(single_value(ad, "observation_type"),
                {"DARK", "ARC", "FLAT", "BIAS", "OBJECT", "PINHOLE", "RONCHI", "CAL", "FRINGE",
                 "MASK", "STANDARD", "SLITILLUM", "BPM"});
}

// An air mass that no telescope can reach is taken from the elevation instead (plane-parallel air).
Value air_mass(const AstroData& ad) {
  constexpr double highest = 10.0;
  const Value given = number(single_value(ad, "airmass"));
  if (given.is_none() || given.as_double() <= highest) return given;
  const Value elevation = number_within(single_value(ad, "elevation"), 1.0, 90.0 + 1e-9);
  if (elevation.is_none()) return {};
  const double estimate = 1.0 / std::sin(elevation.as_double() * std::numbers::pi / 180.0);
  return estimate <= highest ? Value(estimate) : Value();
}

Value quality(const AstroData& ad, const Tags& tags) {
  if (tags.contains("MASK")) return "Pass";
  const Value state =
      one_of(single_value(ad, "qa_state"), {"Fail", "CHECK", "Undefined", "Usable", "Pass"});
  return state.is_none() ? Value("Undefined") : state;
}

std::string reduction_state(const Tags& tags) {
  if (tags.contains("PROCESSED_SCIENCE")) return "PROCESSED_SCIENCE";
  if (tags.contains("PROCESSED")) {
    for (const char* kind : {"BPM", "FLAT", "BIAS", "FRINGE", "DARK", "ARC", "PINHOLE", "SCIENCE",
                             "STANDARD", "SLITILLUM"}) {
      if (tags.contains(kind)) return std::string("PROCESSED_") + kind;
    }
    return "PROCESSED_UNKNOWN";
  }
  return tags.contains("PREPARED") ? "PREPARED" : "RAW";
}

std::string observing_mode(const Tags& tags) {
  if (!tags.contains("SPECT")) return "imaging";
  if (tags.contains("IFU")) return "IFS";
  if (tags.contains("MOS")) return "MOS";
  if (tags.contains("LS")) return "LS";
  return "spectroscopy";
}

// The first ten characters of RELEASE when they are a date.
Value release_date(const AstroData& ad) {
  const std::string text = ad.phu.text("RELEASE").value_or("");
  Date date;
  if (text.size() < 10 ||
      std::sscanf(text.c_str(), "%4d-%2d-%2d", &date.year, &date.month, &date.day) != 3 ||
      !is_valid(date)) {
    return {};
  }
  return to_string(date);
}

bool is_pre_image(const AstroData& ad) {
  const std::string text = str(ad.phu.get("PREIMAGE"));
  return text == "True" || text == "1" || text == "T";
}

std::string tag_set_text(const Tags& tags) {
  return "{'" + join({tags.begin(), tags.end()}, "', '") + "'}";
}

void add_identity(Row& row, const AstroData& ad) {
  const Value program = upper(single_value(ad, "program_id"));
  const std::string kind = programme_kind(program);
  row["program_id"] = program;
  // Whoever adds a calibration by hand wants it to be found, though it be of an engineering night.
  row["engineering"] = false;
  row["science_verification"] = kind == "SV";
  row["calibration_program"] = kind == "CAL";
  row["procmode"] = processing_mode(ad);
  row["observation_id"] = upper(single_value(ad, "observation_id"));
  const Value label = upper(single_value(ad, "data_label"));
  row["data_label"] = label.is_none() ? Value("") : label;
  row["telescope"] = telescope(ad);
  row["instrument"] = as_text(single_value(ad, "instrument"));
}

void add_observation(Row& row, const AstroData& ad, const Tags& tags) {
  const Value moment = single_value(ad, "ut_datetime"), local = single_value(ad, "local_time");
  const DateTime* when = moment.get_if<DateTime>();
  const TimeOfDay* clock = local.get_if<TimeOfDay>();
  row["ut_datetime"] = when == nullptr ? Value() : Value(database_time(*when));
  row["ut_datetime_secs"] = when == nullptr ? Value() : Value(seconds_since_2000(*when));
  row["local_time"] = clock == nullptr ? Value() : Value(database_time(*clock));
  row["observation_type"] = observation_type(ad, tags);
  row["observation_class"] =
      one_of(single_value(ad, "observation_class"),
             {"dayCal", "partnerCal", "acqCal", "acq", "science", "progCal"});
  row["object"] = as_text(single_value(ad, "object"));
}

void add_pointing(Row& row, const AstroData& ad, const Tags& tags) {
  const bool on_the_sky = !tags.contains("AZEL_TARGET");
  const double past_the_pole = std::nextafter(90.0, 91.0),
               past_round = std::nextafter(360.0, 361.0);
  row["ra"] = on_the_sky ? number_within(single_value(ad, "ra"), 0.0, past_round) : Value();
  row["dec"] = on_the_sky ? number_within(single_value(ad, "dec"), -90.0, past_the_pole) : Value();
  for (const char* name : {"azimuth", "elevation", "cass_rotator_pa"}) {
    row[name] = number(single_value(ad, name));
  }
  row["airmass"] = air_mass(ad);
}

void add_optics(Row& row, const AstroData& ad, const Tags& tags) {
  const DescriptorOptions pretty{.pretty = true};
  const Value filter = replaced(single_value(ad, "filter_name", pretty), "%", "");
  row["filter_name"] = as_text(replaced(filter, " ", "_"));
  row["disperser"] = as_text(replaced(single_value(ad, "disperser", pretty), "/", "_"));
  for (const char* name : {"camera", "focal_plane_mask", "pupil_mask"}) {
    row[name] = as_text(single_value(ad, name, pretty));
  }
  // An image keeps the wavelength of a grating that the light does not pass.
  row["central_wavelength"] =
      tags.contains("SPECT")
          ? number(single_value(ad, "central_wavelength", {.as_micrometers = true}))
          : Value();
  row["wavelength_band"] = as_text(single_value(ad, "wavelength_band"));
  row["adaptive_optics"] = ad.phu.text("AOFOLD") == "IN";
  row["laser_guide_star"] = ad.phu.text("LGSLOOP") == "CLOSED" || ad.phu.text("LGUSTAGE") == "IN";
  row["wavefront_sensor"] = as_text(single_value(ad, "wavefront_sensor"));
  row["gcal_lamp"] = as_text(single_value(ad, "gcal_lamp"));
}

void add_detector(Row& row, const AstroData& ad) {
  row["exposure_time"] = number_within(single_value(ad, "exposure_time"), 0.0, 10000.0);
  row["coadds"] = number(single_value(ad, "coadds"));
  row["detector_binning"] = binning_text(ad);
  row["detector_roi_setting"] = as_text(single_value(ad, "detector_roi_setting"));
  row["detector_gain_setting"] = as_text(single_value(ad, "gain_setting"));
  row["detector_readspeed_setting"] =
      one_of(single_value(ad, "read_speed_setting"), {"fast", "slow"});
  row["detector_welldepth_setting"] =
      one_of(single_value(ad, "well_depth_setting"), {"Shallow", "Deep", "Invalid"});
  row["detector_readmode_setting"] = as_text(replaced(single_value(ad, "read_mode"), " ", "_"));
}

void add_state(Row& row, const AstroData& ad, const Tags& tags) {
  for (const char* name : {"raw_iq", "raw_cc", "raw_wv", "raw_bg", "requested_iq", "requested_cc",
                           "requested_wv", "requested_bg"}) {
    row[name] = number(single_value(ad, name));
  }
  row["spectroscopy"] = tags.contains("SPECT");
  row["mode"] = observing_mode(tags);
  row["qa_state"] = quality(ad, tags);
  row["release"] = release_date(ad);
  row["reduction"] = reduction_state(tags);
  row["site_monitoring"] = false;
  row["types"] = tag_set_text(tags);
  row["phot_standard"] = Value();
  row["proprietary_coordinates"] = ad.phu.logical("PROP_MD").value_or(false);
  row["pre_image"] = is_pre_image(ad);
}

}  // namespace

std::string database_time(const TimeOfDay& when) {
  return fmt::format("{:02d}:{:02d}:{:02d}.{:06d}", when.hour, when.minute, when.second,
                     when.microsecond);
}

std::string database_time(const DateTime& when) {
  return to_string(when.date) + " " + database_time(when.time);
}

std::optional<DateTime> parse_database_time(const Value& stored) {
  if (!stored.is_string()) return std::nullopt;
  DateTime when;
  char fraction[7] = "";
  const int parts = std::sscanf(stored.as_string().c_str(), "%4d-%2d-%2d %2d:%2d:%2d.%6[0-9]",
                                &when.date.year, &when.date.month, &when.date.day, &when.time.hour,
                                &when.time.minute, &when.time.second, fraction);
  if (parts < 6 || !is_valid(when.date)) return std::nullopt;
  std::string digits = fraction;
  digits.resize(6, '0');
  when.time.microsecond = static_cast<int>(parse_int(digits).value_or(0));
  return when;
}

std::int64_t seconds_since_2000(const DateTime& when) {
  const std::int64_t since = microseconds(when) - microseconds(DateTime{});
  return since / 1'000'000;
}

Value single_value(const AstroData& ad, std::string_view descriptor,
                   const DescriptorOptions& options) {
  Value value;
  try {
    value = describe(ad, descriptor, options);
  } catch (const InputError&) {
    return {};
  }
  if (!value.is_list()) return value;
  const ValueList& list = value.as_list();
  if (list.empty()) return {};
  if (std::all_of(list.begin(), list.end(), [&](const Value& v) { return v == list[0]; })) {
    return list[0];
  }
  std::vector<std::string> texts;
  for (const Value& element : list) texts.push_back(str(element));
  return join(texts, "+");
}

Value binning_text(const AstroData& ad) {
  const Value x = single_value(ad, "detector_x_bin"), y = single_value(ad, "detector_y_bin");
  if (x.is_none() || y.is_none()) return {};
  return str(x) + "x" + str(y);
}

Row header_row(const AstroData& ad) {
  const Tags tags = tags_of(ad);
  Row row;
  add_identity(row, ad);
  add_observation(row, ad, tags);
  add_pointing(row, ad, tags);
  add_optics(row, ad, tags);
  add_detector(row, ad);
  add_state(row, ad, tags);
  return row;
}

Row gnirs_row(const AstroData& ad) {
  Row row;
  for (const char* name : {"disperser", "filter_name", "camera", "focal_plane_mask"}) {
    row[name] = as_text(single_value(ad, name));
  }
  row["read_mode"] = one_of(
      single_value(ad, "read_mode"),
      {"Very Faint Objects", "Faint Objects", "Bright Objects", "Very Bright Objects", "Invalid"});
  row["well_depth_setting"] =
      one_of(single_value(ad, "well_depth_setting"), {"Shallow", "Deep", "Invalid"});
  return row;
}

}  // namespace wyvern::calibrations

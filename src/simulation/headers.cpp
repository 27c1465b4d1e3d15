// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/headers.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "simulation/header_templates.h"

namespace wyvern::simulation {
namespace {

constexpr double degree = std::numbers::pi / 180.0;

// Hours as HH:MM:SS.s, with a sign and two digits for hour angles.
std::string clock(double hours, bool is_angle = false) {
  const int digits = is_angle ? 2 : 1, unit = is_angle ? 100 : 10;
  const long long ticks = std::llround(std::abs(hours) * 3600.0 * unit);
  const long long whole = ticks / unit;
  const std::string_view sign = !is_angle ? "" : hours < 0.0 ? "-" : "+";
  return fmt::format("{}{:02}:{:02}:{:02}.{:0{}}", sign, whole / 3600, whole / 60 % 60, whole % 60,
                     ticks % unit, digits);
}

double hours_of(const TimeOfDay& t) {
  return t.hour + t.minute / 60.0 + (t.second + t.microsecond * 1e-6) / 3600.0;
}

double rounded(double value, double unit) {
  return std::round(value * unit) / unit;
}

// "GN-2011B-Q-999": semesters begin in February and August; January is of the year before.
std::string program_of(const Date& date) {
  const bool first_half = date.month >= 2 && date.month < 8;
  return fmt::format("GN-{}{}-Q-999", date.year - (date.month < 2 ? 1 : 0), first_half ? 'A' : 'B');
}

void set_identity(fits::Header& h, const Preset& preset, const Shot& shot) {
  const bool dark = shot.kind == Kind::dark, science = shot.kind == Kind::science;
  h.set("OBJECT", science ? std::string(preset.target) : dark ? "Dark" : "GCALflat");
  h.set("OBSTYPE", science ? "OBJECT" : dark ? "DARK" : "FLAT");
  h.set("OBSCLASS", science ? "science" : dark ? "dayCal" : "partnerCal");
  const std::string program = dark ? fmt::format("GN-CAL{:04}{:02}{:02}", shot.start.date.year,
                                                 shot.start.date.month, shot.start.date.day)
                                   : program_of(preset.start.date);
  const std::string observation = program + (dark ? "-7" : "-1");
  const int first = dark ? preset.first_dark : preset.first_number;
  h.set("GEMPRGID", program);
  h.set("OBSID", observation);
  h.set("DATALAB", fmt::format("{}-{:03}", observation, shot.number - first + 1));
}

void set_mechanisms(fits::Header& h, const Preset& preset, const Shot& shot) {
  const Band& band = preset.band;
  const bool dark = shot.kind == Kind::dark;
  h.set("WAVELENG", band.wavelength_um * 1e4);
  h.set("GRATWAVE", band.wavelength_um);
  h.set("GRATORD", band.order);
  h.set("GRATING", preset.camera.grating);
  h.set("CAMERA", preset.camera.name);
  h.set("CAM_ENG", preset.camera.motor);
  h.set("PRISM", "MIR_G5537");
  h.set("FILTER1", dark ? std::string_view("Dark_G0511") : band.filter1);
  h.set("FW1_ENG", dark ? -12480 : band.motor1);
  h.set("FILTER2", band.filter2);
  h.set("FW2_ENG", band.motor2);
  h.set("SLIT", dark ? "0.30arcsec_G5530" : "Acq_G5530");
  h.set("SLIT_ENG", dark ? 117400 : 167300);
  h.set("DECKER", dark ? "SCLong_G5531" : "Acq_G5531");
  h.set("DKR_ENG", dark ? 20240 : 4900);
  h.set("ACQMIR", dark ? "Out" : "In");
  h.set("COVER", dark ? "Closed" : "Open");
}

// Two coordinate systems' worth of the offset (p, q).
void set_offsets(fits::Header& h, const Preset& preset, const Shot& shot, double pa_deg) {
  const double p = shot.p, q = shot.q;
  const double ci = std::cos(preset.camera.alignment_deg * degree);
  const double si = std::sin(preset.camera.alignment_deg * degree);
  const double c = std::cos(pa_deg * degree), s = std::sin(pa_deg * degree);
  // Until 2012 these two keywords had the sign of their cosine terms wrong; CRVAL was right.
  const double sign = preset.epoch == Epoch::y2012 ? -1.0 : 1.0;
  h.set("POFFSET", p);
  h.set("QOFFSET", q);
  h.set("XOFFSET", -p * ci - q * si);
  h.set("YOFFSET", p * si - q * ci);
  h.set("RAOFFSET", sign * p * c + q * s);
  h.set("DECOFFSE", sign * q * c - p * s);
}

void set_wcs(fits::Header& h, const HeaderWcs& wcs) {
  h.set("CRPIX1", wcs.crpix.x);
  h.set("CRPIX2", wcs.crpix.y);
  h.set("CRVAL1", wcs.crval.x);
  h.set("CRVAL2", wcs.crval.y);
  h.set("CD1_1", wcs.cd[0][0]);
  h.set("CD1_2", wcs.cd[0][1]);
  h.set("CD2_1", wcs.cd[1][0]);
  h.set("CD2_2", wcs.cd[1][1]);
}

void set_pointing(fits::Header& h, const Preset& preset, const Shot& shot,
                  const std::optional<HeaderWcs>& wcs) {
  h.set("PMRA", 0.0);
  h.set("PMDEC", 0.0);
  h.set("IAA", preset.camera.alignment_deg);
  if (wcs) {
    h.set("RA", preset.target_deg.x);
    h.set("DEC", preset.target_deg.y);
    h.set("FRAME", "FK5");
    h.set("RATRACK", 0.0);
    h.set("DECTRACK", 0.0);
    h.set("PA", preset.position_angle_deg);
    set_offsets(h, preset, shot, preset.position_angle_deg);
    set_wcs(h, *wcs);
    return;
  }
  // Parked near the zenith, not tracking.
  constexpr double parked_pa_deg = 80.0, zenith_dec_deg = 19.8238;
  h.set("RA", 22.0);
  h.set("DEC", 89.97);
  h.set("FRAME", "AZEL_TOPO");
  h.set("RATRACK", 1.00321649927);
  h.set("DECTRACK", -0.017627230043);
  h.set("PA", 0.0);
  set_offsets(h, preset, shot, 0.0);
  const double ra_deg = horizon(shot.start, {0.0, 0.0}).sidereal_h * 15.0;
  set_wcs(h, pointed_at(preset.camera, parked_pa_deg, {ra_deg, zenith_dec_deg}));
}

void set_times(fits::Header& h, const Preset& preset, const Shot& shot) {
  const std::string start = clock(hours_of(shot.start.time));
  const std::string day = to_string(shot.start.date);
  const double mjd = modified_julian_date(shot.start);
  for (const char* keyword : {"UT", "TIME-OBS", "UTSTART"}) h.set(keyword, start);
  for (const char* keyword : {"DATE", "DATE-OBS", "RELEASE"}) h.set(keyword, day);
  h.set("UTEND", clock(hours_of(later(shot.start, shot.duration_s()).time)));
  h.set("LT", clock(std::fmod(hours_of(shot.start.time) + 14.0, 24.0)));
  h.set("OBSEPOCH", rounded(2000.0 + (mjd - 51544.5) / 365.25, 100.0));
  h.set("TRKEPOCH", rounded(mjd + 0.013, 1e6));
  h.set("MJD_OBS", mjd - preset.stale_mjd_h / 24.0);
}

void set_horizon(fits::Header& h, const Preset& preset, const Shot& shot) {
  const Horizon now = horizon(shot.start, preset.target_deg);
  h.set("ST", clock(now.sidereal_h));
  if (shot.kind == Kind::dark) {
    h.set("HA", "+00:00:00.00");
    h.set("ELEVATIO", 89.9992);
    h.set("AZIMUTH", 22.0);
    for (const char* keyword : {"AIRMASS", "AMSTART", "AMEND"}) h.set(keyword, 1.0);
    return;
  }
  h.set("HA", clock(now.hour_angle_h, true));
  h.set("ELEVATIO", now.elevation_deg);
  h.set("AZIMUTH", now.azimuth_deg);
  const auto airmass_after = [&](double seconds) {
    return rounded(horizon(later(shot.start, seconds), preset.target_deg).airmass(), 1000.0);
  };
  h.set("AMSTART", airmass_after(0.0));
  h.set("AIRMASS", airmass_after(0.5 * shot.duration_s()));
  h.set("AMEND", airmass_after(shot.duration_s()));
}

void set_calibration_unit(fits::Header& h, const Shot& shot) {
  if (shot.kind == Kind::lamp_on || shot.kind == Kind::lamp_off) {
    h.set("GCALLAMP", "IRhigh");
    h.set("GCALFILT", "ND4-5");
    h.set("GCALDIFF", "IR");
    h.set("GCALSHUT", shot.kind == Kind::lamp_on ? "OPEN" : "CLOSED");
  } else {
    for (const char* keyword : {"GCALLAMP", "GCALFILT", "GCALDIFF", "GCALSHUT"}) h.remove(keyword);
  }
}

// Only science is guided.
void set_guiding(fits::Header& h, const Shot& shot) {
  if (shot.kind == Kind::science) return;
  h.set("PWFS2_ST", "parked");
  std::erase_if(h.cards(), [](const fits::Card& card) { return card.keyword.starts_with("P2"); });
}

void set_detector(fits::Header& h, const Preset& preset, const Setup& setup) {
  h.set("COADDS", setup.coadds);
  h.set("LNRS", setup.mode.lnrs);
  h.set("NDAVGS", setup.mode.ndavgs);
  h.set("EXPTIME", setup.exposure_s);
  h.set("MIN_INT", setup.mode.overhead_s);
  h.set("ARRAYID", preset.epoch == Epoch::y2012 ? "SN7638228.1" : "SN7638228.1.2");
  h.set("DETBIAS", preset.well.bias_v);
}

}  // namespace

fits::Header primary_header(const Preset& preset, const Shot& shot,
                            const std::optional<HeaderWcs>& wcs) {
  fits::Header header = primary_template(preset.epoch);
  set_identity(header, preset, shot);
  set_mechanisms(header, preset, shot);
  set_pointing(header, preset, shot, wcs);
  set_times(header, preset, shot);
  set_horizon(header, preset, shot);
  set_calibration_unit(header, shot);
  set_guiding(header, shot);
  set_detector(header, preset, shot.setup);
  return header;
}

fits::Header image_header(const Shot& shot) {
  fits::Header header = image_template();
  header.set("FRMNAME", shot.name() + ":0");
  return header;
}

}  // namespace wyvern::simulation

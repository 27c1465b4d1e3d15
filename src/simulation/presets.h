// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/datetime.h"
#include "wcs/wcs.h"

namespace wyvern::simulation {

// Rows and columns of a raw frame.
inline constexpr int frame_ny = 1022, frame_nx = 1024;

using Matrix = std::array<std::array<double, 2>, 2>;

// A camera of GNIRS: plate scale, header WCS and place of the acquisition keyhole.
struct Camera {
  std::string_view name;     // value of CAMERA
  int motor;                 // CAM_ENG
  std::string_view grating;  // the one parked while imaging
  double scale;              // arcsec/px
  Matrix cd;                 // at position angle 0, deg/px
  Point crpix;               // 1-based, as in the header
  double alignment_deg;      // IAA
  Point origin;              // 0-based pixel on which the telescope puts its target
  Point keyhole,
      short_keyhole;  // centroid of the keyhole with the whole bar and without its ends, px
  double event_rate;  // radiation events per second on the array
};

// A filter: header names, photometry and backgrounds. Rates are of the 0.15 arcsec/px cameras.
struct Band {
  std::string_view filter1;
  int motor1;
  std::string_view filter2;
  int motor2;
  double wavelength_um;
  int order;            // GRATORD that goes with it
  double zero_point;    // magnitude that gives 1 e-/s above the atmosphere
  double sky_mag;       // mag/arcsec^2 at the zenith
  double extinction;    // mag/airmass
  double lamp_rate;     // e-/s/px with the lamp on
  double thermal_rate;  // e-/s/px of warm background
  // The photometric filters cut the ends of the bar off.
  bool whole_bar() const { return filter1.find("PHOT") == std::string_view::npos; }
};

struct ReadMode {
  int lnrs, ndavgs;
  double read_noise;  // e- per coadd
  double overhead_s;  // MIN_INT: reset and read of a coadd
};

// A star (radius_arcsec 0) or a Sersic galaxy. x, y: px from the camera's pointing origin in a
// frame without offset and error.
struct Source {
  std::string name;
  double x, y, mag;
  double radius_arcsec = 0.0;  // half-light
  double sersic = 1.0;
  double axis_ratio = 1.0;
  double theta_deg = 0.0;  // major axis, from +x towards +y
};

struct Setup {
  double exposure_s;  // per coadd
  int coadds;
  ReadMode mode;
  std::string_view mode_name;
};

enum class Epoch { y2012, y2015 };
enum class FieldOfSources { burst, long_camera, standard, crowded, faint, saturated };

struct Counts {
  int science, lamp_on, lamp_off, dark;
};

struct Well {
  double electrons;
  double bias_v;  // DETBIAS
};

// What makes a night, but for the seed.
struct Preset {
  std::string_view name;
  Camera camera;
  std::string_view filter;
  Band band;
  Epoch epoch = Epoch::y2012;
  Well well{90000.0, -0.278266};
  std::string_view target;
  Point target_deg;  // RA, Dec
  double position_angle_deg = 0.0;
  DateTime start, dark_start;
  int first_number, first_dark;
  Setup science, flat;
  Counts counts;
  std::vector<Point> dither;                     // (p, q), arcsec
  Point dither_step{0.0, 0.37};                  // added after each full pattern
  double gap_s = 14.0;                           // between exposures
  double seeing_low = 0.50, seeing_high = 0.80;  // arcsec at the zenith in the band
  double pointing_rms_arcsec = 0.30;             // per axis
  double transparency_rms = 0.02;
  double stale_mjd_h = 0.0;  // MJD_OBS lags the start by this
  FieldOfSources field = FieldOfSources::burst;
};

inline constexpr double gain_e_per_adu = 13.5;

std::vector<std::string> night_presets();
// Nothing when there is no such preset.
std::optional<Preset> find_preset(std::string_view name);

}  // namespace wyvern::simulation

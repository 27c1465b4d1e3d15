// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "instruments/instrument.h"

// Look-up tables of all Gemini data (reference: gemini_instruments/gemini/lookup.py).
namespace wyvern::instruments::gemini {

inline constexpr KeywordName keywords[] = {
    {"airmass", "AIRMASS"},
    {"amp_read_area", "AMPROA"},
    {"ao_fold", "AOFOLD"},
    {"ao_seeing", "AOSEEING"},
    {"aperture_number", "APERTURE"},
    {"array_name", "ARRAYNAM"},
    {"array_section", "ARRAYSEC"},
    {"azimuth", "AZIMUTH"},
    {"bias_image", "BIASIM"},
    {"bunit", "BUNIT"},
    {"camera", "CAMERA"},
    {"cass_rotator_pa", "CRPA"},
    {"cd11", "CD1_1"},
    {"cd12", "CD1_2"},
    {"cd21", "CD2_1"},
    {"cd22", "CD2_2"},
    {"central_wavelength", "CWAVE"},
    {"coadds", "COADDS"},
    {"dark_image", "DARKIM"},
    {"data_label", "DATALAB"},
    {"data_section", "DATASEC"},
    {"dec", "DEC"},
    {"decker", "DECKER"},
    {"detector_name", "DETNAME"},
    {"detector_roi_setting", "DROISET"},
    {"detector_rois_requested", "DROIREQ"},
    {"detector_section", "DETSEC"},
    {"detector_x_bin", "XBIN"},
    {"detector_y_bin", "YBIN"},
    {"disperser", "DISPERSR"},
    {"dispersion", "WDELTA"},
    {"dispersion_axis", "DISPAXIS"},
    {"elevation", "ELEVATIO"},
    {"exposure_time", "EXPTIME"},
    {"filter_name", "FILTER1"},
    {"focal_plane_mask", "FPMASK"},
    {"gain", "GAIN"},
    {"gain_setting", "GAINSET"},
    {"gems", "GWFS1CFG"},
    {"grating", "GRATING"},
    {"grating_order", "GRODER"},
    {"group_id", "GROUPID"},
    {"instrument", "INSTRUME"},
    {"local_time", "LT"},
    {"lyot_stop", "LYOTSTOP"},
    {"mdf_row_id", "MDFROW"},
    {"naxis1", "NAXIS1"},
    {"naxis2", "NAXIS2"},
    {"nominal_atmospheric_extinction", "NOMATMOS"},
    {"nominal_photometric_zeropoint", "NOMPHOTZ"},
    {"non_linear_level", "NONLINEA"},
    {"object", "OBJECT"},
    {"observation_epoch", "OBSEPOCH"},
    {"observation_id", "OBSID"},
    {"observation_mode", "OBSMODE"},
    {"oiwfs", "OIWFS_ST"},
    {"overscan_section", "OVERSEC"},
    {"pixel_scale", "PIXSCALE"},
    {"prism", "PRISM"},
    {"pupil_mask", "PUPILMSK"},
    {"pwfs1", "PWFS1_ST"},
    {"pwfs2", "PWFS2_ST"},
    {"qa_state", "QASTATE"},
    {"r_zero_val", "RZEROVAL"},
    {"ra", "RA"},
    {"raw_central_wavelength", "CWAVE"},
    {"raw_gemini_qa", "RAWGEMQA"},
    {"raw_pi_requirements_met", "RAWPIREQ"},
    {"read_mode", "READMODE"},
    {"read_noise", "RDNOISE"},
    {"read_speed_setting", "RDSPDSET"},
    {"saturation_level", "SATLEVEL"},
    {"slit", "SLIT"},
    {"telescope", "TELESCOP"},
    {"telescope_x_offset", "XOFFSET"},
    {"telescope_y_offset", "YOFFSET"},
    {"ut_date", "DATE-OBS"},
    {"ut_datetime", "DATETIME"},
    {"ut_time", "UT"},
    {"wavefront_sensor", "WFS"},
    {"wavelength", "WAVELENG"},
    {"wavelength_band", "WAVEBAND"},
    {"well_depth_setting", "WELDEPTH"},
};

inline constexpr FilterWavelength filters[] = {
    {"u", 0.3500}, {"g", 0.4750}, {"r", 0.6300}, {"i", 0.7800}, {"z", 0.9250},
    {"Y", 1.0200}, {"J", 1.2500}, {"H", 1.6350}, {"K", 2.2000}, {"FeII", 1.6440},
};

struct Band {
  std::string_view name;
  double micrometers;
};
inline constexpr Band bands[] = {
    {"None", 0.000}, {"u", 0.350}, {"g", 0.475}, {"r", 0.630}, {"i", 0.780},
    {"Z", 0.900},    {"Y", 1.020}, {"X", 1.100}, {"J", 1.200}, {"H", 1.650},
    {"K", 2.200},    {"L", 3.400}, {"M", 4.800}, {"N", 11.70}, {"Q", 18.30},
};

struct Extinction {
  std::string_view telescope, filter;
  double magnitudes_per_airmass;
};
inline constexpr Extinction extinctions[] = {
    {"Gemini-North", "u", 0.42}, {"Gemini-North", "g", 0.14}, {"Gemini-North", "r", 0.11},
    {"Gemini-North", "i", 0.10}, {"Gemini-North", "z", 0.05}, {"Gemini-South", "u", 0.38},
    {"Gemini-South", "g", 0.18}, {"Gemini-South", "r", 0.10}, {"Gemini-South", "i", 0.08},
    {"Gemini-South", "z", 0.05},
};

}  // namespace wyvern::instruments::gemini

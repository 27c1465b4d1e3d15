// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "instruments/gemini/rules.h"
#include "instruments/gemini/tables.h"
#include "instruments/gemini/tag_rules.h"

namespace wyvern::instruments::gemini {
namespace {

constexpr DescriptorRule descriptors[] = {
    {"airmass", rule::airmass},
    {"amp_read_area", section_from_extensions, "", true},
    {"ao_seeing", rule::ao_seeing},
    {"array_name", from_extensions},
    {"array_section", section_from_extensions, "", true},
    {"azimuth", from_phu},
    {"binning", rule::binning},
    {"calibration_key", rule::calibration_key},
    {"camera", from_phu_component, "", true},
    {"cass_rotator_pa", rule::cass_rotator_pa},
    {"central_wavelength", rule::central_wavelength},
    {"coadds", rule::coadds},
    {"data_label", from_phu},
    {"data_section", section_from_extensions, "", true},
    {"dec", rule::dec},
    {"decker", from_phu_component, "", true},
    {"detector_name", from_phu, "", true},
    {"detector_roi_setting", rule::detector_roi_setting},
    {"detector_rois_requested", nothing},
    {"detector_section", section_from_extensions, "", true},
    {"detector_x_bin", rule::detector_bin},
    {"detector_x_offset", rule::detector_x_offset},
    {"detector_y_bin", rule::detector_bin},
    {"detector_y_offset", rule::detector_y_offset},
    {"disperser", from_phu_component, "", true},
    {"dispersion", rule::dispersion},
    {"dispersion_axis", rule::dispersion_axis},
    {"effective_wavelength", rule::effective_wavelength},
    {"elevation", from_phu},
    {"exposure_time", rule::exposure_time},
    {"filter_name", rule::filter_name, "", true},
    {"focal_plane_mask", from_phu_component, "", true},
    {"gain", from_extensions},
    {"gain_setting", from_phu},
    {"gcal_lamp", rule::gcal_lamp},
    {"group_id", rule::group_id},
    {"instrument", from_phu},
    {"is_ao", rule::is_ao},
    {"is_coadds_summed", rule::is_coadds_summed},
    {"is_in_adu", rule::is_in_adu},
    {"local_time", rule::local_time},
    {"lyot_stop", from_phu_component, "", true},
    {"mdf_row_id", rule::mdf_row_id},
    {"nominal_atmospheric_extinction", rule::nominal_atmospheric_extinction},
    {"nominal_photometric_zeropoint", from_extensions},
    {"non_linear_level", from_extensions},
    {"object", from_phu},
    {"observation_class", from_phu, "OBSCLASS"},
    {"observation_epoch", from_phu},
    {"observation_id", from_phu},
    {"observation_type", from_phu, "OBSTYPE"},
    {"overscan_section", section_from_extensions, "", true},
    {"pixel_scale", rule::pixel_scale},
    {"program_id", from_phu, "GEMPRGID"},
    {"pupil_mask", from_phu_component, "", true},
    {"qa_state", rule::qa_state},
    {"ra", rule::ra},
    {"raw_bg", rule::percentile, "RAWBG"},
    {"raw_cc", rule::percentile, "RAWCC"},
    {"raw_iq", rule::percentile, "RAWIQ"},
    {"raw_wv", rule::percentile, "RAWWV"},
    {"read_mode", from_phu},
    {"read_noise", from_extensions},
    {"read_speed_setting", from_phu},
    {"requested_bg", rule::percentile, "REQBG"},
    {"requested_cc", rule::percentile, "REQCC"},
    {"requested_iq", rule::percentile, "REQIQ"},
    {"requested_wv", rule::percentile, "REQWV"},
    {"saturation_level", from_extensions},
    {"slit", from_phu, "", true},
    {"target_dec", rule::target_dec},
    {"target_ra", rule::target_ra},
    {"telescope", from_phu},
    {"telescope_x_offset", from_phu},
    {"telescope_y_offset", from_phu},
    {"ut_date", rule::ut_date},
    {"ut_datetime", rule::ut_datetime},
    {"ut_time", rule::ut_time},
    {"wavefront_sensor", rule::wavefront_sensor},
    {"wavelength_band", rule::wavelength_band},
    {"wcs_dec", rule::wcs_dec},
    {"wcs_ra", rule::wcs_ra},
    {"well_depth_setting", from_phu},
};

static_assert(std::size(descriptors) == 83);
static_assert(std::ranges::is_sorted(descriptors, {}, &DescriptorRule::name));
static_assert(std::ranges::is_sorted(keywords, {}, &KeywordName::descriptor));

}  // namespace

constinit const Instrument instrument{.tag = "",
                                      .class_name = "AstroDataGemini",
                                      .tag_rules = tag_rules,
                                      .descriptors = descriptors,
                                      .keywords = keywords,
                                      .filters = filters};

}  // namespace wyvern::instruments::gemini

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "instruments/gemini/rules.h"
#include "instruments/gnirs/rules.h"
#include "instruments/gnirs/tables.h"
#include "instruments/gnirs/tag_rules.h"

namespace wyvern::instruments::gnirs {
namespace {

// Names with an underscore, and prism_motor_steps, are no descriptors but may be asked for.
constexpr DescriptorRule descriptors[] = {
    {"_dec", gemini::rule::raw_dec},
    {"_grating", rule::grating, "GRATING"},
    {"_grating_order", rule::grating_order, "GRATORD"},
    {"_prism", rule::prism, "PRISM"},
    {"_ra", gemini::rule::raw_ra},
    {"array_name", rule::array_name},
    {"array_section", rule::full_frame},
    {"data_section", rule::full_frame},
    {"dec", rule::dec},
    {"detector_section", rule::full_frame},
    {"detector_x_offset", rule::detector_x_offset},
    {"detector_y_offset", rule::detector_y_offset},
    {"disperser", rule::disperser},
    {"focal_plane_mask", rule::focal_plane_mask},
    {"gain", rule::gain},
    {"group_id", rule::group_id},
    {"nominal_photometric_zeropoint", rule::nominal_photometric_zeropoint},
    {"non_linear_level", rule::non_linear_level},
    {"pixel_scale", rule::pixel_scale},
    {"prism_motor_steps", rule::prism_motor_steps, "PRSM_ENG"},
    {"ra", rule::ra},
    {"read_mode", rule::read_mode},
    {"read_noise", rule::read_noise},
    {"saturation_level", rule::saturation_level},
    {"slit", rule::slit},
    {"well_depth_setting", rule::well_depth_setting},
};
static_assert(std::ranges::is_sorted(descriptors, {}, &DescriptorRule::name));

constexpr KeywordName keywords[] = {
    {"array_name", "ARRAYID"}, {"central_wavelength", "GRATWAVE"}, {"grating_order", "GRATORD"}};

}  // namespace

constinit const Instrument instrument{.tag = "GNIRS",
                                      .class_name = "AstroDataGnirs",
                                      .base = &gemini::instrument,
                                      .tag_rules = tag_rules,
                                      .descriptors = descriptors,
                                      .keywords = keywords,
                                      .filters = filters};

}  // namespace wyvern::instruments::gnirs

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "instruments/descriptor_rules.h"

// The rules of GNIRS (reference: gemini_instruments/gnirs/adclass.py, lookup.py).
namespace wyvern::instruments::gnirs {

extern const Instrument instrument;

// The rules by the name of their descriptor, where they differ from Gemini's generic ones.
namespace rule {
Value array_name(const Question& q);
Value full_frame(const Question& q);  // array_section, data_section, detector_section
Value detector_x_offset(const Question& q);
Value detector_y_offset(const Question& q);
Value gain(const Question& q);
Value read_noise(const Question& q);
Value saturation_level(const Question& q);
Value non_linear_level(const Question& q);
Value nominal_photometric_zeropoint(const Question& q);
Value pixel_scale(const Question& q);
Value read_mode(const Question& q);
Value well_depth_setting(const Question& q);

Value slit(const Question& q);
Value grating(const Question& q);
Value prism(const Question& q);
Value grating_order(const Question& q);
Value prism_motor_steps(const Question& q);
Value disperser(const Question& q);
Value focal_plane_mask(const Question& q);
Value group_id(const Question& q);

Value ra(const Question& q);
Value dec(const Question& q);
}  // namespace rule

}  // namespace wyvern::instruments::gnirs

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "base/value.h"
#include "instruments/descriptor_rules.h"

// The generic rules of Gemini data (reference: gemini_instruments/gemini/adclass.py, lookup.py).
namespace wyvern::instruments::gemini {

extern const Instrument instrument;  // its descriptors: all 83

// Airmass from the AIRMASS card (nullptr: absent): numbers and text below 1 or that are no number
// give None.
Value airmass_of(const Value* card);

// The rules by the name of their descriptor.
namespace rule {
Value airmass(const Question& q);
Value ao_seeing(const Question& q);
Value binning(const Question& q);
Value calibration_key(const Question& q);
Value cass_rotator_pa(const Question& q);
Value coadds(const Question& q);
Value detector_roi_setting(const Question& q);
Value detector_bin(const Question& q);  // detector_x_bin, detector_y_bin
Value detector_x_offset(const Question& q);
Value detector_y_offset(const Question& q);
Value dispersion_axis(const Question& q);
Value exposure_time(const Question& q);
Value gcal_lamp(const Question& q);
Value group_id(const Question& q);
Value is_ao(const Question& q);
Value is_coadds_summed(const Question& q);
Value is_in_adu(const Question& q);
Value mdf_row_id(const Question& q);
Value percentile(const Question& q);  // observing conditions: raw_iq, requested_bg …
Value pixel_scale(const Question& q);
Value qa_state(const Question& q);
Value wavefront_sensor(const Question& q);

Value central_wavelength(const Question& q);
Value effective_wavelength(const Question& q);
Value wavelength_band(const Question& q);
Value dispersion(const Question& q);
Value nominal_atmospheric_extinction(const Question& q);
Value filter_name(const Question& q);

Value raw_ra(const Question& q);  // of the header, degrees
Value raw_dec(const Question& q);
Value target_ra(const Question& q);
Value target_dec(const Question& q);
Value wcs_ra(const Question& q);
Value wcs_dec(const Question& q);
Value ra(const Question& q);
Value dec(const Question& q);

Value ut_datetime(const Question& q);
Value ut_date(const Question& q);
Value ut_time(const Question& q);
Value local_time(const Question& q);
}  // namespace rule

// An offset in the focal plane (keyword; arcsec, negated when `negate`) in pixels; None when the
// keyword or the pixel scale is missing.
Value offset_in_pixels(const Question& q, std::string_view keyword, bool negate);
// Whether the instrument sits on the up-looking port, which mirrors the field.
bool is_on_port_one(const Question& q);

}  // namespace wyvern::instruments::gemini

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"
#include "base/value.h"
#include "instruments/tags.h"

namespace wyvern {

// Options of descriptors, by their Python names (stripID, asMicrometers …); each descriptor looks
// at those that it has.
struct DescriptorOptions {
  bool pretty = false, strip_id = false;
  bool as_micrometers = false, as_nanometers = false, as_angstroms = false;
  bool strict = false, dateonly = false, timeonly = false;
  bool offset = false, pm = true, icrs = false;
  std::string output_units;
};

// Names of all 83 descriptors, alphabetical.
const std::vector<std::string>& descriptor_names();
bool is_descriptor(std::string_view name);
// Whether the descriptor has a `pretty` option.
bool takes_pretty(std::string_view name);
// The name of the header keyword behind a descriptor ("gain" -> "GAIN"); InputError "No match for
// 'x'" when there is none.
std::string keyword_for(const AstroData& ad, std::string_view descriptor);

// The value of descriptor `name` on the whole object: for what belongs to an extension (gain,
// detector_section …) a list with one value per extension. Text has no trailing blanks; numbers
// keep the type of their card; None stands for what the header does not tell. GNIRS' helper methods
// may be asked for as well: prism_motor_steps, _grating, _grating_order, _prism, _ra, _dec.
// InputError, naming the file, for an unknown descriptor ("'AstroDataGnirs' object has no attribute
// 'x'") or a value that the rule cannot give ("Unrecognized GNIRS camera, X"). Data that are not
// Gemini's have instrument, object and telescope only. Pixels are not looked at.
Value describe(const AstroData& ad, std::string_view name, const DescriptorOptions& options = {});
// On one extension, as on a slice: bare values in place of lists. InputError when there is no such
// extension.
Value describe(const AstroData& ad, std::size_t extension, std::string_view name,
               const DescriptorOptions& options = {});

// Descriptors that the reduction uses, typed. Values of extension `i` (InputError when there is
// none); nullopt for None.
std::optional<double> gain(const AstroData& ad, std::size_t i = 0);              // e-/ADU
std::optional<double> read_noise(const AstroData& ad, std::size_t i = 0);        // e-
std::optional<double> saturation_level(const AstroData& ad, std::size_t i = 0);  // data units
std::optional<double> non_linear_level(const AstroData& ad, std::size_t i = 0);  // data units
std::optional<double> exposure_time(const AstroData& ad);                        // s
std::optional<double> pixel_scale(const AstroData& ad);                          // arcsec/px
std::optional<double> airmass(const AstroData& ad);
std::optional<DateTime> ut_datetime(const AstroData& ad);
bool is_in_adu(const AstroData& ad, std::size_t i = 0);
// The value on the whole object as text; "" for None.
std::string text_descriptor(const AstroData& ad, std::string_view name, bool pretty = false);

}  // namespace wyvern

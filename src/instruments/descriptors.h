// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "astrodata/astrodata.h"

namespace wyvern {

using Tags = std::set<std::string>;

// The tags of a data set: generic Gemini rules plus those of its instrument (spec "astrodata" 8).
Tags tags_of(const AstroData& ad);
bool has_tag(const AstroData& ad, std::string_view tag);

// Options of descriptors; each descriptor looks at those that it has.
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

// The value of descriptor `name` on the whole object: a list with one value per extension where
// spec "astrodata" 9.3 says list. InputError for an unknown descriptor or a value that the rule
// cannot give (unknown camera).
Value describe(const AstroData& ad, std::string_view name, const DescriptorOptions& options = {});
// On one extension.
Value describe(const AstroData& ad, std::size_t extension, std::string_view name,
               const DescriptorOptions& options = {});

// Descriptors that the reduction uses, typed. Values of extension `i`; nullopt for Python's None.
std::optional<double> gain(const AstroData& ad, std::size_t i = 0);        // e-/ADU
std::optional<double> read_noise(const AstroData& ad, std::size_t i = 0);  // e-
std::optional<double> saturation_level(const AstroData& ad, std::size_t i = 0);
std::optional<double> non_linear_level(const AstroData& ad, std::size_t i = 0);
std::optional<double> exposure_time(const AstroData& ad);                  // s
std::optional<double> pixel_scale(const AstroData& ad);                    // arcsec/px
std::optional<double> airmass(const AstroData& ad);
std::optional<DateTime> ut_datetime(const AstroData& ad);
bool is_in_adu(const AstroData& ad, std::size_t i = 0);
std::string text_descriptor(const AstroData& ad, std::string_view name, bool pretty = false);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string_view>

#include "astrodata/astrodata.h"

namespace wyvern::instruments {

struct TagRule;
struct DescriptorRule;

// A descriptor and the header keyword behind it.
struct KeywordName {
  std::string_view descriptor, keyword;
};

struct FilterWavelength {
  std::string_view filter;  // pretty name
  double micrometers;
};

// What is known of an instrument, as data. What a table does not hold is taken from `base`; a tag
// rule or descriptor of the same name takes the place of that of `base`. To add an instrument,
// write such tables in a folder of its own and name them in instrument.cpp.
struct Instrument {
  std::string_view tag;         // "GNIRS"; "" for none
  std::string_view class_name;  // of the reference's class that has these rules
  const Instrument* base = nullptr;
  std::span<const TagRule> tag_rules;
  std::span<const DescriptorRule> descriptors;  // sorted by name
  std::span<const KeywordName> keywords;        // sorted by descriptor
  std::span<const FilterWavelength> filters;    // taken before those of `base`
};

// Whether the primary header does: if not, an extension may (IGRINS).
bool names_instrument(const fits::Header& phu);
// Chosen from INSTRUME, OBSERVAT and TELESCOP.
const Instrument& instrument_of(const AstroData& ad);

// "" when neither the instrument nor its bases name one.
std::string_view keyword_of(const Instrument& instrument, std::string_view descriptor);
// nullptr when the instrument has no such descriptor.
const DescriptorRule* rule_of(const Instrument& instrument, std::string_view descriptor);

}  // namespace wyvern::instruments

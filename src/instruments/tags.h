// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "astrodata/astrodata.h"

namespace wyvern {

using Tags = std::set<std::string>;

// The tags of a data set: generic Gemini rules plus those of its instrument. Only headers are
// looked at; a keyword with an empty value counts as absent, except where a rule asks for the mere
// presence of a keyword. A file that is not Gemini's has no tags.
Tags tags_of(const AstroData& ad);
bool has_tag(const AstroData& ad, std::string_view tag);

// "AstroDataGnirs", "AstroDataGemini" (generic rules, whatever the instrument) or "AstroData".
std::string class_name(const AstroData& ad);

}  // namespace wyvern

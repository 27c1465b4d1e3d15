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
// Opens a file as far as tags_of() looks: as AstroData::open() without pixels, but what was
// compressed as a whole is expanded only to the end of the primary header, unless that does not
// name the instrument; it then has no extensions. InputError as AstroData::open().
AstroData open_for_tags(const std::string& path);

// "AstroDataGnirs", "AstroDataGemini" (generic rules, whatever the instrument) or "AstroData".
std::string class_name(const AstroData& ad);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "primitives/primitive.h"

namespace wyvern {

// Standard comments of keywords that the reduction writes.
std::string_view keyword_comment(std::string_view keyword);

// Sets a keyword with its standard comment.
void set_keyword(fits::Header& header, std::string_view keyword, Value value);

// Sets GEM-TLM and `keyword` of the primary header to the time now (UTC).
void mark_history(AstroData& ad, const Context& context, std::string_view keyword,
                  std::string_view primitive);

// Whether the time stamp `keyword` is there already; warns that nothing will be done.
bool already_done(const AstroData& ad, std::string_view keyword, std::string_view primitive,
                  Journal& log);

// Renames a frame by the primitive's suffix, replacing the last one.
void rename(AstroData& ad, const Parameters& parameters);
void rename(AstroData& ad, const std::optional<std::string>& suffix);

// The class that the tags of a data set ask for; nullptr when there is none. `compat`: without
// the parameters that DRAGONS 3.2 does not have.
const PrimitiveClass* primitive_class_for(const Tags& tags, bool compat = false);

// "[1:1024,1:1022]"-like text or the reference's statsec check: "" when the text is fine.
std::string statsec_error(const Value& value);

}  // namespace wyvern

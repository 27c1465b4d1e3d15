// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "fits/header.h"

namespace wyvern::fits {

inline constexpr std::size_t card_length = 80;

// The standard's keywords: up to 8 of A-Z, 0-9, "-" and "_". Others go into HIERARCH cards.
bool is_standard_keyword(std::string_view keyword);

// Printable ASCII, the only characters of a FITS header or text cell: control characters become
// blanks, any other character one "?".
std::string ascii_text(std::string_view text);

// The text of the value field of an unchanged card, without blanks round it: "60." of
// "EXPTIME =   60. / s". "" when the card has no image or no such field.
std::string_view value_text(const Card& card);

// The card with `value` as the text of its value field, instead of a text made from card.value.
std::string card_text_with(const Card& card, std::string_view value);

// The cards in a run of 80-character records; CONTINUE records join the card they continue.
Header parse_header(std::string_view records);

}  // namespace wyvern::fits

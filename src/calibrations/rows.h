// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "astrodata/astrodata.h"
#include "calibrations/sqlite.h"
#include "instruments/descriptors.h"

namespace wyvern::calibrations {

// What a database keeps of a file's headers, column by column, as GeminiObsDB's Header and Gnirs
// tables have it.

// "YYYY-MM-DD HH:MM:SS.ffffff", "HH:MM:SS.ffffff": always with the fraction, since times are
// compared as text.
std::string database_time(const DateTime& when);
std::string database_time(const TimeOfDay& when);
// Nothing when the text is not of that form.
std::optional<DateTime> parse_database_time(const Value& stored);
// Whole seconds since 2000-01-01T00:00:00.
std::int64_t seconds_since_2000(const DateTime& when);

// A descriptor, None when the headers have no sound value. A list is its first element when all are
// equal, else the elements' texts joined by "+".
Value single_value(const AstroData& ad, std::string_view descriptor,
                   const DescriptorOptions& options = {});
// "1x1": pixels that were read out as one, along x and y.
Value binning_text(const AstroData& ad);

// Columns of table `header`, without id and diskfile_id.
Row header_row(const AstroData& ad);
// Columns of table `gnirs`, without id and header_id.
Row gnirs_row(const AstroData& ad);

}  // namespace wyvern::calibrations

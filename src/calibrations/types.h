// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>

namespace wyvern::calibrations {

// InputError for a type that nobody knows.
void check_calibration_type(const std::string& type);

// Whether a file with these tags is a calibration of some type.
bool is_calibration(const std::set<std::string>& tags);

}  // namespace wyvern::calibrations

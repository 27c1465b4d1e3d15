// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "selection/expression_tree.h"

namespace wyvern::expression {

// What the reference's dataselect does to a comparison with certain descriptors, on whichever side
// they stand: text beside a date or time becomes one; filter_name, detector_name and disperser lose
// their component IDs; "==" with exposure_time and central_wavelength has a tolerance. `strict`
// keeps the last two as written. Returns what is wrong with the comparison, or "".
std::string specialise(Node& comparison, bool strict);

}  // namespace wyvern::expression

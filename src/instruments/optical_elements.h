// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace wyvern {

// The elements of the filter wheels that do something ("Open&J_G0517" -> {"J_G0517"}), sorted: a
// wheel that is open does not change the light, and which wheel holds a filter does not either.
std::vector<std::string> optical_elements(const std::string& filter_name);

}  // namespace wyvern

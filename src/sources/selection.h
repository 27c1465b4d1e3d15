// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "fits/table.h"

namespace wyvern::sources {

// Rows of an OBJCAT that are point sources good enough to measure image quality: bright, round,
// stellar, hardly touched by flagged pixels, no outlier in width.
// Reference: gempy/gemini/gemini_tools.py (clip_sources).
std::vector<std::size_t> point_sources(const fits::Table& catalogue, bool adaptive_optics);

}  // namespace wyvern::sources

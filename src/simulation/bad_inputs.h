// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "simulation/night.h"

namespace wyvern::simulation {

// Writes one spoiled file for each of 42 defects that frames from archives and telescopes have had,
// made from a good frame and named after it with the numbers 901 to 942, into `play`, and
// `truth`/bad_inputs.json, which names each with its defect and what a sound program does with it:
// "reject", "warn", "accept", or "reject when mixed with good frames". `file`: the good frame on
// disk. Returned are the paths.
std::vector<std::string> write_bad_inputs(const RawFrame& good, const std::string& file,
                                          const std::filesystem::path& play,
                                          const std::filesystem::path& truth);

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "fits/header.h"
#include "simulation/presets.h"

namespace wyvern::simulation {

// The cards of a real GNIRS frame of the epoch, names of people and programs left out. What depends
// on the exposure is replaced by whoever asks.
fits::Header primary_template(Epoch epoch);
fits::Header image_template();

}  // namespace wyvern::simulation

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "instruments/instrument.h"

// The other instruments at Gemini: generic rules and the tag of the instrument.
namespace wyvern::instruments::gemini {

// By the value of INSTRUME; nullptr when it is not known.
const Instrument* sibling(std::string_view name);
// The all-sky camera of Gemini South, known by TELESCOP. It has the generic rules only when other
// keywords name a Gemini observatory.
const Instrument& all_sky_camera(bool at_gemini);

}  // namespace wyvern::instruments::gemini

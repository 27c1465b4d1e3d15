// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "calibrations/calibrations.h"

namespace wyvern::python {

// The calibration configuration as commands read it: `file`, else $DRAGONSRC, else
// ~/.dragons/dragonsrc, from the environment as it is now.
CalibrationConfig configuration(const std::optional<std::string>& file);

}  // namespace wyvern::python

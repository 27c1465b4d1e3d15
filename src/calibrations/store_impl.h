// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "calibrations/calibrations.h"
#include "calibrations/disk_file.h"
#include "calibrations/sqlite.h"

namespace wyvern {

struct CalibrationStore::Impl {
  explicit Impl(std::string path);

  calibrations::Database database;
  calibrations::Digests digests;
};

}  // namespace wyvern

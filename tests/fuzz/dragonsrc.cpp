// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A configuration file of calibrations.
#include "calibrations/calibrations.h"
#include "calibrations/ini_file.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const wyvern::fuzz::MemoryFile file(wyvern::fuzz::text_of(data, size));
  wyvern::fuzz::errors_are_answers(
      [&] { wyvern::read_calibration_config(file.path(), {.home = "/nonexistent"}); });
  return 0;
}

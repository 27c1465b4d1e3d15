// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A table, as lines (fits_input.h).
#include "fuzz/fits_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string lines = wyvern::fuzz::text_of(data, size);
  wyvern::fuzz::read_everything(wyvern::fuzz::file_of_lines(lines));
  return 0;
}

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A FITS file as it is, compressed as a whole or not.
#include "fuzz/fits_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wyvern::fuzz::read_everything(wyvern::fuzz::text_of(data, size));
  return 0;
}

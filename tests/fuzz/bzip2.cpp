// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// A bzip2 file: the answer must be that of libbz2.
#include "fits/compression.h"
#include "fuzz/target.h"
#include "support/bzip2_reference.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = wyvern::fuzz::text_of(data, size);
  std::optional<std::string> ours;
  wyvern::fuzz::errors_are_answers(
      [&] { ours = wyvern::fits::expand(bytes, wyvern::fits::Compression::bzip2, "x.bz2"); });
  const auto theirs =
      wyvern::testing::expanded_by_libbz2(bytes, 16 * size + (std::size_t{64} << 20));
  wyvern::fuzz::require(ours == theirs, "not what libbz2 says");
  return 0;
}

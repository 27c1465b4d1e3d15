// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/sep_library.h"

#include <fmt/format.h>

#include <array>

#include "base/errors.h"

namespace wyvern::sources {

void check_sep(int status, const char* step, const char* remedy) {
  if (status == 0) return;
  std::array<char, 64> brief{};
  std::array<char, 1024> detail{};
  sep_get_errmsg(status, brief.data());
  sep_get_errdetail(detail.data());
  throw DataError(
      fmt::format("Source detection, {}: {}. {} {}", step, brief.data(), detail.data(), remedy));
}

}  // namespace wyvern::sources

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "sources/sep_library.h"

#include <fmt/format.h>

#include <array>
#include <new>

#include "base/errors.h"

namespace wyvern::sources {

namespace {

constexpr int kMemoryAllocation = 1;  // MEMORY_ALLOC_ERROR of the library, not in its header

}  // namespace

void check_sep(int status, const char* step, const char* remedy) {
  if (status == 0) return;
  if (status == kMemoryAllocation) throw std::bad_alloc();
  std::array<char, 64> brief{};
  std::array<char, 1024> detail{};
  sep_get_errmsg(status, brief.data());
  sep_get_errdetail(detail.data());
  throw DataError(
      fmt::format("Source detection, {}: {}. {} {}", step, brief.data(), detail.data(), remedy));
}

[[gnu::noinline]] void clear_stack() {
  std::array<char, 16384> area;
  area.fill(0);
  asm volatile("" : : "r"(area.data()) : "memory");  // the zeros are wanted, whoever reads them
}

}  // namespace wyvern::sources

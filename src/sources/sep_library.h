// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The SEP library's header, which neither includes what it needs nor knows of C++.
#include <cstddef>
extern "C" {
#include <sep.h>
}

namespace wyvern::sources {

// DataError with the library's own words when `status` is not 0; std::bad_alloc when it found no
// memory. `step` says what was tried, `remedy` what the user can do.
void check_sep(int status, const char* step, const char* remedy);

// Zeros where the function that is called next has its variables. sep_extract (1.2.1) frees line
// buffers that it has not set up yet when an early allocation fails: from zeros that does nothing.
void clear_stack();

}  // namespace wyvern::sources

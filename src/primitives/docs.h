// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace wyvern {

// What a primitive does, for users: its first line is a summary, the rest says more. "" for a
// primitive without one (a test sees to it that there is none).
std::string_view primitive_doc(std::string_view primitive);
// The first line.
std::string_view primitive_summary(std::string_view primitive);

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace wyvern::commands {

inline constexpr const char* kVersion = WYVERN_VERSION;

}  // namespace wyvern::commands

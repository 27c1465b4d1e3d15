// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include "commands/run_command.h"

int main(int argc, char** argv) {
  return wyvern::commands::run_command(std::filesystem::path(argv[0]).filename().string(),
                                       {argv + 1, argv + argc});
}

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <exception>
#include <filesystem>

#include "base/errors.h"
#include "commands/interrupt_handler.h"
#include "commands/run_command.h"

int main(int argc, char** argv) {
  wyvern::commands::end_when_interrupted();
  try {
    return wyvern::commands::run_command(std::filesystem::path(argv[0]).filename().string(),
                                         {argv + 1, argv + argc});
  } catch (const std::exception&) {  // memory for the very first, or for a message
    std::fputs("error: out of memory\n", stderr);
    return static_cast<int>(wyvern::ExitStatus::resources);
  }
}

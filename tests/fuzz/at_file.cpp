// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// An at-file. Its "@" are taken away where they would lead to files of the machine.
#include "commands/at_files.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text = wyvern::fuzz::text_of(data, size);
  for (const std::string& token : wyvern::commands::tokens_of_text(text)) {
    wyvern::fuzz::require(token.find('\n') == std::string::npos, "a token over two lines");
  }
  for (std::size_t at = 0; (at = text.find("@/", at)) != std::string::npos;) text[at] = ' ';
  const wyvern::fuzz::MemoryFile file(text);
  wyvern::fuzz::errors_are_answers([&] { wyvern::commands::expand_at_files({"@" + file.path()}); });
  return 0;
}

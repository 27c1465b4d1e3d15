// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
//
// What a server answers when it is asked for calibrations.
#include "calibrations/archive_exchange.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string answer = wyvern::fuzz::text_of(data, size);
  wyvern::fuzz::errors_are_answers([&] {
    for (const auto& offered : wyvern::calibrations::parse_answer(answer)) {
      const std::string name = wyvern::calibrations::file_name_of_url(offered.url);
      wyvern::fuzz::require(name.find('/') == std::string::npos && !name.starts_with('.'),
                            "a name that leads out of the folder");
    }
  });
  const std::string name = wyvern::calibrations::file_name_of_url(answer);
  wyvern::fuzz::require(name.find('/') == std::string::npos, "a name with a folder");
  return 0;
}

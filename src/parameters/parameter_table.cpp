// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "parameters/parameters.h"

namespace wyvern {

std::string parameter_table(std::string_view primitive, const ParameterSet& set, bool with_debug,
                            bool classic) {
  std::string out = fmt::format("Settable parameters on '{}':\n{:=<40}\n", primitive, "");
  out += classic ? std::string(" Name\t\t\tCurrent setting\n\n")
                 : fmt::format("{:<20} {:<20} Description\n\n", "Name", "Current setting");
  for (const Parameter& parameter : set) {
    if (parameter.hidden() && !with_debug) continue;
    out += fmt::format("{:<20} {:<20} {}\n", parameter.name, repr(parameter.default_value),
                       parameter.description());
  }
  if (classic) out += "\n";
  return out;
}

}  // namespace wyvern

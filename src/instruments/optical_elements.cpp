// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "instruments/optical_elements.h"

#include <algorithm>

#include "base/text.h"

namespace wyvern {

std::vector<std::string> optical_elements(const std::string& filter_name) {
  std::vector<std::string> names = split(filter_name, '&');
  std::erase_if(names, [](const std::string& name) { return name == "Open" || name.empty(); });
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace wyvern

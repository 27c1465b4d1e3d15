// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/memory.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "base/text.h"

namespace wyvern {
namespace {

// The first number in a file; nothing for "max" or a file that is not there.
std::optional<std::size_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::size_t number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

// "MemAvailable: 123 kB"
std::optional<std::size_t> available_to_all() {
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("MemAvailable:")) continue;
    const auto kibibytes = parse_int(split_blank(line).at(1));
    if (kibibytes && *kibibytes > 0) return static_cast<std::size_t>(*kibibytes) * 1024;
  }
  return std::nullopt;
}

std::optional<std::size_t> left_of(const std::string& limit, const std::string& use) {
  const auto most = number_in(limit), used = number_in(use);
  if (!most || !used) return std::nullopt;
  return *most > *used ? *most - *used : 0;
}

}  // namespace

std::size_t free_memory() {
  constexpr std::size_t unknown = std::size_t{4} << 30;
  std::size_t free = available_to_all().value_or(unknown);
  const std::string group = "/sys/fs/cgroup/";
  for (const auto& left :
       {left_of(group + "memory.max", group + "memory.current"),
        left_of(group + "memory/memory.limit_in_bytes", group + "memory/memory.usage_in_bytes")}) {
    if (left) free = std::min(free, *left);
  }
  return free;
}

std::optional<std::size_t> parse_bytes(std::string_view text) {
  text = trim(text);
  const std::size_t digits = text.find_first_not_of("0123456789.");
  const auto number = parse_float(text.substr(0, digits));
  if (!number || !(*number > 0.0)) return std::nullopt;
  std::string unit = digits == std::string_view::npos ? "" : to_lower(trim(text.substr(digits)));
  if (unit.ends_with("ib")) unit.resize(unit.size() - 2);
  if (unit.size() > 1 && unit.ends_with('b')) unit.pop_back();
  constexpr std::string_view units = "kmgt";
  double factor = 1.0;
  if (unit.size() == 1 && units.find(unit) != std::string_view::npos) {
    factor = std::pow(1024.0, static_cast<double>(units.find(unit)) + 1.0);
  } else if (!unit.empty() && unit != "b") {
    return std::nullopt;
  }
  const double bytes = *number * factor;
  if (bytes > 1e18) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

}  // namespace wyvern

// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>

namespace wyvern {
namespace {

constexpr std::string_view kBlank = " \t\r\n\f\v";

char code_of(char letter) {
  constexpr std::string_view groups[] = {"BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"};
  for (int i = 0; i < 6; ++i) {
    if (groups[i].find(letter) != std::string_view::npos) return static_cast<char>('1' + i);
  }
  return '0';
}

// The text of a number without blanks around it and a "+"; nothing when another sign follows.
std::optional<std::string_view> without_plus(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('+')) return text;
  text.remove_prefix(1);
  if (text.starts_with('-')) return std::nullopt;
  return text;
}

template <class Convert>
std::string map_characters(std::string_view text, Convert convert) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(convert(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::string to_upper(std::string_view text) {
  return map_characters(text, [](unsigned char c) { return std::toupper(c); });
}

std::string to_lower(std::string_view text) {
  return map_characters(text, [](unsigned char c) { return std::tolower(c); });
}

std::string_view trim_right(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view{} : trim_right(text.substr(first));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (true) {
    const std::size_t at = text.find(separator);
    pieces.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string> split_blank(std::string_view text) {
  std::vector<std::string> pieces;
  while (true) {
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return pieces;
    text.remove_prefix(first);
    const std::size_t end = std::min(text.find_first_of(kBlank), text.size());
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out += separator;
    out += pieces[i];
  }
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool contains(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

std::optional<long long> parse_int(std::string_view given) {
  const std::optional<std::string_view> digits = without_plus(given);
  if (!digits) return std::nullopt;
  const std::string_view text = *digits;
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> parse_float(std::string_view given) {
  const std::optional<std::string_view> digits = without_plus(given);
  // from_chars would take "nan(1)".
  if (!digits || digits->ends_with(')')) return std::nullopt;
  const std::string_view text = *digits;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // from_chars leaves the value alone; Python gives an infinity or a zero.
    const bool tiny = contains(text, "e-") || contains(text, "E-");
    const double magnitude = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -magnitude : magnitude;
  }
  if (error != std::errc{}) return std::nullopt;
  return number;
}

std::string soundex(std::string_view name) {
  const std::string upper = to_upper(name);
  if (upper.empty()) return "0000";
  std::string out(1, upper[0]);
  char previous = code_of(upper[0]);
  for (std::size_t i = 1; i < upper.size() && out.size() < 4; ++i) {
    const char letter = upper[i];
    const char code = code_of(letter);
    if (code != '0') {
      if (code != previous) out += code;
      previous = code;
    } else if (letter != 'H' && letter != 'W') {
      previous = '0';
    }
  }
  out.resize(4, '0');
  return out;
}

namespace {

// Letters that have to be inserted, removed or replaced to make one text of the other.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string>& candidates) {
  std::vector<std::string> found;
  const auto collect = [&](auto&& agrees) {
    for (const std::string& candidate : candidates) {
      const bool known = std::find(found.begin(), found.end(), candidate) != found.end();
      if (!known && agrees(candidate)) found.push_back(candidate);
    }
  };
  const std::string lower = to_lower(name);
  collect([&](const std::string& c) { return to_lower(c) == lower; });
  if (found.empty()) {
    const std::string code = soundex(name);
    collect([&](const std::string& c) { return soundex(c) == code; });
  }
  if (found.empty()) {
    const std::size_t most = name.size() < 6 ? 1 : 2;
    collect([&](const std::string& c) { return edits_between(lower, to_lower(c)) <= most; });
  }
  return found;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string> found = similar_names(name, candidates);
  if (found.empty()) return "";
  if (found.size() == 1) return ", did you mean " + found.front() + "?";
  return ", did you mean one of ['" + join(found, "', '") + "']?";
}

}  // namespace wyvern
